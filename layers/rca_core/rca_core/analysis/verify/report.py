"""Check a report against the telemetry before it is stored, whoever wrote it.

Shares no code with the builders beyond the models, and the fingerprint, which is computed again: an error there must
not be repeated here.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final
from unicodedata import decimal

from pydantic import BaseModel

from rca_core.analysis.model import Evidence, RcaReport
from rca_core.analysis.verify.baseline import wrong_comparison
from rca_core.analysis.verify.contrast import wrong_contrast
from rca_core.analysis.verify.recurrence import wrong_recurrence
from rca_core.analysis.verify.roles import wrong_roles
from rca_core.telemetry import AgentRun, ToolCall

_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")
_ENTITY = re.compile(r"&#(?:58|46);")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_GROUPS: Final = {"step": "steps", "tool_call": "tool_calls", "guardrail": "guardrail_events"}
_SHORT: Final = {
    "step": "step",
    "tool_call": "tool",
    "guardrail": "guard",
    "run": "run",
    "baseline": "baseline",
    "contrast": "contrast",
}
_TELEMETRY_FIELDS: Final = frozenset(
    (
        "tool_name",
        "step_id",
        "call_id",
        "error_class",
        "status_code",
        "retries",
        "latency_ms",
        "name",
        "type",
        "error_type",
        "agent_version",
        "model",
    )
)

_CHILDREN: Final = frozenset(("steps", "tool_calls", "guardrail_events"))


class UnverifiableReport(ValueError):
    """A report says something that the telemetry does not bear out; `problems` names each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


def verify(report: RcaReport, run: AgentRun) -> None:
    """Raise `UnverifiableReport` unless every claim of a report is backed by the run's telemetry."""
    children = _children(run)
    problems = [
        *_wrong_identity(report, run),
        *_wrong_evidence(report.evidence_index, run, children),
        *_wrong_citations(report),
        *_wrong_highlights(report, run, children),
        *_wrong_claims(report, run),
        *_wrong_metrics(report, run),
        *wrong_recurrence(report, run),
        *_wrong_numbers(report, run, children),
        *wrong_roles(report, run, children, _texts_by_id(report, run, children)),
    ]
    if problems:
        raise UnverifiableReport(problems)


def _children(run: AgentRun) -> dict[tuple[str, str], BaseModel]:
    found: dict[tuple[str, str], BaseModel] = {("step", step.step_id): step for step in run.steps}
    found.update({("tool_call", call.call_id): call for call in run.tool_calls})
    found.update({("guardrail", event.event_id): event for event in run.guardrail_events})
    return found


def _child_of(evidence: Evidence, children: dict[tuple[str, str], BaseModel]) -> BaseModel | None:
    # A contrast is of a call.
    kind = "tool_call" if evidence.kind == "contrast" else evidence.kind
    return children.get((kind, evidence.ref_id))


def _wrong_identity(report: RcaReport, run: AgentRun) -> Iterator[str]:
    if report.run_id != run.run_id:
        yield f"the report is about run {report.run_id!r}, the telemetry about {run.run_id!r}"


def _wrong_evidence(
    index: Iterable[Evidence], run: AgentRun, children: dict[tuple[str, str], BaseModel]
) -> Iterator[str]:
    seen: set[str] = set()
    for each in index:
        if each.evidence_id in seen:
            yield f"evidence id {each.evidence_id!r} appears twice"
        seen.add(each.evidence_id)
        subject = run if each.kind in ("run", "baseline") else _child_of(each, children)
        if isinstance(subject, ToolCall) and each.kind == "contrast":
            yield from wrong_contrast(each, subject, run)
        if subject is None or (subject is run and each.ref_id != run.run_id):
            yield f"evidence {each.evidence_id!r} refers to {each.kind} {each.ref_id!r}, which the run does not have"
            continue
        expected = f"ev_{_SHORT[each.kind]}_"
        if not each.evidence_id.startswith(expected) or (
            subject is not run and each.evidence_id != expected + each.ref_id
        ):
            yield f"evidence id {each.evidence_id!r} is not one of {each.kind} {each.ref_id!r}"
        texts = [*_texts(subject, run)]
        if each.kind == "baseline":
            step = children.get(("step", str(each.attributes.get("step_id"))))
            texts += _texts(step, run) if step else ()
            yield from wrong_comparison(each, step)
        if not each.snippet or not any(each.snippet in text for text in texts):
            yield f"the snippet of {each.evidence_id!r} is not in the telemetry"
        yield from _wrong_attributes(each, subject)


def _texts_by_id(report: RcaReport, run: AgentRun, children: dict[tuple[str, str], BaseModel]) -> dict[str, list[str]]:
    """Return the texts that each piece of evidence refers to."""
    return {
        each.evidence_id: [*_texts(children.get((each.kind, each.ref_id), run), run)] for each in report.evidence_index
    }


def _texts(subject: BaseModel, run: AgentRun) -> Iterator[str]:
    """Yield the text fields of a child, or of the run with the names of its tools."""
    for name, value in subject.__dict__.items():
        if isinstance(value, str):
            yield value
        elif name == "attributes":
            yield from _scalars(value)
    if subject is run:
        yield from (call.tool_name for call in run.tool_calls)


def _wrong_attributes(evidence: Evidence, subject: BaseModel) -> Iterator[str]:
    for name, value in evidence.attributes.items():
        if name in _TELEMETRY_FIELDS and hasattr(subject, name) and getattr(subject, name) != value:
            yield f"attribute {name!r} of {evidence.evidence_id!r} is not what the telemetry says"


def _wrong_citations(report: RcaReport) -> Iterator[str]:
    known = {each.evidence_id for each in report.evidence_index}
    cited = [("root_evidence_id", report.root_evidence_id)] if report.root_evidence_id is not None else []
    cited += [("causal_chain", each) for each in report.causal_chain]
    for hypothesis in report.hypotheses:
        cited += [
            (hypothesis.hypothesis_id, each)
            for each in (*hypothesis.evidence_ids, *hypothesis.contradicting_evidence_ids)
        ]
        if not hypothesis.evidence_ids:
            yield f"hypothesis {hypothesis.hypothesis_id!r} cites no evidence"
        if set(hypothesis.evidence_ids) & set(hypothesis.contradicting_evidence_ids):
            yield f"hypothesis {hypothesis.hypothesis_id!r} cites evidence both for and against itself"
    for where, evidence_id in cited:
        if evidence_id not in known:
            yield f"{where} cites {evidence_id!r}, which is not in the evidence index"


def _wrong_highlights(report: RcaReport, run: AgentRun, children: dict[tuple[str, str], BaseModel]) -> Iterator[str]:
    """Yield each mark that is not on characters of the field of the evidence that it is said to be of."""
    index = {each.evidence_id: each for each in report.evidence_index}
    for hypothesis in report.hypotheses:
        for mark in hypothesis.highlights:
            each = index.get(mark.evidence_id)
            if each is None or mark.evidence_id not in hypothesis.evidence_ids:
                yield f"{hypothesis.hypothesis_id!r} marks {mark.evidence_id!r}, which it does not cite"
                continue
            subject = run if each.kind in ("run", "baseline") else children.get((each.kind, each.ref_id))
            *place, field = mark.path.split("/") if subject is run else mark.path.rsplit("/", 1)
            group = _GROUPS.get(each.kind, "")
            text = getattr(subject, field, None)
            if place != ([f"{group}/{each.ref_id}"] if group else []) or not isinstance(text, str):
                yield f"{mark.path!r} is no text of {mark.evidence_id!r}"
            elif not 0 <= mark.start < mark.end <= len(text):
                yield f"{mark.path!r} does not have the characters {mark.start} to {mark.end}"


def _wrong_claims(report: RcaReport, run: AgentRun) -> Iterator[str]:
    yield from _claims_without_evidence(report) if report.insufficient_evidence else _unfounded_claims(report, run)


def _claims_without_evidence(report: RcaReport) -> Iterator[str]:
    if report.category != "unknown" or report.hypotheses or report.root_evidence_id or report.causal_chain:
        yield "something is claimed although the evidence is insufficient"
    if not report.insufficient_reason:
        yield "the evidence is insufficient, but no reason is given"
    if any(action.type not in ("monitoring", "code_change") for action in report.action_items):
        yield "with insufficient evidence only data collection may be asked for"


def _unfounded_claims(report: RcaReport, run: AgentRun) -> Iterator[str]:
    if report.insufficient_reason:
        yield "a reason for insufficient evidence is given, but the evidence is called sufficient"
    if report.hypotheses and report.hypotheses[0].category != report.category:
        yield "the category is not that of the first hypothesis"
    if not report.hypotheses and (report.category != "unknown" or report.root_evidence_id or report.causal_chain):
        yield "a cause is claimed without a hypothesis"
    if not report.hypotheses and run.status == "failure":
        yield "a failed run is neither explained nor called insufficient"
    if report.hypotheses and report.root_evidence_id not in report.hypotheses[0].evidence_ids:
        yield "the root evidence is not cited by the first hypothesis"
    if any(each.category == "unknown" and each.confidence != "low" for each in report.hypotheses):
        yield "a hypothesis without a cause is called more than low in confidence"


def _wrong_metrics(report: RcaReport, run: AgentRun) -> Iterator[str]:
    told = report.metrics_snapshot
    if told.top_failing_tool is not None and not any(
        call.tool_name == told.top_failing_tool and call.status == "failure" for call in run.tool_calls
    ):
        yield f"{told.top_failing_tool!r} is called the top failing tool, but never failed"
    slowest = max((step.latency_ms for step in run.steps if step.latency_ms is not None), default=None)
    retries = sum(step.retries for step in run.steps) + sum(call.retries for call in run.tool_calls)
    if (told.max_step_latency_ms, told.total_retries, told.total_cost_usd) != (
        slowest,
        retries,
        run.cost.total_cost_usd,
    ):
        yield "the metrics are not those of the telemetry"


def _wrong_numbers(report: RcaReport, run: AgentRun, children: dict[tuple[str, str], BaseModel]) -> Iterator[str]:
    """Yield each number in the prose that is neither in the telemetry cited nor a count of it."""
    cited = [child for each in report.evidence_index if (child := _child_of(each, children))]
    steps = {str(getattr(child, "step_id", "")) for child in cited}
    counts = (len(run.steps), len(run.tool_calls), len(run.guardrail_events), max(0, len(report.hypotheses) - 1))
    sources: list[Any] = [
        counts,
        _calls_by_tool(run, cited),
        *({**each.__dict__, "title": None} for each in report.evidence_index),
        *(child.__dict__ for child in cited),
        *(step.__dict__ for step in run.steps if step.step_id in steps),
        {name: value for name, value in run.__dict__.items() if name not in _CHILDREN},
        run.cost.__dict__,
        report.metrics_snapshot.__dict__,
        report.recurrence.__dict__ if report.recurrence else {},
        # Data collection names steps that no evidence refers to.
        [(step.step_id, step.name) for step in run.steps] if report.insufficient_evidence else [],
    ]
    known = {token for text in _scalars(sources) for token in _parts(text)}
    known_in_ticket = known | {"1", *(str(action.due_in_days) for action in report.action_items)}
    known_in_ticket.update((*_parts(report.rca_run_id), *_parts(report.fingerprint or "")))
    for where, prose in _prose(report):
        for number in map(_in_ascii, _NUMBER.findall(prose)):
            if number not in (known_in_ticket if where == "jira_fields" else known):
                yield f"{where} names {number}, which is nowhere in the telemetry cited"


def _calls_by_tool(run: AgentRun, cited: Iterable[BaseModel]) -> list[int]:
    """Return how many calls were made, and failed, of each tool that a cited call is of."""
    tools = {getattr(child, "tool_name", None) for child in cited}
    calls = [call for call in run.tool_calls if call.tool_name in tools]
    failed = Counter(
        call.tool_name
        for call in calls
        if call.status == "failure" or (call.status == "success" and (call.status_code or 0) >= 400)
    )
    return [*Counter(call.tool_name for call in calls).values(), *failed.values()]


def _scalars(values: Any) -> Iterator[str]:
    """Yield every scalar in nested values as text; a stack, because telemetry may nest deeper than Python may call."""
    stack = [values]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            stack += (*value.keys(), *value.values())
        elif isinstance(value, list | tuple):
            stack += value
        elif isinstance(value, datetime):
            yield value.isoformat()
        elif value is not None:
            yield str(value)


def _parts(text: str) -> Iterator[str]:
    for token in map(_in_ascii, _DIGITS.findall(text)):
        yield token
        yield from token.split(".")


def _in_ascii(number: str) -> str:
    """Return a number as ASCII writes it: `\\d` is a digit of any script, and a number is the same in each."""
    return number if number.isascii() else "".join(f"{decimal(char, char)}" for char in number)


def _prose(report: RcaReport) -> Iterator[tuple[str, str]]:
    yield "summary", report.summary
    for hypothesis in report.hypotheses:
        yield (
            hypothesis.hypothesis_id,
            " ".join(
                (
                    hypothesis.title,
                    hypothesis.description,
                    hypothesis.mitigation,
                    hypothesis.would_disprove,
                    hypothesis.validate_fix,
                    *hypothesis.verification_steps,
                )
            ),
        )
    for action in report.action_items:
        yield action.action_id, f"{action.title} {action.description}"
    for each in report.evidence_index:
        yield each.evidence_id, each.title
    # In the ticket's lists every number is 1; a colon or a point of a link is written as its code.
    ticket = f"{report.jira_fields.jira_summary} {report.jira_fields.jira_description_md}"
    yield "jira_fields", _ENTITY.sub(" ", ticket)
