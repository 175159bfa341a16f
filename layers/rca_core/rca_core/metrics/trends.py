"""How failures of groups of runs went over time, bucket by bucket, and which of them rose beyond chance."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from pydantic import BaseModel

from rca_core.metrics.block import AGENT, CATEGORY, FAILED, RUNS, TOOL, VERSION, Block, Hour, merged
from rca_core.metrics.names import agent_and_version

GroupBy = Literal["category", "agent", "tool", "version"]
BucketSize = Literal["hour", "day"]

MOST_GROUPS: Final = 50
_SECTIONS: Final[dict[GroupBy, str]] = {"agent": AGENT, "tool": TOOL, "version": VERSION}


class Trend(BaseModel):
    """One group's counts, one for each bucket: how many there were, and how many of them failed.

    Of a category: runs that ended, and those of them that failed so. Of an agent or a version: runs. Of a tool: calls
    that ended.
    """

    group: str
    agent_name: str | None
    """Whose version it is, where groups are versions."""
    total: list[int]
    failures: list[int]


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
    """Return the trends of a window, given the counters of its hours and when each of those begins."""
    buckets = _buckets(asked, now)
    blocks = _by_bucket(asked, hours, buckets)
    named = [_counts(asked.group_by, block) for block in blocks]
    failing: dict[str, int] = {}
    for counts in named:
        for name, (_, failures) in counts.items():
            failing[name] = failing.get(name, 0) + failures
    order = sorted(failing, key=lambda name: (-failing[name], name))
    return Trends(
        **asked.model_dump(),
        as_of=as_of,
        buckets=buckets,
        groups=[_trend(asked.group_by, name, blocks, named) for name in order[:MOST_GROUPS]],
        left_out=max(0, len(order) - MOST_GROUPS),
    )


def _buckets(asked: Asked, now: datetime) -> list[datetime]:
    size = timedelta(hours=1) if asked.bucket == "hour" else timedelta(days=1)
    begin = _bucket_of(asked.since, asked.bucket)
    return [begin + size * number for number in range(int((now - begin) / size) + 1)]


def _by_bucket(asked: Asked, hours: Iterable[tuple[datetime, Hour]], buckets: Sequence[datetime]) -> list[Block]:
    within: dict[datetime, list[Hour]] = {begin: [] for begin in buckets}
    for begins, hour in hours:
        within[_bucket_of(begins, asked.bucket)].append(hour)
    return [merged(found, asked.environment) for found in within.values()]


def _bucket_of(time: datetime, size: BucketSize) -> datetime:
    return time if size == "hour" else time.replace(hour=0)


def _counts(group_by: GroupBy, block: Block) -> dict[str, tuple[int, int]]:
    """Return, for each group, how many there were in a bucket and how many of them failed."""
    if group_by == "category":
        ended = _ended(block)
        return {name: (ended, count) for name, count in block.get(CATEGORY, {}).items()}
    section = _SECTIONS[group_by]
    failures = block.get(section + FAILED, {})
    return {name: (count, failures.get(name, 0)) for name, count in block.get(section, {}).items()}


def _trend(
    group_by: GroupBy, name: str, blocks: Sequence[Block], named: Sequence[Mapping[str, tuple[int, int]]]
) -> Trend:
    agent, group = agent_and_version(name) if group_by == "version" else (None, name)
    # A category that nothing failed with in a bucket could have: the runs of the bucket count all the same.
    counts = [
        found.get(name, (_ended(block) if group_by == "category" else 0, 0))
        for block, found in zip(blocks, named, strict=True)
    ]
    return Trend(
        group=group,
        agent_name=agent,
        total=[total for total, _ in counts],
        failures=[failures for _, failures in counts],
    )


def _ended(block: Block) -> int:
    runs = block.get(RUNS, {})
    return runs.get("success", 0) + runs.get("failure", 0)
