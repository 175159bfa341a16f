"""From signals to a diagnosis: separate roots from symptoms, rank them, and say how sure each is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rca_core.analysis import generic
from rca_core.analysis.baseline import regression_evidence
from rca_core.analysis.evidence import tool_evidence
from rca_core.analysis.gate import insufficient_reason
from rca_core.analysis.order import Place, in_order, place_of, places
from rca_core.analysis.recovery import recovered
from rca_core.analysis.report_model import Category, Confidence, Evidence
from rca_core.analysis.rules import RuleSet, default_rules
from rca_core.analysis.rules.model import CLEAR, STRONG
from rca_core.analysis.signals import Signal, read_signals
from rca_core.analysis.successes import Successes
from rca_core.telemetry import AgentRun, RunProfile, ToolCall

UNEXPLAINED: Final = "unexplained_failure"
# What tends to follow from an earlier failure: no data, so the next call is malformed, empty, or repeated.
DEPENDENT: Final[frozenset[Category]] = frozenset(
    ("tool_schema_mismatch", "retrieval_empty", "planner_loop", "output_parse_error")
)
# A refusal that should have met every call of the tool.
DOUBTED_BY_SUCCESS: Final[frozenset[Category]] = frozenset(("tool_permission", "tool_schema_mismatch"))
MAX_CHAIN: Final = 12
MAX_CITED: Final = 8
_DEPTH: Final = {"tool_call": 0, "guardrail": 1, "step": 2, "run": 3, "baseline": 3}


@dataclass(frozen=True, slots=True)
class Explanation:
    """One possible cause with its evidence, the root first."""

    category: Category
    cause: str
    confidence: Confidence
    evidence: tuple[Evidence, ...]
    contradicting: tuple[Evidence, ...] = ()

    @property
    def root(self) -> Evidence:
        """Return where it started."""
        return self.evidence[0]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the evidence says: explanations ranked best first, or why there is none."""

    explanations: tuple[Explanation, ...]
    insufficient_reason: str | None
    causal_chain: tuple[str, ...]
    recovered: frozenset[str]
    signals: dict[str, tuple[Signal, ...]]
    added: tuple[Evidence, ...] = ()
    """Evidence that was not in the walk of the run: of the baseline, and calls that speak against an explanation."""

    @property
    def category(self) -> Category:
        """Return the category of the best explanation."""
        return self.explanations[0].category if self.explanations else "unknown"


@dataclass(slots=True)
class _Group:
    category: Category
    faults: list[Evidence]
    place: Place
    tier: int = 0

    @property
    def levels(self) -> set[str]:
        return {fault.kind for fault in self.faults}


def classify(
    evidence: Sequence[Evidence],
    run: AgentRun,
    baseline: Sequence[RunProfile] | None = None,
    rules: RuleSet | None = None,
) -> Diagnosis:
    """Return the diagnosis that the evidence of a run supports."""
    where = places(run)
    _, calls, _ = in_order(run, where)
    regression = regression_evidence(run, baseline) if run.status == "failure" else None
    everything = (*evidence, regression) if regression else tuple(evidence)
    signals = read_signals(everything, run, rules or default_rules())
    tainted = frozenset(each.ref_id for each in evidence if each.kind == "tool_call")
    successes = Successes(run, calls, tainted, where)
    healed = recovered(evidence, signals, run, successes)
    faults = [each for each in everything if each.evidence_id not in healed and _is_fault(each, signals, run)]
    if run.status == "success":
        faults = _last_failure_of_a_success(faults, run, successes)
    seen = frozenset(each.evidence_id for each in everything)
    groups = _rank(_group(faults, signals, run, where), successes, signals)
    explanations = tuple(_explain(group, signals, run, groups, seen, calls, where) for group in groups)
    known = tuple(each for each in explanations if each.category != "unknown")
    reason = None
    if run.status != "success":
        failed_call = any(fault.kind == "tool_call" and _is_failed_call(fault) for fault in faults)
        reason = insufficient_reason(run, has_known_cause=bool(known), has_failed_tool_call=failed_call)
    # Where a cause is known, a failure without one is no hypothesis beside it, unless it came first.
    kept = () if reason else (*explanations[:1], *(each for each in explanations[1:] if each.category != "unknown"))
    return Diagnosis(
        explanations=kept,
        insufficient_reason=reason,
        causal_chain=_chain(kept, everything, healed, where) if kept else (),
        recovered=healed,
        signals=signals,
        added=_added(regression, kept),
    )


def _added(regression: Evidence | None, kept: Sequence[Explanation]) -> tuple[Evidence, ...]:
    against = {each.evidence_id: each for explanation in kept for each in explanation.contradicting}
    return (*((regression,) if regression and kept else ()), *against.values())


def _is_failed_call(evidence: Evidence) -> bool:
    return evidence.attributes["observation"] in ("failure", "error_result")


def _is_fault(evidence: Evidence, signals: dict[str, tuple[Signal, ...]], run: AgentRun) -> bool:
    found = signals.get(evidence.evidence_id)
    if found or found is None:
        return bool(found)
    if evidence.kind == "tool_call":
        return _is_failed_call(evidence)
    if evidence.kind == "run" and evidence.attributes["observation"] == "run_error":
        return not (generic.says_nothing(run.error_message) and generic.names_nothing(run.error_type))
    return False


def _last_failure_of_a_success(faults: list[Evidence], run: AgentRun, successes: Successes) -> list[Evidence]:
    """Keep, of a run that succeeded, only failed calls of failed steps after which no step succeeded."""
    failed = {step.step_id for step in run.steps if step.status == "failure"}
    return [
        fault
        for fault in faults
        if fault.kind == "tool_call"
        and fault.attributes["observation"] == "failure"
        and fault.attributes.get("step_id") in failed
        and not _went_on(fault, successes)
    ]


def _went_on(fault: Evidence, successes: Successes) -> bool:
    return fault.kind == "tool_call" and successes.went_on_after(fault.ref_id, fault.attributes.get("step_id"))


def _group(
    faults: Sequence[Evidence],
    signals: dict[str, tuple[Signal, ...]],
    run: AgentRun,
    where: dict[tuple[str, str], Place],
) -> list[_Group]:
    """Put faults of one category together: one exception seen at several levels, repeats, and restatements."""
    groups: dict[Category, list[Evidence]] = {}
    for fault in faults:
        found = signals[fault.evidence_id]
        groups.setdefault(found[0].category if found else "unknown", []).append(fault)
    # The deepest place of an exception comes first; at one depth, the earliest.
    for members in groups.values():
        members.sort(key=lambda fault: (_DEPTH[fault.kind], place_of(fault, run, where)))
    return [_Group(category, members, place_of(members[0], run, where)) for category, members in groups.items()]


def _rank(groups: list[_Group], successes: Successes, signals: dict[str, tuple[Signal, ...]]) -> list[_Group]:
    for group in groups:
        group.tier = _tier(group, groups, successes)
    return sorted(groups, key=lambda group: (group.tier, group.place, -_strength(group, signals), group.category))


def _strength(group: _Group, signals: dict[str, tuple[Signal, ...]]) -> int:
    return max((found[0].strength for fault in group.faults if (found := signals[fault.evidence_id])), default=0)


def _tier(group: _Group, groups: Sequence[_Group], successes: Successes) -> int:
    """Return how far a group is from being the root: 0 for a cause that stopped the run, more for symptoms."""
    others = [other for other in groups if other is not group]
    if group.category == "unknown":
        blocks_all = "tool_call" in group.levels and not _went_on(group.faults[0], successes)
        followers_only = all(other.category in DEPENDENT and other.place > group.place for other in others)
        return 0 if blocks_all and followers_only and not any(o.category == "planner_loop" for o in others) else 8
    if group.category == "prompt_regression":
        return 6
    if group.category == "planner_loop":
        return 5
    if group.levels == {"run"}:
        return 2
    quiet = all(
        fault.attributes["observation"] in ("empty_result", "error_text", "message_only") for fault in group.faults
    )
    if quiet and any(_stops(other) for other in others):
        return 4
    return 3 if _went_on(group.faults[0], successes) else 1


def _stops(group: _Group) -> bool:
    """Return whether a group is a failure of its own that no empty answer explains."""
    return group.category not in DEPENDENT and group.category not in ("unknown", "prompt_regression")


def _explain(
    group: _Group,
    signals: dict[str, tuple[Signal, ...]],
    run: AgentRun,
    groups: Sequence[_Group],
    seen: frozenset[str],
    calls: Sequence[ToolCall],
    where: dict[tuple[str, str], Place],
) -> Explanation:
    found = signals[group.faults[0].evidence_id]
    return Explanation(
        category=group.category,
        cause=found[0].cause if found else UNEXPLAINED,
        confidence=_confidence(group, signals, run, groups),
        evidence=tuple(group.faults[:MAX_CITED]),
        contradicting=_against(group, seen, calls, where),
    )


def _against(
    group: _Group,
    seen: frozenset[str],
    calls: Sequence[ToolCall],
    where: dict[tuple[str, str], Place],
) -> tuple[Evidence, ...]:
    """Return the last call before the root that the same tool did accept, where that speaks against the category."""
    root = group.faults[0]
    if root.kind != "tool_call" or group.category not in DOUBTED_BY_SUCCESS:
        return ()
    tool = root.attributes["tool_name"]
    accepted: ToolCall | None = None
    for call in calls:
        if where["tool_call", call.call_id] >= group.place:
            break
        if call.tool_name == tool and call.status == "success" and f"ev_tool_{call.call_id}" not in seen:
            accepted = call
    if accepted is None:
        return ()
    return (tool_evidence(accepted, "success", f"Earlier call that succeeded: {tool}", where),)


def _confidence(
    group: _Group, signals: dict[str, tuple[Signal, ...]], run: AgentRun, groups: Sequence[_Group]
) -> Confidence:
    """Return how sure an explanation is; the words are those of `Hypothesis`."""
    if group.category == "unknown":
        return "low"
    root = group.faults[0]
    strength = signals[root.evidence_id][0].strength
    score = 2 if strength >= STRONG - 5 else 1 if strength >= CLEAR - 5 else 0
    reported_as_success = root.attributes["observation"] in (
        "error_result",
        "error_text",
        "message_only",
        "empty_result",
    )
    if reported_as_success or root.kind == "step" or run.status != "failure":
        score = min(score, 1)
    if len(group.levels) > 1 and root.kind in ("tool_call", "guardrail"):
        score += 1
    ahead = groups[0] is not group
    unexplained_before = any(other.category == "unknown" and other.place < group.place for other in groups)
    if ahead or (unexplained_before and "tool_call" in group.levels):
        score = min(score, 1)
    return ("low", "medium", "high", "high")[score]


def _chain(
    explanations: Sequence[Explanation],
    everything: Sequence[Evidence],
    healed: frozenset[str],
    where: dict[tuple[str, str], Place],
) -> tuple[str, ...]:
    """Return the way from the root to the end of the run: the root, what failed after it, the run's own error."""
    root = explanations[0].root
    cited = {each.evidence_id for explanation in explanations for each in explanation.evidence}
    start = where.get((root.kind, root.ref_id))
    later = [
        each.evidence_id
        for each in everything
        if each.evidence_id != root.evidence_id
        and each.evidence_id not in healed
        and each.kind != "baseline"
        and (each.evidence_id in cited or each.kind in ("step", "run"))
        and not (
            start and (place := where.get((each.kind, each.ref_id))) and place < start and not _contains(each, root)
        )
    ]
    return (root.evidence_id, *later[: MAX_CHAIN - 2], *later[MAX_CHAIN - 2 :][-1:])


def _contains(step: Evidence, root: Evidence) -> bool:
    return step.kind == "step" and step.ref_id == root.attributes.get("step_id")
