"""Counters of an hour: added, taken back, with room for only so many names."""

import copy
import json

from hypothesis import given
from hypothesis import strategies as st

from rca_core.metrics.block import AGENT, FAILED, RUNS, TOOL, Block, Hour, add, folded, merged, summed
from rca_core.metrics.names import OTHER, agent_and_version, short, version_name

NAMES = st.text(max_size=3)
COUNTS = st.dictionaries(NAMES, st.integers(1, 2**70), min_size=1, max_size=4)
BLOCKS = st.dictionaries(st.sampled_from([RUNS, TOOL, AGENT]), COUNTS, min_size=1)


def tools(*names: str, failed: int = 0) -> Block:
    """Return the block of calls of some tools."""
    return {TOOL: dict.fromkeys(names, 2)} | ({TOOL + FAILED: dict.fromkeys(names, failed)} if failed else {})


@given(st.lists(st.tuples(NAMES, BLOCKS), max_size=5))
def test_what_was_added_can_be_taken_back_in_any_order(blocks: list[tuple[str, Block]]) -> None:
    hour: Hour = {}
    for environment, block in blocks:
        add(hour, environment, block)
    for environment, block in sorted(blocks, key=json.dumps):
        add(hour, environment, block, -1)

    assert hour == {}


@given(BLOCKS)
def test_a_block_is_not_changed_by_being_added(block: Block) -> None:
    before = copy.deepcopy(block)
    hour: Hour = {}

    add(hour, "", block)
    add(hour, "", block)

    assert block == before
    assert merged(hour) == merged(summed([{"a": block}, {"b": block}]))


def test_names_that_find_no_room_are_counted_together() -> None:
    hour: Hour = {}
    add(hour, "", tools(*(f"t{n}" for n in range(99))))

    environment, fits = folded(hour, "", tools("t1", "t99", "t100", "t101", failed=1))

    assert environment == ""
    assert fits == {
        TOOL: {"t1": 2, "t99": 2, OTHER: 4},
        TOOL + FAILED: {"t1": 1, "t99": 1, OTHER: 2},
    }


def test_a_name_has_room_again_once_another_is_gone() -> None:
    hour: Hour = {}
    add(hour, "", tools(*(f"t{n}" for n in range(100))))
    assert folded(hour, "", tools("new"))[1] == tools(OTHER)

    add(hour, "", tools("t5"), -1)

    assert folded(hour, "", tools("new"))[1] == tools("new")


def test_environments_that_find_no_room_are_counted_together() -> None:
    hour: Hour = {}
    for number in range(6):
        add(hour, f"e{number}", tools("t"))

    assert folded(hour, "e3", tools("t"))[0] == "e3"
    assert folded(hour, "e6", tools("t"))[0] == OTHER


def test_sections_without_names_of_others_are_never_folded() -> None:
    counts = {f"c{n}": 1 for n in range(500)}

    assert folded({}, "", {RUNS: counts})[1] == {RUNS: counts}


def test_one_environment_is_summed_apart() -> None:
    hours: list[Hour] = [{"prod": tools("a"), "test": tools("b")}, {"prod": tools("a")}]

    total = summed(hours)

    assert merged(total, "prod") == {TOOL: {"a": 4}}
    assert merged(total, "elsewhere") == {}
    assert merged(total) == {TOOL: {"a": 4, "b": 2}}
    assert hours[0] == {"prod": tools("a"), "test": tools("b")}


@given(st.text(), st.text())
def test_names_are_cut_and_stay_two_where_they_were_two(first: str, second: str) -> None:
    one, two = short("x" * 95 + first), short("x" * 95 + second)

    assert len(one) <= 100
    assert (one == two) == (first == second)


def test_a_version_is_of_its_agent() -> None:
    assert agent_and_version(version_name("billing", "2.1.0")) == ("billing", "2.1.0")
    assert agent_and_version(OTHER) == (OTHER, OTHER)
