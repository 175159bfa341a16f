"""The tests behind a claim from history, held against what they are by definition."""

import random
from fractions import Fraction
from itertools import combinations

import pytest

from rca_core.analysis.history import LEVEL
from rca_core.analysis.history.history import MIN_AFTER, MIN_BEFORE
from rca_core.analysis.history.outcomes import MAX_NAMES
from rca_core.analysis.history.outputs import MAX_OUTPUTS
from rca_core.analysis.history.significance import fisher_greater, holm, rank_sum


@pytest.mark.parametrize(
    ("before", "after", "p_value"),
    [((3, 0), (3, 3), 0.05), ((10, 1), (10, 1), 0.763158), ((5, 5), (5, 5), 1.0), ((20, 0), (5, 5), 0.0000188)],
)
def test_the_p_value_is_that_of_the_hypergeometric_tail(
    before: tuple[int, int], after: tuple[int, int], p_value: float
) -> None:
    assert fisher_greater(before, after) == pytest.approx(p_value, rel=1e-2)


def every_split(before: list[int], after: list[int]) -> float:
    """Return the two-sided chance of the rank sum by trying every way in which the values may fall on the sides."""
    values = [*before, *after]
    ranks = [Fraction(2 * sum(v < value for v in values) + values.count(value) + 1, 2) for value in values]
    middle = Fraction(len(before) * (len(values) + 1), 2)
    off = abs(sum(ranks[: len(before)]) - middle)
    splits = [abs(sum(chosen) - middle) >= off for chosen in combinations(ranks, len(before))]
    return sum(splits) / len(splits)


@pytest.mark.parametrize("values", [2, 4, 1_000], ids=["mostly ties", "ties", "hardly a tie"])
def test_the_rank_sum_is_exact_with_ties_and_few_values(values: int) -> None:
    rng = random.Random(values)  # noqa: S311 - the same samples each time
    for _ in range(40):
        before = [rng.randrange(values) for _ in range(rng.randint(1, 6))]
        after = [rng.randrange(values) for _ in range(rng.randint(1, 7))]

        assert rank_sum(before, after) == pytest.approx(every_split(before, after))
        assert rank_sum(after, before) == pytest.approx(rank_sum(before, after))


@pytest.mark.parametrize(
    ("p_values", "held"),
    [
        ([], []),
        ([0.04], [0]),
        ([0.04, 0.9], []),
        ([0.04, 0.02], [1, 0]),
        ([0.3, 0.01, 0.02], [1, 2]),
        ([0.026, 0.026], []),
    ],
)
def test_each_test_has_to_pass_a_level_shared_with_those_that_are_left(p_values: list[float], held: list[int]) -> None:
    assert holm(p_values, 0.05) == held


def test_the_fewest_runs_that_are_compared_can_pass_among_the_most_comparisons() -> None:
    most = 1 + 2 * MAX_NAMES + 3 * MAX_OUTPUTS
    clearest = [fisher_greater((MIN_BEFORE, 0), (MIN_AFTER, MIN_AFTER)), rank_sum([1] * MIN_BEFORE, [2] * MIN_AFTER)]

    for p_value in clearest:
        assert holm([p_value, *[1.0] * (most - 1)], LEVEL) == [0]
