"""Histograms as numbers that add up."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from rca_core.metrics.dense import counts_of, number_of, read, written
from rca_core.metrics.histogram import LAST

HISTOGRAMS = st.dictionaries(st.integers(0, LAST).map(str), st.integers(1, 2**40), max_size=20)


@given(HISTOGRAMS, HISTOGRAMS)
def test_numbers_add_up_as_their_histograms_do(first: dict[str, int], second: dict[str, int]) -> None:
    assert counts_of(number_of(first) + number_of(second)) == Counter(first) + Counter(second)


@given(HISTOGRAMS)
def test_a_number_survives_being_written(counts: dict[str, int]) -> None:
    assert counts_of(read(written(number_of(counts)))) == counts


def test_an_empty_histogram_is_zero() -> None:
    assert number_of({}) == 0
    assert counts_of(0) == {}
