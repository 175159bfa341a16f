"""Runs that are sent again unchanged: their counters, ledgers and failures live as long, and count the same."""

from datetime import timedelta

import pytest

from bench.memory_table import MemoryTable
from rca_core.storage.codec import expiry, from_item
from rca_core.storage.rollups.hours import unpacked
from tests.integration.rollups.world import CLEAN, RETENTION_DAYS, World, counted_world

COUNTERS = ("METRICS#", "FINGERPRINT#", "SYMPTOM#")


@pytest.fixture
def world(table: MemoryTable) -> World:
    """Return runs, counted as they are, which are sent again the day before they expire."""
    return counted_world(table, seed=8, runs=20)


def counted(table: MemoryTable) -> dict[tuple[str, str], object]:
    """Return what counters count, without when that was and how long it is kept."""
    aside = ("as_of", "lock", "expires_at")
    found: dict[tuple[str, str], object] = {}
    for key in table.stored_keys():
        if key[0].startswith(COUNTERS):
            item = from_item(table.there(*key))
            plain = {name: value for name, value in item.items() if name not in aside}
            found[key] = unpacked(item) if "counts" in item else plain
    return found


def sent_again(table: MemoryTable, world: World) -> None:
    told = len(table.records)
    world.now += timedelta(days=RETENTION_DAYS - 1)
    for run_id in world.kept:
        world.again(run_id)
    assert len(table.records) > told
    world.deliver(table.records[told:])


def test_they_are_counted_as_before(table: MemoryTable, world: World) -> None:
    before = counted(table)

    sent_again(table, world)

    assert counted(table) == before
    assert world.scrubbed() == CLEAN


def test_what_counts_them_lives_as_long_as_they_do(table: MemoryTable, world: World) -> None:
    sent_again(table, world)

    until = expiry(world.now, RETENTION_DAYS)
    counting = [key for key in table.stored_keys() if key[0].startswith(COUNTERS) or key[1] in ("LEDGER", "OUTCOME")]
    assert len(counting) > len(world.kept)
    assert all(int(table.there(*key)["expires_at"]["N"]) >= until for key in counting)


def test_an_hour_that_the_scrub_repairs_is_kept_as_long(table: MemoryTable, world: World) -> None:
    sent_again(table, world)
    until = expiry(world.now, RETENTION_DAYS)
    world.now -= timedelta(days=RETENTION_DAYS - 2)
    hours = [key for key in table.stored_keys() if key[0].startswith("METRICS#")]
    for pk, sk in hours:
        table.delete_item(Key={"PK": {"S": pk}, "SK": {"S": sk}})

    assert world.scrubbed().repaired == len(hours)

    assert all(int(table.there(*key)["expires_at"]["N"]) >= until for key in hours)
