"""How much more the failures of a history scatter than those of independent runs would.

Failures come in clumps: runs of one hour share an outage, hours share a time of day. Runs that are alike count for
fewer than they are: for their number divided by the design effect, 1 + (size of a clump - 1) * correlation within it
(Rao and Scott, A simple method for the analysis of clustered binary data, Biometrics 48, 1992).
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from math import sqrt
from statistics import NormalDist
from typing import Final, NamedTuple

from rca_core.metrics.fisher import log_fisher_greater

CONFIDENCE: Final = 0.95
"""That the correlation is no higher than the bound on it that is used."""
MIN_BLOCKS: Final = 8
"""In a baseline, to estimate from them how blocks scatter."""
PRIOR_CLUMPS: Final = 4
"""Added to the clumps that failures came in: what is known of scatter when nothing failed."""


Counts = tuple[float, float]
"""(runs that ended, of these failed)."""


class DesignEffects(NamedTuple):
    """What to divide counts by so that they can be tested as if runs were independent; 1 at least."""

    baseline: float
    recent: float

    def log_chance(self, baseline: Counts, recent: Counts) -> float:
        """Return the logarithm of the chance of a rise at least as large, of counts that scatter so."""
        before = (baseline[0] / self.baseline, baseline[1] / self.baseline)
        return log_fisher_greater(before, (recent[0] / self.recent, recent[1] / self.recent))


class History:
    """A group's buckets in time order; each has runs."""

    def __init__(self, buckets: Sequence[tuple[int, int]]) -> None:
        self._totals = _running([total for total, _ in buckets])
        self._failed = _running([failed for _, failed in buckets])
        self._blocks: dict[int, _Blocks] = {}

    def __len__(self) -> int:
        """Return the number of buckets."""
        return len(self._totals) - 1

    def between(self, start: int, end: int) -> tuple[int, int]:
        """Return the counts of a stretch of buckets."""
        return self._totals[end] - self._totals[start], self._failed[end] - self._failed[start]

    def design_effects(self, start: int) -> DesignEffects:
        """Return those of the buckets before `start` and from `start` on, as the buckets before it scatter.

        Of two estimates the worse. Bucket by bucket, the upper bound: scatter that is not known is there. And in blocks
        about as long as what is recent, if the baseline has enough of them, the plain estimate: it is worse where
        neighbours are alike (day and night, weekends), and with so few blocks its bound would always be.
        """
        by_bucket = self._in_blocks(1).design_effects(start, bounded=True)
        size = self._comparable_size(start)
        if size == 1:
            return by_bucket
        by_block = self._in_blocks(size).design_effects(start, bounded=False)
        return DesignEffects(max(by_bucket.baseline, by_block.baseline), max(by_bucket.recent, by_block.recent))

    def _comparable_size(self, start: int) -> int:
        longest = min(len(self) - start, start // MIN_BLOCKS)
        return 1 << max(0, longest.bit_length() - 1)

    def _in_blocks(self, size: int) -> "_Blocks":
        if size not in self._blocks:
            self._blocks[size] = _Blocks(self._totals, self._failed, size)
        return self._blocks[size]


class _Blocks:
    """A history in blocks of so many buckets, counted from its start."""

    def __init__(self, totals: Sequence[int], failed: Sequence[int], size: int) -> None:
        self._totals, self._failed, self._size = totals, failed, size
        block_totals, block_failed = _steps(totals[::size]), _steps(failed[::size])
        self._squares = _running([total * total for total in block_totals])
        self._failed_squares = _running([each * each for each in block_failed])
        shares = (each * each / total for each, total in zip(block_failed, block_totals, strict=True))
        self._shares = [0.0, *accumulate(shares)]

    def design_effects(self, start: int, *, bounded: bool) -> DesignEffects:
        """Return those before and from a bucket on, from the whole blocks before it."""
        size, totals = self._size, self._totals
        blocks = start // size
        correlation = self._correlation(blocks, bounded=bounded)
        ends = [*totals[start::size], totals[-1]] if (len(totals) - 1 - start) % size else totals[start::size]
        recent = sum(total * total for total in _steps(ends)) / (totals[-1] - totals[start])
        baseline = self._squares[blocks] / totals[blocks * size]
        return DesignEffects(1 + correlation * (baseline - 1), 1 + correlation * (recent - 1))

    def _correlation(self, blocks: int, *, bounded: bool) -> float:
        """Return the intraclass correlation of runs in a block: the one for which Pearson's statistic is what it is."""
        total, failed = self._totals[blocks * self._size], self._failed[blocks * self._size]
        freedom = blocks - 1
        room = total - self._squares[blocks] / total - freedom
        if room <= 0 or failed == total:
            return 0.0
        statistic: float = freedom
        clumps = 0.0
        if failed:
            statistic = (self._shares[blocks] - failed * failed / total) / (failed / total * (1 - failed / total))
            # As many equal ones would have the same sum and the same sum of squares.
            clumps = failed * failed / self._failed_squares[blocks] - 1
        if bounded:
            statistic /= _least_scatter(min(freedom, clumps + PRIOR_CLUMPS))
        return min(1.0, max(0.0, (statistic - freedom) / room))


def _least_scatter(freedom: float) -> float:
    """Return what chi-square, divided by its degrees of freedom, exceeds with CONFIDENCE (Wilson and Hilferty 1931)."""
    spread = 2 / (9 * freedom)
    return (1 - spread + _NORMAL_QUANTILE * sqrt(spread)) ** 3


_NORMAL_QUANTILE: Final = NormalDist().inv_cdf(1 - CONFIDENCE)


def _running(values: Iterable[int]) -> list[int]:
    return [0, *accumulate(values)]


def _steps(running: Sequence[int]) -> list[int]:
    return [after - before for before, after in pairwise(running)]
