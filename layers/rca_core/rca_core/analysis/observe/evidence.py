"""Walk a run and make every observation that could matter an `Evidence`, with a verbatim snippet."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from rca_core.analysis.model import Evidence, EvidenceKind
from rca_core.analysis.observe import hidden
from rca_core.analysis.observe.loops import longest_loop, without_asides
from rca_core.analysis.observe.order import in_order, places
from rca_core.analysis.observe.tool_names import searches
from rca_core.analysis.plain import MAX_TITLE, plain
from rca_core.analysis.read.own_words import texts_in
from rca_core.telemetry import AgentRun, GuardrailEvent, Step, ToolCall
from rca_core.telemetry.recovery import FIRST_ERROR_STATUS

MAX_SNIPPET: Final = 500
RETRY_STORM: Final = 3
"""Retries of one call or step from which they are worth a word."""

_TELLING = re.compile(
    r"^[\w.]{1,80}(?:Error|Exception)\b|\b(?:error|exception|denied|failed|failure|timed? ?out|exceeded|limit|invalid"
    r"|missing|required|refused|forbidden|unauthori[sz]ed|not found|unavailable)\b",
    re.IGNORECASE | re.MULTILINE,
)
_TITLES: Final = {
    "error_result": "Error inside a successful result: {}",
    "error_text": "Error text in a successful result: {}",
    "message_only": "Message instead of a result: {}",
    "empty_result": "Empty result: {}",
}


def collect(run: AgentRun) -> tuple[Evidence, ...]:
    """Return the observations of a run in the order they happened, the run's own error last."""
    where = places(run)
    steps, calls, events = in_order(run, where)
    found: list[tuple[Any, Evidence]] = []
    found += ((where["step", each.ref_id], each) for each in _from_steps(run, steps))
    found += ((where["tool_call", each.ref_id], each) for each in _from_calls(run, calls, where))
    found += ((where["guardrail", each.ref_id], each) for each in map(_from_guardrail, events))
    found.sort(key=lambda pair: pair[0])
    return (*(each for _, each in found), *_from_run(run, calls))


def snippet(*texts: str | None) -> str:
    """Return the telling part, at most 500 characters, of the first text that has any, verbatim."""
    text = next((text for text in texts if text and not text.isspace()), "")
    if len(text) <= MAX_SNIPPET:
        return text
    # A traceback tells at its end, everything else at its first telling word.
    if text.lstrip().startswith("Traceback"):
        telling = max((match.start() for match in _TELLING.finditer(text)), default=0)
    else:
        telling = match.start() if (match := _TELLING.search(text)) else 0
    start = max(0, min(telling - 80, len(text) - MAX_SNIPPET))
    return text[start : start + MAX_SNIPPET]


def known(**values: Any) -> dict[str, Any]:
    """Return the values that are known: neither None nor an empty text."""
    return {name: value for name, value in values.items() if value is not None and value != ""}


def _from_steps(run: AgentRun, steps: Iterable[Step]) -> Iterator[Evidence]:
    for step in steps:
        if step.status == "failure":
            yield _step(step, "failure", f"Failed step: {step.name or step.step_id}")
        elif step.status == "running" and run.status != "running":
            yield _step(step, "unfinished", f"Step without an end: {step.name or step.step_id}")
        elif step.status == "success" and (step.status_code or 0) >= FIRST_ERROR_STATUS:
            yield _step(step, "error_status", f"Error status of a successful step: {step.name or step.step_id}")
        elif step.status == "success" and (
            step.error_message or hidden.observe("", step.output_summary) == "error_result"
        ):
            yield _step(step, "error_result", f"Error inside a successful step: {step.name or step.step_id}")


def _step(step: Step, observation: str, title: str) -> Evidence:
    return _evidence(
        "step",
        "step",
        step.step_id,
        title,
        snippet(
            step.error_message, step.output_summary, *texts_in(step.attributes), step.error_type, step.name, step.status
        ),
        known(
            observation=observation,
            name=step.name,
            error_type=step.error_type,
            status_code=step.status_code,
            retries=step.retries or None,
            latency_ms=step.latency_ms,
        ),
        step.ended_at or step.started_at,
    )


def _from_calls(run: AgentRun, calls: Iterable[ToolCall], where: dict[tuple[str, str], Any]) -> Iterator[Evidence]:
    blank: list[ToolCall] = []
    recording: set[str] = set()
    for call in calls:
        if call.status == "failure":
            yield tool_evidence(call, "failure", f"Failed tool call: {call.tool_name}", where)
        elif call.status == "running" and run.status != "running":
            yield tool_evidence(call, "unfinished", f"Tool call without an end: {call.tool_name}", where)
        elif call.status == "success" and (call.status_code or 0) >= FIRST_ERROR_STATUS:
            yield tool_evidence(call, "error_status", f"Error status of a successful call: {call.tool_name}", where)
        elif call.status == "success":
            seen = hidden.observe(call.tool_name, call.result_summary)
            if seen:
                yield tool_evidence(call, seen, _TITLES[seen].format(call.tool_name), where)
            elif call.result_summary == "" and searches(call.tool_name):
                blank.append(call)
            if call.result_summary:
                recording.add(call.tool_name)
    # A blank result says "nothing found" only of a tool whose other results are recorded.
    for call in (call for call in blank if call.tool_name in recording):
        yield tool_evidence(call, "empty_result", _TITLES["empty_result"].format(call.tool_name), where)


def tool_evidence(call: ToolCall, observation: str, title: str, where: dict[tuple[str, str], Any]) -> Evidence:
    """Return the evidence that one tool call gives."""
    texts = (
        (call.error_message, call.result_summary)
        if observation in ("failure", "unfinished")
        else (call.result_summary, call.error_message)
    )
    return _evidence(
        "tool_call",
        "tool",
        call.call_id,
        title,
        snippet(*texts, *texts_in(call.attributes), call.error_class, call.tool_name, call.status),
        known(
            observation=observation,
            tool_name=call.tool_name,
            step_id=call.step_id,
            error_class=call.error_class,
            status_code=call.status_code,
            retries=call.retries or None,
            latency_ms=call.latency_ms,
        ),
        where["tool_call", call.call_id][0],
    )


def _from_guardrail(event: GuardrailEvent) -> Evidence:
    return _evidence(
        "guardrail",
        "guard",
        event.event_id,
        f"Guardrail triggered: {event.type}",
        snippet(event.message, event.type),
        known(observation="guardrail", type=event.type, step_id=event.step_id, call_id=event.call_id),
        event.created_at,
    )


def _from_run(run: AgentRun, calls: list[ToolCall]) -> Iterator[Evidence]:
    calls = without_asides(calls)
    if loop := longest_loop(calls):
        first = calls[loop.first]
        once = loop.period == 1
        yield _run_evidence(
            run,
            "loop",
            f"Same call {loop.repetitions} times: {first.tool_name}"
            if once
            else f"Cycle of {loop.period} calls, {loop.repetitions} times: {first.tool_name}",
            first.tool_name,
            known(
                observation="repeated_calls" if once else "call_cycle",
                tool_name=first.tool_name,
                repetitions=loop.repetitions,
                period=loop.period,
                first_call_id=first.call_id,
                last_call_id=calls[loop.first + loop.period * loop.repetitions - 1].call_id,
            ),
        )
    # A blank message says nothing, and nothing could be quoted from it.
    if text := snippet(run.error_message, *texts_in(run.attributes), run.error_type):
        yield _run_evidence(
            run,
            "error",
            f"Run error: {run.error_type}" if run.error_type else "Run error",
            text,
            known(observation="run_error", error_type=run.error_type),
        )


def _run_evidence(run: AgentRun, aspect: str, title: str, text: str, attributes: dict[str, Any]) -> Evidence:
    return Evidence(
        evidence_id=f"ev_run_{aspect}",
        kind="run",
        ref_id=run.run_id,
        title=plain(title, MAX_TITLE),
        snippet=text,
        attributes=attributes,
        occurred_at=run.ended_at,
    )


def _evidence(
    kind: EvidenceKind,
    short: str,
    ref_id: str,
    title: str,
    text: str,
    attributes: dict[str, Any],
    occurred_at: datetime | None,
) -> Evidence:
    return Evidence(
        evidence_id=f"ev_{short}_{ref_id}",
        kind=kind,
        ref_id=ref_id,
        title=plain(title, MAX_TITLE),
        snippet=text,
        attributes=attributes,
        occurred_at=occurred_at,
    )
