"""Whether an agent fails more since its version or model changed: the evidence for `prompt_regression`."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from typing import Final

from rca_core.analysis.report_model import Evidence
from rca_core.telemetry import AgentRun, RunProfile

LEVEL: Final = 0.05
MIN_BEFORE: Final = 10
MIN_AFTER: Final = 5
MAX_RUNS: Final = 200
"""Runs on either side that are compared, those nearest to the change."""

MAX_NAMES: Final = 20
"""Steps, and tools, that are compared."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs in which something was tried and in which it failed, before and after the change."""

    aspect: str
    name: str
    before: tuple[int, int]
    after: tuple[int, int]
    p_value: float


def regression_evidence(run: AgentRun, baseline: Sequence[RunProfile] | None) -> Evidence | None:
    """Return evidence that outcomes got worse with the last change of version or model, or None.

    The earlier runs with this run's version and model (after) are compared with those that have the version and model
    used just before it (before). A run is one observation: it failed as a whole, or a step name or tool of it failed
    at least once, or not. Test: Fisher's exact test, one-sided (worse after), for the run's outcome and for each step
    name and tool that failed in this run; Holm's step-down control over these comparisons keeps the chance of any
    false claim at most 5 %. This run itself is not counted: it was chosen because it failed, which would bias the
    test. At least 10 runs before and 5 after, else no claim; nor without a history or without a change.
    """
    before, after = _sides(run, baseline or ())
    if len(before) < MIN_BEFORE or len(after) < MIN_AFTER:
        return None
    worst = _significant(_comparisons(run, before, after))
    return _evidence(run, before[-1], worst) if worst else None


def fisher_worse(before: tuple[int, int], after: tuple[int, int]) -> float:
    """Return the chance of at least as many failures after as there were; arguments are (total, failed)."""
    total, failed = before[0] + after[0], before[1] + after[1]
    ways = comb(total, failed)
    return (
        sum(
            comb(after[0], hits) * comb(before[0], failed - hits) for hits in range(after[1], min(after[0], failed) + 1)
        )
        / ways
    )


def _sides(run: AgentRun, baseline: Sequence[RunProfile]) -> tuple[list[RunProfile], list[RunProfile]]:
    earlier = sorted(
        (
            each
            for each in baseline
            if each.run_id != run.run_id and each.started_at <= run.started_at and each.status != "running"
        ),
        key=lambda each: (each.started_at, each.run_id),
    )
    now = (run.agent_version, run.model)
    other = next((each for each in reversed(earlier) if (each.agent_version, each.model) != now), None)
    if other is None:
        return [], []
    was = (other.agent_version, other.model)
    if not _both_known(was, now):
        return [], []
    before = [each for each in earlier if (each.agent_version, each.model) == was]
    # Only runs after the change: an old run of this version from before a roll-back is another matter.
    after = [
        each for each in earlier if (each.agent_version, each.model) == now and each.started_at >= other.started_at
    ]
    return before[-MAX_RUNS:], after[:MAX_RUNS]


def _both_known(was: tuple[str | None, str | None], now: tuple[str | None, str | None]) -> bool:
    """Return whether something changed from one known value to another: a missing value is no record of a change."""
    return any(old and new and old != new for old, new in zip(was, now, strict=True))


def _comparisons(run: AgentRun, before: Sequence[RunProfile], after: Sequence[RunProfile]) -> list[Comparison]:
    sides = (before, after)
    found = [_compare("run", "", *([each.status == "failure" for each in side] for side in sides))]
    steps = sorted({step.name for step in run.steps if step.status == "failure" and step.name})[:MAX_NAMES]
    tools = sorted({call.tool_name for call in run.tool_calls if call.status == "failure"})[:MAX_NAMES]
    found += (
        _compare("step", name, *([each.steps[name][1] > 0 for each in side if name in each.steps] for side in sides))
        for name in steps
    )
    found += (
        _compare("tool", name, *([each.tools[name][1] > 0 for each in side if name in each.tools] for side in sides))
        for name in tools
    )
    return found


def _compare(aspect: str, name: str, before: Sequence[bool], after: Sequence[bool]) -> Comparison:
    was, now = (len(before), sum(before)), (len(after), sum(after))
    enough = was[0] >= MIN_BEFORE and now[0] >= MIN_AFTER
    return Comparison(aspect, name, was, now, fisher_worse(was, now) if enough else 1.0)


def _significant(comparisons: Sequence[Comparison]) -> Comparison | None:
    """Return the clearest change if it passes Holm's first step, which decides whether any does."""
    clearest = min(comparisons, key=lambda each: (each.p_value, each.aspect, each.name))
    return clearest if clearest.p_value <= LEVEL / len(comparisons) else None


def _evidence(run: AgentRun, previous: RunProfile, worst: Comparison) -> Evidence:
    version_changed = bool(previous.agent_version and run.agent_version and previous.agent_version != run.agent_version)
    what = {"run": "Runs", "step": f"Step {worst.name}", "tool": f"Tool {worst.name}"}[worst.aspect]
    return Evidence(
        evidence_id=f"ev_baseline_{worst.aspect}",
        kind="baseline",
        ref_id=run.run_id,
        title=f"{what} fail more often since the change of {'version' if version_changed else 'model'}",
        snippet=str(run.agent_version if version_changed else run.model),
        attributes={
            "observation": "regression",
            "name": worst.name,
            "previous_agent_version": previous.agent_version,
            "agent_version": run.agent_version,
            "previous_model": previous.model,
            "model": run.model,
            "runs_before": worst.before[0],
            "failed_before": worst.before[1],
            "runs_after": worst.after[0],
            "failed_after": worst.after[1],
            "p_value": round(worst.p_value, 6),
        },
        occurred_at=run.started_at,
    )
