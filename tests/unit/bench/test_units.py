"""Units by DynamoDB's rules: begun kilobytes count whole, an index entry counts by what the index carries."""

from types import SimpleNamespace
from typing import Any

import pytest

from bench.prices import Use, per_million
from bench.units import Meter, item_size, read_units, write_units

TABLE = {
    "GlobalSecondaryIndexes": [
        {
            "KeySchema": [{"AttributeName": "agent", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
            "Projection": {"NonKeyAttributes": ["shown"]},
        },
        {
            "KeySchema": [{"AttributeName": "listed", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        },
    ]
}


class Requests:
    """A client as the meter sees it: requests that were answered."""

    def __init__(self) -> None:
        self.meta = SimpleNamespace(events=self)
        self._handlers: dict[str, Any] = {}

    def register(self, event: str, handler: Any) -> None:
        self._handlers[event.partition(".")[0]] = handler

    def __call__(self, operation: str, *, status: int = 200, **params: Any) -> None:
        context: dict[str, Any] = {}
        self._handlers["before-parameter-build"](params=params, context=context)
        model, response = SimpleNamespace(name=operation), SimpleNamespace(status_code=status)
        self._handlers["after-call"](model=model, context=context, http_response=response)


@pytest.fixture
def requests() -> Requests:
    return Requests()


@pytest.fixture
def meter(requests: Requests) -> Meter:
    return Meter(requests, TABLE)


def item(**fields: str) -> dict[str, Any]:
    return {name: {"S": value} for name, value in {"PK": "p", "SK": "s", **fields}.items()}


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "é"}, 2),
        ({"B": b"123"}, 3),
        ({"N": "0"}, 1),
        ({"N": "27"}, 2),
        ({"N": "-27.5"}, 4),
        ({"N": "1200"}, 2),
        ({"BOOL": True}, 1),
        ({"L": [{"S": "ab"}]}, 6),
        ({"M": {"k": {"S": "ab"}}}, 7),
    ],
)
def test_an_item_counts_by_its_names_and_values(value: dict[str, Any], size: int) -> None:
    assert item_size({"n": value}) == 1 + size


@pytest.mark.parametrize(("size", "writes", "reads"), [(0, 1, 1), (1024, 1, 1), (1025, 2, 1), (4097, 5, 2)])
def test_begun_kilobytes_count_whole(size: int, writes: int, reads: int) -> None:
    assert (write_units(size), read_units(size)) == (writes, reads)


def test_a_new_item_is_written_to_the_table_and_to_the_indexes_that_hold_it(requests: Requests, meter: Meter) -> None:
    requests("PutItem", Item=item(agent="a", at="1", shown="x" * 1_500, body="x" * 5_000))
    requests("PutItem", Item={**item(body="x" * 1_000), "SK": {"S": "chunk"}})

    used = meter.take()
    assert (used.requests, used.table_writes, used.index_writes) == (2, 7 + 1, 2)


def test_an_index_of_everything_takes_all_of_the_items_that_have_its_key(requests: Requests, meter: Meter) -> None:
    requests("PutItem", Item=item(listed="yes", body="x" * 2_500))

    used = meter.take()
    assert (used.table_writes, used.index_writes) == (3, 3)


def test_a_replaced_item_counts_as_the_larger_and_an_index_only_where_it_shows(
    requests: Requests, meter: Meter
) -> None:
    requests("PutItem", Item=item(agent="a", at="1", shown="x", body="x" * 5_000))
    meter.take()

    requests("PutItem", Item=item(agent="a", at="1", shown="x", body="y"))
    same = meter.take()
    requests("PutItem", Item=item(agent="a", at="1", shown="y", body="y"))
    changed = meter.take()
    requests("PutItem", Item=item(agent="a", at="2", shown="y", body="y"))
    moved = meter.take()

    assert [(used.table_writes, used.index_writes) for used in (same, changed, moved)] == [(5, 0), (1, 1), (1, 2)]


def test_a_refused_write_counts_as_what_is_there(requests: Requests, meter: Meter) -> None:
    requests("PutItem", Item=item(body="x" * 5_000))
    meter.take()

    requests("PutItem", Item=item(body="y"), status=400)

    assert meter.take().writes == 5


def test_batches_count_each_item(requests: Requests, meter: Meter) -> None:
    first, second = item(body="x" * 5_000), {**item(body="x" * 1_500), "SK": {"S": "t"}}
    keys = [{name: each[name] for name in ("PK", "SK")} for each in (first, second)]

    requests("BatchWriteItem", RequestItems={"T": [{"PutRequest": {"Item": each}} for each in (first, second)]})
    written = meter.take()
    requests("BatchGetItem", RequestItems={"T": {"Keys": keys}})
    read = meter.take()
    requests("BatchWriteItem", RequestItems={"T": [{"DeleteRequest": {"Key": each}} for each in keys]})
    deleted = meter.take()

    assert (written.writes, read.reads, deleted.writes) == (7, 2 + 1, 7)


def test_a_million_runs_cost_what_the_formula_says() -> None:
    use = Use(body_bytes=512 * 1024 + 1, cpu_seconds=0.06, write_units=10, read_units=8, s3_puts=1)

    assert per_million(use) == pytest.approx(2 * 1.00 + 0.20 + 1.00 + 6.25 + 1.00 + 5.00, abs=0.01)
