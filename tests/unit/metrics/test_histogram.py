"""Quantiles of latencies from counts in buckets."""

import math
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rca_core.metrics.histogram import ERROR, LAST, bucket, histogram, pack, quantile, unpack

SHARES = (0.5, 0.95, 0.99)
Draw = Callable[[random.Random], float]
DISTRIBUTIONS: dict[str, Draw] = {
    "all equal": lambda _: 8_500.0,
    "uniform": lambda rng: rng.uniform(1, 2_000),
    "exponential": lambda rng: 1 + rng.expovariate(1 / 300),
    "heavy-tailed": lambda rng: min(1.0 * rng.paretovariate(0.7), 24 * 3_600_000 - 1),
    "two humps": lambda rng: rng.gauss(80, 5) if rng.random() < 0.9 else rng.gauss(30_000, 2_000),
}


def exact(latencies: list[float], share: float) -> float:
    """Return a quantile by nearest rank."""
    return sorted(latencies)[max(1, math.ceil(share * len(latencies))) - 1]


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("name", DISTRIBUTIONS)
@pytest.mark.parametrize("size", [1, 2, 19, 20, 10_000])
def test_a_quantile_is_within_two_percent_of_the_exact_one(name: str, size: int, share: float) -> None:
    rng = random.Random(size)  # noqa: S311  reproducible, not secret
    latencies = [DISTRIBUTIONS[name](rng) for _ in range(size)]

    found = quantile(histogram(latencies), share)

    assert found is not None
    assert abs(found - exact(latencies, share)) <= ERROR * exact(latencies, share)


def test_nothing_has_no_quantile() -> None:
    assert [quantile({}, share) for share in SHARES] == [None, None, None]


@given(st.lists(st.floats(1, 24 * 3_600_000 - 1), min_size=1, max_size=50), st.floats(0, 1))
def test_no_latencies_escape_the_bound(latencies: list[float], share: float) -> None:
    found, wanted = quantile(histogram(latencies), share), exact(latencies, share)

    assert found is not None
    assert abs(found - wanted) <= ERROR * wanted + 5e-5  # the answer is rounded to four places


@given(st.floats(0, 1e12))
def test_there_are_so_many_buckets_and_no_more(latency: float) -> None:
    assert 0 <= bucket(latency) <= LAST == 462


def test_what_takes_less_than_a_millisecond_takes_none_and_what_takes_days_takes_one() -> None:
    assert quantile(histogram([0, 0.4]), 0.95) == 0
    assert quantile(histogram([10**12]), 0.5) == pytest.approx(24 * 3_600_000, rel=0.05)


def test_one_hour_of_usual_latencies_fills_few_buckets() -> None:
    rng = random.Random(1)  # noqa: S311  reproducible, not secret
    usual = [rng.lognormvariate(6, 1) for _ in range(10_000)]

    assert len(histogram(usual)) <= 200


@given(st.lists(st.floats(0, 1e9)))
def test_a_histogram_survives_being_packed(latencies: list[float]) -> None:
    assert unpack(pack(histogram(latencies))) == histogram(latencies)
