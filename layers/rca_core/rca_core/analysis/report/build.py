"""Turn a diagnosis into the report: ranked hypotheses that cite evidence, actions, metrics and a ticket."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from rca_core.analysis.diagnose.diagnosis import Diagnosis, Explanation
from rca_core.analysis.model import (
    Category,
    Engine,
    Evidence,
    Highlight,
    Hypothesis,
    MetricsSnapshot,
    NamedArgument,
    RcaReport,
)
from rca_core.analysis.observe.view import RunView
from rca_core.analysis.plain import cut, plain, quote
from rca_core.analysis.read.wording import WordingReader
from rca_core.analysis.report.actions import actions_for, data_collection
from rca_core.analysis.report.checks import missing_evidence, validate_fix, would_disprove
from rca_core.analysis.report.fingerprint import fingerprint
from rca_core.analysis.report.highlights import highlights_of
from rca_core.analysis.report.jira import jira_fields
from rca_core.analysis.report.words import again, named_arguments, words
from rca_core.analysis.rules import RuleSet
from rca_core.analysis.rules.model import Cause
from rca_core.telemetry import AgentRun

ENGINE_VERSION: Final = "2.0"
MAX_INDEX: Final = 100
MAX_HYPOTHESES: Final = 4
MAX_NAMED: Final = 3
"""Failed calls of a successful run that its summary names."""


def build_report(
    view: RunView,
    evidence: Sequence[Evidence],
    diagnosis: Diagnosis,
    now: datetime,
    *,
    rules: RuleSet,
    wording: WordingReader,
    rca_run_id: str = "",
    revision: int = 0,
    body_digest: str = "",
) -> RcaReport:
    """Return the report of one analysis; the same input gives the same report but for `generated_at`."""
    run = view.run
    explanations = diagnosis.explanations[:MAX_HYPOTHESES]
    filled = [words(each, run) for each in explanations]
    causes = [_cause(each, rules) for each in explanations]
    marks = [highlights_of(each, view, diagnosis.readings) for each in explanations]
    bases = [_rests_on(each, diagnosis) for each in explanations]
    hypotheses = tuple(map(_hypothesis, range(1, len(explanations) + 1), explanations, causes, filled, marks, bases))
    summary = _summary(run, evidence, diagnosis, hypotheses)
    index = _index(evidence, diagnosis, explanations)
    actions = (
        data_collection(run, diagnosis)
        if diagnosis.insufficient_reason
        else actions_for(causes[0], filled[0])
        if causes
        else ()
    )
    headline = (
        hypotheses[0].title
        if hypotheses
        else "not enough telemetry to tell why it failed"
        if diagnosis.insufficient_reason
        else "calls failed that nothing made good"
        if _unrecovered(evidence, diagnosis)
        else "nothing failed"
    )
    category, cause, root = _found(diagnosis)
    known_by = fingerprint(run, category, cause, root)
    return RcaReport(
        report_id=_report_id(run, revision, diagnosis, index, rules),
        rca_run_id=rca_run_id,
        run_id=run.run_id,
        revision=revision,
        generated_at=now,
        category=category,
        cause=cause,
        fingerprint=known_by.fingerprint if known_by else None,
        insufficient_evidence=diagnosis.insufficient_reason is not None,
        insufficient_reason=diagnosis.insufficient_reason,
        missing_evidence=missing_evidence(view, diagnosis),
        summary=summary,
        evidence_index=index,
        hypotheses=hypotheses,
        root_evidence_id=root.evidence_id if root else None,
        causal_chain=diagnosis.causal_chain,
        recovered_evidence_ids=tuple(each.evidence_id for each in index if each.evidence_id in diagnosis.recovered),
        action_items=actions,
        metrics_snapshot=metrics_of(run),
        jira_fields=jira_fields(
            run,
            headline,
            _lead(summary, hypotheses),
            index,
            hypotheses,
            diagnosis.causal_chain,
            actions,
            rca_run_id,
            known_by.fingerprint if known_by else None,
        ),
        engine=Engine(
            version=ENGINE_VERSION,
            rules_version=rules.version,
            weights_version=wording.digest[:12],
            body_digest=body_digest,
        ),
    )


def _found(diagnosis: Diagnosis) -> tuple[Category, str, Evidence | None]:
    """Return the category, cause and root evidence that a diagnosis comes to."""
    if diagnosis.explanations:
        best = diagnosis.explanations[0]
        return best.category, best.cause, best.root
    return "unknown", "insufficient_evidence" if diagnosis.insufficient_reason else "none", None


def metrics_of(run: AgentRun) -> MetricsSnapshot:
    """Return the run in four numbers; of tools that failed equally often, the first by name."""
    failed = Counter(call.tool_name for call in run.tool_calls if call.status == "failure")
    return MetricsSnapshot(
        top_failing_tool=min(failed, key=lambda tool: (-failed[tool], tool), default=None),
        max_step_latency_ms=max((step.latency_ms for step in run.steps if step.latency_ms is not None), default=None),
        total_retries=sum(step.retries for step in run.steps) + sum(call.retries for call in run.tool_calls),
        total_cost_usd=run.cost.total_cost_usd,
    )


def _cause(explanation: Explanation, table: RuleSet) -> Cause:
    known = table.cause_by_code
    found = known.get((explanation.category, explanation.cause))
    # A custom rule may name a cause code of its own: the words of its category fit.
    return found or next(cause for cause in known.values() if cause.category == explanation.category)


def _rests_on(explanation: Explanation, diagnosis: Diagnosis) -> str:
    """Return what the readers of its root's text came to, if that is what it was concluded from."""
    reading = diagnosis.readings.get(explanation.root.evidence_id)
    if reading is None or all(each.category != explanation.category for each in reading.judged):
        return ""
    return reading.why


def _hypothesis(
    number: int,
    explanation: Explanation,
    cause: Cause,
    filled: dict[str, str],
    marks: tuple[Highlight, ...],
    rests_on: str,
) -> Hypothesis:
    return Hypothesis(
        hypothesis_id=f"hyp_{number}_{explanation.cause}",
        title=cut(cause.title.format_map(filled), 200),
        description=" ".join((cause.description.format_map(filled) + again(explanation), *explanation.notes)),
        category=explanation.category,
        evidence_ids=tuple(each.evidence_id for each in explanation.evidence),
        contradicting_evidence_ids=tuple(each.evidence_id for each in explanation.contradicting),
        confidence=explanation.confidence,
        verification_steps=tuple(step.format_map(filled) for step in cause.verification),
        mitigation=cause.mitigation.format_map(filled),
        highlights=marks,
        would_disprove=would_disprove(explanation.category, filled),
        validate_fix=validate_fix(explanation.category, filled),
        rests_on=rests_on,
        arguments=tuple(NamedArgument(name=each.name, kind=each.kind) for each in named_arguments(explanation)),
        unknown_tool=explanation.blamed.unknown_tool if explanation.blamed else None,
        unsent_field=explanation.blamed.unsent_field if explanation.blamed else None,
    )


def _summary(
    run: AgentRun, evidence: Sequence[Evidence], diagnosis: Diagnosis, hypotheses: Sequence[Hypothesis]
) -> str:
    name = f"Run {run.run_id} of {plain(run.agent_name)}"
    ended = {"failure": "failed", "success": "succeeded", "running": "has not ended"}[run.status]
    if hypotheses:
        others = len(hypotheses) - 1
        more = f" {others} further possible {'causes are' if others > 1 else 'cause is'} listed." if others else ""
        return f"{name} {ended}: {hypotheses[0].title}. {hypotheses[0].description}{more}"
    healed = " What failed on the way was recovered." if diagnosis.made_good else ""
    if diagnosis.insufficient_reason:
        reason = diagnosis.insufficient_reason
        return f"{name} {ended}, and the telemetry does not show a cause. {reason}.{healed}"
    if unrecovered := _unrecovered(evidence, diagnosis):
        shown = ", ".join(f"{_called(each)} ({quote(each.snippet)})" for each in unrecovered[:MAX_NAMED])
        more = " and others" if len(unrecovered) > MAX_NAMED else ""
        return f"{name} {ended} by its own account, but nothing made good what failed in {shown}{more}."
    return f"{name} {ended}: nothing failed that was not recovered.{healed}"


def _unrecovered(evidence: Sequence[Evidence], diagnosis: Diagnosis) -> list[Evidence]:
    """Return the failed calls that no later call of the same tool and intent made good."""
    return [
        each
        for each in evidence
        if each.kind == "tool_call"
        and each.attributes["observation"] in ("failure", "error_status", "error_result")
        and each.evidence_id not in diagnosis.made_good
    ]


def _called(call: Evidence) -> str:
    return f"call {plain(call.ref_id)} of {plain(str(call.attributes['tool_name']))}"


def _lead(summary: str, hypotheses: Sequence[Hypothesis]) -> str:
    """Return the summary without the description that a ticket gives under its hypothesis anyway."""
    return summary.replace(f" {hypotheses[0].description}", "") if hypotheses else summary


def _index(
    evidence: Sequence[Evidence], diagnosis: Diagnosis, explanations: Sequence[Explanation]
) -> tuple[Evidence, ...]:
    """Return what the report cites, then, as far as there is room, what else was seen, all in order of time."""
    if diagnosis.insufficient_reason:
        seen = (each for each in evidence if each.evidence_id in diagnosis.recovered or _never_ended(each))
        return tuple(seen)[:MAX_INDEX]
    cited = set(diagnosis.causal_chain)
    for each in explanations:
        cited.update(item.evidence_id for item in (*each.evidence, *each.contradicting))
    everything = (*evidence, *diagnosis.added)
    room = max(0, MAX_INDEX - len(cited))
    others = {each.evidence_id for each in [each for each in everything if each.evidence_id not in cited][:room]}
    return tuple(each for each in everything if each.evidence_id in cited or each.evidence_id in others)


def _never_ended(evidence: Evidence) -> bool:
    return evidence.attributes.get("observation") == "unfinished"


def _report_id(run: AgentRun, revision: int, diagnosis: Diagnosis, index: Sequence[Evidence], table: RuleSet) -> str:
    findings = json.dumps(
        [
            run.run_id,
            revision,
            table.version,
            diagnosis.insufficient_reason,
            [(each.category, each.cause, each.confidence) for each in diagnosis.explanations],
            [(each.evidence_id, each.snippet) for each in index],
        ]
    )
    return f"rep_{hashlib.sha256(findings.encode()).hexdigest()[:20]}"
