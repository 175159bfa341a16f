"""Trends of groups over the hours of a window."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from rca_core.metrics.block import AGENT, CATEGORY, FAILED, RUNS, VERSION, Block, Hour
from rca_core.metrics.names import version_name
from rca_core.metrics.trends import MOST_GROUPS, Asked, BucketSize, GroupBy, Trends, trends

NOW = datetime(2026, 1, 20, 12, 30, tzinfo=UTC)


def asked(group_by: GroupBy, *, hours: int = 48, bucket: BucketSize = "hour", environment: str | None = None) -> Asked:
    """Return a question about the last hours."""
    since = NOW.replace(minute=0) - timedelta(hours=hours)
    return Asked(group_by=group_by, bucket=bucket, hours=hours, since=since, agent_name=None, environment=environment)


def of_agents(**agents: tuple[int, int]) -> Block:
    """Return an hour's block of agents with so many runs, of which so many failed."""
    return {
        AGENT: {name: runs for name, (runs, _) in agents.items()},
        AGENT + FAILED: {name: failed for name, (_, failed) in agents.items() if failed},
        RUNS: {"success": sum(runs - failed for runs, failed in agents.values())},
    }


def answer(question: Asked, hours: Sequence[Hour]) -> Trends:
    """Return the trends of hours, the last of which is the current one."""
    last = NOW.replace(minute=0)
    begins = [last - timedelta(hours=len(hours) - 1 - number) for number in range(len(hours))]
    return trends(question, list(zip(begins, hours, strict=True)), now=NOW, as_of=None)


def test_every_hour_of_the_window_has_its_place_though_nothing_ran_in_it() -> None:
    found = answer(asked("agent", hours=3), [{"": of_agents(a=(5, 1))}])

    assert found.buckets == [NOW.replace(minute=0) - timedelta(hours=each) for each in (3, 2, 1, 0)]
    [trend] = found.groups
    assert (trend.total, trend.failures) == ([0, 0, 0, 5], [0, 0, 0, 1])


def test_what_is_compared_and_not_shown_is_not_counted() -> None:
    found = answer(asked("agent", hours=1), [{"": of_agents(a=(5, 5), gone=(9, 9))}, *[{"": of_agents(a=(1, 0))}] * 3])

    assert [(trend.group, trend.total, trend.failures) for trend in found.groups] == [("a", [1, 1], [0, 0])]


def test_days_add_their_hours_up() -> None:
    found = answer(asked("agent", hours=36, bucket="day"), [{"": of_agents(a=(2, 1))}] * 37)

    # From midnight of the 19th, and the twelve hours of the 19th at the beginning.
    assert found.buckets == [datetime(2026, 1, 19, tzinfo=UTC), datetime(2026, 1, 20, tzinfo=UTC)]
    assert found.groups[0].total == [2 * 24, 2 * 13]
    assert found.groups[0].failures == [24, 13]


def test_a_category_is_a_share_of_all_runs_that_ended() -> None:
    hour: Hour = {"": {RUNS: {"success": 7, "failure": 3, "running": 5}, CATEGORY: {"timeout": 2, "rate_limited": 1}}}

    found = answer(asked("category", hours=1), [{"": {RUNS: {"success": 4}}}, hour])

    assert {each.group: (each.total, each.failures) for each in found.groups} == {
        "timeout": ([4, 10], [0, 2]),
        "rate_limited": ([4, 10], [0, 1]),
    }


def test_a_version_is_shown_with_its_agent() -> None:
    name = version_name("billing", "2.1.0")

    [trend] = answer(asked("version", hours=1), [{"": {VERSION: {name: 3}, VERSION + FAILED: {name: 1}}}]).groups

    assert (trend.agent_name, trend.group, trend.total[-1], trend.failures[-1]) == ("billing", "2.1.0", 3, 1)


def test_the_groups_with_the_most_failures_come_first_and_the_others_are_said_to_be_left_out() -> None:
    agents = {f"a{number:02}": (100, number) for number in range(MOST_GROUPS + 5)}

    found = answer(asked("agent", hours=1), [{"": of_agents(**agents)}])

    assert [trend.group for trend in found.groups[:2]] == ["a54", "a53"]
    assert (len(found.groups), found.left_out) == (MOST_GROUPS, 5)


def test_only_the_environment_that_is_asked_for_counts() -> None:
    hour: Hour = {"prod": of_agents(a=(9, 3)), "test": of_agents(a=(5, 5))}

    [trend] = answer(asked("agent", hours=1, environment="prod"), [hour]).groups

    assert (trend.total[-1], trend.failures[-1]) == (9, 3)


@pytest.mark.parametrize(("bucket", "hours"), [("hour", 48), ("day", 48), ("hour", 2)])
def test_a_rate_that_rose_is_marked_with_the_hour_it_rose_in_and_no_other(bucket: BucketSize, hours: int) -> None:
    """However little is shown, it is compared with a week."""
    calm = [{"": of_agents(a=(40, 2), b=(40, 2))}] * 44
    risen = [{"": of_agents(a=(40, 20), b=(40, 2))}] * 5

    found = {
        trend.group: trend.rise for trend in answer(asked("agent", bucket=bucket, hours=hours), [*calm, *risen]).groups
    }

    rise = found["a"]
    assert found["b"] is None
    assert rise is not None
    assert rise.since == NOW.replace(minute=0) - timedelta(hours=4)
    assert (rise.baseline_total, rise.baseline_failures) == (44 * 40, 88)
    assert (rise.recent_total, rise.recent_failures) == (200, 100)
    assert rise.p_value < 0.01
    assert "Fisher" in rise.test


def of_versions(**versions: tuple[int, int]) -> Block:
    """Return an hour's block of the versions of one agent; v1 is version 1."""
    names = {name: version_name("billing", name[1:]) for name in versions}
    return {
        VERSION: {names[name]: runs for name, (runs, _) in versions.items()},
        VERSION + FAILED: {names[name]: failed for name, (_, failed) in versions.items()},
    }


@pytest.mark.parametrize(("bucket", "hours"), [("hour", 48), ("day", 48), ("hour", 1)])
def test_a_version_that_is_worse_than_those_before_it_is_told_since_its_first_hour(
    bucket: BucketSize, hours: int
) -> None:
    """However little is shown, it is compared with a week."""
    counted = [*[{"": of_versions(v1=(40, 2))}] * 40, *[{"": of_versions(v1=(20, 1), v2=(20, 14))}] * 2]

    groups = answer(asked("version", bucket=bucket, hours=hours), counted).groups

    regression = {trend.group: trend.regression for trend in groups}
    assert regression["1"] is None
    assert regression["2"] is not None
    assert regression["2"].since == NOW.replace(minute=0) - timedelta(hours=1)
    assert (regression["2"].baseline_total, regression["2"].baseline_failures) == (1_640, 82)
    assert (regression["2"].recent_total, regression["2"].recent_failures) == (40, 28)
    assert regression["2"].p_value < 0.01
    assert "Fisher" in regression["2"].test
    # It has no better past of its own.
    assert {trend.rise for trend in groups} == {None}


def test_groups_that_are_no_versions_have_no_regressions() -> None:
    hours = [*[{"": of_agents(a=(40, 2))}] * 40, {"": of_agents(a=(40, 2), b=(40, 40))}]

    assert {trend.regression for trend in answer(asked("agent"), hours).groups} == {None}


def test_counters_that_have_drifted_are_no_error() -> None:
    hours = [{"": of_versions(v1=(40, 2), v2=(5, 9), v3=(-2, -1))}] * 40

    assert len(answer(asked("version"), hours).groups) == 3
