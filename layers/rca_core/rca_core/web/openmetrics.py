"""Overviews as OpenMetrics text, which Prometheus and those like it scrape.

All are gauges of a trailing window. Counters they cannot be: a run that is sent again, deleted or expired is taken out
of the counts, and a counter that falls is taken for one that started over, whose whole value is new.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from rca_core.metrics.names import OTHER
from rca_core.metrics.overview import AgentCount, Overview, Quantiles

# https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
CONTENT_TYPE: Final = "application/openmetrics-text; version=1.0.0; charset=utf-8"
WINDOW_HOURS: Final = (1, 24)

# Every name is a time series wherever this is scraped to.
_MOST_AGENTS: Final = 50
_ESCAPES: Final = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})

_Sample = tuple[dict[str, str], float | None]


class _Gauge(NamedTuple):
    """A metric: its name, what it is, what an overview says of it, and the unit that its name ends with."""

    name: str
    help: str
    samples: Callable[[Overview], Iterable[_Sample]]
    unit: str = ""


def exposition(overviews: Iterable[Overview]) -> str:
    """Return the text for some windows' overviews. What nothing was measured of is left out."""
    return "\n".join([*_lines(list(overviews)), "# EOF", ""])


def _lines(overviews: list[Overview]) -> Iterator[str]:
    for gauge in _GAUGES:
        yield f"# TYPE {gauge.name} gauge"
        if gauge.unit:
            yield f"# UNIT {gauge.name} {gauge.unit}"
        yield f"# HELP {gauge.name} {gauge.help}"
        for seen in overviews:
            for labels, value in gauge.samples(seen):
                if value is not None:
                    yield f"{gauge.name}{_labels({'window': f'{seen.hours}h', **labels})} {value!r}"


def _labels(labels: dict[str, str]) -> str:
    return "{" + ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in labels.items()) + "}"


def _runs(seen: Overview) -> Iterable[_Sample]:
    counts = {"success": seen.successes, "failure": seen.failures, "running": seen.running}
    return (({"status": status}, count) for status, count in counts.items())


def _success_ratio(seen: Overview) -> Iterable[_Sample]:
    ended = seen.successes + seen.failures
    return [({}, seen.successes / ended if ended else None)]


def _failures(seen: Overview) -> Iterable[_Sample]:
    return (({"category": category}, count) for category, count in seen.failures_by_category.items())


def _agent_runs(seen: Overview) -> Iterable[_Sample]:
    return _by_agent(seen, lambda each: each.runs)


def _agent_failures(seen: Overview) -> Iterable[_Sample]:
    return _by_agent(seen, lambda each: each.failures)


def _by_agent(seen: Overview, number: Callable[[AgentCount], int]) -> Iterator[_Sample]:
    """Yield the numbers of the agents that failed most, and one of all others."""
    named = [each for each in seen.by_agent if each.agent_name != OTHER]
    others = [*named[_MOST_AGENTS:], *(each for each in seen.by_agent if each.agent_name == OTHER)]
    yield from (({"agent_name": each.agent_name}, number(each)) for each in named[:_MOST_AGENTS])
    if others:
        yield {"agent_name": OTHER}, sum(map(number, others))


def _environment_runs(seen: Overview) -> Iterable[_Sample]:
    return (({"environment": each.environment or ""}, each.runs) for each in seen.by_environment)


def _environment_failures(seen: Overview) -> Iterable[_Sample]:
    return (({"environment": each.environment or ""}, each.failures) for each in seen.by_environment)


def _tool_calls(seen: Overview) -> Iterable[_Sample]:
    return (({"tool": each.tool}, each.calls) for each in seen.top_failing_tools)


def _tool_failures(seen: Overview) -> Iterable[_Sample]:
    return (({"tool": each.tool}, each.count) for each in seen.top_failing_tools)


def _step_latency(seen: Overview) -> Iterable[_Sample]:
    return _seconds(seen.step_latency_ms)


def _run_duration(seen: Overview) -> Iterable[_Sample]:
    return _seconds(seen.run_duration_ms)


def _seconds(took: Quantiles) -> Iterable[_Sample]:
    found = {"0.5": took.p50, "0.95": took.p95, "0.99": took.p99}
    return (({"quantile": quantile}, None if ms is None else ms / 1000) for quantile, ms in found.items())


def _tokens(seen: Overview) -> Iterable[_Sample]:
    return [({"kind": "prompt"}, seen.tokens.prompt), ({"kind": "completion"}, seen.tokens.completion)]


def _cost(seen: Overview) -> Iterable[_Sample]:
    return [({}, seen.total_cost_usd)]


def _window_start(seen: Overview) -> Iterable[_Sample]:
    return [({}, seen.since.timestamp())]


def _as_of(seen: Overview) -> Iterable[_Sample]:
    return [({}, seen.as_of.timestamp() if seen.as_of else None)]


_GAUGES: Final = (
    _Gauge("smart_sre_runs", "Runs by how they ended, or that they have not.", _runs),
    _Gauge("smart_sre_success_ratio", "Successes among the runs that ended, 0 to 1.", _success_ratio, "ratio"),
    _Gauge("smart_sre_failures", "Failed runs by the category of their analysis.", _failures),
    _Gauge("smart_sre_agent_runs", "Runs by agent.", _agent_runs),
    _Gauge("smart_sre_agent_failures", "Failed runs by agent.", _agent_failures),
    _Gauge("smart_sre_environment_runs", "Runs by environment; of none where it is empty.", _environment_runs),
    _Gauge("smart_sre_environment_failures", "Failed runs by environment.", _environment_failures),
    _Gauge("smart_sre_tool_calls", "Calls of the tools that failed most.", _tool_calls),
    _Gauge("smart_sre_tool_failures", "Failed calls of the tools that failed most.", _tool_failures),
    _Gauge("smart_sre_step_latency_seconds", "What steps took, within 2 percent.", _step_latency, "seconds"),
    _Gauge("smart_sre_run_duration_seconds", "What runs took, within 2 percent.", _run_duration, "seconds"),
    _Gauge("smart_sre_tokens", "Tokens used, as far as runs tell.", _tokens),
    _Gauge("smart_sre_cost_usd", "US dollars spent, as far as runs tell.", _cost, "usd"),
    _Gauge(
        "smart_sre_window_start_timestamp_seconds", "The full hour that the window begins at.", _window_start, "seconds"
    ),
    _Gauge("smart_sre_as_of_timestamp_seconds", "When something was last counted.", _as_of, "seconds"),
)
