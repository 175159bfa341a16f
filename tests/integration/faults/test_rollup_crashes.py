"""Counting, cut off at every request and told again, and by several at once: I6 of invariants.py."""

import random
from typing import Any

import pytest

from bench.memory_table import MemoryTable
from rca_core.errors import Unavailable
from rca_core.storage.codec import from_item
from rca_core.storage.rollups.changes import run_changes
from rca_core.storage.rollups.hours import unpacked
from tests.integration.faults.crashes import CRASHES, Cut, crashes
from tests.integration.rollups.world import world_of
from tests.support.wire import Tapped

RUNS = [f"run-{number}" for number in range(4)]


@pytest.mark.fault(21, 22)
@pytest.mark.parametrize("cut", CRASHES)
def test_counting_that_is_cut_off_anywhere_is_exact_once_the_changes_come_again(cut: Cut | None) -> None:
    tapped, told = Tapped(table := MemoryTable()), 0
    world = world_of(tapped, 1)

    def prepare(nth: int) -> list[dict[str, Any]]:
        nonlocal told
        for run_id in RUNS:
            world.live(run_id)
            world.ingest(f"{run_id}-{nth}")
        fresh, told = table.records[told:], len(table.records)
        return fresh

    for attempt in crashes(tapped, cut, prepare, world.deliver):
        world.deliver(attempt.subject)
        world.check()
        assert attempt.number < 50


def test_writers_that_meet_at_an_hour_part_and_lose_nothing() -> None:
    tapped = Tapped(table := MemoryTable())
    world, another = world_of(tapped, 2), world_of(table, 2).writer
    for run_id in RUNS:
        world.ingest(run_id)
    mine, others = table.records[:2], table.records[2:]
    # Between this writer's reading of the counters and its writing them, another one counts.
    tapped.before("transact_write_items", lambda: another.apply(run_changes(others), now=world.now))

    world.deliver(mine)

    assert not tapped.waiting
    world.check()
    shards = {sk for pk, sk in table.stored_keys() if pk.startswith("METRICS#")}
    assert len(shards) > 1


def test_a_writer_that_always_loses_gives_up_and_is_told_again() -> None:
    tapped = Tapped(table := MemoryTable())
    world = world_of(tapped, 3)
    world.ingest("run-1")
    world.deliver(table.records)
    world.ingest("run-1")
    # Somebody else moves the ledger each time.
    for nth in range(1, 9):
        tapped.before("transact_write_items", lambda: _move_lock(table, "RUN#run-1"), nth=nth)

    with pytest.raises(Unavailable):
        world.deliver(table.records)

    world.deliver(table.records)
    world.check()


@pytest.mark.fault(23)
@pytest.mark.parametrize("runs", [250, pytest.param(2_500, marks=pytest.mark.deep)])
def test_a_hundred_thousand_tool_names_stay_within_an_item_and_add_up(runs: int) -> None:
    table = MemoryTable()
    world = world_of(table, 4)
    rng = random.Random(5)  # noqa: S311  reproducible, not secret
    told = 0
    for number in range(runs):
        # Names that cannot be compressed, as long as names may be.
        world.ingest_tools(f"run-{number}", [rng.randbytes(128).hex() for _ in range(40)])
        if number % 250 == 249:
            world.deliver(table.records[told:])
            told = len(table.records)

    found = world.reader.overview(24, now=world.now)
    hours = _hours(table)
    assert hours
    assert max(len(hour["counts"]) for hour in hours) < 400_000
    assert sum(tool.count for tool in found.top_failing_tools) <= 40 * runs
    assert found.top_failing_tools[-1].tool == "__other__" or len(found.top_failing_tools) == 10
    [everyone] = [hour for hour in hours if hour["PK"].count("#") == 1]
    assert _failing(everyone) == 40 * runs
    # What was counted together can be taken back one by one.
    for number in range(runs):
        world.delete(f"run-{number}")
    world.deliver(table.records[told:])
    world.check()
    [everyone] = [hour for hour in _hours(table) if hour["PK"].count("#") == 1]
    assert _failing(everyone) == 0


def _hours(table: MemoryTable) -> list[dict[str, Any]]:
    return [from_item(table.there(pk, sk)) for pk, sk in table.stored_keys() if pk.startswith("METRICS#")]


def _failing(item: dict[str, Any]) -> int:
    return sum(sum(block.get("tool_failed", {}).values()) for block in unpacked(item).values())


def _move_lock(table: MemoryTable, pk: str) -> None:
    item = table.there(pk, "LEDGER")
    table.put_item(Item={**item, "lock": {"N": str(int(item["lock"]["N"]) + 1)}})
