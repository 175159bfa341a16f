"""Fisher's exact test for counts of any size, whole or divided."""

from math import lgamma, log
from typing import Final

_NEGLIGIBLE: Final = 1e-12
"""Of the sum so far: what is smaller no longer shows in it."""


def log_fisher_greater(before: tuple[float, float], after: tuple[float, float]) -> float:
    """Return the logarithm of the chance of at least as many failed after as there were: one-sided.

    Each side is (total, failed). Counts need not be whole: the binomial coefficients are those of the gamma function.
    The terms of the tail shrink at least as fast as the odds of failing rose, so that few count however large the
    counts are: fewer than 70 where the odds rose by half.
    """
    (before_total, before_failed), (total, failed) = before, after
    all_failed = before_failed + failed
    log_first = (
        _log_choose(total, failed)
        + _log_choose(before_total, before_failed)
        - _log_choose(before_total + total, all_failed)
    )
    most = min(total, all_failed)
    tail = term = 1.0
    while failed + 1 <= most and term > _NEGLIGIBLE * tail:
        term *= (total - failed) * (all_failed - failed)
        term /= (failed + 1) * (before_total - all_failed + failed + 1)
        tail += term
        failed += 1
    return min(0.0, log_first + log(tail))


def _log_choose(total: float, chosen: float) -> float:
    return lgamma(total + 1) - lgamma(chosen + 1) - lgamma(total - chosen + 1)
