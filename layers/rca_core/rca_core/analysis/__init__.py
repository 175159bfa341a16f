"""The root-cause analysis: a run in, a report out in which every claim cites evidence. Pure: no I/O, no clock, no AWS.

`run_analysis` is the whole, told of its stages as they begin; `analyze` is its report alone.
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
from rca_core.analysis.pipeline import Analysis, Stage, run_analysis
from rca_core.analysis.report.fingerprint import Fingerprint, fingerprint_of
from rca_core.analysis.report.recurrence import with_recurrence
from rca_core.analysis.rules import RuleSet, default_rules
from rca_core.analysis.verify.report import UnverifiableReport, verify
from rca_core.telemetry import AgentRun, RunProfile

__all__ = [
    "CATEGORIES",
    "ActionItem",
    "Analysis",
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
    "Stage",
    "UnverifiableReport",
    "analyze",
    "classify",
    "collect",
    "default_rules",
    "fingerprint_of",
    "run_analysis",
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
    """Return the verified report of a run; `baseline` holds earlier runs of the same agent. See `run_analysis`."""
    history = None if baseline is None else lambda: baseline
    analysis = run_analysis(run, now=now, history=history, rules=rules, rca_run_id=rca_run_id, revision=revision)
    return analysis.report
