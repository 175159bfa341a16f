"""When each child of a run happened, so that the same run in another payload order is analysed the same."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import re2

from rca_core.analysis.model import Evidence
from rca_core.telemetry import AgentRun, GuardrailEvent, Step, ToolCall

_DIGITS: Final = "0123456789"
_DIGIT: Final = re2.compile(r"[0-9]")
_LETTERED: Final = re2.compile(r"(?:^|[_.:/#-])([A-Za-z])\z")

Place = tuple[datetime, int, int, str]
"""(time, rank of the kind, place among its kind, id): sorts children into the order in which they happened."""


_LONGEST: Final = 18
"""Digits of a number in an id; what has more is no counter."""
END: Final[Place] = (datetime.max.replace(tzinfo=UTC), 3, 0, "")


def places(run: AgentRun) -> dict[tuple[str, str], Place]:
    """Return the place of each child by (kind, id): by time, then steps before calls before guardrail events.

    A call without a time of its own has its step's start. Children at one instant keep the order of their numbers
    (call-2 before call-10) where their ids end in one, or of their letters (call-a before call-b), else the order they
    were sent in.
    """
    started = {step.step_id: step.started_at or run.started_at for step in run.steps}
    calls = {call.call_id: call.started_at or started.get(call.step_id or "") for call in run.tool_calls}
    found: dict[tuple[str, str], Place] = {}
    for number, step_id in zip(_numbers([step.step_id for step in run.steps]), started, strict=True):
        found["step", step_id] = (started[step_id], 0, number, step_id)
    for number, call in zip(_numbers([call.call_id for call in run.tool_calls]), run.tool_calls, strict=True):
        found["tool_call", call.call_id] = (calls[call.call_id] or run.started_at, 1, number, call.call_id)
    for number, event in zip(_numbers([e.event_id for e in run.guardrail_events]), run.guardrail_events, strict=True):
        when = event.created_at or calls.get(event.call_id or "") or started.get(event.step_id or "")
        found["guardrail", event.event_id] = (when or run.started_at, 2, number, event.event_id)
    return found


def place_of(evidence: Evidence, where: dict[tuple[str, str], Place]) -> Place:
    """Return the place of a piece of evidence; what concerns the run as a whole comes after all its children."""
    first_call = evidence.attributes.get("first_call_id")
    key = ("tool_call", str(first_call)) if first_call else (evidence.kind, evidence.ref_id)
    return where.get(key, END)


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
    """Return the number of each id: of all of them if each has one of its own, else of those that share a prefix."""
    prefixes = [each.rstrip(_DIGITS) for each in ids]
    suffixes = [each[len(prefix) :] for prefix, each in zip(prefixes, ids, strict=True)]
    # A digit before the number speaks of a random id, whose last digits count nothing.
    if all(0 < len(suffix) <= _LONGEST for suffix in suffixes) and not any(map(_DIGIT.search, prefixes)):
        numbers = [int(suffix) for suffix in suffixes]
        if len(set(numbers)) == len(numbers):
            return numbers
    shared = Counter(prefix for prefix, suffix in zip(prefixes, suffixes, strict=True) if suffix)
    return [
        int(suffix) if shared[prefix] > 1 and 0 < len(suffix) <= _LONGEST else _letter(each) or index
        for index, (prefix, suffix, each) in enumerate(zip(prefixes, suffixes, ids, strict=True))
    ]


def _letter(name: str) -> int:
    """Return the place in the alphabet of the single letter that ends an id, as in `call-b`; 0 if none does."""
    match = _LETTERED.search(name)
    return ord(match[1].lower()) - ord("a") + 1 if match else 0
