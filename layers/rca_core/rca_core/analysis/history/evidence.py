"""Evidence from a comparison: every number that the report will say stands in its attributes."""

from typing import Any

from rca_core.analysis.history.comparison import Comparison, OutputComparison
from rca_core.analysis.history.history import History
from rca_core.analysis.model import Evidence
from rca_core.analysis.observe.evidence import known, make_evidence, snippet
from rca_core.telemetry import AgentRun


def outcome_evidence(run: AgentRun, history: History, worse: Comparison) -> Evidence:
    """Return the evidence that more fails since the change."""
    what = {"run": "Runs", "step": f"Step {worse.name}", "tool": f"Tool {worse.name}"}[worse.aspect]
    attributes = {
        "observation": "regression",
        "name": worse.name,
        **_configurations(run, history),
        "runs_before": worse.before[0],
        "failed_before": worse.before[1],
        "runs_after": worse.after[0],
        "failed_after": worse.after[1],
        "p_value": _rounded(worse.p_value),
    }
    title = f"{what} fail more often since the change of {_changed(run, history)}"
    return _evidence(run, worse.aspect, title, _configuration(run, history), attributes)


def output_evidence(run: AgentRun, history: History, changed: OutputComparison, level: float) -> Evidence:
    """Return the evidence that outputs changed; it quotes this run's."""
    fails_more = changed.failures_p_value <= level
    attributes = {
        "observation": "output_regression" if fails_more else "output_change",
        "aspect": changed.aspect,
        "name": changed.name,
        "step_id": changed.step.step_id,
        **_configurations(run, history),
        "runs_before": changed.before[0],
        "alike_before": changed.before[1],
        "runs_after": changed.after[0],
        "alike_after": changed.after[1],
        "p_value": _rounded(changed.p_value),
        **changed.details,
        "failed_before": changed.failed_before,
        "failed_alike": changed.failed_alike,
        "failures_p_value": _rounded(changed.failures_p_value),
    }
    title = f"Outputs of step {changed.name} changed in {changed.aspect} with the change of {_changed(run, history)}"
    quoted = snippet(changed.step.output_summary, _configuration(run, history))
    return _evidence(run, "output", title, quoted, attributes)


def _evidence(run: AgentRun, aspect: str, title: str, quoted: str, attributes: dict[str, Any]) -> Evidence:
    return make_evidence("baseline", f"ev_baseline_{aspect}", run.run_id, title, quoted, attributes, run.started_at)


def _configurations(run: AgentRun, history: History) -> dict[str, Any]:
    previous = history.before[-1]
    succeeded = next((each.run_id for each in reversed(history.before) if each.status == "success"), None)
    return {
        "previous_agent_version": previous.agent_version,
        "agent_version": run.agent_version,
        "previous_model": previous.model,
        "model": run.model,
        **known(succeeded_before=succeeded),
    }


def _version_changed(run: AgentRun, history: History) -> bool:
    previous = history.before[-1].agent_version
    return bool(previous and run.agent_version and previous != run.agent_version)


def _changed(run: AgentRun, history: History) -> str:
    return "version" if _version_changed(run, history) else "model"


def _configuration(run: AgentRun, history: History) -> str:
    return str(run.agent_version if _version_changed(run, history) else run.model)


def _rounded(p_value: float) -> float:
    """Return a p-value to two digits that say something, as it is told."""
    return float(f"{p_value:.2g}")
