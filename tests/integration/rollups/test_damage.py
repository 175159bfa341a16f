"""Items of counting that are damaged, or of another version: each is passed over alone, told of, and put right."""

import json
import zlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bench.memory_table import MemoryTable
from rca_core.emf import Meter
from rca_core.storage.codec import from_item, to_item
from rca_core.storage.rollups.hours import unpacked
from tests.integration.rollups.world import CLEAN, World, counted_world
from tests.support.damage import damaged, newer
from tests.support.logs import metrics

RUNS = 6
KINDS = {"ledger": ("RUN#", "LEDGER"), "hour": ("METRICS#", "HOUR#"), "failure": ("FINGERPRINT#", "FINGERPRINT")}
KINDS |= {"symptom": ("SYMPTOM#", "SYMPTOM"), "outcome": ("RUN#", "OUTCOME"), "header": ("RUN#", "RUN")}


def table_and_world(seed: int) -> tuple[MemoryTable, World]:
    table = MemoryTable()
    return table, counted_world(table, seed=seed, runs=RUNS)


def first_of(table: MemoryTable, kind: str) -> tuple[str, str]:
    pk, sk = KINDS[kind]
    return next(key for key in table.stored_keys() if key[0].startswith(pk) and key[1].startswith(sk))


def each_damage(kind: str) -> Iterator[tuple[str, MemoryTable, World, tuple[str, str]]]:
    """Yield a counted world for each way in which an item of a kind can be damaged, with that done."""
    table, _ = table_and_world(9)
    for what, _ in damaged(table.there(*first_of(table, kind))):
        table, world = table_and_world(9)
        key = first_of(table, kind)
        table.put_item(Item=dict(damaged(table.there(*key)))[what])
        yield what, table, world, key


def others_go_on(table: MemoryTable, world: World, key: tuple[str, str]) -> None:
    """Change every run but that of an item; the counting goes on."""
    told = len(table.records)
    for number in range(RUNS):
        if key[0] != f"RUN#run-{number}":
            world.ingest(f"run-{number}")
    refused = world.apply(table.records[told:]).refused
    assert refused.keys() <= {key[0].removeprefix("RUN#")}


@pytest.mark.fault(35)
@pytest.mark.parametrize("kind", KINDS)
def test_an_item_of_a_later_version_is_read_and_counted_as_ever(kind: str) -> None:
    table, world = table_and_world(5)
    keys = [
        key for key in table.stored_keys() if key[0].startswith(KINDS[kind][0]) and key[1].startswith(KINDS[kind][1])
    ]
    for key in keys:
        table.put_item(Item=newer(table.there(*key)))

    for number in range(RUNS):
        world.ingest(f"run-{number}")
    world.deliver(table.records)

    world.check()
    assert world.scrubbed() == CLEAN


@pytest.mark.fault(35)
def test_what_a_later_version_keeps_within_ledgers_and_counters_is_passed_over_or_kept() -> None:
    table, world = table_and_world(5)
    for key in table.stored_keys():
        item = from_item(table.there(*key))
        if key[1] == "LEDGER":
            held = json.loads(zlib.decompress(item["held"]))
            held |= {"places": [[*place, "more", {}] for place in held["places"]], "later": [1]}
            held["showing"] = held["showing"] and held["showing"] | {"later": {"a": 1}}
            table.put_item(Item=to_item(item | {"held": zlib.compress(json.dumps(held).encode())}))
        elif "counts" in item:
            hour = json.loads(zlib.decompress(item["counts"]))
            hour = {name: block | {"later": {"x": 1}, "latest": [1.5]} for name, block in hour.items()}
            table.put_item(Item=to_item(item | {"counts": zlib.compress(json.dumps(hour).encode())}))

    world.check()
    assert world.scrubbed() == CLEAN
    [hour_key, *_] = [key for key in table.stored_keys() if key[0].startswith("METRICS#")]
    world.ingest("run-0")
    world.deliver(table.records)
    world.check()
    assert all("later" in block for block in unpacked(from_item(table.there(*hour_key))).values())


@pytest.mark.fault(36)
@pytest.mark.parametrize("kind", ["ledger", *(pytest.param(kind, marks=pytest.mark.deep) for kind in list(KINDS)[1:])])
def test_one_damaged_item_stops_no_other_run_and_no_scrub(kind: str) -> None:
    for what, table, world, key in each_damage(kind):
        others_go_on(table, world, key)
        world.reader.overview(168, now=world.now)
        world.reader.trends("tool", bucket="hour", hours=168, now=world.now)
        found = world.scrubbed()
        assert found.complete, what
        assert found.refused.keys() <= {key[0].removeprefix("RUN#")}, what


@pytest.mark.fault(36)
@pytest.mark.parametrize(
    "kind", ["ledger", "hour", *(pytest.param(kind, marks=pytest.mark.deep) for kind in ("failure", "symptom"))]
)
def test_the_scrub_puts_a_damaged_ledger_or_counter_right(kind: str) -> None:
    for what, table, world, _key in each_damage(kind):
        # The first pass replaces a ledger and counts its run anew; the next one sums up what was counted twice by that.
        world.scrubbed()
        world.scrubbed()

        assert world.scrubbed() == CLEAN, what
        world.check()
        # Counting goes on there, too.
        told = len(table.records)
        for number in range(RUNS):
            world.ingest(f"run-{number}")
        world.deliver(table.records[told:])
        world.check()


@pytest.mark.fault(36)
def test_what_is_set_aside_is_counted_and_logged_without_what_it_holds(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    table, world = table_and_world(9)
    pk, sk = first_of(table, "ledger")
    table.put_item(Item=table.there(pk, sk) | {"held": {"B": b"hunter2"}})

    @Meter("stack").published
    def handler() -> None:
        world.apply(table.records)

    handler()

    assert metrics(capsys.readouterr().out)["DamagedItems",] == [1]
    assert pk in caplog.text
    assert "hunter2" not in caplog.text


@pytest.mark.fault(36)
def test_only_counters_are_taken_for_counters() -> None:
    table, world = table_and_world(5)
    aside = {
        ("RUN#run-1", "NOTE"),
        ("RCA#rca-1", "PROGRESS#0001#0001"),
        ("METRICS#2026", "X"),
        ("SYMPTOM#x", "HOUR#2026"),
    }
    for pk, sk in aside:
        table.put_item(Item=to_item({"PK": pk, "SK": sk, "count": 7, "counts": b"x", "lock": 1}))
    before = {key: table.there(*key) for key in aside}

    assert world.scrubbed() == CLEAN

    assert {key: table.there(*key) for key in aside} == before


def test_repairs_end_in_time_and_say_that_they_did_not_end() -> None:
    table, world = table_and_world(5)
    hours = [key for key in table.stored_keys() if key[0].startswith("METRICS#")]
    for pk, sk in hours:
        table.delete_item(Key=to_item({"PK": pk, "SK": sk}))
    world.now += timedelta(hours=1)
    until = world.now + timedelta(seconds=1)
    scan, scans = table.scan, []

    def slow(**request: Any) -> Any:
        scans.append(request)
        if len(scans) == 2:
            world.now = until
        return scan(**request)

    table.scan = slow  # type: ignore[method-assign]
    found = world.scrub.run(now=lambda: world.now, until=until)

    assert (found.counters, found.repaired, found.complete) == (len(hours), 0, False)
    assert world.scrubbed().repaired == len(hours)


def test_a_run_that_cannot_be_counted_is_told_of_by_the_scrub() -> None:
    table, world = table_and_world(5)
    world.ingest("run-new")
    table.put_item(Item=table.there("RUN#run-new", "RUN") | {"profile": {"S": "not JSON"}})

    found = world.scrubbed()

    assert (found.runs, found.repaired, list(found.refused)) == (1, 0, ["run-new"])


@pytest.mark.fault(36)
def test_a_damaged_ledger_that_is_all_there_is_of_a_deleted_run_stops_no_scrub() -> None:
    table, world = table_and_world(5)
    told = len(table.records)
    world.delete("run-0")
    table.delete_item(Key=to_item({"PK": "RUN#run-0", "SK": "OUTCOME"}))
    world.deliver(table.records[told:])
    table.put_item(Item=table.there("RUN#run-0", "LEDGER") | {"held": {"B": b"not this"}})

    assert world.scrubbed().complete
    assert world.scrubbed() == CLEAN
    world.check()


def test_the_hours_of_a_failure_are_put_right_with_its_count() -> None:
    table, world = table_and_world(9)
    key = first_of(table, "failure")
    right = from_item(table.there(*key))
    table.put_item(Item=to_item({**right, "count": right["count"] + 3, "hours": "1:3"}))

    world.scrubbed()

    found = from_item(table.there(*key))
    assert right["hours"]
    assert (found["count"], found["hours"]) == (right["count"], right["hours"])
