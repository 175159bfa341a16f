"""A failure's shape, the same in every run that shows it: category, cause, tool and message without what varies."""

import hashlib
import json
import re
from typing import Final, NamedTuple

from rca_core.analysis.model import Evidence, RcaReport
from rca_core.telemetry import AgentRun
from rca_core.telemetry.masking import MAX_MASKED, MAX_READ, masked

# In a long text the sentence that says what failed may come late. As in evidence, but of masked text.
_TELLING = re.compile(
    r"\b\w{0,80}(?:error|exception|denied|failed|failure|timed? ?out|exceeded|invalid|missing|required|refused"
    r"|forbidden|unauthori[sz]ed|not found|unavailable)\b"
)
_BEFORE: Final = 60


class Fingerprint(NamedTuple):
    """What a failure is known by; `fingerprint`, 16 hex characters, is a hash of the rest."""

    fingerprint: str
    category: str
    cause: str
    tool: str | None
    message: str


def fingerprint_of(report: RcaReport, run: AgentRun) -> Fingerprint | None:
    """Return the fingerprint of the failure that a report explains; None for a run that did not fail.

    Not of the agent's name, of times, ids or counts, of what was recovered, or of the order in which a run was sent.
    """
    root = next((each for each in report.evidence_index if each.evidence_id == report.root_evidence_id), None)
    return fingerprint(run, report.category, report.cause, root)


def fingerprint(run: AgentRun, category: str, cause: str, root: Evidence | None) -> Fingerprint | None:
    """Return the fingerprint of a failure with this root; without one, of what the run itself says."""
    if run.status != "failure":
        return None
    tool = str(root.attributes["tool_name"]) if root and "tool_name" in root.attributes else None
    shape = (category, cause, tool, _telling(masked(_text(run, root), MAX_READ)))
    return Fingerprint(hashlib.sha256(json.dumps(shape).encode()).hexdigest()[:16], *shape)


def _text(run: AgentRun, root: Evidence | None) -> str | None:
    """Return the whole text that the root evidence quotes: where a quotation starts depends on what varies."""
    if root is None:
        return run.error_message or run.error_type
    if root.kind == "baseline":
        # It quotes the version, or an output of this run.
        return f"{root.attributes.get('observation')} {root.attributes.get('name')}"
    return next((text for text in _texts(run, root) if root.snippet in text), root.snippet)


def _texts(run: AgentRun, root: Evidence) -> list[str]:
    """Return the texts that evidence of this kind may quote."""
    found: list[str | None] = []
    if root.kind == "tool_call":
        calls = (call for call in run.tool_calls if call.call_id == root.ref_id)
        found = [text for call in calls for text in (call.error_message, call.result_summary)]
    elif root.kind == "step":
        found = [step.output_summary for step in run.steps if step.step_id == root.ref_id]
    elif root.kind == "guardrail":
        found = [event.message for event in run.guardrail_events if event.event_id == root.ref_id]
    elif root.attributes.get("observation") == "run_error":
        found = [run.error_message]
    return [text for text in found if text]


def _telling(message: str) -> str:
    """Return the part of a masked message that is kept: its start or, of a long one, where it says what failed."""
    if len(message) <= MAX_MASKED:
        return message
    match = _TELLING.search(message)
    start = max(0, match.start() - _BEFORE) if match else 0
    return message[start : start + MAX_MASKED].strip()
