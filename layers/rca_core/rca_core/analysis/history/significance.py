"""Exact tests for small samples, and the control for several of them at once. Standard library only."""

from collections.abc import Sequence
from math import comb

Share = tuple[int, int]
"""(how many there were, in how many of them something was seen)."""


def fisher_greater(before: Share, after: Share) -> float:
    """Return the chance of at least as many sightings after as there were: Fisher's exact test, one-sided."""
    total, seen = before[0] + after[0], before[1] + after[1]
    ways = sum(comb(after[0], each) * comb(before[0], seen - each) for each in range(after[1], min(after[0], seen) + 1))
    return ways / comb(total, seen)


def rank_sum(before: Sequence[int], after: Sequence[int]) -> float:
    """Return the chance of ranks at least as uneven as these: Wilcoxon's (Mann-Whitney's) test, two-sided and exact.

    Equal values share the mean of their ranks, and the chance is counted over every way in which these very values may
    fall on the two sides, so that ties and small samples need no approximation.
    """
    ranks = _doubled_ranks([*before, *after])
    fewer, more = sorted((ranks[: len(before)], ranks[len(before) :]), key=len)
    ways = _ways_to_sum(ranks, len(fewer))
    # Twice over, as the ranks are: compared in whole numbers.
    middle = len(fewer) * (len(fewer) + len(more) + 1)
    off = abs(sum(fewer) - middle)
    return sum(count for total, count in enumerate(ways) if abs(total - middle) >= off) / comb(len(ranks), len(fewer))


def holm(p_values: Sequence[float], level: float) -> list[int]:
    """Return which of several tests hold so that the chance of any false one is at most `level`: Holm's step-down."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    for place, index in enumerate(order):
        if p_values[index] > level / (len(p_values) - place):
            return order[:place]
    return order


def _doubled_ranks(values: Sequence[int]) -> list[int]:
    """Return twice the rank of each value: whole numbers even where equal values share a rank."""
    ordered = sorted(values)
    first = {value: rank for rank, value in reversed(list(enumerate(ordered, 1)))}
    last = {value: rank for rank, value in enumerate(ordered, 1)}
    return [first[value] + last[value] for value in values]


def _ways_to_sum(ranks: Sequence[int], chosen: int) -> list[int]:
    """Return, by sum, in how many ways so many of the ranks add up to it.

    The usual recurrence over "take this rank or leave it". Counts stand side by side as digits of one integer, wide
    enough for the largest, so that Python adds thousands of them at once.
    """
    digit = comb(len(ranks), chosen).bit_length() // 8 + 1
    ways = [1, *[0] * chosen]
    for rank in ranks:
        for taken in range(chosen, 0, -1):
            ways[taken] += ways[taken - 1] << (8 * digit * rank)
    found = ways[chosen]
    packed = found.to_bytes(found.bit_length() // 8 + digit, "little")
    return [int.from_bytes(packed[at : at + digit], "little") for at in range(0, len(packed), digit)]
