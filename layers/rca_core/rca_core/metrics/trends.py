"""How failures of groups of runs went over time, bucket by bucket, and which rates rose beyond chance."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from pydantic import BaseModel

from rca_core.metrics import release
from rca_core.metrics.block import AGENT, CATEGORY, FAILED, RUNS, TOOL, VERSION, Block, Hour, merged, summed
from rca_core.metrics.change import Change, detect
from rca_core.metrics.names import agent_and_version

GroupBy = Literal["category", "agent", "tool", "version"]
BucketSize = Literal["hour", "day"]

MOST_GROUPS: Final = 50
HOURS_COMPARED: Final = 168
"""How many hours a rise is looked for in, however many are shown: a week has all that repeats."""
_HOUR: Final = timedelta(hours=1)
_SECTIONS: Final[dict[GroupBy, str]] = {"agent": AGENT, "tool": TOOL, "version": VERSION}


class _Comparison(BaseModel):
    since: datetime
    baseline_total: int
    baseline_failures: int
    recent_total: int
    recent_failures: int
    p_value: float
    test: str


class Rise(_Comparison):
    """A failure rate that rose beyond chance: what was counted before the hour in which that began, and since.

    `p_value` is after all corrections: over the hours that it might have begun in, and over all groups of the answer.
    """


class Regression(_Comparison):
    """A version that fails more often than its predecessors, beyond chance: what was counted of them, and of it.

    `since` is the first hour in which it ran. Predecessors are its agent's versions whose first hour is no later; those
    that began in the same hour are each other's. `p_value` is after all corrections, over all versions compared.
    """


class Trend(BaseModel):
    """One group's counts, one for each bucket: how many there were, and how many of them failed.

    Of a category: runs that ended, and those of them that failed so. Of an agent or a version: runs. Of a tool: calls
    that ended. `rise` compares a group with its own past, in the last seven days, hour by hour, whatever is shown. A
    version that is bad from its first run has no better past: `regression`, which only versions have, compares it with
    those before it, in all hours shown and in seven days at least.
    """

    group: str
    agent_name: str | None
    """Whose version it is, where groups are versions."""
    total: list[int]
    failures: list[int]
    rise: Rise | None
    regression: Regression | None


class Trends(BaseModel):
    """The groups with the most failures, and how many groups were left out. `buckets` says when each bucket begins."""

    group_by: GroupBy
    bucket: BucketSize
    hours: int
    since: datetime
    as_of: datetime | None
    agent_name: str | None
    environment: str | None
    buckets: list[datetime]
    groups: list[Trend]
    left_out: int


class Asked(BaseModel):
    """Which trends are wanted, of which runs."""

    group_by: GroupBy
    bucket: BucketSize
    hours: int
    since: datetime
    agent_name: str | None
    environment: str | None


def trends(asked: Asked, hours: Iterable[tuple[datetime, Hour]], *, now: datetime, as_of: datetime | None) -> Trends:
    """Return the trends of a window; `hours` are those since `compared_since`, each with when it begins."""
    by_hour = _by_hour(asked, hours, now)
    counts = [_counts(asked.group_by, block) for block in by_hour.values()]
    places = _places(asked, list(by_hour))
    failing: dict[str, int] = {}
    for place, named in zip(places, counts, strict=True):
        for name, (_, failures) in named.items() if place else ():
            failing[name] = failing.get(name, 0) + failures
    order = sorted(failing, key=lambda name: (-failing[name], name))
    worse = _regressions(counts, list(by_hour)) if asked.group_by == "version" else {}
    return Trends(
        **asked.model_dump(),
        as_of=as_of,
        buckets=list(dict.fromkeys(place for place in places if place)),
        groups=[
            _trend(asked.group_by, name, by_hour, counts, places, len(order), worse.get(name))
            for name in order[:MOST_GROUPS]
        ],
        left_out=max(0, len(order) - MOST_GROUPS),
    )


def _by_hour(asked: Asked, hours: Iterable[tuple[datetime, Hour]], now: datetime) -> dict[datetime, Block]:
    """Return a block for each hour up to the current one, whether anything was counted in it or not.

    An hour that is still to come is one by the clock of who ingested: it is the last one then.
    """
    first = compared_since(asked)
    counted = list(hours)
    last = max([now, *(begins for begins, _ in counted)])
    within: dict[datetime, list[Hour]] = {first + _HOUR * each: [] for each in range(int((last - first) / _HOUR) + 1)}
    for begins, hour in counted:
        within[begins].append(hour)
    return {begins: merged(summed(found), asked.environment) for begins, found in within.items()}


def compared_since(asked: Asked) -> datetime:
    """Return when the first hour begins whose counters trends take."""
    return asked.since - _HOUR * max(0, HOURS_COMPARED - asked.hours)


def _places(asked: Asked, hours: Sequence[datetime]) -> list[datetime | None]:
    """Return the bucket of each hour, None for those that are not shown. The first day of a window may not be whole."""
    return [
        None if begins < asked.since else begins if asked.bucket == "hour" else begins.replace(hour=0)
        for begins in hours
    ]


def _counts(group_by: GroupBy, block: Block) -> dict[str, tuple[int, int]]:
    """Return, for each group, how many there were in an hour and how many of them failed."""
    if group_by == "category":
        ended = _ended(block)
        return {name: (ended, count) for name, count in block.get(CATEGORY, {}).items()}
    section = _SECTIONS[group_by]
    failures = block.get(section + FAILED, {})
    return {name: (count, failures.get(name, 0)) for name, count in block.get(section, {}).items()}


def _trend(
    group_by: GroupBy,
    name: str,
    by_hour: Mapping[datetime, Block],
    counts: Sequence[Mapping[str, tuple[int, int]]],
    places: Sequence[datetime | None],
    groups: int,
    regression: Regression | None,
) -> Trend:
    agent, group = agent_and_version(name) if group_by == "version" else (None, name)
    # A category that nothing failed with in an hour could have: the runs of the hour count all the same.
    series = [
        named.get(name, (_ended(block) if group_by == "category" else 0, 0))
        for block, named in zip(by_hour.values(), counts, strict=True)
    ]
    total, failures = dict.fromkeys(filter(None, places), 0), dict.fromkeys(filter(None, places), 0)
    for place, (there, failed) in zip(places, series, strict=True):
        if place:
            total[place] += there
            failures[place] += failed
    return Trend(
        group=group,
        agent_name=agent,
        total=list(total.values()),
        failures=list(failures.values()),
        rise=_rise(series[-HOURS_COMPARED:], list(by_hour)[-HOURS_COMPARED:], groups),
        regression=regression,
    )


def _rise(series: Sequence[tuple[int, int]], hours: Sequence[datetime], groups: int) -> Rise | None:
    change = detect([_possible(counts) for counts in series], groups=groups)
    return Rise(**_compared(change, hours)) if change else None


def _regressions(counts: Sequence[Mapping[str, tuple[int, int]]], hours: Sequence[datetime]) -> dict[str, Regression]:
    found = release.regressions([{name: _possible(each) for name, each in named.items()} for named in counts])
    return {name: Regression(**_compared(regression, hours)) for name, regression in found.items()}


def _possible(counts: tuple[int, int]) -> tuple[int, int]:
    """Return counts as they can be: drift that the scrub has yet to find must not turn an answer into an error."""
    total, failed = counts
    return max(total, failed, 0), max(failed, 0)


def _compared(found: Change, hours: Sequence[datetime]) -> dict[str, Any]:
    return {
        "since": hours[found.index],
        "baseline_total": found.baseline_total,
        "baseline_failures": found.baseline_failed,
        "recent_total": found.recent_total,
        "recent_failures": found.recent_failed,
        "p_value": found.p_value,
        "test": found.test,
    }


def _ended(block: Block) -> int:
    runs = block.get(RUNS, {})
    return runs.get("success", 0) + runs.get("failure", 0)
