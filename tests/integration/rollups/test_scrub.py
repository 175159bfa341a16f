"""Counters that something other than the rollup touched."""

from datetime import timedelta
from typing import Any

import pytest

from bench.memory_table import MemoryTable
from rca_core.storage.codec import from_item, to_item
from rca_core.storage.rollups.changes import run_changes
from rca_core.storage.rollups.hours import packed, unpacked
from rca_core.storage.rollups.scrub import Scrubbed
from tests.integration.rollups.world import CLEAN, RETENTION_DAYS, World, counted_world, world_of


@pytest.fixture
def world(table: MemoryTable) -> World:
    """Return runs, counted as they are."""
    world = counted_world(table, seed=6, runs=30)
    world.check()
    return world


def counters(table: MemoryTable, *kinds: str) -> list[tuple[str, str]]:
    """Return the keys of counters of these kinds."""
    return [(pk, sk) for pk, sk in table.stored_keys() if pk.startswith(kinds) and not sk.startswith("HOUR#2")]


def change(table: MemoryTable, key: tuple[str, str], **values: Any) -> None:
    """Write into an item behind everybody's back."""
    table.put_item(Item=table.there(*key) | to_item(values))


def test_counters_that_are_right_are_left_as_they_are(table: MemoryTable, world: World) -> None:
    before = len(table.records)

    assert world.scrubbed() == CLEAN

    assert len(table.records) == before


def test_an_hour_that_somebody_changed_is_summed_up_again(table: MemoryTable, world: World) -> None:
    [key, *_] = counters(table, "METRICS#")
    hour = unpacked(from_item(table.there(*key)))
    for block in hour.values():
        block["runs"]["total"] += 1
    change(table, key, counts=packed(hour))
    with pytest.raises(AssertionError):
        world.check()

    assert world.scrubbed() == Scrubbed(runs=0, counters=1, repaired=1, complete=True)

    world.check()
    assert world.scrubbed() == CLEAN


def test_an_hour_that_is_gone_comes_back(table: MemoryTable, world: World) -> None:
    keys = counters(table, "METRICS#")
    before = {key: unpacked(from_item(table.there(*key))) for key in keys}
    for pk, sk in keys:
        table.delete_item(Key=to_item({"PK": pk, "SK": sk}))

    assert world.scrubbed().repaired == len(keys)

    world.check()
    assert {key: unpacked(from_item(table.there(*key))) for key in counters(table, "METRICS#")} == before
    assert all("expires_at" in table.there(*key) for key in keys)


def test_a_failures_count_is_put_right_and_what_people_said_of_it_stays(table: MemoryTable, world: World) -> None:
    keys = counters(table, "FINGERPRINT#", "SYMPTOM#")
    right = {key: table.there(*key)["count"] for key in keys}
    for key in keys:
        change(table, key, count=1_000, status="resolved", resolved_at="2026-01-15T10:00:00.000000Z")

    assert world.scrubbed() == Scrubbed(runs=0, counters=len(keys), repaired=len(keys), complete=True)

    assert {key: table.there(*key)["count"] for key in keys} == right
    assert {table.there(*key)["status"]["S"] for key in keys} == {"resolved"}
    assert world.scrubbed() == CLEAN


def test_what_changes_while_the_scrub_looks_is_left_to_the_next(table: MemoryTable, world: World) -> None:
    [key, *_] = counters(table, "METRICS#")
    world.now += timedelta(hours=1)
    change(table, key, counts=packed({}), as_of="2099-01-01T00:00:00.000000Z")

    found = world.scrub.run(now=lambda: world.now, until=world.now + timedelta(hours=1))

    assert found == CLEAN


def test_a_counter_that_is_moved_while_it_is_summed_up_is_not_overwritten(table: MemoryTable, world: World) -> None:
    [key, *_] = counters(table, "METRICS#")
    change(table, key, counts=packed({}))
    scan, scans = table.scan, []

    def racing(**request: Any) -> Any:
        scans.append(request)
        if len(scans) == 2:
            change(table, key, lock=99)
        return scan(**request)

    table.scan = racing  # type: ignore[method-assign]
    found = world.scrubbed()

    assert (found.counters, found.repaired) == (1, 0)
    assert unpacked(from_item(table.there(*key))) == {}


def test_without_time_the_scrub_says_that_it_did_not_see_everything(world: World) -> None:
    found = world.scrub.run(now=lambda: world.now, until=world.now)

    assert not found.complete


def test_runs_of_the_last_minutes_are_not_taken_for_lost(world: World) -> None:
    world.ingest("run-new")

    found = world.scrub.run(now=lambda: world.now, until=world.now + timedelta(hours=1))

    assert found == CLEAN


def test_counters_and_ledgers_that_are_past_their_time_are_nobodys_drift(table: MemoryTable, world: World) -> None:
    world.now += timedelta(days=RETENTION_DAYS + 3)
    for pk, sk in table.stored_keys():
        if sk == "RUN":
            table.delete_item(Key=to_item({"PK": pk, "SK": sk}))
    removed = table.records[-30:]

    # What DynamoDB deletes late is told like every other deletion.
    applied = world.writer.apply(run_changes(removed), now=world.now)

    assert applied.refused == {}
    assert world.scrubbed() == CLEAN


def test_runs_from_before_there_were_counters_are_counted_but_for_what_was_not_kept_of_them(table: MemoryTable) -> None:
    world = world_of(table, 7)
    for number in range(60):
        world.ingest(f"run-{number}")
        header = table.there(f"RUN#run-{number}", "RUN")
        table.put_item(Item={name: value for name, value in header.items() if name not in ("latencies", "symptom")})

    assert world.scrubbed() == Scrubbed(runs=60, counters=0, repaired=60, complete=True)

    found = world.reader.overview(24, now=world.now)
    assert found.total_runs == 60
    assert found.failures > 0
    assert found.p95_step_latency_ms is None
    assert world.scrubbed() == CLEAN
