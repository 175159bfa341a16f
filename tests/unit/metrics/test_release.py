"""What is claimed of versions beside their predecessors, in cases worked out by hand and in what hypothesis draws."""

import random
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rca_core.analysis.history.significance import fisher_greater
from rca_core.metrics.change import LEVEL, Change
from rca_core.metrics.fisher import log_fisher_greater
from rca_core.metrics.names import version_name
from rca_core.metrics.release import TEST, TEST_ASSUMING, regressions

Hours = list[dict[str, tuple[int, int]]]

V1, V2, V3 = (version_name("billing", f"{number}.0") for number in (1, 2, 3))

CALM: Hours = [{V1: (20, 1)}] * 30
"""Scatters less than chance would have it, so that nothing is divided."""


def found(hours: Hours, name: str = V2) -> Change:
    """Return the regression of a version that must have one."""
    return regressions(hours)[name]


def test_a_version_that_is_bad_from_its_first_run_is_told_with_the_chance_of_fishers_test() -> None:
    regression = found([*CALM, {V2: (20, 8)}])

    assert (regression.index, regression.baseline_total, regression.baseline_failed) == (30, 600, 30)
    assert (regression.recent_total, regression.recent_failed) == (20, 8)
    assert regression.p_value == pytest.approx(fisher_greater((600, 30), (20, 8)), rel=1e-9)
    assert regression.test == TEST


def test_where_all_ran_in_one_hour_runs_are_taken_to_come_in_clumps() -> None:
    regression = found([{V1: (59, 3), V2: (61, 46)}])

    # 1 + 0.05 * 58 and 1 + 0.05 * 60; which of the two is older is not known, so both are tested.
    chance = exp(log_fisher_greater((59 / 3.9, 3 / 3.9), (61 / 4, 46 / 4)))
    assert regression.p_value == pytest.approx(2 * chance)
    assert regression.p_value < LEVEL
    assert regression.test == TEST_ASSUMING
    assert V1 not in regressions([{V1: (59, 3), V2: (61, 46)}])


def test_the_clumps_assumed_are_larger_where_half_of_the_runs_fail() -> None:
    regression = found([*[{V1: (10, 5)}] * 10, *[{V2: (40, 40)}] * 10])

    # 0.5 * (1 - 0.5) is the correlation.
    effects = 1 + 0.25 * 9, 1 + 0.25 * 39
    chance = exp(log_fisher_greater((100 / effects[0], 50 / effects[0]), (400 / effects[1], 400 / effects[1])))
    assert regression.p_value == pytest.approx(chance)


def test_versions_that_came_later_are_no_predecessors() -> None:
    hours: Hours = [*CALM, {V1: (20, 1), V2: (20, 8)}, {V2: (20, 8), V3: (20, 16)}]

    second, third = found(hours, V2), found(hours, V3)

    assert (second.baseline_total, second.baseline_failed) == (620, 31)
    assert (third.baseline_total, third.baseline_failed) == (620 + 40, 31 + 16)
    # Two tests.
    assert third.p_value > 2 * fisher_greater((660, 47), (20, 16))
    assert second.p_value > 2 * fisher_greater((620, 31), (40, 16))


def test_what_a_predecessor_does_beside_a_version_counts() -> None:
    beside: Hours = [{V1: (15, 1), V2: (5, 4)}] * 4

    regression = found([*CALM, *beside])

    assert (regression.baseline_total, regression.baseline_failed) == (660, 34)


def test_what_hits_versions_side_by_side_is_not_blamed_on_the_newer() -> None:
    assert V2 in regressions([*CALM, *[{V1: (20, 1), V2: (20, 10)}] * 2])
    assert V2 not in regressions([*CALM, *[{V1: (20, 10), V2: (20, 10)}] * 2])


def test_versions_of_another_agent_are_no_predecessors() -> None:
    other = version_name("support", "2.0")

    assert regressions([*CALM, {other: (20, 20)}]) == {}


def test_every_version_tested_makes_each_less_sure_until_there_is_no_claim() -> None:
    alone = found([*CALM, {V2: (20, 8)}]).p_value
    most = int(LEVEL / alone)

    def among(versions: int) -> Hours:
        agents = range(versions - 1)
        olds = {version_name(str(agent), "1"): (30, 0) for agent in agents}
        news = {version_name(str(agent), "2"): (3, 0) for agent in agents}
        return [{**CALM[0], **olds}, *CALM[1:], {V2: (20, 8), **news}]

    assert found(among(most)).p_value == pytest.approx(most * alone)
    assert regressions(among(most + 1)) == {}


def test_versions_too_small_to_be_told_of_are_no_tests() -> None:
    alone = found([*CALM, {V2: (20, 8)}]).p_value
    few = {version_name(str(agent), version): (2, 2) for agent in range(50) for version in ("1", "2")}

    assert found([{**CALM[0], **few}, *CALM[1:], {V2: (20, 8)}]).p_value == alone


def test_thirty_runs_of_predecessors_are_needed() -> None:
    assert regressions([{V1: (29, 0)}, {V2: (60, 60)}]) == {}
    assert V2 in regressions([{V1: (30, 0)}, {V2: (60, 60)}])


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [((2_000, 100), (20_000, 1_400), False), ((2_000, 100), (20_000, 1_500), True), ((2_000, 1), (20_000, 90), False)],
    ids=["odds too like", "odds half as much again", "difference under 0.5 %"],
)
def test_it_must_matter_however_sure_the_test_is(before: tuple[int, int], after: tuple[int, int], told: bool) -> None:  # noqa: FBT001
    assert (V2 in regressions([*[{V1: before}] * 200, {V2: after}])) is told


@pytest.mark.parametrize(
    ("after", "told"),
    [((6_000, 1_000), False), ((6_000, 1_200), True)],
    ids=["odds under four times", "odds over four times"],
)
def test_where_clumps_are_assumed_only_what_is_much_worse_is_told(after: tuple[int, int], told: bool) -> None:  # noqa: FBT001
    before: Hours = [{V1: (30, 1 + number % 2)} for number in range(20)]
    hours: Hours = [{V2: (after[0] // 200, after[1] // 200)}] * 200

    assert (V2 in regressions([*before, *hours])) is told


def test_a_day_of_hours_says_how_failures_scatter_as_long_as_the_version_ran_no_longer() -> None:
    def test_named(before: int, after: int) -> str:
        return found([*CALM[:before], *[{V2: (20, 8)}] * after]).test

    assert test_named(23, 5) == TEST_ASSUMING
    assert test_named(24, 24) == TEST
    assert test_named(24, 25) == TEST_ASSUMING


def test_what_came_in_clumps_before_may_come_in_clumps() -> None:
    spread: Hours = [{V1: (200, 10)}] * 60
    clumped: Hours = [{V1: (200, 50)}, *[{V1: (200, 0)}] * 4] * 12

    assert V2 in regressions([*spread, {V2: (200, 40)}])
    assert V2 not in regressions([*clumped, {V2: (200, 40)}])


def test_versions_as_good_or_better_are_not_told() -> None:
    assert regressions([*CALM, *[{V2: (20, 1)}] * 10]) == {}
    assert regressions([*[{V1: (20, 10)}] * 30, *[{V2: (20, 1)}] * 10]) == {}
    assert regressions([*[{V1: (20, 20)}] * 30, *[{V2: (20, 20)}] * 10]) == {}
    assert regressions([]) == {}


VERSIONS = st.lists(st.tuples(st.integers(0, 29), st.floats(0, 0.8)), min_size=1, max_size=4)


@given(VERSIONS, st.integers(0))
def test_a_claim_holds_what_it_must(versions: list[tuple[int, float]], seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311  hypothesis gives the seed
    hours: Hours = [{} for _ in range(30)]
    for number, (began, rate) in enumerate(versions):
        for hour in hours[began:]:
            total = rng.randint(0, 30)
            hour[version_name("a", str(number))] = (total, sum(rng.random() < rate for _ in range(total)))

    for name, regression in regressions(hours).items():
        assert next(place for place, hour in enumerate(hours) if hour.get(name, (0, 0))[0]) == regression.index
        own = [hour[name] for hour in hours if name in hour]
        recent = (regression.recent_total, regression.recent_failed)
        baseline = (regression.baseline_total, regression.baseline_failed)
        assert recent == tuple(map(sum, zip(*own, strict=True)))
        # No correction ever makes a version look surer to be bad than the plain test on the plain counts.
        # Both are sums of logarithms: the last digits are the way they were added up.
        assert fisher_greater(baseline, recent) <= regression.p_value * (1 + 1e-9)
        assert regression.p_value <= LEVEL
