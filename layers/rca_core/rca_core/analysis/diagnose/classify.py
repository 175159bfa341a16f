"""From evidence to a diagnosis: what failed and stayed so, which is the root, what led from there to the end."""

from collections.abc import Collection, Sequence
from typing import Final

from rca_core.analysis.diagnose.blame import blame
from rca_core.analysis.diagnose.context import context_of
from rca_core.analysis.diagnose.contrast import Earlier
from rca_core.analysis.diagnose.diagnosis import Diagnosis, Explanation
from rca_core.analysis.diagnose.gate import GENERIC_ONLY, insufficient_reason
from rca_core.analysis.diagnose.ranking import WHY, Group, Ranked, rank
from rca_core.analysis.diagnose.recovery import recovered, redone
from rca_core.analysis.diagnose.successes import Successes
from rca_core.analysis.model import Category, Evidence
from rca_core.analysis.observe.evidence import tool_evidence
from rca_core.analysis.observe.order import Place, place_of
from rca_core.analysis.observe.outputs import is_cut
from rca_core.analysis.observe.tool_names import acts
from rca_core.analysis.observe.view import RunView
from rca_core.analysis.read import generic
from rca_core.analysis.read.judge import GUESSED, Signal
from rca_core.analysis.read.own_words import says_why
from rca_core.analysis.read.signals import read_signals
from rca_core.analysis.read.wording import WordingReader
from rca_core.analysis.rules import RuleSet
from rca_core.telemetry import AgentRun, ToolCall

UNEXPLAINED: Final = "unexplained_failure"
UNFINISHED: Final = "unfinished_call"
ENDED: Final = "ended_from_outside"
SILENT: Final = "silent_failure"
TARGET_NOT_FOUND: Final = "target_not_found"
FAILED_CALL: Final = ("failure", "error_result", "error_status", "unfinished")
# A refusal that should have met every call of the tool.
DOUBTED_BY_SUCCESS: Final[frozenset[Category]] = frozenset(("tool_permission", "tool_schema_mismatch"))
MAX_CHAIN: Final = 12
MAX_ALIKE: Final = 6
MAX_ELSEWHERE: Final = 2


def classify(
    view: RunView,
    evidence: Sequence[Evidence],
    rules: RuleSet,
    wording: WordingReader,
    changes: Sequence[Evidence] = (),
    earlier: Earlier | None = None,
) -> Diagnosis:
    """Return the diagnosis that the evidence of a run supports.

    `changes` are what its agent's history shows; `earlier` gives the runs in it, to compare a refused call with.
    """
    run = view.run
    everything = (*evidence, *changes)
    successes = Successes(view, frozenset(each.ref_id for each in evidence if each.kind == "tool_call"))
    again = redone(view, evidence, successes)
    readings = read_signals(view, everything, rules, wording, again)
    signals = _without_needless_guesses({each: reading.judged for each, reading in readings.items()}, again)
    healed = recovered(view, evidence, signals, successes, again)
    faults = [each for each in everything if each.evidence_id not in healed and _is_fault(each, signals, view)]
    faults = _without_steps_of_calls(faults, signals)
    if run.status == "success":
        faults = []
    ranked = _told(rank(faults, signals, run, successes, view.where), run)
    reason = _reason(view, ranked, faults)
    seen = frozenset(each.evidence_id for each in everything)
    broken = [each for each in evidence if each.kind == "step" and each.evidence_id not in healed]
    explanations = tuple(
        _explain(view, each, broken, _against(view, each.group, seen), earlier) for each in _kept(ranked, reason)
    )
    return Diagnosis(
        explanations=explanations,
        insufficient_reason=reason,
        causal_chain=_chain(explanations, everything, healed, view.where) if explanations else (),
        recovered=healed,
        made_good=again,
        readings=readings,
        added=_added(changes, explanations, seen),
    )


def _without_needless_guesses(
    signals: dict[str, tuple[Signal, ...]], made_good: Collection[str]
) -> dict[str, tuple[Signal, ...]]:
    """Leave out guesses at something else than what is surely known of a failure that nothing made good."""
    lasting = (found for evidence_id, found in signals.items() if evidence_id not in made_good)
    known = {each.category for found in lasting for each in found if each.rule_id != GUESSED}
    if not known:
        return signals
    return {
        key: tuple(each for each in found if each.rule_id != GUESSED or each.category in known)
        for key, found in signals.items()
    }


def _is_fault(evidence: Evidence, signals: dict[str, tuple[Signal, ...]], view: RunView) -> bool:
    if _is_no_failure_yet(evidence, view):
        return False
    found = signals.get(evidence.evidence_id)
    if found or found is None:
        return bool(found)
    if evidence.kind == "tool_call":
        return _is_failed_call(evidence)
    if evidence.kind == "step":
        return _is_telling_step(evidence, view)
    if evidence.kind == "run" and evidence.attributes["observation"] == "run_error":
        return not (generic.says_nothing(view.run.error_message) and generic.names_nothing(view.run.error_type))
    return False


def _without_steps_of_calls(faults: list[Evidence], signals: dict[str, tuple[Signal, ...]]) -> list[Evidence]:
    """Leave out failed steps that nobody can explain and in which a call failed: the call is to be explained."""
    broken = {each.attributes.get("step_id") for each in faults if each.kind == "tool_call"}
    return [
        each for each in faults if each.kind != "step" or each.ref_id not in broken or signals.get(each.evidence_id)
    ]


def _is_no_failure_yet(evidence: Evidence, view: RunView) -> bool:
    observation = evidence.attributes["observation"]
    # What a run under way has not found yet, it may still find.
    if observation in ("empty_result", "no_progress") and view.run.status == "running":
        return True
    return observation == "cut_output" and not _ends_the_answers(evidence, view)


def _is_failed_call(evidence: Evidence) -> bool:
    return evidence.kind == "tool_call" and evidence.attributes["observation"] in FAILED_CALL


def _is_telling_step(evidence: Evidence, view: RunView) -> bool:
    if evidence.kind != "step" or evidence.attributes["observation"] == "unfinished":
        return False
    return says_why(view.step[evidence.ref_id])


def _ends_the_answers(cut: Evidence, view: RunView) -> bool:
    """Return whether no model answered whole after a cut output."""
    later = [step for step in view.model_steps if view.where["step", step.step_id] > view.where["step", cut.ref_id]]
    return all(map(is_cut, later))


def _reason(view: RunView, ranked: Sequence[Ranked], faults: Sequence[Evidence]) -> str | None:
    if view.run.status == "success":
        return None
    reason = insufficient_reason(
        view.run,
        has_known_cause=any(each.group.category != "unknown" for each in ranked),
        has_failed_tool_call=any(map(_is_failed_call, faults)),
        has_telling_step=any(_is_telling_step(fault, view) for fault in faults),
    )
    # What nothing is left of to explain explains nothing, whatever the run calls its error.
    return reason or (None if ranked else GENERIC_ONLY)


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


def _explain(
    view: RunView,
    ranked: Ranked,
    broken: Sequence[Evidence],
    against: tuple[Evidence, ...],
    earlier: Earlier | None,
) -> Explanation:
    group = ranked.group
    context = context_of(view, group.root, group.category, earlier)
    cited = _cited(group.faults)
    # An error of the run as a whole shows where it happened in the step that it broke.
    where = broken[-1:] if group.levels == {"run"} else ()
    more = [*where, *context.evidence]
    ids = {each.evidence_id for each in cited}
    blamed = blame(view, group.root, group.category, _cause(group, view))
    return Explanation(
        category=group.category,
        cause=blamed.cause,
        confidence=ranked.confidence,
        evidence=(*cited, *(each for each in more if each.evidence_id not in ids)),
        why=WHY[ranked.tier],
        contradicting=against,
        notes=context.notes,
        blamed=blamed,
    )


def _cause(group: Group, view: RunView) -> str:
    if group.signal is None:
        return _unexplained(group.root, view)
    # A lookup that finds nothing is asked otherwise; a change of what is not there has another remedy.
    if group.category == "retrieval_empty" and acts(str(group.root.attributes.get("tool_name") or "")):
        return TARGET_NOT_FOUND
    return group.signal.cause


def _unexplained(root: Evidence, view: RunView) -> str:
    if root.kind == "run" and generic.was_ended_from_outside(view.run.error_type, view.run.error_message):
        return ENDED
    if root.attributes["observation"] == "unfinished":
        return UNFINISHED
    named = [root.attributes.get(name) for name in ("tool_name", "name")]
    return SILENT if root.kind != "run" and root.snippet in (*named, "failure") else UNEXPLAINED


def _cited(faults: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the first failures and the last of those at the root's level, then where else it showed."""
    alike = [each for each in faults if each.kind == faults[0].kind]
    elsewhere = [each for each in faults if each.kind != faults[0].kind]
    return (*alike[: MAX_ALIKE - 1], *alike[MAX_ALIKE - 1 :][-1:], *elsewhere[:MAX_ELSEWHERE])


def _against(view: RunView, group: Group, seen: frozenset[str]) -> tuple[Evidence, ...]:
    """Return the last call before the root that the same tool did accept, where that speaks against the category."""
    if group.root.kind != "tool_call" or group.category not in DOUBTED_BY_SUCCESS:
        return ()
    tool = group.root.attributes["tool_name"]
    accepted: ToolCall | None = None
    for call in view.calls_before(view.call[group.root.ref_id]):
        if call.tool_name == tool and call.status == "success" and f"ev_tool_{call.call_id}" not in seen:
            accepted = call
    if accepted is None:
        return ()
    return (tool_evidence(view, accepted, "success", f"Earlier call that succeeded: {tool}"),)


def _added(changes: Sequence[Evidence], kept: Sequence[Explanation], seen: frozenset[str]) -> tuple[Evidence, ...]:
    cited = {each.evidence_id: each for one in kept for each in (*one.contradicting, *one.evidence)}
    return (*(changes if kept else ()), *(each for each in cited.values() if each.evidence_id not in seen))


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
