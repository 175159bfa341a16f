"""Show how an analysis came to its answer: each observation, the rules that matched it, and why the winner won."""

from collections.abc import Iterator

from rca_core.analysis.causes import classify
from rca_core.analysis.diagnosis import Diagnosis
from rca_core.analysis.evidence import collect
from rca_core.analysis.plain import plain
from rca_core.analysis.report_model import Evidence
from rca_core.analysis.rules import RuleSet
from rca_core.telemetry import AgentRun


def explain(run: AgentRun, rules: RuleSet | None = None) -> Iterator[str]:
    """Yield the lines of the explanation of a run."""
    evidence = collect(run)
    diagnosis = classify(evidence, run, rules=rules)
    yield f"run {run.run_id} of {plain(run.agent_name)}: {run.status}"
    for each in evidence:
        yield from _observation(each, diagnosis)
    yield ""
    yield from _verdict(diagnosis)


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


def _verdict(diagnosis: Diagnosis) -> Iterator[str]:
    if diagnosis.insufficient_reason:
        yield f"unknown, insufficient evidence: {diagnosis.insufficient_reason}"
    elif not diagnosis.explanations:
        yield "nothing failed that was not recovered"
    alone = "nothing else explains the failure; " if len(diagnosis.explanations) == 1 else ""
    for place, each in enumerate(diagnosis.explanations, 1):
        cited = ", ".join(item.evidence_id for item in each.evidence)
        yield f"{place}. {each.category}/{each.cause}, confidence {each.confidence}: {alone}{each.why}"
        yield f"   starts at {each.root.evidence_id}; evidence {cited}"
    if diagnosis.causal_chain:
        yield f"chain: {' -> '.join(diagnosis.causal_chain)}"
