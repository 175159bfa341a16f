"""The root-cause analysis: a run in, a report out in which every claim cites evidence. Pure: no I/O, no clock, no AWS.

`analyze` is the whole; `collect`, `classify`, `build_report` and `verify` are its stages, for a caller that reports
progress between them.
"""

from collections.abc import Sequence
from datetime import datetime

from rca_core.analysis.diagnose.classify import classify
from rca_core.analysis.diagnose.diagnosis import Diagnosis, Explanation
from rca_core.analysis.model import (
    CATEGORIES,
    ActionItem,
    Category,
    Engine,
    Evidence,
    Hypothesis,
    JiraFields,
    MetricsSnapshot,
    RcaReport,
    Recurrence,
)
from rca_core.analysis.observe.evidence import collect
from rca_core.analysis.report.build import build_report
from rca_core.analysis.report.fingerprint import Fingerprint, fingerprint_of
from rca_core.analysis.report.recurrence import with_recurrence
from rca_core.analysis.rules import RuleSet, default_rules
from rca_core.analysis.verify.report import UnverifiableReport, verify
from rca_core.telemetry import AgentRun, RunProfile

__all__ = [
    "CATEGORIES",
    "ActionItem",
    "Category",
    "Diagnosis",
    "Engine",
    "Evidence",
    "Explanation",
    "Fingerprint",
    "Hypothesis",
    "JiraFields",
    "MetricsSnapshot",
    "RcaReport",
    "Recurrence",
    "RuleSet",
    "UnverifiableReport",
    "analyze",
    "build_report",
    "classify",
    "collect",
    "default_rules",
    "fingerprint_of",
    "verify",
    "with_recurrence",
]


def analyze(
    run: AgentRun,
    *,
    now: datetime,
    baseline: Sequence[RunProfile] | None = None,
    rules: RuleSet | None = None,
    rca_run_id: str = "",
    revision: int = 0,
) -> RcaReport:
    """Return the verified report of a run.

    `now` becomes `generated_at` and nothing else; `baseline` holds earlier runs of the same agent, in any order;
    `rules` replaces the built-in table. `rca_run_id` and `revision` are copied into the report. Deterministic, and
    linear in the number of children. Raises nothing on any valid run.
    """
    evidence = collect(run)
    diagnosis = classify(evidence, run, baseline, rules)
    report = build_report(run, evidence, diagnosis, now, rules=rules, rca_run_id=rca_run_id, revision=revision)
    verify(report, run)
    return report
