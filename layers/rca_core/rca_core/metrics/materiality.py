"""Whether failures rose by enough to matter to anyone, chance or not."""

from typing import NamedTuple

from rca_core.metrics.dispersion import Counts


class Materiality(NamedTuple):
    """The least that a rise has to be: times the odds, in share of runs, and in failures since."""

    odds_ratio: float
    difference: float
    failed: int

    def holds(self, baseline: Counts, recent: Counts) -> bool:
        """Return whether so much failed since, and so much more of what there was."""
        (before, before_failed), (after, after_failed) = baseline, recent
        if after_failed < self.failed:
            return False
        rise = after_failed / after - before_failed / before
        odds, before_odds = after_failed * (before - before_failed), before_failed * (after - after_failed)
        return rise >= self.difference and odds >= self.odds_ratio * before_odds
