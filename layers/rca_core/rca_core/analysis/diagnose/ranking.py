"""Tell roots from symptoms: group failures by category, rank the groups, and say how sure each is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rca_core.analysis.diagnose.successes import Successes
from rca_core.analysis.model import Category, Confidence, Evidence
from rca_core.analysis.observe.order import Place, place_of
from rca_core.analysis.read.judge import Signal
from rca_core.analysis.rules.model import CLEAR, STRONG
from rca_core.telemetry import AgentRun

# What tends to follow from an earlier failure: no data, so the next call is malformed, empty, or repeated.
DEPENDENT: Final[frozenset[Category]] = frozenset(
    ("tool_schema_mismatch", "retrieval_empty", "planner_loop", "output_parse_error")
)
# What ends a run that does nothing else than go round.
ENDED_BY: Final[frozenset[Category]] = frozenset(("timeout", "context_overflow", "rate_limited", "unknown"))
LONG_LOOP: Final = 8
"""Repetitions from which a loop explains by itself that a run came to no end."""
# How groups of failures rank, the root first; among equals the earliest is first.
WHY: Final = (
    "the first failure; what failed after it may have followed from it",
    "the earliest failure that nothing recovered or got past",
    "it ended the run as a whole",
    "not recovered, but a later step succeeded all the same",
    "it may have followed from a failure that stands on its own",
    "going in circles is more often a symptom than a cause",
    "a change in history; direct error evidence outranks it",
    "no rule explains it",
)
_REPORTED_AS_SUCCESS: Final = (
    "error_result",
    "error_status",
    "error_text",
    "message_only",
    "empty_result",
    "worded_result",
    "final_answer",
)
_DEPTH: Final = {"tool_call": 0, "guardrail": 1, "step": 2, "run": 3, "baseline": 3}


@dataclass(frozen=True, slots=True)
class Group:
    """Failures of one category: one exception seen at several levels, its repeats, its restatements."""

    category: Category
    faults: tuple[Evidence, ...]
    signal: Signal | None
    """The strongest reading of the root, None where no rule explains it."""
    place: Place

    @property
    def root(self) -> Evidence:
        """Return the deepest, then earliest failure."""
        return self.faults[0]

    @property
    def levels(self) -> set[str]:
        """Return the kinds of evidence in it."""
        return {fault.kind for fault in self.faults}


@dataclass(frozen=True, slots=True)
class Ranked:
    """A group with its rank, which is an index of `WHY`, and how sure it is."""

    group: Group
    tier: int
    confidence: Confidence


def rank(
    faults: Sequence[Evidence],
    signals: dict[str, tuple[Signal, ...]],
    run: AgentRun,
    successes: Successes,
    where: dict[tuple[str, str], Place],
) -> tuple[Ranked, ...]:
    """Return the failures in groups, the most likely root first."""
    groups = _groups(faults, signals, where)
    tiers = {group.category: _tier(group, groups, successes) for group in groups}
    ordered = sorted(groups, key=lambda group: (tiers[group.category], group.place, group.category))
    return tuple(Ranked(group, tiers[group.category], _confidence(group, ordered, run, successes)) for group in ordered)


def went_on(fault: Evidence, successes: Successes) -> bool:
    """Return whether a later step succeeded than the one in which a call failed."""
    return fault.kind == "tool_call" and successes.went_on_after(fault.ref_id, fault.attributes.get("step_id"))


def _groups(
    faults: Sequence[Evidence],
    signals: dict[str, tuple[Signal, ...]],
    where: dict[tuple[str, str], Place],
) -> list[Group]:
    members: dict[Category, list[Evidence]] = {}
    for fault in faults:
        found = signals[fault.evidence_id]
        members.setdefault(found[0].category if found else "unknown", []).append(fault)
    groups = []
    for category, each in members.items():
        # The deepest place of an exception comes first; at one depth, the earliest.
        each.sort(key=lambda fault: (_DEPTH[fault.kind], place_of(fault, where)))
        root = signals[each[0].evidence_id]
        groups.append(Group(category, tuple(each), root[0] if root else None, place_of(each[0], where)))
    return groups


def _tier(group: Group, groups: Sequence[Group], successes: Successes) -> int:
    """Return how far a group is from being the root: an index of `WHY`."""
    others = [other for other in groups if other is not group]
    if group.category == "unknown":
        return 0 if _comes_first(group, others, successes) else 7
    if group.category == "prompt_regression":
        return 6
    if group.category == "planner_loop":
        return 2 if _went_round_until_the_end(group, others) else 5
    if group.levels == {"run"}:
        return 4 if _follows_of_a_run(group, groups, successes) else 2
    quiet = all(fault.attributes["observation"] in _REPORTED_AS_SUCCESS for fault in group.faults)
    if quiet and any(_stands_alone(other) for other in others):
        return 4
    return 3 if went_on(group.root, successes) else 1


def _follows_of_a_run(group: Group, groups: Sequence[Group], successes: Successes) -> bool:
    """Return whether an error of the run as a whole may have followed from another failure."""
    others = [other for other in groups if other is not group]
    if any(_went_round_until_the_end(other, [each for each in groups if each is not other]) for other in others):
        return True
    broken = any(_stands_alone(other) and successes.broke_its_step(other.root) for other in others)
    return group.category in DEPENDENT and broken


def _comes_first(group: Group, others: Sequence[Group], successes: Successes) -> bool:
    """Return whether all that failed beside an unexplained failure may have followed from it."""
    if "tool_call" not in group.levels or went_on(group.root, successes):
        return False
    return all(
        other.category in DEPENDENT and other.category != "planner_loop" and other.place > group.place
        for other in others
    )


def _went_round_until_the_end(group: Group, others: Sequence[Group]) -> bool:
    """Return whether all that failed beside a long loop is what ended the run as a whole, as a timeout does."""
    loops = [fault for fault in group.faults if not fault.attributes.get("waits")]
    longest = max((int(loop.attributes.get("repetitions", 0)) for loop in loops), default=0)
    return (
        group.category == "planner_loop"
        and longest >= LONG_LOOP
        and all(other.levels == {"run"} and other.category in ENDED_BY for other in others)
    )


def _stands_alone(group: Group) -> bool:
    """Return whether a group is a failure of its own that no empty answer explains."""
    return group.category not in DEPENDENT and group.category not in ("unknown", "prompt_regression")


def _got_past(group: Group, run: AgentRun, successes: Successes) -> bool:
    """Return whether an agent did other things with success after the last of these failures of its tools."""
    failed = {fault.ref_id for fault in group.faults if fault.kind == "tool_call"}
    if not failed or "run" in group.levels:
        return False
    return all(successes.got_past(call, steps=2) for call in run.tool_calls if call.call_id in failed)


def _confidence(group: Group, ordered: Sequence[Group], run: AgentRun, successes: Successes) -> Confidence:
    """Return how sure a group is the cause; the words are those of `Hypothesis`."""
    if group.signal is None or _got_past(group, run, successes):
        return "low"
    score = 2 if group.signal.strength >= STRONG - 5 else 1 if group.signal.strength >= CLEAR - 5 else 0
    if group.root.attributes["observation"] in _REPORTED_AS_SUCCESS or group.root.kind == "step":
        score = min(score, 1)
    if len(group.levels) > 1 and group.root.kind in ("tool_call", "guardrail"):
        score = min(score + 1, 2)
    unexplained_before = any(other.category == "unknown" and other.place < group.place for other in ordered)
    if group is not ordered[0] or run.status != "failure" or (unexplained_before and "tool_call" in group.levels):
        score = min(score, 1)
    return ("low", "medium", "high")[score]
