"""Is a version of an agent worse than the versions that were there before it? Pure: counts in, claims out.

A version that is bad from its first run has no better past of its own, so it is compared with its agent's others. The
statistics and what was measured with them: docs/adr/0021-versions-against-their-predecessors.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from math import exp, log
from typing import Final

from rca_core.metrics.change import (
    LEVEL,
    MATERIAL,
    MIN_BASELINE_BUCKETS,
    MIN_BASELINE_TOTAL,
    MIN_FAILED,
    Change,
)
from rca_core.metrics.dispersion import DesignEffects, History
from rca_core.metrics.materiality import Materiality
from rca_core.metrics.names import agent_and_version

MIN_CORRELATION: Final = 0.05
"""Assumed of runs of one hour, where the predecessors ran in too few hours to tell."""
TEST: Final = "one-sided Fisher's exact test of dispersion-adjusted counts, Bonferroni over versions"
TEST_ASSUMING: Final = f"{TEST}; dispersion assumed for want of hours to measure it in"

_Buckets = Mapping[int, tuple[int, int]]
"""Number of the hour -> (runs, of these failed); only hours with runs."""

# Where scatter is not known, nor is the time of day: only what is much worse is told.
_ASSUMED: Final = Materiality(odds_ratio=4.0, difference=0.1, failed=5)


def regressions(hours: Sequence[Mapping[str, tuple[int, int]]]) -> dict[str, Change]:
    """Return the versions that are worse than their predecessors beyond chance, of all agents of one answer.

    `hours` are in time order, each (runs, of these failed) by `names.version_name`. Predecessors of a version are its
    agent's versions that first ran no later than it: those that began in the same hour are each other's, since nothing
    tells which is older. All their hours count, so that a canary is compared with what runs beside it. The `index` of
    what is found is the first hour in which the version ran.
    """
    pairs = [pair for pair in _pairs(_by_version(hours)) if pair.is_testable()]
    found = {pair.name: pair.regression(len(pairs)) for pair in pairs}
    return {name: regression for name, regression in found.items() if regression}


class _Pair:
    """A version and its predecessors."""

    def __init__(self, name: str, version: _Buckets, predecessors: _Buckets) -> None:
        self.name = name
        self._index = min(version)
        self._before = [predecessors[hour] for hour in sorted(predecessors)]
        self._own = [version[hour] for hour in sorted(version)]
        self._baseline = _sum(self._before)
        self._recent = _sum(self._own)
        self._beside = _sum([predecessors[hour] for hour in version if hour in predecessors])

    def is_testable(self) -> bool:
        """Return whether enough ran, whatever came of it: no look at failures that would have to be paid for."""
        return self._baseline[0] >= MIN_BASELINE_TOTAL and self._recent[0] >= MIN_FAILED

    def regression(self, tests: int) -> Change | None:
        """Return the regression, if it is one among so many tests."""
        # Fewer hours than the version's own happen to miss the clumps that failures come in.
        measured = len(self._before) >= max(MIN_BASELINE_BUCKETS, len(self._own))
        least = MATERIAL if measured else _ASSUMED
        if not least.holds(self._baseline, self._recent):
            return None
        # An outage that hits versions side by side is none of the newer one's doing.
        if self._beside[0] >= MIN_BASELINE_TOTAL and not least.holds(self._beside, self._recent):
            return None
        effects = self._measured_effects() if measured else self._assumed_effects()
        log_p = log(tests) + effects.log_chance(self._baseline, self._recent)
        if log_p > log(LEVEL):
            return None
        test = TEST if measured else TEST_ASSUMING
        return Change(self._index, *self._baseline, *self._recent, p_value=exp(log_p), test=test)

    def _measured_effects(self) -> DesignEffects:
        """Return those of the version's hours as if they followed its predecessors'."""
        return History([*self._before, *self._own]).design_effects(len(self._before))

    def _assumed_effects(self) -> DesignEffects:
        # That of hourly odds whose logarithm has a standard deviation of 1.
        rate = self._baseline[1] / self._baseline[0]
        correlation = max(MIN_CORRELATION, rate * (1 - rate))
        return DesignEffects(*(1 + correlation * (_size(side) - 1) for side in (self._before, self._own)))


def _pairs(versions: Mapping[str, _Buckets]) -> Iterator[_Pair]:
    """Yield each version that has predecessors with them."""
    order = sorted(versions, key=lambda name: (agent_and_version(name)[0], min(versions[name])))
    for _, names in groupby(order, key=lambda name: agent_and_version(name)[0]):
        there: dict[int, tuple[int, int]] = {}
        for _, began in groupby(names, key=lambda name: min(versions[name])):
            together = list(began)
            for name in together:
                _add(there, versions[name])
            for name in together:
                if others := _without(there, versions[name]):
                    yield _Pair(name, versions[name], others)


def _by_version(hours: Sequence[Mapping[str, tuple[int, int]]]) -> dict[str, dict[int, tuple[int, int]]]:
    versions: dict[str, dict[int, tuple[int, int]]] = {}
    for number, named in enumerate(hours):
        for name, counts in named.items():
            if counts[0]:
                versions.setdefault(name, {})[number] = counts
    return versions


def _add(there: dict[int, tuple[int, int]], version: _Buckets) -> None:
    for hour, (total, failed) in version.items():
        before, before_failed = there.get(hour, (0, 0))
        there[hour] = (before + total, before_failed + failed)


def _without(there: _Buckets, version: _Buckets) -> dict[int, tuple[int, int]]:
    """Return what is left without a version."""
    left = dict(there)
    for hour, (own, own_failed) in version.items():
        total, failed = left.pop(hour)
        if total > own:
            left[hour] = (total - own, failed - own_failed)
    return left


def _sum(buckets: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum(total for total, _ in buckets), sum(failed for _, failed in buckets)


def _size(buckets: Sequence[tuple[int, int]]) -> float:
    """Return how many runs of its hour the average run is one of."""
    return sum(total * total for total, _ in buckets) / sum(total for total, _ in buckets)
