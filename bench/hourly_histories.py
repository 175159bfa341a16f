"""Made-up hours of a group: how many runs ended and failed, by chance alone or with a rate that became another one."""

import math
import random
from bisect import bisect
from collections.abc import Callable, Mapping
from functools import cache
from itertools import accumulate
from typing import Final, NamedTuple

Course = Callable[[random.Random], Callable[[int], float]]
"""Begins a course: what a count or a rate is in the hour of that number."""

DAY: Final = 24
WEEK: Final = 7 * DAY


class Kind(NamedTuple):
    """Histories of one kind. `scatter` is the standard deviation of the hourly rate over the rate: beta-binomial."""

    total: Course
    rate: Course
    scatter: float = 0.0
    hours: int = WEEK

    def draw(self, rng: random.Random) -> list[tuple[int, int]]:
        """Draw a history, (total, failed) each hour, that ends at any hour of the week."""
        total, rate = self.total(rng), self.rate(rng)
        first = rng.randrange(WEEK)
        return [self._hour(rng, round(total(hour)), rate(hour)) for hour in range(first, first + self.hours)]

    def _hour(self, rng: random.Random, total: int, rate: float) -> tuple[int, int]:
        if total == 0 or rate in {0.0, 1.0}:
            return total, round(total * rate)
        table = _distribution(total, rate, self.scatter**2 * rate / (1 - rate))
        return total, min(total, bisect(table, rng.random() * table[-1]))


@cache
def _distribution(total: int, rate: float, correlation: float) -> list[float]:
    """Return the binomial or beta-binomial distribution function, up to a factor."""
    counts = range(total + 1)
    ways = (-math.lgamma(count + 1) - math.lgamma(total - count + 1) for count in counts)
    if correlation:
        size = 1 / correlation - 1
        alpha, beta = rate * size, (1 - rate) * size
        chances = [math.lgamma(count + alpha) + math.lgamma(total - count + beta) for count in counts]
    else:
        chances = [count * math.log(rate) + (total - count) * math.log1p(-rate) for count in counts]
    logs = [way + chance for way, chance in zip(ways, chances, strict=True)]
    most = max(logs)
    return [*accumulate(math.exp(each - most) for each in logs)]


def always(value: float) -> Course:
    """Return the same for each hour."""
    return lambda _: lambda _: value


def either(*values: float) -> Course:
    """Return one of these throughout."""

    def begin(rng: random.Random) -> Callable[[int], float]:
        value = rng.choice(values)
        return lambda _: value

    return begin


def office(most: int) -> Course:
    """Return many by day and few by night, fewer at weekends."""
    return lambda _: lambda hour: most * (0.55 + 0.45 * _daytime(hour)) * (0.3 if _weekend(hour) else 1)


def a_day(runs: int) -> Course:
    """Return so many single runs a day on average, at any hour."""
    return lambda rng: lambda _: float(rng.random() < runs / DAY)


def by_daytime(low: float, high: float) -> Course:
    """Return a rate that follows the time of day."""
    return lambda _: lambda hour: (low + high) / 2 + (high - low) / 2 * _daytime(hour)


def by_weekday(week: float, weekend: float) -> Course:
    """Return one rate for weekdays, another for weekends."""
    return lambda _: lambda hour: weekend if _weekend(hour) else week


def drift(rng: random.Random) -> Callable[[int], float]:
    """Return a rate of 5 % that wanders by a third, with a correlation of 0.8 from hour to hour."""
    off = rng.gauss(0, 0.3)

    def rate(_: int) -> float:
        nonlocal off
        off = 0.8 * off + rng.gauss(0, 0.3 * math.sqrt(1 - 0.8**2))
        return round(0.05 * math.exp(off), 3)

    return rate


def outages(rng: random.Random) -> Callable[[int], float]:
    """Return a rate of 2 %, and of 50 % in outages: about two a week, of three hours on average."""
    out = False

    def rate(_: int) -> float:
        nonlocal out
        out = rng.random() < (0.67 if out else 0.012)
        return 0.5 if out else 0.02

    return rate


def _daytime(hour: int) -> float:
    return round(math.sin(2 * math.pi * (hour % DAY - 9) / DAY), 6)


def _weekend(hour: int) -> bool:
    return hour // DAY % 7 >= 5


STATIONARY: Final[Mapping[str, Kind]] = {
    "5 %, 200 an hour": Kind(always(200), always(0.05)),
    "2 %, 20 an hour": Kind(always(20), always(0.02)),
    "0.1 %, office hours": Kind(office(200), always(0.001)),
    "5 %, office hours": Kind(office(200), always(0.05)),
    "60 %, office hours": Kind(office(200), always(0.6)),
    "10 %, 3 a day": Kind(a_day(3), always(0.1)),
    "50 %, 3 a day": Kind(a_day(3), always(0.5)),
    "5 %, 100,000 an hour": Kind(always(100_000), always(0.05)),
    "none fail, or all": Kind(office(200), either(0.0, 1.0)),
    "5 %, two days": Kind(always(200), always(0.05), hours=2 * DAY),
    "5 %, scatter 0.5": Kind(office(200), always(0.05), 0.5),
    "5 %, scatter 1": Kind(office(200), always(0.05), 1.0),
    "5 %, scatter 1, two days": Kind(always(200), always(0.05), 1.0, hours=2 * DAY),
    "1 %, scatter 1": Kind(office(200), always(0.01), 1.0),
    "0.1 %, scatter 1": Kind(office(200), always(0.001), 1.0),
    "60 %, scatter 0.3": Kind(office(200), always(0.6), 0.3),
    "5 %, 100,000 an hour, scatter 0.3": Kind(always(100_000), always(0.05), 0.3),
    "3 % by night, 9 % by day": Kind(always(200), by_daytime(0.03, 0.09)),
    "6 % on weekdays, 3 % at weekends": Kind(always(200), by_weekday(0.06, 0.03)),
}
HARD: Final[Mapping[str, Kind]] = {
    "1 %, scatter 3: rare clumps": Kind(office(200), always(0.01), 3.0),
    "0.1 %, scatter 7: rarer clumps": Kind(office(200), always(0.001), 7.0),
    "5 %, drifts by a third for hours": Kind(always(200), drift),
    "2 %, outages of three hours": Kind(always(50), outages),
}
"""Harder to tell from a rise: clumps larger than any before, or hours that depend on those before."""


class Shift(NamedTuple):
    """A rate that becomes another one."""

    an_hour: int
    before: float
    after: float
    scatter: float = 0.0

    def draw(self, rng: random.Random, hours: int) -> list[tuple[int, int]]:
        """Draw a week before, and so many hours after."""
        before, after = (
            Kind(always(self.an_hour), always(rate), self.scatter, length).draw(rng)
            for rate, length in ((self.before, WEEK), (self.after, hours))
        )
        return [*before, *after]


SHIFTED: Final = (
    Shift(200, 0.05, 0.10),
    Shift(200, 0.05, 0.08),
    Shift(1_000, 0.05, 0.08),
    Shift(200, 0.05, 0.30),
    Shift(20, 0.02, 0.30),
    Shift(20, 0.02, 0.10),
    Shift(1_000, 0.001, 0.01),
    Shift(200, 0.6, 0.8),
    Shift(20, 0.0, 0.3),
    Shift(200, 0.05, 0.1, 0.5),
    Shift(200, 0.05, 0.2, 1.0),
)
