"""How often new versions are wrongly called worse, and how soon rightly: `python -m bench.releases [ANSWERS]`.

Histories are drawn anew each time. Where the new version is as good as the old one every alarm is false: one answer in
a hundred may give one, however many versions it holds.
"""

import math
import random
import sys
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from typing import Final, NamedTuple

from rich.console import Console
from rich.table import Table

from bench.hourly_histories import DAY, HARD, STATIONARY, WEEK, Course, Kind, a_day, always, by_daytime
from bench.measure import cpu_ms
from bench.rollouts import NEW, OLD, ROLLOUTS, Hours, fleet
from bench.tables import table_of
from bench.trends import interval
from rca_core.metrics.change import LEVEL
from rca_core.metrics.names import version_name
from rca_core.metrics.release import regressions

ANSWERS: Final = 500
AGENTS: Final = 20
RUNS: Final = (20, 30, 40, 60)
_SEED: Final = 20260302
KINDS: Final = {
    **{name: kind for name, kind in {**STATIONARY, **HARD}.items() if "100,000" not in name and "two days" not in name},
    "1 % by night, 9 % by day": Kind(always(200), by_daytime(0.01, 0.09)),
    "5 %, 20 an hour, scatter 1": Kind(always(20), always(0.05), 1.0),
}
UNKNOWABLE: Final = (*HARD, "6 % on weekdays, 3 % at weekends")
"""What the hours before a release may not have shown yet: an outage, a longer wave, a Monday."""
KNOWABLE: Final = tuple(kind for kind in KINDS if kind not in UNKNOWABLE)


class Broken(NamedTuple):
    """A version that fails more often than 5 %, after so many hours of the one before it."""

    name: str
    total: Course
    an_hour: int
    hours: int
    after: float
    scatter: float = 0.0

    def draw(self, rng: random.Random, runs: int) -> Hours:
        """Draw the old version's hours and those of about so many runs of the new one."""
        old = Kind(self.total, always(0.05), self.scatter, self.hours).draw(rng)
        hours = math.ceil(runs / self.an_hour)
        new = Kind(always(round(runs / hours)), always(self.after), self.scatter, hours).draw(rng)
        if self.hours == 1:
            return [{OLD: old[0], NEW: new[0]}]
        return [*({OLD: counts} for counts in old), *({NEW: counts} for counts in new)]


_SITUATIONS: Final = (
    ("a week, 200 an hour", always(200), 200, WEEK, 0.0),
    ("a week, 20 an hour", always(20), 20, WEEK, 0.0),
    ("a week, 20 an hour, scatter 1", always(20), 20, WEEK, 1.0),
    ("a week, 10 a day", a_day(10), 1, WEEK, 0.0),
    ("a day, 20 an hour", always(20), 20, DAY, 0.0),
    ("half a day, 20 an hour", always(20), 20, DAY // 2, 0.0),
    ("60 runs, all in one hour", always(60), 60, 1, 0.0),
)
BROKEN: Final = [
    Broken(name, total, an_hour, hours, after, scatter)
    for after in (0.3, 0.7)
    for name, total, an_hour, hours, scatter in _SITUATIONS
]


def false_alarms(kind: str, count: int) -> dict[str, int]:
    """Return how many of so many answers about one agent have an alarm, by rollout."""
    rng = random.Random(f"{_SEED} {kind}")  # noqa: S311  the same histories each time
    alarms = dict.fromkeys(ROLLOUTS, 0)
    for _ in range(count):
        series = KINDS[kind].draw(rng)
        for name, rollout in ROLLOUTS.items():
            alarms[name] += bool(regressions(rollout(series, rng)))
    return alarms


def fleet_alarms(rollout: str, count: int) -> int:
    """Return how many of so many answers about AGENTS agents, of all KNOWABLE kinds, have an alarm."""
    rng = random.Random(f"{_SEED} {rollout} fleet")  # noqa: S311  the same histories each time
    alarms = 0
    for _ in range(count):
        kinds = rng.choices(KNOWABLE, k=AGENTS)
        agents = [ROLLOUTS[rollout](KINDS[kind].draw(rng), rng) for kind in kinds]
        # More versions only raise the p-values.
        alarms += any(map(regressions, agents)) and bool(regressions(fleet(agents)))
    return alarms


def followed(kind: str, count: int) -> int:
    """Return for how many of so many agents there is an alarm, asked about every hour of the first three days."""
    rng = random.Random(f"{_SEED} followed {kind}")  # noqa: S311  the same histories each time
    asked = 3 * DAY
    alarms = 0
    for _ in range(count):
        series = KINDS[kind]._replace(hours=WEEK + asked).draw(rng)
        hours = [{OLD if number < WEEK else NEW: counts} for number, counts in enumerate(series)]
        alarms += any(regressions(hours[age : WEEK + age]) for age in range(1, asked + 1))
    return alarms


def detections(broken: Broken, runs: int, count: int) -> int:
    """Return how many of so many broken versions are found, each among AGENTS new ones."""
    rng = random.Random(f"{_SEED} {broken.name} {broken.after} {runs}")  # noqa: S311  the same histories each time
    others = fleet([[{OLD: (100, 0), NEW: (100, 0)}]] * (AGENTS // 2))
    # Of two that began in one hour each is tested: 20 that are well, or with that hour's two 22.
    return sum(
        NEW in regressions([{**hours[0], **others[0]}, *hours[1:]])
        for hours in (broken.draw(rng, runs) for _ in range(count))
    )


def false_alarm_table(pool: Executor, count: int) -> Table:
    """Return the rates of false alarms."""
    title = (
        f"False alarms where the new version is as good (% of answers, 95 % interval), level {LEVEL:.0%};"
        f" {count:,} answers about one agent each, {count // 2:,} about {AGENTS} agents"
    )
    result = table_of(title, "history", *ROLLOUTS)
    of_fleets = pool.map(partial(fleet_alarms, count=count // 2), ROLLOUTS)
    of_kinds = dict(zip(KINDS, pool.map(partial(false_alarms, count=count), KINDS), strict=True))
    for kind in KNOWABLE:
        result.add_row(kind, *(interval(alarms, count) for alarms in of_kinds[kind].values()))
    result.add_row(f"{AGENTS} agents of these kinds", *(interval(alarms, count // 2) for alarms in of_fleets))
    result.add_section()
    for kind in UNKNOWABLE:
        result.add_row(kind, *(interval(alarms, count) for alarms in of_kinds[kind].values()))
    return result


def detection_table(pool: Executor, count: int) -> Table:
    """Return how many broken versions are found."""
    title = f"Versions found that fail more than the 5 % before (%), one of {AGENTS} versions; {count:,} histories each"
    result = table_of(title, "before it", "it fails", *(f"{runs} runs of it" for runs in RUNS))
    for broken, found in zip(BROKEN, pool.map(partial(_detected, count=count), range(len(BROKEN))), strict=True):
        if broken is BROKEN[len(_SITUATIONS)]:
            result.add_section()
        result.add_row(broken.name, f"{broken.after:.0%}", *(f"{100 * each / count:.0f}" for each in found))
    return result


def _detected(number: int, count: int) -> list[int]:
    return [detections(BROKEN[number], runs, count) for runs in RUNS]


def followed_table(pool: Executor, count: int) -> Table:
    """Return how many versions are wrongly marked at least once if one keeps asking."""
    title = f"Asked every hour of the three days after a release: marked wrongly at least once (%); {count:,} releases"
    result = table_of(title, "history", "releases")
    kinds = ("5 %, office hours", "5 %, scatter 0.5", "5 %, scatter 1", "3 % by night, 9 % by day")
    for kind, alarms in zip(kinds, pool.map(partial(followed, count=count), kinds), strict=True):
        result.add_row(kind, interval(alarms, count))
    return result


def cpu_table() -> Table:
    """Return what one query costs."""
    rng = random.Random(_SEED)  # noqa: S311  the same histories each time
    result = table_of("CPU of the versions of one answer (median)", "versions", "ms")
    result.add_row("2 of each of 50 agents, a week", _cpu(_spread(rng, 50, 2, WEEK)))
    result.add_row("100 of one agent, 90 days", _cpu(_spread(rng, 1, 100, 90 * DAY)))
    return result


def _spread(rng: random.Random, agents: int, versions: int, hours: int) -> Hours:
    """Return agents whose versions follow each other, each running to the end beside the next ones."""
    kind = Kind(always(20), always(0.05), 1.0, hours)
    series = [[kind.draw(rng) for _ in range(versions)] for _ in range(agents)]
    return [
        {
            version_name(str(agent), str(version)): counts[hour]
            for agent, several in enumerate(series)
            for version, counts in enumerate(several)
            if hour >= version * (hours // versions)
        }
        for hour in range(hours)
    ]


def _cpu(hours: Hours) -> str:
    return f"{cpu_ms(partial(regressions, hours), repeats=5):.1f}"


def main() -> None:
    """Print the tables; an argument says how many answers of each kind, 500 without one."""
    count = max(AGENTS, int(sys.argv[1])) if len(sys.argv) > 1 else ANSWERS
    console = Console(width=180)
    with ProcessPoolExecutor() as pool:
        console.print(false_alarm_table(pool, count))
        console.print(detection_table(pool, max(1, count // 4)))
        console.print(followed_table(pool, max(1, count // 10)))
    console.print(cpu_table())


if __name__ == "__main__":
    main()
