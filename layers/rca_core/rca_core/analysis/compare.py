"""What changed between two analyses of one run: in what they found, and in what they found it with. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel

Report = Mapping[str, Any]
"""A report as its JSON has it. One of an earlier engine may lack what later ones say."""

_FOUND: Final = (
    "category",
    "cause",
    "fingerprint",
    "insufficient_evidence",
    "insufficient_reason",
    "summary",
    "root_evidence_id",
)
_ENGINE: Final = ("version", "rules_version", "weights_version", "body_digest", "narrative")
_SAID: Final = ("title", "description", "category", "confidence", "mitigation")
_Value = str | int | float | bool | None


class Difference(BaseModel):
    """A field that says something else: `engine.rules_version`, `category`, `confidence`."""

    field: str
    before: _Value
    after: _Value


class ComparedHypothesis(BaseModel):
    """A hypothesis of one of two reports, or of both, with what is different about it.

    `rank_before` and `rank_after` are its places, 1 the likeliest; null in the report that does not have it.
    """

    title: str
    category: str
    confidence: str
    rank_before: int | None
    rank_after: int | None
    differences: list[Difference]
    evidence_added: list[str]
    evidence_dropped: list[str]


class ComparedEvidence(BaseModel):
    """A piece of evidence that only one of two reports has."""

    evidence_id: str
    kind: str
    ref_id: str
    title: str


class Comparison(BaseModel):
    """What changed from one analysis of a run to another. `same` if the two say the same, whatever they were made with.

    `differences` are of what was found, `confidence` that of the likeliest hypothesis; `made_with` of the revision of
    the run, the engine, its rules and its weights. `hypotheses` are those that differ, the likeliest first.
    """

    run_id: str
    before: str
    after: str
    same: bool
    differences: list[Difference]
    made_with: list[Difference]
    hypotheses: list[ComparedHypothesis]
    evidence_added: list[ComparedEvidence]
    evidence_dropped: list[ComparedEvidence]
    causal_chain_changed: bool


def compare(before: Report, after: Report) -> Comparison:
    """Return what changed from one report on a run to another."""
    found = list(_differences(_FOUND, before, after))
    found += _differences(("confidence",), _first_hypothesis(before), _first_hypothesis(after))
    made_with = list(_differences(("revision",), before, after))
    made_with += (
        each.model_copy(update={"field": f"engine.{each.field}"})
        for each in _differences(_ENGINE, before.get("engine", {}), after.get("engine", {}))
    )
    hypotheses = [each for each in _hypotheses(before, after) if _differs(each)]
    added, dropped = list(_only_in(after, before)), list(_only_in(before, after))
    rerouted = list(before.get("causal_chain", ())) != list(after.get("causal_chain", ()))
    return Comparison(
        run_id=after["run_id"],
        before=before["rca_run_id"],
        after=after["rca_run_id"],
        same=not (found or hypotheses or added or dropped or rerouted),
        differences=found,
        made_with=made_with,
        hypotheses=hypotheses,
        evidence_added=added,
        evidence_dropped=dropped,
        causal_chain_changed=rerouted,
    )


def _differences(fields: Iterable[str], before: Report, after: Report) -> Iterator[Difference]:
    for field in fields:
        if before.get(field) != after.get(field):
            yield Difference(field=field, before=before.get(field), after=after.get(field))


def _first_hypothesis(report: Report) -> Report:
    return next(iter(report.get("hypotheses", ())), {})


def _hypotheses(before: Report, after: Report) -> Iterator[ComparedHypothesis]:
    """Yield the hypotheses of two reports, those of one cause as one, in the order of the later report."""
    earlier, later = _by_cause(before), _by_cause(after)
    for key in {**later, **earlier}:
        old, new = earlier.get(key), later.get(key)
        shown = (new or old or (0, {}))[1]
        was, now = _evidence_of(old), _evidence_of(new)
        yield ComparedHypothesis(
            title=shown["title"],
            category=shown["category"],
            confidence=shown["confidence"],
            rank_before=old[0] if old else None,
            rank_after=new[0] if new else None,
            differences=list(_differences(_SAID, old[1], new[1])) if old and new else [],
            evidence_added=[each for each in now if each not in was],
            evidence_dropped=[each for each in was if each not in now],
        )


def _by_cause(report: Report) -> dict[tuple[str, int], tuple[int, Report]]:
    """Return hypotheses with their ranks, by cause; of one cause, by which of them it is."""
    found: dict[tuple[str, int], tuple[int, Report]] = {}
    for rank, hypothesis in enumerate(report.get("hypotheses", ()), 1):
        # An id is of a rank and a cause.
        cause = hypothesis["hypothesis_id"].split("_", 2)[-1]
        found[cause, sum(known == cause for known, _ in found)] = rank, hypothesis
    return found


def _evidence_of(ranked: tuple[int, Report] | None) -> list[str]:
    return [*ranked[1]["evidence_ids"], *ranked[1].get("contradicting_evidence_ids", ())] if ranked else []


def _differs(hypothesis: ComparedHypothesis) -> bool:
    moved = hypothesis.rank_before != hypothesis.rank_after
    return bool(moved or hypothesis.differences or hypothesis.evidence_added or hypothesis.evidence_dropped)


def _only_in(report: Report, other: Report) -> Iterator[ComparedEvidence]:
    known = {each["evidence_id"] for each in other.get("evidence_index", ())}
    for each in report.get("evidence_index", ()):
        if each["evidence_id"] not in known:
            yield ComparedEvidence.model_validate(each)
