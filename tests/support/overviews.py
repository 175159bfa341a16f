"""Overviews as the counters give them."""

from datetime import UTC, datetime
from typing import Any, Final

from rca_core.metrics.overview import AgentCount, EnvironmentCount, FailingTool, Overview, Quantiles, Tokens

SINCE: Final = datetime(2026, 1, 20, 11, tzinfo=UTC)
_NOTHING: Final = Quantiles(p50=None, p95=None, p99=None)
_SOMETHING: Final = Quantiles(p50=1.0, p95=2.0, p99=3.0)


def seen(**fields: Any) -> Overview:
    """Return an overview of an hour in which nothing happened, but for these fields."""
    quiet: dict[str, Any] = {
        "hours": 1,
        "since": SINCE,
        "as_of": None,
        "agent_name": None,
        "environment": None,
        "total_runs": 0,
        "successes": 0,
        "failures": 0,
        "running": 0,
        "success_rate": None,
        "failures_by_category": {},
        "top_failing_tools": [],
        "by_agent": [],
        "by_environment": [],
        "p95_step_latency_ms": None,
        "step_latency_ms": _NOTHING,
        "run_duration_ms": _NOTHING,
        "tokens": Tokens(prompt=0, completion=0),
        "total_cost_usd": 0.0,
    }
    return Overview(**quiet | fields)


def busy() -> Overview:
    """Return an overview that has something to say of everything."""
    return seen(
        as_of=SINCE,
        successes=1,
        failures=1,
        failures_by_category={"timeout": 1},
        top_failing_tools=[FailingTool(tool="search", count=1, calls=1)],
        by_agent=[AgentCount(agent_name="agent", runs=2, failures=1)],
        by_environment=[EnvironmentCount(environment="prod", runs=2, failures=1)],
        step_latency_ms=_SOMETHING,
        run_duration_ms=_SOMETHING,
    )
