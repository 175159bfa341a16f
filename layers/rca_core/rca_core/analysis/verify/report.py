"""Check a report against the telemetry before it is stored, whoever wrote it.

Shares no code with the builders beyond the models, and the fingerprint, which is computed again: an error there must
not be repeated here.
"""

from collections.abc import Iterator

from rca_core.analysis.model import RcaReport
from rca_core.analysis.verify.children import children_of
from rca_core.analysis.verify.evidence import wrong_citations, wrong_evidence, wrong_highlights
from rca_core.analysis.verify.numbers import wrong_numbers
from rca_core.analysis.verify.recurrence import wrong_recurrence
from rca_core.analysis.verify.roles import wrong_roles
from rca_core.telemetry import AgentRun


class UnverifiableReport(ValueError):
    """A report says something that the telemetry does not bear out; `problems` names each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


def verify(report: RcaReport, run: AgentRun) -> None:
    """Raise `UnverifiableReport` unless every claim of a report is backed by the run's telemetry."""
    children = children_of(run)
    problems = [
        *_wrong_identity(report, run),
        *wrong_evidence(report.evidence_index, run, children),
        *wrong_citations(report),
        *wrong_highlights(report, run, children),
        *_wrong_claims(report, run),
        *_wrong_metrics(report, run),
        *wrong_recurrence(report, run),
        *wrong_numbers(report, run, children),
        *wrong_roles(report, run, children),
    ]
    if problems:
        raise UnverifiableReport(problems)


def _wrong_identity(report: RcaReport, run: AgentRun) -> Iterator[str]:
    if report.run_id != run.run_id:
        yield f"the report is about run {report.run_id!r}, the telemetry about {run.run_id!r}"


def _wrong_claims(report: RcaReport, run: AgentRun) -> Iterator[str]:
    yield from _claims_without_evidence(report) if report.insufficient_evidence else _unfounded_claims(report, run)


def _claims_without_evidence(report: RcaReport) -> Iterator[str]:
    if report.category != "unknown" or report.hypotheses or report.root_evidence_id or report.causal_chain:
        yield "something is claimed although the evidence is insufficient"
    if not report.insufficient_reason:
        yield "the evidence is insufficient, but no reason is given"
    if any(action.type not in ("monitoring", "code_change") for action in report.action_items):
        yield "with insufficient evidence only data collection may be asked for"


def _unfounded_claims(report: RcaReport, run: AgentRun) -> Iterator[str]:
    if report.insufficient_reason:
        yield "a reason for insufficient evidence is given, but the evidence is called sufficient"
    if report.hypotheses and report.hypotheses[0].category != report.category:
        yield "the category is not that of the first hypothesis"
    if not report.hypotheses and (report.category != "unknown" or report.root_evidence_id or report.causal_chain):
        yield "a cause is claimed without a hypothesis"
    if not report.hypotheses and run.status == "failure":
        yield "a failed run is neither explained nor called insufficient"
    if report.hypotheses and report.root_evidence_id not in report.hypotheses[0].evidence_ids:
        yield "the root evidence is not cited by the first hypothesis"
    if any(each.category == "unknown" and each.confidence != "low" for each in report.hypotheses):
        yield "a hypothesis without a cause is called more than low in confidence"


def _wrong_metrics(report: RcaReport, run: AgentRun) -> Iterator[str]:
    told = report.metrics_snapshot
    if told.top_failing_tool is not None and not any(
        call.tool_name == told.top_failing_tool and call.status == "failure" for call in run.tool_calls
    ):
        yield f"{told.top_failing_tool!r} is called the top failing tool, but never failed"
    slowest = max((step.latency_ms for step in run.steps if step.latency_ms is not None), default=None)
    retries = sum(step.retries for step in run.steps) + sum(call.retries for call in run.tool_calls)
    if (told.max_step_latency_ms, told.total_retries, told.total_cost_usd) != (
        slowest,
        retries,
        run.cost.total_cost_usd,
    ):
        yield "the metrics are not those of the telemetry"
