"""Which failures something later made good: a retry, another way to the same end, an agent that went on."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rca_core.analysis.order import Place
from rca_core.analysis.report_model import Evidence
from rca_core.analysis.signals import Signal
from rca_core.telemetry import AgentRun, ToolCall

_WORD = re.compile(r"[A-Za-z][a-z]*|[A-Z]+|\d+")
_COMMON_WORDS: Final = frozenset(
    (
        "get",
        "find",
        "by",
        "details",
        "detail",
        "list",
        "search",
        "fetch",
        "id",
        "info",
        "data",
        "api",
        "tool",
        "lookup",
        "look",
        "up",
        "query",
        "for",
        "the",
        "of",
        "and",
        "with",
        "from",
        "in",
        "v",
        "name",
        "all",
    )
)
_LONG_VALUE: Final = 12
"""Characters from which two calls that share an argument value are taken to be after the same thing: a URL, a query."""


class Successes:
    """The last real success of each tool, of each kind of tool, and with each telling argument value."""

    def __init__(self, calls: Iterable[ToolCall], tainted: frozenset[str], where: dict[tuple[str, str], Place]) -> None:
        self.by_tool: dict[str, Place] = {}
        self.by_purpose: dict[tuple[str, str], Place] = {}
        self.by_value: dict[str, Place] = {}
        self.last: Place | None = None
        for call in calls:
            if call.status != "success" or call.call_id in tainted:
                continue
            place = where["tool_call", call.call_id]
            self.by_tool[call.tool_name] = self.last = place
            for value in _long_values(call):
                self.by_value[value] = place
        for tool, place in self.by_tool.items():
            for purpose in _purposes(tool):
                self.by_purpose[purpose] = max(place, self.by_purpose.get(purpose, place))

    def same_intent_after(self, call: ToolCall, place: Place) -> bool:
        """Return whether the tool, a like tool, or a tool given the same thing succeeded after a place."""
        found = (
            self.by_tool.get(call.tool_name),
            *(self.by_purpose.get(purpose) for purpose in _purposes(call.tool_name)),
            *(self.by_value.get(value) for value in _long_values(call)),
        )
        return any(later is not None and later > place for later in found)

    def any_after(self, place: Place) -> bool:
        """Return whether any call succeeded after a place."""
        return self.last is not None and self.last > place


def recovered(
    evidence: Sequence[Evidence],
    signals: dict[str, tuple[Signal, ...]],
    run: AgentRun,
    calls: Sequence[ToolCall],
    where: dict[tuple[str, str], Place],
) -> tuple[frozenset[str], Successes]:
    """Return the ids of evidence that something later made good, and the successes that tell."""
    tainted = frozenset(each.ref_id for each in evidence if each.kind == "tool_call")
    successes = Successes(calls, tainted, where)
    by_id = {call.call_id: call for call in calls}
    last_good_step = max((where["step", step.step_id] for step in run.steps if step.status == "success"), default=None)
    good_steps: dict[str, Place] = {}
    for step in run.steps:
        if step.status == "success" and step.name:
            place = where["step", step.step_id]
            good_steps[step.name] = max(place, good_steps.get(step.name, place))
    statuses = {step.step_id: step.status for step in run.steps}
    healed: set[str] = set()
    for each in evidence:
        if (
            (
                each.kind == "tool_call"
                and _call_recovered(each, signals, by_id[each.ref_id], successes, where, last_good_step)
            )
            or (
                each.kind == "step"
                and good_steps.get(str(each.attributes.get("name")), where["step", each.ref_id])
                > where["step", each.ref_id]
            )
            or (each.kind == "guardrail" and _block_passed(each, healed, by_id, statuses, tainted))
        ):
            healed.add(each.evidence_id)
        elif each.attributes.get("observation") in ("repeated_calls", "call_cycle"):
            end = where["tool_call", str(each.attributes["last_call_id"])]
            if successes.any_after(end):
                healed.add(each.evidence_id)
    return frozenset(healed), successes


def _call_recovered(
    evidence: Evidence,
    signals: dict[str, tuple[Signal, ...]],
    call: ToolCall,
    successes: Successes,
    where: dict[tuple[str, str], Place],
    last_good_step: Place | None,
) -> bool:
    place = where["tool_call", call.call_id]
    if successes.same_intent_after(call, place):
        return True
    if evidence.attributes["observation"] not in ("error_text", "message_only"):
        return False
    # A tool that answers "not found" in words leaves it to the agent what to do: going on is the answer.
    found = signals.get(evidence.evidence_id)
    if found and found[0].category != "retrieval_empty":
        return False
    return successes.any_after(place) or _step_after(last_good_step, where.get(("step", call.step_id or "")), place)


def _step_after(step: Place | None, own_step: Place | None, call: Place) -> bool:
    if step is None:
        return False
    return step > own_step if own_step else step[0] > call[0]


def _block_passed(
    evidence: Evidence,
    healed: set[str],
    calls: dict[str, ToolCall],
    statuses: Mapping[str, str],
    tainted: frozenset[str],
) -> bool:
    call_id = evidence.attributes.get("call_id")
    if call_id in calls:
        return f"ev_tool_{call_id}" in healed or (calls[call_id].status == "success" and call_id not in tainted)
    return statuses.get(str(evidence.attributes.get("step_id"))) == "success"


def _purposes(tool: str) -> list[tuple[str, str]]:
    """Return (verb, thing) pairs: `find_user_id_by_email` and `find_user_by_zip` are both for (find, user)."""
    words = [word.lower() for word in _WORD.findall(tool)]
    return [(words[0], word) for word in sorted(set(words[1:]) - _COMMON_WORDS)] if words else []


def _long_values(call: ToolCall) -> list[str]:
    if not isinstance(call.args_json, dict):
        return []
    return [value for value in call.args_json.values() if isinstance(value, str) and len(value) >= _LONG_VALUE]
