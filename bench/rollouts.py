"""Made-up hours of an agent whose runs go to versions that are equally good, rolled out one way or the other."""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bench.hourly_histories import DAY
from rca_core.metrics.names import version_name

Counts = tuple[int, int]
"""(runs, of these failed)."""
Hours = list[dict[str, Counts]]
"""By name of the version, as `metrics.release.regressions` takes them."""
Rollout = Callable[[Sequence[Counts], random.Random], Hours]

OLD: Final = version_name("agent", "old")
NEW: Final = version_name("agent", "new")


def replaced(series: Sequence[Counts], rng: random.Random) -> Hours:
    """Let a new version run instead of the old one from some hour on."""
    since = _some_hour(len(series), rng)
    return [{OLD if number < since else NEW: counts} for number, counts in enumerate(series)]


def beside(series: Sequence[Counts], rng: random.Random) -> Hours:
    """Give a twentieth, a fifth or half of the runs to a new version from some hour on."""
    since, share = _some_hour(len(series), rng), rng.choice((0.05, 0.2, 0.5))
    return [_shared(counts, share if number >= since else 0.0, rng) for number, counts in enumerate(series)]


def every_6_hours(series: Sequence[Counts], _: random.Random) -> Hours:
    """Let a new version run instead of the one before it every 6 hours."""
    return [{version_name("agent", str(number // 6)): counts} for number, counts in enumerate(series)]


def in_one_hour(series: Sequence[Counts], _: random.Random) -> Hours:
    """Let both versions run in one hour, one after the other: halves of it scatter as hours do."""
    return [{OLD: series[-2], NEW: series[-1]}]


ROLLOUTS: Final[Mapping[str, Rollout]] = {
    "in a week": replaced,
    "in two days": lambda series, rng: replaced(series[-2 * DAY :], rng),
    "in half a day": lambda series, rng: replaced(series[-DAY // 2 :], rng),
    "beside, in a week": beside,
    "in one hour": in_one_hour,
    "every 6 hours": every_6_hours,
}


def fleet(agents: Sequence[Hours]) -> Hours:
    """Return the hours of agents, all as long, that become agents of their own."""
    return [
        {f"{agent} {name}": counts for agent, hour in enumerate(hours) for name, counts in hour.items()}
        for hours in zip(*agents, strict=True)
    ]


def _some_hour(hours: int, rng: random.Random) -> int:
    """Return since when a version runs: for 1 to 10 hours as often as for 10 to 100, since people ask early."""
    return hours - min(hours - 1, int(math.exp(rng.uniform(0, math.log(hours)))))


def _shared(counts: Counts, share: float, rng: random.Random) -> dict[str, Counts]:
    """Return an hour's runs with a share of them given to the new version, whether they failed or not."""
    total, failed = counts
    new = round(share * total)
    new_failed = 0
    for number in range(failed):
        new_failed += rng.random() * (total - number) < new - new_failed
    return {OLD: (total - new, failed - new_failed), NEW: (new, new_failed)}
