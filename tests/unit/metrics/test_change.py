"""What is claimed of a group's history, in cases worked out by hand and in whatever hypothesis draws."""

import random
from dataclasses import replace
from math import log, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rca_core.analysis.history.significance import fisher_greater
from rca_core.metrics.change import LEVEL, detect
from rca_core.metrics.fisher import log_fisher_greater

Series = list[tuple[int, int]]

CALM: Series = [(20, 1)] * 30
"""Scatters less than chance would have it, so that nothing is divided."""


def test_a_rise_is_dated_counted_and_has_the_chance_of_fishers_test_times_the_looks() -> None:
    found = detect([*CALM, (20, 6), (20, 6)], groups=3)

    assert found is not None
    assert (found.index, found.baseline_total, found.baseline_failed) == (30, 600, 30)
    assert (found.recent_total, found.recent_failed) == (40, 12)
    assert (found.baseline_rate, found.recent_rate) == (0.05, 0.3)
    # 24 of 32 hours are always baseline: 8 lengths, this one of 2.
    looks = 3 * 2 * sum(1 / length for length in range(1, 9))
    assert found.p_value == pytest.approx(looks * fisher_greater((600, 30), (40, 12)), rel=1e-9)
    assert found.p_value < LEVEL


def test_twice_the_groups_double_the_chance_until_there_is_no_claim() -> None:
    series = [*CALM, (20, 6), (20, 6)]
    alone = detect(series, groups=1)
    assert alone is not None

    most = int(LEVEL / alone.p_value)
    among_most = detect(series, groups=most)

    assert among_most is not None
    assert among_most.p_value == pytest.approx(most * alone.p_value)
    assert detect(series, groups=most + 1) is None


def test_one_bad_hour_is_no_rise_and_the_second_one_makes_it() -> None:
    assert detect([*CALM, (20, 20)], groups=1) is None
    assert detect([*CALM, (20, 20), (20, 1), (20, 1)], groups=1) is None
    assert detect([*CALM, (20, 20), (20, 10)], groups=1) is not None


def test_a_rise_that_is_over_is_not_marked() -> None:
    assert detect([*CALM, *[(20, 8)] * 3], groups=1) is not None
    assert detect([*CALM, *[(20, 8)] * 3, *[(20, 0)] * 20], groups=1) is None


def test_a_rate_that_fell_is_not_marked() -> None:
    assert detect([*[(20, 8)] * 30, *[(20, 1)] * 10], groups=1) is None


@pytest.mark.parametrize("rate", [0, 1, 10, 19, 20], ids=lambda rate: f"{rate} of 20")
def test_what_stays_as_it_was_is_not_marked(rate: int) -> None:
    assert detect([(20, rate)] * 60, groups=1) is None


@pytest.mark.parametrize("hours", [0, 1, 2, 23])
def test_a_group_without_a_days_history_is_not_judged(hours: int) -> None:
    assert detect([*CALM[:hours], (20, 20), (20, 20)], groups=1) is None
    assert detect([*CALM[:24], (20, 20), (20, 20)], groups=1) is not None


def test_a_history_of_few_runs_is_not_judged() -> None:
    bad = [(20, 20), (20, 20)]

    assert detect([*[(1, 0)] * 29, *bad], groups=1) is None
    assert detect([*[(1, 0)] * 30, *bad], groups=1) is not None


def test_nothing_at_all_is_no_rise() -> None:
    assert detect([], groups=1) is None
    assert detect([(0, 0)] * 168, groups=1) is None


@pytest.mark.parametrize(
    ("before", "after", "marked"),
    [
        (5_000, 5_400, False),
        (5_000, 7_200, False),
        (5_000, 7_400, True),
        (60_000, 69_000, False),
        (60_000, 69_500, True),
        (10, 480, False),
        (10, 520, True),
    ],
)
def test_a_rise_must_matter_however_sure_the_test_is(before: int, after: int, marked: bool) -> None:  # noqa: FBT001
    baseline, recent = (100_000, before), (100_000, after)
    assert log_fisher_greater(baseline, recent) < log(LEVEL) - 5

    found = detect([*[baseline] * 100, *[recent] * 40], groups=50)

    assert (found is not None) is marked


def test_what_came_in_clumps_before_may_come_in_clumps() -> None:
    recent = [(200, 30), (200, 30)]
    spread, clumped = [(200, 10)] * 60, [(200, 50), *[(200, 0)] * 4] * 12

    assert sum(failed for _, failed in spread) == sum(failed for _, failed in clumped)
    assert detect([*spread, *recent], groups=1) is not None
    assert detect([*clumped, *recent], groups=1) is None


def test_of_few_clumps_little_is_known() -> None:
    rare = [(200, 10 if hour in {5, 25, 45} else 0) for hour in range(60)]

    assert detect([*rare, *[(200, 30)] * 2], groups=1) is None
    assert detect([*rare, *[(200, 30)] * 4], groups=1) is not None


def test_two_failures_are_no_rate() -> None:
    calm = [(500, 0)] * 30

    assert detect([*calm, (1, 1), (1, 1)], groups=1) is None
    assert detect([*calm, (1, 1), (1, 1), (1, 1)], groups=1) is not None


def test_every_day_is_not_worse_than_its_night() -> None:
    days = [(200, round(12 + 6 * sin(hour * 3.14159 / 12))) for hour in range(156)]
    as_usual, half_again = days[144:], [(200, 18 + 9)] * 12

    assert sum(failed for _, failed in as_usual) > 1.2 * 12 * 12
    assert detect([*days[:144], *as_usual], groups=1) is None
    assert detect([*days[:144], *half_again], groups=1) is not None


def test_a_rise_that_lasts_becomes_the_baseline() -> None:
    series = [*[(200, 10)] * 84, *[(200, 20)] * 84]
    assert detect(series, groups=50) is not None

    assert detect([*series, *[(200, 20)] * 84][-168:], groups=50) is None


@pytest.mark.parametrize("bucket", [(5, 6), (-1, 0), (5, -1)])
def test_counts_that_cannot_be_are_refused(bucket: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="failed <= total"):
        detect([(5, 1), bucket], groups=1)


def test_no_groups_are_refused() -> None:
    with pytest.raises(ValueError, match="groups"):
        detect(CALM, groups=0)


def drawn(seed: int, before: int, after: int, rates: tuple[float, float]) -> Series:
    """Return hours of 0 to 60 runs with one rate and then another: at once, since hypothesis takes long for lists."""
    rng = random.Random(seed)  # noqa: S311  hypothesis gives the seed
    totals = [rng.randint(0, 60) for _ in range(before + after)]
    hourly = [rates[index >= before] for index in range(before + after)]
    return [(total, sum(rng.random() < rate for _ in range(total))) for total, rate in zip(totals, hourly, strict=True)]


RATES = st.tuples(st.floats(0, 0.3), st.floats(0.1, 1))
HISTORIES = st.builds(drawn, st.integers(0), st.integers(24, 70), st.integers(1, 20), RATES)


@given(HISTORIES, st.floats(0, 1))
def test_more_failures_in_the_last_hour_never_make_a_rise_less_sure(series: Series, part: float) -> None:
    total, failed = series[-1]

    fewer = detect(series, groups=1)
    more = detect([*series[:-1], (total, failed + round(part * (total - failed)))], groups=1)

    if fewer is not None:
        assert more is not None
        assert more.p_value <= fewer.p_value * (1 + 1e-9)


@given(HISTORIES, st.integers(0))
def test_empty_hours_change_nothing_but_the_date(series: Series, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311  hypothesis gives the seed
    places = sorted(rng.sample(range(2 * len(series)), len(series)))
    spaced = [(0, 0)] * 2 * len(series)
    for place, bucket in zip(places, series, strict=True):
        spaced[place] = bucket

    found, later = detect(series, groups=1), detect(spaced, groups=1)

    assert later == (found and replace(found, index=places[found.index]))


@given(HISTORIES)
def test_a_rate_that_never_rises_is_never_marked(series: Series) -> None:
    falling = sorted((bucket for bucket in series if bucket[0]), key=lambda bucket: -bucket[1] / bucket[0])

    assert detect(falling, groups=1) is None


@given(HISTORIES, st.integers(1, 60))
def test_a_claim_holds_what_it_must(series: Series, groups: int) -> None:
    found = detect(series, groups=groups)
    if found is None:
        return

    before, after = series[: found.index], series[found.index :]
    assert (found.baseline_total, found.baseline_failed) == tuple(map(sum, zip(*before, strict=True)))
    assert (found.recent_total, found.recent_failed) == tuple(map(sum, zip(*after, strict=True)))
    assert found.p_value <= LEVEL
    assert after[0][1] * found.baseline_total > after[0][0] * found.baseline_failed
    assert found.recent_rate >= found.baseline_rate + 0.005
    assert sum(total > 0 for total, _ in after) <= sum(total > 0 for total, _ in before)
    # No correction ever makes a rise look surer than the plain test on the plain counts.
    assert found.p_value >= fisher_greater(
        (found.baseline_total, found.baseline_failed), (found.recent_total, found.recent_failed)
    )
