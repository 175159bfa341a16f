"""The exposition of overviews, read back by Prometheus' own parser."""

from collections.abc import Callable
from typing import Any

import pytest

from rca_core.metrics.names import OTHER
from rca_core.metrics.overview import AgentCount, EnvironmentCount, FailingTool, Overview, Quantiles, Tokens
from rca_core.web.openmetrics import exposition
from tests.e2e.security.corpus import HOSTILE
from tests.support.openmetrics import families
from tests.support.overviews import SINCE, busy, seen


def samples(name: str, *overviews: Overview) -> dict[tuple[str, ...], float]:
    """Return the values of a metric by those of its labels, which are in the order of their names."""
    found = families(exposition(overviews))[name].samples
    values = {tuple(text for _, text in sorted(each.labels.items())): each.value for each in found}
    assert len(values) == len(found)
    return values


def test_what_happened_in_each_window_is_told_apart() -> None:
    hour = seen(successes=7, failures=2, running=1)
    day = seen(hours=24, successes=100, failures=50)

    assert samples("smart_sre_runs", hour, day) == {
        ("success", "1h"): 7,
        ("failure", "1h"): 2,
        ("running", "1h"): 1,
        ("success", "24h"): 100,
        ("failure", "24h"): 50,
        ("running", "24h"): 0,
    }
    assert samples("smart_sre_success_ratio", hour, day) == {("1h",): 7 / 9, ("24h",): 2 / 3}


@pytest.mark.parametrize(
    ("name", "fields", "expected"),
    [
        ("smart_sre_failures", {"failures_by_category": {"timeout": 3}}, {("timeout", "1h"): 3}),
        (
            "smart_sre_environment_runs",
            {"by_environment": [EnvironmentCount(environment=None, runs=4, failures=1)]},
            {("", "1h"): 4},
        ),
        (
            "smart_sre_environment_failures",
            {"by_environment": [EnvironmentCount(environment="prod", runs=4, failures=1)]},
            {("prod", "1h"): 1},
        ),
        (
            "smart_sre_tool_calls",
            {"top_failing_tools": [FailingTool(tool="search", count=2, calls=9)]},
            {("search", "1h"): 9},
        ),
        (
            "smart_sre_tool_failures",
            {"top_failing_tools": [FailingTool(tool="search", count=2, calls=9)]},
            {("search", "1h"): 2},
        ),
        (
            "smart_sre_step_latency_seconds",
            {"step_latency_ms": Quantiles(p50=1.5, p95=2_000.0, p99=0.5)},
            {("0.5", "1h"): 0.0015, ("0.95", "1h"): 2, ("0.99", "1h"): 0.0005},
        ),
        (
            "smart_sre_run_duration_seconds",
            {"run_duration_ms": Quantiles(p50=250.0, p95=1e12, p99=None)},
            {("0.5", "1h"): 0.25, ("0.95", "1h"): 1e9},
        ),
        (
            "smart_sre_tokens",
            {"tokens": Tokens(prompt=2**53, completion=1)},
            {("prompt", "1h"): 2**53, ("completion", "1h"): 1},
        ),
        ("smart_sre_cost_usd", {"total_cost_usd": 0.000001}, {("1h",): 0.000001}),
        ("smart_sre_window_start_timestamp_seconds", {}, {("1h",): SINCE.timestamp()}),
        ("smart_sre_as_of_timestamp_seconds", {"as_of": SINCE}, {("1h",): SINCE.timestamp()}),
    ],
)
def test_each_number_of_an_overview_is_read_as_it_is(
    name: str, fields: dict[str, Any], expected: dict[tuple[str, ...], float]
) -> None:
    assert samples(name, seen(**fields)) == expected


def test_what_nothing_was_measured_of_is_left_out() -> None:
    found = families(exposition([seen()]))

    empty = {name for name, family in found.items() if not family.samples}
    assert {"smart_sre_success_ratio", "smart_sre_step_latency_seconds", "smart_sre_as_of_timestamp_seconds"} <= empty
    assert {"smart_sre_runs", "smart_sre_cost_usd", "smart_sre_tokens"}.isdisjoint(empty)
    assert [name for name, family in families(exposition([busy()])).items() if not family.samples] == []


def test_every_metric_is_a_gauge_with_a_help_and_the_unit_of_its_name() -> None:
    found = families(exposition([seen()]))

    assert len(found) >= 15
    for family in found.values():
        assert (family.type, family.name.startswith("smart_sre_"), bool(family.documentation)) == ("gauge", True, True)
        assert not family.unit or family.name.endswith(f"_{family.unit}")
    assert {name for name in found if name.endswith("_seconds")} == {
        name for name, family in found.items() if family.unit == "seconds"
    }


# ---------------------------------------------------------------- names
def _agents(name: str) -> tuple[str, Overview]:
    return "smart_sre_agent_runs", seen(by_agent=[AgentCount(agent_name=name, runs=1, failures=0)])


def _tools(name: str) -> tuple[str, Overview]:
    return "smart_sre_tool_calls", seen(top_failing_tools=[FailingTool(tool=name, count=1, calls=1)])


def _environments(name: str) -> tuple[str, Overview]:
    return "smart_sre_environment_runs", seen(by_environment=[EnvironmentCount(environment=name, runs=1, failures=1)])


NASTY = {
    **HOSTILE,
    "ends the label": 'a"} 99',
    "ends the line": "a\n# EOF\nsmart_sre_runs 99",
    "escapes the escape": 'a\\"',
    "a backslash and an n": "a\\n",
    "ends in a backslash": "a\\",
    "other line ends": "a\r\nb\x0bc\x0cd\x1ce\x85f\u2028g\u2029h",
}


@pytest.mark.parametrize("of", [_agents, _tools, _environments])
@pytest.mark.parametrize("text", NASTY)
@pytest.mark.fault(30)
def test_a_name_that_means_harm_is_a_label_and_nothing_else(
    of: Callable[[str], tuple[str, Overview]], text: str
) -> None:
    name, overview = of(NASTY[text])

    assert samples(name, overview) == {(NASTY[text], "1h"): 1}
    assert exposition([overview]).count("\n") == exposition([of("x")[1]]).count("\n")


@pytest.mark.fault(23)
def test_agents_without_end_are_fifty_and_the_others_together() -> None:
    agents = [AgentCount(agent_name=f"agent-{n}", runs=1_000 - n, failures=n % 2) for n in range(200)]
    many = seen(by_agent=[*agents, AgentCount(agent_name=OTHER, runs=70, failures=7)])

    runs, failures = samples("smart_sre_agent_runs", many), samples("smart_sre_agent_failures", many)

    assert len(runs) == len(failures) == 51
    assert ("agent-49", "1h") in runs
    assert sum(runs.values()) == sum(each.runs for each in many.by_agent)
    assert failures[OTHER, "1h"] == sum(each.failures for each in agents[50:]) + 7


def test_there_are_no_others_where_all_are_named() -> None:
    few = seen(by_agent=[AgentCount(agent_name=f"agent-{n}", runs=1, failures=0) for n in range(50)])

    assert (OTHER, "1h") not in samples("smart_sre_agent_runs", few)
