"""Check what a report points at: its evidence, the ids that it cites, the characters that it marks."""

from collections.abc import Iterable, Iterator
from typing import Final

from pydantic import BaseModel

from rca_core.analysis.model import Evidence, RcaReport
from rca_core.analysis.verify.baseline import wrong_comparison
from rca_core.analysis.verify.children import Children, child_of, texts_of
from rca_core.analysis.verify.contrast import wrong_contrast
from rca_core.telemetry import AgentRun, ToolCall

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


def wrong_evidence(index: Iterable[Evidence], run: AgentRun, children: Children) -> Iterator[str]:
    """Yield what is wrong with pieces of evidence: their ids, what they refer to, what they quote of it."""
    seen: set[str] = set()
    for each in index:
        if each.evidence_id in seen:
            yield f"evidence id {each.evidence_id!r} appears twice"
        seen.add(each.evidence_id)
        subject = run if each.kind in ("run", "baseline") else child_of(each, children)
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
        texts = [*texts_of(subject, run)]
        if each.kind == "baseline":
            step = children.get(("step", str(each.attributes.get("step_id"))))
            texts += texts_of(step, run) if step else ()
            yield from wrong_comparison(each, step)
        if not each.snippet or not any(each.snippet in text for text in texts):
            yield f"the snippet of {each.evidence_id!r} is not in the telemetry"
        yield from _wrong_attributes(each, subject)


def _wrong_attributes(evidence: Evidence, subject: BaseModel) -> Iterator[str]:
    for name, value in evidence.attributes.items():
        if name in _TELEMETRY_FIELDS and hasattr(subject, name) and getattr(subject, name) != value:
            yield f"attribute {name!r} of {evidence.evidence_id!r} is not what the telemetry says"


def wrong_citations(report: RcaReport) -> Iterator[str]:
    """Yield each citation of what is not there, and each hypothesis that cites nothing, or the same for and against."""
    known = {each.evidence_id for each in report.evidence_index}
    cited = [("root_evidence_id", report.root_evidence_id)] if report.root_evidence_id is not None else []
    cited += [("causal_chain", each) for each in report.causal_chain]
    cited += [("recovered_evidence_ids", each) for each in report.recovered_evidence_ids]
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


def wrong_highlights(report: RcaReport, run: AgentRun, children: Children) -> Iterator[str]:
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
