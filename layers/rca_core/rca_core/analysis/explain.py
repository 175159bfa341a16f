"""Show how an analysis came to its answer: each observation, the rules that matched it, and why the winner won."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from rca_core.analysis.diagnose.diagnosis import Diagnosis
from rca_core.analysis.model import Evidence
from rca_core.analysis.pipeline import run_analysis
from rca_core.analysis.plain import plain
from rca_core.analysis.rules import RuleSet
from rca_core.telemetry import AgentRun

# When the report was made is no part of an explanation.
_UNTOLD: Final = datetime(1970, 1, 1, tzinfo=UTC)


def explanation(run: AgentRun, rules: RuleSet | None = None) -> dict[str, Any]:
    """Return the explanation of a run as JSON can say it."""
    analysis = run_analysis(run, now=_UNTOLD, rules=rules)
    evidence, diagnosis = analysis.evidence, analysis.diagnosis
    return {
        "run_id": run.run_id,
        "agent_name": run.agent_name,
        "status": run.status,
        "category": diagnosis.category,
        "insufficient_reason": diagnosis.insufficient_reason,
        "evidence": [
            {
                "evidence_id": each.evidence_id,
                "title": each.title,
                "observation": each.attributes["observation"],
                "snippet": each.snippet,
                "recovered": each.evidence_id in diagnosis.recovered,
                "read": each.evidence_id in diagnosis.signals,
                "rules": [
                    {
                        "id": signal.rule_id,
                        "strength": signal.strength,
                        "category": signal.category,
                        "cause": signal.cause,
                    }
                    for signal in diagnosis.signals.get(each.evidence_id, ())
                ],
            }
            for each in evidence
        ],
        "explanations": [
            {
                "category": each.category,
                "cause": each.cause,
                "confidence": each.confidence,
                "why": each.why,
                "root_evidence_id": each.root.evidence_id,
                "evidence_ids": [item.evidence_id for item in each.evidence],
                "contradicting_evidence_ids": [item.evidence_id for item in each.contradicting],
            }
            for each in diagnosis.explanations
        ],
        "causal_chain": list(diagnosis.causal_chain),
    }


def explain(run: AgentRun, rules: RuleSet | None = None) -> Iterator[str]:
    """Yield the lines of the explanation of a run."""
    analysis = run_analysis(run, now=_UNTOLD, rules=rules)
    evidence, diagnosis = analysis.evidence, analysis.diagnosis
    yield f"run {run.run_id} of {plain(run.agent_name)}: {run.status}"
    for each in evidence:
        yield from _observation(each, diagnosis)
    yield ""
    yield from _verdict(run, diagnosis)


def _observation(each: Evidence, diagnosis: Diagnosis) -> Iterator[str]:
    recovered = ", recovered later" if each.evidence_id in diagnosis.recovered else ""
    yield ""
    yield f"{each.evidence_id}  {plain(each.title)}  ({each.attributes['observation']}{recovered})"
    yield f'    "{plain(each.snippet, 100)}"'
    signals = diagnosis.signals.get(each.evidence_id)
    if not signals:
        yield "    no rule matched" if signals is not None else "    not matched: more failed than is read"
        return
    for place, signal in enumerate(signals):
        mark = "->" if place == 0 else "  "
        yield f"    {mark} {signal.rule_id} (strength {signal.strength}): {signal.category}/{signal.cause}"


def _verdict(run: AgentRun, diagnosis: Diagnosis) -> Iterator[str]:
    if diagnosis.insufficient_reason:
        yield f"unknown, insufficient evidence: {diagnosis.insufficient_reason}"
    elif not diagnosis.explanations:
        yield "it reports success, so nothing is blamed" if run.status == "success" else "nothing failed"
    alone = "nothing else explains the failure; " if len(diagnosis.explanations) == 1 else ""
    for place, each in enumerate(diagnosis.explanations, 1):
        cited = ", ".join(item.evidence_id for item in each.evidence)
        yield f"{place}. {each.category}/{each.cause}, confidence {each.confidence}: {alone}{each.why}"
        yield f"   starts at {each.root.evidence_id}; evidence {cited}"
    if diagnosis.causal_chain:
        yield f"chain: {' -> '.join(diagnosis.causal_chain)}"
