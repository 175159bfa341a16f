"""Has a group's failure rate risen beyond chance against its own baseline? Pure: counts in, a claim or none out.

The statistics and what was measured with them: docs/adr/0017-a-rise-beyond-chance.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Final

from rca_core.metrics.dispersion import Counts, History
from rca_core.metrics.materiality import Materiality

LEVEL: Final = 0.01
"""False alarms allowed in one query: over all its groups and change points together."""
MIN_ODDS_RATIO: Final = 1.5
"""Odds, not rates, so that 5 to 7.3 % is as much as 60 to 69 %."""
MIN_DIFFERENCE: Final = 0.005
"""One run in 200 that did not fail before."""
MIN_FAILED: Final = 3
"""Since the change; fewer are incidents, not a rate."""
MIN_BASELINE_BUCKETS: Final = 24
"""With runs: a day of hours, for how buckets differ to be known at all."""
MIN_BASELINE_TOTAL: Final = 30
MATERIAL: Final = Materiality(MIN_ODDS_RATIO, MIN_DIFFERENCE, MIN_FAILED)
_LOG_LEVEL: Final = log(LEVEL)
TEST: Final = "one-sided Fisher's exact test of dispersion-adjusted counts, Bonferroni over change points and groups"


@dataclass(frozen=True)
class Change:
    """A rise: what was counted before the bucket in which it began, and from that bucket on."""

    index: int
    baseline_total: int
    baseline_failed: int
    recent_total: int
    recent_failed: int
    p_value: float
    """After all corrections; 0.0 where too small to be told from it."""
    test: str = TEST

    @property
    def baseline_rate(self) -> float:
        """Return the share of runs that failed before the change."""
        return self.baseline_failed / self.baseline_total

    @property
    def recent_rate(self) -> float:
        """Return the share of runs that failed since."""
        return self.recent_failed / self.recent_total


def detect(series: Sequence[tuple[int, int]], *, groups: int) -> Change | None:
    """Return the rise that a group's history ends in, None if there is none beyond chance.

    `series` is (ended, of these failed) of each bucket in time order, hours by preference; buckets may be empty.
    `groups` is how many are tested in one query, this one and those that are left out of the answer included. The
    change is dated at the bucket that leaves the least to chance.

    Raises ValueError for counts that cannot be, and for `groups` below 1.
    """
    if groups < 1:
        raise ValueError(f"groups must be at least 1, not {groups}")
    if wrong := next((bucket for bucket in series if not 0 <= bucket[1] <= bucket[0]), None):
        raise ValueError(f"a bucket must be (total, failed) with 0 <= failed <= total, not {wrong!r}")
    filled = [index for index, (total, _) in enumerate(series) if total]
    history = History([series[index] for index in filled])
    for log_p, start in sorted(_rises(history, groups)):
        baseline, recent = history.between(0, start), history.between(start, len(history))
        if _lasts(history, start, baseline, recent):
            return Change(filled[start], *baseline, *recent, p_value=exp(log_p))
    return None


def _rises(history: History, groups: int) -> Iterator[tuple[float, int]]:
    """Yield where the history may be divided so that its rate rose, each after the logarithm of its p-value."""
    # What is recent is no longer than its baseline: a short one happens to miss the clumps that failures come in.
    first = max(MIN_BASELINE_BUCKETS, (len(history) + 1) // 2)
    harmonic = sum(1 / length for length in range(1, len(history) - first + 1))
    for start in range(first, len(history)):
        baseline, recent = history.between(0, start), history.between(start, len(history))
        if baseline[0] < MIN_BASELINE_TOTAL or not MATERIAL.holds(baseline, recent):
            continue
        if not _begins(history, start, baseline):
            continue
        # Each length has a share of the level, in proportion to 1 / length: a new rise is found the sooner for it.
        looks = groups * harmonic * (len(history) - start)
        log_p = log(looks) + history.design_effects(start).log_chance(baseline, recent)
        if log_p <= _LOG_LEVEL:
            yield log_p, start


def _begins(history: History, start: int, baseline: Counts) -> bool:
    """Return whether the first bucket is worse than the baseline: else the rise, if there is one, begins later."""
    total, failed = history.between(start, start + 1)
    return failed * baseline[0] > baseline[1] * total


def _lasts(history: History, start: int, baseline: Counts, recent: Counts) -> bool:
    """Return whether the rise would be there, if less sure, had its worst bucket been as those of the baseline.

    One bad hour is an incident. Failures come in clumps larger than any model of them, but seldom two at once.
    """
    rate = baseline[1] / baseline[0]
    buckets = (history.between(index, index + 1) for index in range(start, len(history)))
    excess = max(failed - rate * total for total, failed in buckets)
    calmer = (recent[0], recent[1] - excess)
    if calmer[1] <= rate * calmer[0]:
        return False  # spares adding up half of a distribution
    return history.design_effects(start).log_chance(baseline, calmer) <= _LOG_LEVEL
