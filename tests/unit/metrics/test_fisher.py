"""The tail for large and divided counts, held against the exact one for small whole counts and the normal one."""

import random
from math import exp, inf, log

import pytest

from rca_core.analysis.history.significance import fisher_greater
from rca_core.metrics.fisher import log_fisher_greater


def test_whole_counts_give_the_exact_chance() -> None:
    rng = random.Random(1)  # noqa: S311  the same samples each time
    for _ in range(300):
        before, after = ((total, rng.randint(0, total)) for total in (rng.randint(1, 300), rng.randint(1, 300)))

        assert exp(log_fisher_greater(before, after)) == pytest.approx(fisher_greater(before, after), rel=1e-9)


def test_counts_as_large_as_a_year_of_heavy_traffic_give_the_normal_tail() -> None:
    # 4 standard deviations, of which the normal tail holds 3.17e-5.
    before, rate = 10**9, 0.05
    recent = 10**7
    above = 4 * (rate * (1 - rate) * (1 / before + 1 / recent)) ** 0.5

    found = log_fisher_greater((before, before * rate), (recent, recent * (rate + above)))

    assert exp(found) == pytest.approx(3.17e-5, rel=0.02)


def test_a_chance_too_small_for_a_number_still_has_a_logarithm() -> None:
    assert -inf < log_fisher_greater((10**6, 10**4), (10**6, 10**5)) < log(5e-324)


def test_more_failures_after_never_raise_a_small_chance() -> None:
    rng = random.Random(2)  # noqa: S311  the same samples each time
    compared = 0
    while compared < 2_000:
        before_total, total = rng.randint(30, 2_000), rng.randint(3, 200)
        before_failed, failed = rng.randint(0, before_total // 2), rng.randint(3, total)
        before_effect, effect = rng.uniform(1, 20), rng.uniform(1, 20)
        before = (before_total / before_effect, before_failed / before_effect)
        chance = log_fisher_greater(before, (total / effect, failed / effect))
        if failed < total and chance < log(0.05):
            compared += 1
            more = log_fisher_greater(before, (total / effect, (failed + 1) / effect))
            assert more <= chance + 1e-12
