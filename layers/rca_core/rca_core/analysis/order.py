"""When each child of a run happened, so that the same run in another payload order is analysed the same."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from rca_core.analysis.report_model import Evidence
from rca_core.telemetry import AgentRun, GuardrailEvent, Step, ToolCall

_DIGITS: Final = "0123456789"

Place = tuple[datetime, int, int]
"""(time, rank of the kind, place among its kind): sorts children into the order in which they happened."""


_LONGEST: Final = 18
"""Digits of a number in an id; what has more is no counter."""
_END: Final[Place] = (datetime.max.replace(tzinfo=UTC), 3, 0)


def places(run: AgentRun) -> dict[tuple[str, str], Place]:
    """Return the place of each child by (kind, id): by time, then steps before calls before guardrail events.

    A call without a time of its own has its step's start. Children at one instant keep the order of their numbers
    (call-2 before call-10) where several ids are one prefix and a number, else the order they were sent in.
    """
    started = {step.step_id: step.started_at or run.started_at for step in run.steps}
    calls = {call.call_id: call.started_at or started.get(call.step_id or "") for call in run.tool_calls}
    found: dict[tuple[str, str], Place] = {}
    for number, step_id in zip(_numbers([step.step_id for step in run.steps]), started, strict=True):
        found["step", step_id] = (started[step_id], 0, number)
    for number, call in zip(_numbers([call.call_id for call in run.tool_calls]), run.tool_calls, strict=True):
        found["tool_call", call.call_id] = (calls[call.call_id] or run.started_at, 1, number)
    for number, event in zip(_numbers([e.event_id for e in run.guardrail_events]), run.guardrail_events, strict=True):
        when = event.created_at or calls.get(event.call_id or "") or started.get(event.step_id or "")
        found["guardrail", event.event_id] = (when or run.started_at, 2, number)
    return found


def place_of(evidence: Evidence, where: dict[tuple[str, str], Place]) -> Place:
    """Return the place of a piece of evidence; what concerns the run as a whole comes after all its children."""
    first_call = evidence.attributes.get("first_call_id")
    key = ("tool_call", str(first_call)) if first_call else (evidence.kind, evidence.ref_id)
    return where.get(key, _END)


def in_order(
    run: AgentRun, where: dict[tuple[str, str], Place]
) -> tuple[list[Step], list[ToolCall], list[GuardrailEvent]]:
    """Return the steps, the calls and the guardrail events, each in the order in which they happened."""
    return (
        sorted(run.steps, key=lambda step: where["step", step.step_id]),
        sorted(run.tool_calls, key=lambda call: where["tool_call", call.call_id]),
        sorted(run.guardrail_events, key=lambda event: where["guardrail", event.event_id]),
    )


def _numbers(ids: Sequence[str]) -> list[int]:
    prefixes = [each.rstrip(_DIGITS) for each in ids]
    shared = Counter(prefix for prefix, each in zip(prefixes, ids, strict=True) if prefix != each)
    return [
        int(each[len(prefix) :]) if shared[prefix] > 1 and 0 < len(each) - len(prefix) <= _LONGEST else index
        for index, (prefix, each) in enumerate(zip(prefixes, ids, strict=True))
    ]
