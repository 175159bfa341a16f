"""How often trends are wrongly marked, and how soon rightly: `python -m bench.trends [HISTORIES]`.

Hourly histories, a week if not said otherwise, drawn anew each time. Where nothing changes every alarm is false: one
query in a hundred may give one, whether it asks for one group or for fifty.
"""

import random
import statistics
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from math import sqrt
from typing import Final, NamedTuple

from rich.console import Console
from rich.table import Table

from bench.hourly_histories import DAY, HARD, SHIFTED, STATIONARY, WEEK, Shift
from bench.measure import cpu_ms
from bench.tables import table_of
from rca_core.metrics.change import LEVEL, detect

HISTORIES: Final = 10_000
GROUPS: Final = 50
_SEED: Final = 20260302
_KINDS: Final = {**STATIONARY, **HARD}


class Alarms(NamedTuple):
    """False ones: in queries that ask for one group, and in queries that ask for GROUPS."""

    of_one: int
    of_many: int


class Found(NamedTuple):
    """Rises, by what was found of each within a day: the hours that it took, and how many hours its date was off."""

    delays: list[int]
    off: list[int]


def false_alarms(kind: str, count: int) -> Alarms:
    """Return the alarms in so many histories without a change."""
    rng = random.Random(f"{_SEED} {kind}")  # noqa: S311  the same histories each time
    alone = 0
    queries = set()
    for number in range(count):
        series = _KINDS[kind].draw(rng)
        # More groups only raise the p-value.
        if detect(series, groups=1):
            alone += 1
            if detect(series, groups=GROUPS):
                queries.add(number // GROUPS)
    return Alarms(alone, len(queries))


def followed(kind: str, count: int) -> int:
    """Return how many of so many groups give an alarm if they are asked for, among GROUPS, every hour of a week."""
    rng = random.Random(f"{_SEED} followed {kind}")  # noqa: S311  the same histories each time
    course = _KINDS[kind]._replace(hours=2 * WEEK)
    alarms = 0
    for _ in range(count):
        series = course.draw(rng)
        alarms += any(detect(series[now - WEEK : now], groups=GROUPS) for now in range(WEEK + 1, 2 * WEEK + 1))
    return alarms


def detections(shift: Shift, count: int) -> Found:
    """Return what is found of so many rises, among GROUPS, when asked at the end of each hour of the day after."""
    rng = random.Random(f"{_SEED} {shift}")  # noqa: S311  the same histories each time
    found = Found([], [])
    for _ in range(count):
        series = shift.draw(rng, DAY)
        for hours in range(1, DAY + 1):
            if change := detect(series[hours : WEEK + hours], groups=GROUPS):
                found.delays.append(hours)
                found.off.append(abs(change.index - (WEEK - hours)))
                break
    return found


def false_alarm_table(pool: Executor, count: int) -> Table:
    """Return the rates of false alarms."""
    title = f"False alarms without a change (% of queries, 95 % interval), level {LEVEL:.0%}; {count:,} histories each"
    result = table_of(title, "history", "queries for one group", f"queries for {GROUPS} such groups")
    alarms = pool.map(partial(false_alarms, count=count), _KINDS)
    for kind, (of_one, of_many) in zip(_KINDS, alarms, strict=True):
        if kind == next(iter(HARD)):
            result.add_section()
        result.add_row(kind, interval(of_one, count), interval(of_many, count // GROUPS))
    return result


def followed_table(pool: Executor, count: int) -> Table:
    """Return how many groups are wrongly marked at least once if one keeps asking."""
    title = (
        f"Asked every hour of a week, one of {GROUPS} groups: marked wrongly at least once (%); {count:,} groups each"
    )
    result = table_of(title, "history", "groups")
    kinds = ("5 %, office hours", "5 %, scatter 0.5", "5 %, scatter 1", "3 % by night, 9 % by day")
    for kind, alarms in zip(kinds, pool.map(partial(followed, count=count), kinds), strict=True):
        result.add_row(kind, interval(alarms, count))
    return result


def detection_table(pool: Executor, count: int) -> Table:
    """Return how many rises are found within a day, and after how long."""
    title = f"Rises found within a day, one of {GROUPS} groups; {count:,} histories each"
    columns = ("found (%)", "median hours", "9 of 10 by", "median runs", "date off by (h)")
    result = table_of(title, "rise", *columns)
    found = pool.map(partial(detections, count=count), SHIFTED)
    for shift, (delays, off) in zip(SHIFTED, found, strict=True):
        name = f"{shift.before:.1%} to {shift.after:.0%}, {shift.an_hour:,} an hour"
        result.add_row(
            name + (f", scatter {shift.scatter}" if shift.scatter else ""), *_cells(shift, delays, off, count)
        )
    return result


def cpu_table() -> Table:
    """Return what one query costs."""
    rng = random.Random(_SEED)  # noqa: S311  the same histories each time
    result = table_of(f"CPU of one query: {GROUPS} groups, {WEEK} hours (median)", "groups", "ms")
    for kind in ("2 %, 20 an hour", "5 %, office hours", "5 %, scatter 1", "5 %, 100,000 an hour"):
        groups = [STATIONARY[kind].draw(rng) for _ in range(GROUPS)]
        result.add_row(kind, f"{cpu_ms(partial(_query, groups), repeats=9):.1f}")
    spikes = [[*series[:-8], (100_000, 60_000), *series[-7:]] for series in groups]
    result.add_row("the same, each with one bad hour", f"{cpu_ms(partial(_query, spikes), repeats=9):.1f}")
    risen = [Shift(200, 0.05, 0.3).draw(rng, 60)[-WEEK:] for _ in range(GROUPS)]
    result.add_row("all of them rose 60 hours ago", f"{cpu_ms(partial(_query, risen), repeats=9):.1f}")
    return result


def _query(groups: list[list[tuple[int, int]]]) -> None:
    for series in groups:
        detect(series, groups=len(groups))


def interval(found: int, count: int) -> str:
    """Return a share in percent with Wilson's 95 % interval."""
    z = 1.96
    share = found / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * sqrt(share * (1 - share) / count + (z / (2 * count)) ** 2)
    return f"{100 * share:.2f} ({max(0.0, 100 * (middle - half)):.2f} to {100 * (middle + half):.2f})"


def _cells(shift: Shift, delays: list[int], off: list[int], count: int) -> Iterator[str]:
    waits = sorted([*delays, *[DAY + 1] * (count - len(delays))])
    yield f"{100 * len(delays) / count:.1f}"
    for hours in (waits[count // 2], waits[count * 9 // 10]):
        yield str(hours) if hours <= DAY else "more"
    yield f"{waits[count // 2] * shift.an_hour:,}" if waits[count // 2] <= DAY else "more"
    yield f"{statistics.median(off):.0f}" if off else ""


def main() -> None:
    """Print the tables; an argument says how many histories of each kind, 10,000 without one."""
    # Whole groups: a part of one is no query.
    count = max(GROUPS, int(sys.argv[1]) // GROUPS * GROUPS) if len(sys.argv) > 1 else HISTORIES
    console = Console(width=120)
    with ProcessPoolExecutor() as pool:
        console.print(false_alarm_table(pool, count))
        console.print(detection_table(pool, max(1, count // 40)))
        console.print(followed_table(pool, max(1, count // 100)))
    console.print(cpu_table())


if __name__ == "__main__":
    main()
