"""How much failures scatter, found again in histories drawn with so much of it."""

import random

import pytest

from bench.hourly_histories import DAY, WEEK, Kind, always, by_daytime
from rca_core.metrics.dispersion import History


@pytest.mark.parametrize(("scatter", "effect"), [(0.0, 1.0), (0.25, 2.55), (0.5, 7.19), (1.0, 25.75)])
def test_the_design_effect_is_that_of_the_scatter(scatter: float, effect: float) -> None:
    # Correlation of scatter^2 * rate / (1 - rate), in clumps of 100.
    rng = random.Random(1)  # noqa: S311  the same history each time
    history = History(Kind(always(100), always(0.2), scatter, 5_000).draw(rng))

    # Since the latest hour alone is compared, hours are the blocks.
    found = history.design_effects(4_999)

    assert found.baseline == pytest.approx(effect, rel=0.15)
    assert found.recent == pytest.approx(found.baseline)


def test_hours_that_are_like_their_neighbours_count_for_fewer_the_more_of_them_are_compared() -> None:
    rng = random.Random(1)  # noqa: S311  the same history each time
    history = History(Kind(always(100), by_daytime(0.05, 0.35), hours=20 * WEEK).draw(rng))

    an_hour, eight_hours, days = (history.design_effects(len(history) - hours).recent for hours in (1, 8, 5 * DAY))

    assert eight_hours > 4 * an_hour
    assert days < eight_hours


def test_failures_that_scatter_less_than_chance_count_as_chance() -> None:
    history = History([(20, 1)] * 40)

    assert history.design_effects(32) == (1, 1)


def test_nothing_failed_says_little_of_how_failures_scatter() -> None:
    few, many = (History([(20, 0)] * hours).design_effects(hours - 2).recent for hours in (40, 400))

    assert few > 3
    assert many == pytest.approx(few, rel=0.1)


def test_buckets_of_one_run_cannot_scatter() -> None:
    assert History([(1, hour % 3 == 0) for hour in range(60)]).design_effects(59) == (1, 1)
