"""From evidence to a diagnosis: what failed and stayed so, which is the root, what led from there to the end."""

from collections.abc import Sequence
from typing import Final

from rca_core.analysis.diagnose.diagnosis import Diagnosis, Explanation
from rca_core.analysis.diagnose.gate import insufficient_reason
from rca_core.analysis.diagnose.ranking import WHY, Group, Ranked, rank
from rca_core.analysis.diagnose.recovery import recovered, redone
from rca_core.analysis.diagnose.successes import Successes
from rca_core.analysis.history import regression_evidence
from rca_core.analysis.model import Category, Evidence
from rca_core.analysis.observe.evidence import tool_evidence
from rca_core.analysis.observe.order import Place, in_order, place_of, places
from rca_core.analysis.read import generic
from rca_core.analysis.read.own_words import says_why
from rca_core.analysis.read.signals import Signal, read_signals
from rca_core.analysis.rules import RuleSet, default_rules
from rca_core.telemetry import AgentRun, RunProfile, ToolCall

UNEXPLAINED: Final = "unexplained_failure"
UNFINISHED: Final = "unfinished_call"
FAILED_CALL: Final = ("failure", "error_result", "error_status", "unfinished")
# A refusal that should have met every call of the tool.
DOUBTED_BY_SUCCESS: Final[frozenset[Category]] = frozenset(("tool_permission", "tool_schema_mismatch"))
MAX_CHAIN: Final = 12
MAX_ALIKE: Final = 6
MAX_ELSEWHERE: Final = 2


def classify(
    evidence: Sequence[Evidence],
    run: AgentRun,
    baseline: Sequence[RunProfile] | None = None,
    rules: RuleSet | None = None,
) -> Diagnosis:
    """Return the diagnosis that the evidence of a run supports."""
    where = places(run)
    _, calls, _ = in_order(run, where)
    changes = regression_evidence(run, baseline) if run.status == "failure" else ()
    everything = (*evidence, *changes)
    successes = Successes(run, calls, frozenset(each.ref_id for each in evidence if each.kind == "tool_call"), where)
    again = redone(evidence, run, successes)
    signals = read_signals(everything, run, rules or default_rules(), again)
    healed = recovered(evidence, signals, run, successes, again)
    faults = [each for each in everything if each.evidence_id not in healed and _is_fault(each, signals, run)]
    if run.status == "success":
        faults = []
    ranked = _told(rank(faults, signals, run, successes, where), run)
    reason = _reason(run, ranked, faults)
    seen = frozenset(each.evidence_id for each in everything)
    explanations = tuple(_explain(each, _against(each.group, seen, calls, where)) for each in _kept(ranked, reason))
    return Diagnosis(
        explanations=explanations,
        insufficient_reason=reason,
        causal_chain=_chain(explanations, everything, healed, where) if explanations else (),
        recovered=healed,
        made_good=again,
        signals=signals,
        added=_added(changes, explanations),
    )


def _is_fault(evidence: Evidence, signals: dict[str, tuple[Signal, ...]], run: AgentRun) -> bool:
    found = signals.get(evidence.evidence_id)
    if found or found is None:
        return bool(found)
    if evidence.kind == "tool_call":
        return _is_failed_call(evidence)
    if evidence.kind == "step":
        return _is_telling_step(evidence, run)
    if evidence.kind == "run" and evidence.attributes["observation"] == "run_error":
        return not (generic.says_nothing(run.error_message) and generic.names_nothing(run.error_type))
    return False


def _is_failed_call(evidence: Evidence) -> bool:
    return evidence.kind == "tool_call" and evidence.attributes["observation"] in FAILED_CALL


def _is_telling_step(evidence: Evidence, run: AgentRun) -> bool:
    if evidence.kind != "step" or evidence.attributes["observation"] == "unfinished":
        return False
    return any(step.step_id == evidence.ref_id and says_why(step) for step in run.steps)


def _reason(run: AgentRun, ranked: Sequence[Ranked], faults: Sequence[Evidence]) -> str | None:
    if run.status == "success":
        return None
    return insufficient_reason(
        run,
        has_known_cause=any(each.group.category != "unknown" for each in ranked),
        has_failed_tool_call=any(map(_is_failed_call, faults)),
        has_telling_step=any(_is_telling_step(fault, run) for fault in faults),
    )


def _told(ranked: Sequence[Ranked], run: AgentRun) -> Sequence[Ranked]:
    """Leave out that a step was retried, which says no more than that it failed, unless the run names an error."""
    if not generic.names_nothing(run.error_type):
        return ranked
    return [each for each in ranked if not _only_retried(each.group)]


def _only_retried(group: Group) -> bool:
    """Return whether all that is known is that a step was retried."""
    return group.levels == {"step"} and group.signal is not None and group.signal.cause == "retry_storm"


def _kept(ranked: Sequence[Ranked], reason: str | None) -> Sequence[Ranked]:
    """Return what may be said: beside a known cause, a failure without one is no hypothesis unless it came first."""
    if reason:
        return ()
    return (*ranked[:1], *(each for each in ranked[1:] if each.group.category != "unknown"))


def _explain(ranked: Ranked, against: tuple[Evidence, ...]) -> Explanation:
    group = ranked.group
    return Explanation(
        category=group.category,
        cause=group.signal.cause if group.signal else _unexplained(group.root),
        confidence=ranked.confidence,
        evidence=_cited(group.faults),
        why=WHY[ranked.tier],
        contradicting=against,
    )


def _unexplained(root: Evidence) -> str:
    return UNFINISHED if root.attributes["observation"] == "unfinished" else UNEXPLAINED


def _cited(faults: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the first failures and the last of those at the root's level, then where else it showed."""
    alike = [each for each in faults if each.kind == faults[0].kind]
    elsewhere = [each for each in faults if each.kind != faults[0].kind]
    return (*alike[: MAX_ALIKE - 1], *alike[MAX_ALIKE - 1 :][-1:], *elsewhere[:MAX_ELSEWHERE])


def _against(
    group: Group, seen: frozenset[str], calls: Sequence[ToolCall], where: dict[tuple[str, str], Place]
) -> tuple[Evidence, ...]:
    """Return the last call before the root that the same tool did accept, where that speaks against the category."""
    if group.root.kind != "tool_call" or group.category not in DOUBTED_BY_SUCCESS:
        return ()
    tool = group.root.attributes["tool_name"]
    accepted: ToolCall | None = None
    for call in calls:
        if where["tool_call", call.call_id] >= group.place:
            break
        if call.tool_name == tool and call.status == "success" and f"ev_tool_{call.call_id}" not in seen:
            accepted = call
    if accepted is None:
        return ()
    return (tool_evidence(accepted, "success", f"Earlier call that succeeded: {tool}", where),)


def _added(changes: Sequence[Evidence], kept: Sequence[Explanation]) -> tuple[Evidence, ...]:
    against = {each.evidence_id: each for explanation in kept for each in explanation.contradicting}
    return (*(changes if kept else ()), *against.values())


def _chain(
    explanations: Sequence[Explanation],
    everything: Sequence[Evidence],
    healed: frozenset[str],
    where: dict[tuple[str, str], Place],
) -> tuple[str, ...]:
    """Return the way from the root to the end of the run: the root, what failed after it, the run's own error."""
    root = explanations[0].root
    start = place_of(root, where)
    cited = {each.evidence_id for explanation in explanations for each in explanation.evidence}
    later = [
        each
        for each in everything
        if each.evidence_id not in healed
        and each.evidence_id != root.evidence_id
        and (each.evidence_id in cited or each.kind in ("step", "run"))
        and each.kind != "baseline"
        and (_contains(each, root) or place_of(each, where) > start)
    ]
    ids = [each.evidence_id for each in _as_they_followed(later, where)]
    return (root.evidence_id, *ids[: MAX_CHAIN - 2], *ids[MAX_CHAIN - 2 :][-1:])


def _as_they_followed(later: Sequence[Evidence], where: dict[tuple[str, str], Place]) -> list[Evidence]:
    """Return failures in the order of cause and effect: by time, a step after what failed within it."""
    within: dict[str, Place] = {}
    for each in later:
        if step_id := str(each.attributes.get("step_id") or ""):
            within[step_id] = max(place_of(each, where), within.get(step_id, place_of(each, where)))

    def key(each: Evidence) -> tuple[Place, bool]:
        own = place_of(each, where)
        is_step = each.kind == "step"
        return (max(own, within.get(each.ref_id, own)) if is_step else own, is_step)

    return sorted(later, key=key)


def _contains(step: Evidence, root: Evidence) -> bool:
    return step.kind == "step" and step.ref_id == root.attributes.get("step_id")
