"""Show how an analysis came to its answer: each observation, the rules that matched it, and why the winner won."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from rca_core.analysis.diagnose.diagnosis import Diagnosis
from rca_core.analysis.model import Category, Evidence
from rca_core.analysis.observe.view import RunView
from rca_core.analysis.pipeline import run_analysis
from rca_core.analysis.plain import plain
from rca_core.analysis.read.judge import Reading, Signal
from rca_core.analysis.read.reader import Reader
from rca_core.analysis.read.wording import Opinion
from rca_core.analysis.rules import RuleSet
from rca_core.telemetry import AgentRun

WHOLE: Final = 10_000
SHOWN: Final = 3
# When the report was made is no part of an explanation.
_UNTOLD: Final = datetime(1970, 1, 1, tzinfo=UTC)


def explanation(run: AgentRun, rules: RuleSet | None = None) -> dict[str, Any]:
    """Return the explanation of a run as JSON can say it."""
    analysis = run_analysis(run, now=_UNTOLD, rules=rules)
    evidence, diagnosis, reader = analysis.evidence, analysis.diagnosis, Reader(RunView(run))
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
                "reading": _reading(diagnosis.readings.get(each.evidence_id), _text_of(each, reader)),
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
    evidence, diagnosis, reader = analysis.evidence, analysis.diagnosis, Reader(RunView(run))
    yield f"run {run.run_id} of {plain(run.agent_name)}: {run.status}"
    for each in evidence:
        yield from _observation(each, diagnosis, reader)
    yield ""
    yield from _verdict(run, diagnosis)


def _reading(reading: Reading | None, text: str) -> dict[str, Any] | None:
    """Return what both readers say of a piece of evidence; None where it was not read: more failed than is read."""
    if reading is None:
        return None
    opinion = reading.opinion
    return {
        "rules": [_signal(each) for each in reading.rules],
        "wording": opinion
        and {
            "claim": opinion.claim,
            "probabilities": {name: p / WHOLE for name, p in _likeliest(opinion)},
            "phrases": [text[start:end] for start, end in opinion.phrases],
        },
        "judged": [_signal(each) for each in reading.judged],
        "why": reading.why,
    }


def _signal(signal: Signal) -> dict[str, Any]:
    return {
        "id": signal.rule_id,
        "strength": signal.strength,
        "category": signal.category,
        "cause": signal.cause,
        "by_fact": signal.by_fact,
    }


def _likeliest(opinion: Opinion) -> list[tuple[Category, int]]:
    return sorted(opinion.probabilities.items(), key=lambda pair: (-pair[1], pair[0]))[:SHOWN]


def _text_of(each: Evidence, reader: Reader) -> str:
    """Return the text that the wording's reader was given for a piece of evidence, to quote from."""
    said = reader.said(each)
    return said.text if said else ""


def _observation(each: Evidence, diagnosis: Diagnosis, reader: Reader) -> Iterator[str]:
    recovered = ", recovered later" if each.evidence_id in diagnosis.recovered else ""
    yield ""
    yield f"{each.evidence_id}  {plain(each.title)}  ({each.attributes['observation']}{recovered})"
    yield f'    "{plain(each.snippet, 100)}"'
    reading = diagnosis.readings.get(each.evidence_id)
    if reading is None:
        yield "    not read: more failed than is read"
        return
    if not reading.rules:
        yield "    rules: none matched"
    for signal in reading.rules:
        yield f"    rule {signal.rule_id} (strength {signal.strength}): {signal.category}/{signal.cause}"
    if reading.opinion:
        text = _text_of(each, reader)
        said = ", ".join(f"{name} {p / WHOLE:.2f}" for name, p in _likeliest(reading.opinion) if p >= WHOLE // 50)
        phrases = ", ".join(f'"{plain(text[start:end], 60)}"' for start, end in reading.opinion.phrases)
        yield f"    wording: {said}" + (f", by {phrases}" if phrases else "")
    found = reading.judged[0] if reading.judged else None
    yield f"    -> {f'{found.category}/{found.cause}' if found else 'no cause'}: {reading.why}"


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
