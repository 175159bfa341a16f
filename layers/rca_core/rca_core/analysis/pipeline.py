"""A run -> its verified report, stage by stage: the one way for the analyzer, the command, benchmarks and tests."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Literal

from rca_core.analysis.diagnose.classify import classify
from rca_core.analysis.diagnose.diagnosis import Diagnosis
from rca_core.analysis.history import regression_evidence
from rca_core.analysis.model import Evidence, RcaReport, Recurrence
from rca_core.analysis.observe.evidence import collect, in_order_of_time
from rca_core.analysis.observe.view import RunView
from rca_core.analysis.read.results import look_into_results
from rca_core.analysis.read.wording import WordingReader, default_reader
from rca_core.analysis.report.build import build_report
from rca_core.analysis.report.fingerprint import Fingerprint, fingerprint_of
from rca_core.analysis.report.recurrence import with_recurrence
from rca_core.analysis.rules import RuleSet, default_rules
from rca_core.analysis.verify.report import verify
from rca_core.telemetry import AgentRun, RunProfile

Stage = Literal["collecting", "classifying", "generating"]
History = Callable[[], Sequence[RunProfile]]
Recall = Callable[[Fingerprint], Recurrence | None]


@dataclass(frozen=True, slots=True)
class Analysis:
    """An analysis with all that led to its report."""

    report: RcaReport
    evidence: tuple[Evidence, ...]
    diagnosis: Diagnosis
    fingerprint: Fingerprint | None


def run_analysis(
    run: AgentRun,
    *,
    now: datetime,
    history: History | None = None,
    recall: Recall | None = None,
    rules: RuleSet | None = None,
    wording: WordingReader | None = None,
    on_stage: Callable[[Stage], None] | None = None,
    rca_run_id: str = "",
    revision: int = 0,
    body_digest: str = "",
) -> Analysis:
    """Return the verified analysis of a run.

    `now` becomes `generated_at` and nothing else. `history` gives earlier runs of the same agent, in any order; it is
    asked once at most, where the run does not explain itself, as direct evidence outranks history, or where too few of
    its own calls succeeded to compare a refused one with. `recall` says where else a
    failure was seen. `rules` and `wording` replace the built-in readers. `rca_run_id`, `revision` and `body_digest` are
    copied into the report. Deterministic, and linear in the number of children. Raises nothing of its own on any valid
    run.
    """
    reach = on_stage or (lambda _: None)
    rules, wording = rules or default_rules(), wording or default_reader()
    reach("collecting")
    view = RunView(run)
    evidence = collect(view)
    reach("classifying")
    earlier = cache(history) if history else None
    diagnosis = classify(view, evidence, rules, wording, earlier=earlier)
    if run.status == "failure" and diagnosis.category == "unknown":
        if more := look_into_results(view, frozenset(each.evidence_id for each in evidence), wording):
            evidence = in_order_of_time(view, (*evidence, *more))
            diagnosis = classify(view, evidence, rules, wording, earlier=earlier)
        if earlier and diagnosis.category == "unknown" and (changes := regression_evidence(run, earlier())):
            diagnosis = classify(view, evidence, rules, wording, changes, earlier)
    reach("generating")
    report = build_report(
        view,
        evidence,
        diagnosis,
        now,
        rules=rules,
        wording=wording,
        rca_run_id=rca_run_id,
        revision=revision,
        body_digest=body_digest,
    )
    failure = fingerprint_of(report, run)
    if recall and failure and (recurrence := recall(failure)):
        report = with_recurrence(report, recurrence)
    verify(report, run)
    return Analysis(report, evidence, diagnosis, failure)
