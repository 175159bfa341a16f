"""Walk a run and make every observation that could matter an `Evidence`, with a verbatim snippet."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

import re2

from rca_core.analysis.model import Evidence, EvidenceKind
from rca_core.analysis.observe import hidden
from rca_core.analysis.observe.attributes import texts_in
from rca_core.analysis.observe.loops import longest_loop, stretch_without_progress, waits_for_something, without_asides
from rca_core.analysis.observe.order import END, place_of
from rca_core.analysis.observe.outputs import has_broken_arguments, is_cut, is_empty
from rca_core.analysis.observe.tool_names import looks_up, searches
from rca_core.analysis.observe.view import RunView
from rca_core.analysis.plain import MAX_TITLE, plain
from rca_core.telemetry import AgentRun, GuardrailEvent, Step, ToolCall
from rca_core.telemetry.recovery import FIRST_ERROR_STATUS

MAX_SNIPPET: Final = 500
RETRY_STORM: Final = 3
"""Retries of one call or step from which they are worth a word."""

_TELLING = re2.compile(
    r"(?im)^[\w.]{1,80}(?:Error|Exception)\b|\b(?:error|exception|denied|failed|failure|timed? ?out|exceeded|limit"
    r"|invalid|missing|required|refused|forbidden|unauthori[sz]ed|not found|unavailable)\b"
)
_TITLES: Final = {
    "error_result": "Error inside a successful result: {}",
    "error_text": "Error text in a successful result: {}",
    "message_only": "Message instead of a result: {}",
    "empty_result": "Empty result: {}",
}


def collect(view: RunView) -> tuple[Evidence, ...]:
    """Return the observations of a run in the order they happened, the run's own error last."""
    of_children = (*_from_steps(view), *_from_calls(view), *map(guardrail_evidence, view.events))
    return in_order_of_time(view, (*of_children, *_from_run(view)))


def in_order_of_time(view: RunView, evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Return observations in the order they happened; what concerns the run as a whole comes last."""
    return tuple(sorted(evidence, key=lambda each: place_of(each, view.where) if each.kind != "run" else END))


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


def _from_steps(view: RunView) -> Iterator[Evidence]:
    last_answer = view.model_steps[-1] if view.model_steps else None
    for step in view.steps:
        name = step.name or step.step_id
        if step.status == "failure":
            yield _step(step, "failure", f"Failed step: {name}")
        elif step.status == "running" and view.run.status != "running":
            yield _step(step, "unfinished", f"Step without an end: {name}")
        elif step.status != "success":
            continue
        elif (step.status_code or 0) >= FIRST_ERROR_STATUS:
            yield _step(step, "error_status", f"Error status of a successful step: {name}")
        elif step.error_message or hidden.observe("", step.output_summary) == "error_result":
            yield _step(step, "error_result", f"Error inside a successful step: {name}")
        elif is_cut(step):
            yield _step(step, "cut_output", f"Output cut at its limit: {name}")
        elif step is last_answer and is_empty(step):
            yield _step(step, "empty_output", f"Empty answer of the model: {name}")


def _step(step: Step, observation: str, title: str) -> Evidence:
    return make_evidence(
        "step",
        f"ev_step_{step.step_id}",
        step.step_id,
        title,
        snippet(
            step.error_message, step.output_summary, *texts_in(step.attributes), step.error_type, step.name, step.status
        ),
        known(
            observation=observation,
            name=step.name,
            finish_reason=step.finish_reason,
            error_type=step.error_type,
            status_code=step.status_code,
            retries=step.retries or None,
            latency_ms=step.latency_ms,
        ),
        step.ended_at or step.started_at,
    )


def _from_calls(view: RunView) -> Iterator[Evidence]:
    blank: list[ToolCall] = []
    recording: set[str] = set()
    for call in view.calls:
        if call.status == "failure":
            yield tool_evidence(view, call, "failure", f"Failed tool call: {call.tool_name}")
        elif call.status == "running" and view.run.status != "running":
            yield tool_evidence(view, call, "unfinished", f"Tool call without an end: {call.tool_name}")
        elif call.status != "success":
            continue
        elif (call.status_code or 0) >= FIRST_ERROR_STATUS:
            yield tool_evidence(view, call, "error_status", f"Error status of a successful call: {call.tool_name}")
        else:
            seen = _hidden_in(view, call)
            if seen:
                yield tool_evidence(view, call, seen, _TITLES[seen].format(call.tool_name))
            elif call.result_summary == "" and searches(call.tool_name):
                blank.append(call)
            if call.result_summary:
                recording.add(call.tool_name)
    # A blank result says "nothing found" only of a tool whose other results are recorded.
    for call in (call for call in blank if call.tool_name in recording):
        yield tool_evidence(view, call, "empty_result", _TITLES["empty_result"].format(call.tool_name))


def _hidden_in(view: RunView, call: ToolCall) -> hidden.Observation | None:
    """Return what the success of a call hides: an error in its result, or a lookup that counted nothing."""
    if seen := hidden.observe(call.tool_name, call.result_summary):
        return seen
    step = view.step.get(call.step_id or "")
    looked = looks_up(call.tool_name) or (step is not None and step.kind == "retriever")
    return "empty_result" if call.result_count == 0 and looked else None


def tool_evidence(view: RunView, call: ToolCall, observation: str, title: str) -> Evidence:
    """Return the evidence that one tool call gives."""
    texts = (
        (call.error_message, call.result_summary)
        if observation in ("failure", "unfinished")
        else (call.result_summary, call.error_message)
    )
    return make_evidence(
        "tool_call",
        f"ev_tool_{call.call_id}",
        call.call_id,
        title,
        snippet(*texts, *texts_in(call.attributes), call.error_class, call.tool_name, call.status),
        known(
            observation=observation,
            shape=_shape_of_arguments(view, call) if observation == "failure" else None,
            tool_name=call.tool_name,
            step_id=call.step_id,
            error_class=call.error_class,
            status_code=call.status_code,
            retries=call.retries or None,
            latency_ms=call.latency_ms,
        ),
        view.where["tool_call", call.call_id][0],
    )


def _shape_of_arguments(view: RunView, call: ToolCall) -> str | None:
    """Return whether the arguments of a failed call end in the middle, and whether the model's output was cut there."""
    if not has_broken_arguments(call):
        return None
    place = view.where["tool_call", call.call_id]
    at = bisect_left(view.steps, place, key=lambda step: view.where["step", step.step_id])
    # One of the last three may be the step of the call itself.
    before = [step for step in view.steps[max(0, at - 3) : at] if step.step_id != call.step_id]
    return "cut_arguments" if any(map(is_cut, before[-2:])) else "broken_arguments"


def guardrail_evidence(event: GuardrailEvent) -> Evidence:
    """Return the evidence that one guardrail event gives."""
    return make_evidence(
        "guardrail",
        f"ev_guard_{event.event_id}",
        event.event_id,
        f"Guardrail triggered: {event.type}",
        snippet(event.message, event.type),
        known(observation="guardrail", type=event.type, step_id=event.step_id, call_id=event.call_id),
        event.created_at,
    )


def _from_run(view: RunView) -> Iterator[Evidence]:
    run, calls = view.run, without_asides(view.calls)
    if loop := longest_loop(calls):
        first = calls[loop.first]
        once = loop.period == 1
        yield run_evidence(
            run,
            "loop",
            f"Same call {loop.repetitions} times: {first.tool_name}"
            if once
            else f"Cycle of {loop.period} calls, {loop.repetitions} times: {first.tool_name}",
            first.tool_name,
            known(
                observation="repeated_calls" if once else "call_cycle",
                waits=waits_for_something(first.result_summary) or None,
                tool_name=first.tool_name,
                repetitions=loop.repetitions,
                period=loop.period,
                first_call_id=first.call_id,
                last_call_id=calls[loop.first + loop.period * loop.repetitions - 1].call_id,
            ),
        )
    elif stretch := stretch_without_progress(view.calls):
        yield run_evidence(
            run,
            "loop",
            f"Same answer {len(stretch)} times in a row: {stretch[0].tool_name}",
            stretch[0].tool_name,
            known(
                observation="no_progress",
                tool_name=stretch[0].tool_name,
                repetitions=len(stretch),
                period=1,
                first_call_id=stretch[0].call_id,
                last_call_id=stretch[-1].call_id,
            ),
        )
    # A blank message says nothing, and nothing could be quoted from it.
    if text := snippet(run.error_message, *texts_in(run.attributes), run.error_type):
        yield run_evidence(
            run,
            "error",
            f"Run error: {run.error_type}" if run.error_type else "Run error",
            text,
            known(observation="run_error", error_type=run.error_type),
        )


def run_evidence(run: AgentRun, aspect: str, title: str, text: str, attributes: dict[str, Any]) -> Evidence:
    """Return the evidence that a run as a whole gives."""
    return make_evidence("run", f"ev_run_{aspect}", run.run_id, title, text, attributes, run.ended_at)


def make_evidence(
    kind: EvidenceKind,
    evidence_id: str,
    ref_id: str,
    title: str,
    text: str,
    attributes: dict[str, Any],
    occurred_at: datetime | None,
) -> Evidence:
    """Return a piece of evidence with its title as titles are."""
    return Evidence(
        evidence_id=evidence_id,
        kind=kind,
        ref_id=ref_id,
        title=plain(title, MAX_TITLE),
        snippet=text,
        attributes=attributes,
        occurred_at=occurred_at,
    )
