"""Latencies as counts in logarithmic buckets: they add up, can be taken back, and give quantiles within 2 %.

Bucket 0 holds what took under a millisecond, bucket i from 1.0404^(i-1) to 1.0404^i milliseconds, the last one what
took a day or longer. There are 463; what one agent does in an hour fills a few dozen.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Final

ERROR: Final = 0.02
"""The largest relative error of a quantile from 1 ms to a day."""

_LOG_GAMMA: Final = 2 * math.log1p(ERROR)
_DAY_MS: Final = 24 * 3600 * 1000
LAST: Final = 1 + int(math.log(_DAY_MS) / _LOG_GAMMA)

Counts = dict[str, int]
"""Name -> how many. Names, also of buckets, are text, because JSON has no others."""


def bucket(milliseconds: float) -> int:
    """Return the bucket of a latency."""
    if milliseconds < 1:
        return 0
    return min(LAST, 1 + int(math.log(milliseconds) / _LOG_GAMMA))


def histogram(latencies: Iterable[float]) -> Counts:
    """Return how many latencies, in milliseconds, fall into each bucket."""
    counts: Counts = {}
    for each in latencies:
        name = str(bucket(each))
        counts[name] = counts.get(name, 0) + 1
    return counts


def quantile(counts: Mapping[str, int], share: float) -> float | None:
    """Return the latency in milliseconds that a share of all does not pass, by nearest rank; None of none."""
    total = sum(counts.values())
    if not total:
        return None
    rank, seen = max(1, math.ceil(share * total)), 0
    for index in sorted(map(int, counts)):
        seen += counts[str(index)]
        if seen >= rank:
            return _middle(index)
    raise AssertionError("the ranks of a histogram end at its total")


def pack(counts: Mapping[str, int]) -> str:
    """Return a histogram as short text."""
    return " ".join(f"{name}:{count}" for name, count in counts.items())


def unpack(text: str) -> Counts:
    """Return the histogram that a text holds."""
    return {name: int(count) for name, _, count in (pair.partition(":") for pair in text.split())}


def _middle(index: int) -> float:
    """Return the value of a bucket that both its ends are off by the same share."""
    if not index:
        return 0.0
    gamma = math.exp(_LOG_GAMMA)
    return float(f"{2 * gamma / (gamma + 1) * math.exp((index - 1) * _LOG_GAMMA):.5g}")
