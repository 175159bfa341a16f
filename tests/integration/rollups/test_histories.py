"""A thousand runs that live at random, their changes told in any order, twice, or not at all: counters stay exact."""

import random

import pytest

from bench.memory_table import MemoryTable
from tests.integration.rollups.world import CLEAN, World
from tests.support.spread import spread

RUNS_A_TABLE = 20
TABLES = 50


@pytest.mark.fault(14, 21, 22)
@pytest.mark.parametrize("seed", spread(range(TABLES), quick=5))
def test_counters_are_the_sum_of_what_is_stored_whatever_happened_to_runs_and_records(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311  reproducible, not secret
    table = MemoryTable()
    world = World(table, "t", rng)
    runs = [f"run-{number}" for number in range(RUNS_A_TABLE)]
    told = 0
    for _ in range(RUNS_A_TABLE * 6):
        world.live(rng.choice(runs))
        if rng.random() < 0.15:
            batch = table.records[told:]
            told = len(table.records)
            # Some come in another order, some come again from long ago, as after a rewind.
            rng.shuffle(batch)
            world.deliver(batch)
            world.deliver(rng.choices(table.records or batch, k=min(5, len(table.records))))
    world.deliver(table.records[told:])
    world.deliver(rng.sample(table.records, k=min(60, len(table.records))))

    world.check()


@pytest.mark.fault(21)
@pytest.mark.parametrize("seed", spread(range(20), quick=2))
def test_a_scrub_finds_what_was_lost_and_puts_it_right(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311  reproducible, not secret
    table = MemoryTable()
    world = World(table, "t", rng)
    runs = [f"run-{number}" for number in range(RUNS_A_TABLE)]
    for _ in range(RUNS_A_TABLE * 4):
        world.live(rng.choice(runs))
    kept = [record for record in table.records if rng.random() < 0.7]
    world.deliver(kept)
    with pytest.raises(AssertionError):
        world.check()

    found = world.scrubbed()

    assert found.runs == found.repaired > 0
    assert found.complete
    world.check()
    assert world.scrubbed() == CLEAN
