"""Clocks of functions that disagree across an hour or a day: what was counted is shown, whoever is ahead."""

from datetime import UTC, datetime, timedelta

import pytest

from bench.memory_table import MemoryTable
from rca_core.metrics.trends import BucketSize
from rca_core.storage.rollups.changes import RunChange, run_changes
from rca_core.web import openmetrics
from tests.integration.rollups.world import CLEAN, World, world_of

APART = timedelta(minutes=15)
ACROSS = {"an hour": datetime(2026, 1, 20, 12, 55, tzinfo=UTC), "a day": datetime(2026, 1, 20, 23, 55, tzinfo=UTC)}
EACH = pytest.mark.parametrize("reading", ACROSS.values(), ids=ACROSS.keys())


def counted(table: MemoryTable, *, ingesting: datetime) -> World:
    """Return a world with a run that failed a minute ago, by the clock of who ingested it."""
    world = world_of(table, 1)
    world.now = ingesting
    world.ingest_tools("run-1", ["search"])
    world.deliver(table.records)
    return world


@pytest.mark.fault(33, 37)
@EACH
@pytest.mark.parametrize("apart", [APART, -APART], ids=["ingest ahead", "ingest behind"])
def test_a_run_is_in_every_window_whichever_clock_is_ahead(reading: datetime, apart: timedelta) -> None:
    world = counted(MemoryTable(), ingesting=reading + apart)

    overviews = world.reader.overviews([1, 24, 168], now=reading)

    assert [found.total_runs for found in overviews] == [1, 1, 1]
    assert 'smart_sre_agent_runs{window="1h"' in openmetrics.exposition(overviews[:1])


@pytest.mark.fault(33, 37)
@EACH
@pytest.mark.parametrize("bucket", ["hour", "day"])
@pytest.mark.parametrize("apart", [APART, -APART], ids=["ingest ahead", "ingest behind"])
def test_trends_have_a_bucket_for_every_hour_that_was_counted(
    reading: datetime, bucket: BucketSize, apart: timedelta
) -> None:
    world = counted(MemoryTable(), ingesting=reading + apart)

    found = world.reader.trends("tool", bucket=bucket, hours=1, now=reading)

    [trend] = found.groups
    assert (trend.group, sum(trend.total), sum(trend.failures)) == ("search", 1, 1)
    assert len(trend.total) == len(found.buckets)
    assert found.buckets == sorted(set(found.buckets))
    began = world.now.replace(minute=0)
    assert (began if bucket == "hour" else began.replace(hour=0)) in found.buckets


@pytest.mark.fault(37)
@EACH
def test_versions_are_compared_though_one_of_them_ran_in_an_hour_to_come(reading: datetime) -> None:
    table = MemoryTable()
    world = world_of(table, 2)
    for number in range(40):
        world.now = reading + (APART if number % 2 else -APART)
        world.ingest(f"run-{number}")
    world.deliver(table.records)

    found = world.reader.trends("version", bucket="hour", hours=2, now=reading)

    versioned = sum(kept.body["agent_version"] is not None for kept in world.kept.values())
    assert sum(sum(trend.total) for trend in found.groups) == versioned > 0


@pytest.mark.fault(37)
@EACH
@pytest.mark.parametrize("apart", [APART, -APART], ids=["scrub ahead", "scrub behind"])
def test_a_scrub_whose_clock_is_off_changes_nothing_that_is_right(reading: datetime, apart: timedelta) -> None:
    table = MemoryTable()
    world = counted(table, ingesting=reading)
    now = reading + apart

    found = world.scrub.run(now=lambda: now, until=now + timedelta(hours=1))

    assert found == CLEAN


@pytest.mark.fault(37)
@EACH
@pytest.mark.parametrize("apart", [APART, -APART], ids=["rollup ahead", "rollup behind"])
def test_a_run_is_counted_in_the_hour_of_its_ingest_whatever_the_rollups_clock_says(
    reading: datetime, apart: timedelta
) -> None:
    table = MemoryTable()
    world = world_of(table, 3)
    world.now = reading
    world.ingest("run-1")

    world.writer.apply(run_changes(table.records), now=reading + apart)
    world.writer.apply([RunChange("run-1", missed=True)], now=reading - apart)

    assert [each.begins for each in world.reader.hours(reading - timedelta(hours=2), now=reading)] == [
        reading.replace(minute=0)
    ]
    world.check()
