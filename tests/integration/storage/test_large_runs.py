"""Runs that take chunks: written before the header names them, removed after it no longer does."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from rca_core.errors import CorruptBody, NotFound, Unavailable
from rca_core.storage.runs import RunStore
from tests.conftest import Cloud
from tests.integration.storage.conftest import RETENTION_DAYS
from tests.integration.storage.items import NOW, chunks, read, remove, write
from tests.support.aws_rules import item_size
from tests.support.runs import Told, incompressible, large_run, parsed, told, tool_call
from tests.support.wire import Killed, Tapped, killed

LATER = NOW + timedelta(hours=1)


def throttled() -> None:
    response: Any = {"Error": {"Code": "ThrottlingException"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
    raise ClientError(response, "Operation")


def test_a_large_run_is_read_back_as_it_was_sent(runs: RunStore, cloud: Cloud) -> None:
    sent = large_run()

    assert told(runs.put(sent, now=NOW)) == Told(revision=1, created=True, changed=True)

    assert len(chunks(cloud)) > 1
    assert runs.get("run-1", now=NOW).body == sent.body
    assert runs.header("run-1", now=NOW).step_count == 500
    assert "body" not in read(cloud, "RUN")


def test_one_child_larger_than_an_item_is_stored(runs: RunStore) -> None:
    sent = parsed(tool_calls=[tool_call(args_json=incompressible(1, 1_000_000))])

    runs.put(sent, now=NOW)

    assert runs.get("run-1", now=NOW).body == sent.body


def test_the_largest_run_there_can_be_is_written_and_read_within_limits(
    cloud: Cloud, runs: RunStore, tapped: Tapped
) -> None:
    # What the front door lets through does not compress at all: 6 MB. Decompressed bodies may have 20.
    sent = large_run(steps=10_000)
    assert len(sent.body) > 20_000_000

    runs.put(sent, now=NOW)

    writes = [params["RequestItems"][cloud.table] for params in tapped.made("batch_write_item")]
    items = [request["PutRequest"]["Item"] for batch in writes for request in batch]
    assert len(items) > 25
    assert max(map(len, writes)) <= 25
    assert max(map(item_size, items)) <= 400 * 1024
    # Bytes are a third longer on the way.
    assert max(sum(item_size(request["PutRequest"]["Item"]) for request in batch) * 4 / 3 for batch in writes) < 16e6
    assert runs.get("run-1", now=NOW).body == sent.body


@pytest.mark.fault(1)
def test_the_same_large_content_again_writes_nothing(runs: RunStore, tapped: Tapped) -> None:
    runs.put(large_run(), now=NOW)
    tapped.requests.clear()

    assert told(runs.put(large_run(), now=LATER)) == Told(revision=1, created=False, changed=False)
    assert [operation for operation, _ in tapped.requests] == ["get_item"]


def test_replaced_chunks_are_removed(runs: RunStore, cloud: Cloud) -> None:
    runs.put(large_run(seed=1), now=NOW)
    first = chunks(cloud)

    runs.put(large_run(seed=2), now=LATER)
    second = chunks(cloud)
    runs.put(parsed(), now=LATER)

    assert set(first).isdisjoint(second)
    assert len(first) == len(second)
    assert chunks(cloud) == []


@pytest.mark.fault(4)
def test_chunks_expire_with_their_run(runs: RunStore, cloud: Cloud) -> None:
    runs.put(large_run(), now=NOW)

    expiries = {read(cloud, sk)["expires_at"]["N"] for sk in ["RUN", *chunks(cloud)]}

    assert expiries == {str(int((NOW + timedelta(days=RETENTION_DAYS)).timestamp()))}


def test_a_missing_chunk_is_no_run(runs: RunStore, cloud: Cloud) -> None:
    runs.put(large_run(), now=NOW)
    remove(cloud, chunks(cloud)[-1])

    with pytest.raises(CorruptBody):
        runs.get("run-1", now=NOW)


@pytest.mark.fault(32)
def test_chunks_without_a_header_are_no_run(runs: RunStore, cloud: Cloud) -> None:
    runs.put(large_run(), now=NOW)
    remove(cloud, "RUN")

    with pytest.raises(NotFound):
        runs.get("run-1", now=NOW)


@pytest.mark.fault(31)
def test_one_flipped_byte_of_a_chunk_is_never_served(runs: RunStore, cloud: Cloud) -> None:
    runs.put(large_run(), now=NOW)
    for sk in chunks(cloud):
        item = read(cloud, sk)
        body = item["body"]["B"]
        write(cloud, {**item, "body": {"B": body[:100] + bytes([body[100] ^ 1]) + body[101:]}})

        with pytest.raises(CorruptBody):
            runs.get("run-1", now=NOW)

        write(cloud, item)
    assert runs.get("run-1", now=NOW).body == large_run().body


@pytest.mark.fault(31)
def test_chunks_in_each_others_place_are_never_served(runs: RunStore, cloud: Cloud) -> None:
    runs.put(large_run(), now=NOW)
    first, second = chunks(cloud)[:2]
    one, other = read(cloud, first), read(cloud, second)
    write(cloud, {**one, "body": other["body"]})
    write(cloud, {**other, "body": one["body"]})

    with pytest.raises(CorruptBody):
        runs.get("run-1", now=NOW)


@pytest.mark.fault(32)
def test_a_run_whose_chunks_expired_away_before_its_header_is_not_there(runs: RunStore, cloud: Cloud) -> None:
    runs.put(large_run(), now=NOW)
    for sk in chunks(cloud):
        remove(cloud, sk)
    expired = NOW + timedelta(days=RETENTION_DAYS)

    with pytest.raises(NotFound):
        runs.get("run-1", now=expired)
    assert runs.put(large_run(), now=expired).created
    assert runs.get("run-1", now=expired).body == large_run().body


# ---------------------------------------------------------------- a writer that stops half way
@pytest.mark.fault(4)
@pytest.mark.parametrize("effect", ["before", "after"])
def test_wherever_a_writer_stops_a_reader_sees_the_old_run_or_the_new_one(
    cloud: Cloud, runs: RunStore, other_runs: RunStore, tapped: Tapped, effect: str
) -> None:
    old, new = large_run(seed=1), large_run(seed=2)
    for operation, nth in (("get_item", 1), ("batch_write_item", 1), ("put_item", 1), ("batch_write_item", 2)):
        remove(cloud, "RUN")
        other_runs.put(old, now=NOW)
        tapped.requests.clear()
        runs._known_days[old.run["started_at"].date()] = NOW
        getattr(tapped, effect)(operation, killed, nth=nth)
        with pytest.raises(Killed):
            runs.put(new, now=NOW)

        committed = (operation, effect) in (("put_item", "after"),) or (operation, nth) == ("batch_write_item", 2)
        assert other_runs.get("run-1", now=NOW).body == (new if committed else old).body
        # What the sender does next: the same again.
        assert other_runs.put(new, now=NOW).changed is not committed
        assert other_runs.get("run-1", now=NOW).body == new.body


@pytest.mark.fault(16)
def test_a_throttled_chunk_is_unavailable_and_leaves_the_old_run(runs: RunStore, tapped: Tapped) -> None:
    runs.put(large_run(seed=1), now=NOW)
    tapped.before("batch_write_item", throttled)

    with pytest.raises(Unavailable):
        runs.put(large_run(seed=2), now=NOW)

    assert runs.get("run-1", now=NOW).body == large_run(seed=1).body


def test_chunks_that_cannot_be_removed_do_not_fail_the_write(runs: RunStore, cloud: Cloud, tapped: Tapped) -> None:
    def cut_off() -> None:
        raise ReadTimeoutError(endpoint_url="-")

    runs.put(large_run(seed=1), now=NOW)
    left_behind = chunks(cloud)
    tapped.before("batch_write_item", cut_off, nth=2)

    assert runs.put(large_run(seed=2), now=NOW).changed
    assert runs.get("run-1", now=NOW).body == large_run(seed=2).body
    assert set(left_behind) < set(chunks(cloud))


# ---------------------------------------------------------------- a table that answers in part
class Busy:
    """A client that does only so much of each batch, as a throttled table does."""

    def __init__(self, client: Any, *, takes: int) -> None:
        self._client = client
        self._takes = takes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def batch_write_item(self, RequestItems: dict[str, list[Any]]) -> Any:  # noqa: N803  boto's name
        [(table, requests)] = RequestItems.items()
        done, left = requests[: self._takes], requests[self._takes :]
        if done:
            self._client.batch_write_item(RequestItems={table: done})
        return {"UnprocessedItems": {table: left} if left else {}}

    def batch_get_item(self, RequestItems: dict[str, dict[str, Any]]) -> Any:  # noqa: N803  boto's name
        [(table, wanted)] = RequestItems.items()
        done, left = (
            {**wanted, "Keys": keys} for keys in (wanted["Keys"][: self._takes], wanted["Keys"][self._takes :])
        )
        answer: dict[str, Any] = {"Responses": {}}
        if done["Keys"]:
            answer = self._client.batch_get_item(RequestItems={table: done})
        return {**answer, "UnprocessedKeys": {table: left} if left["Keys"] else {}}


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note the pauses instead of taking them."""
    taken: list[float] = []
    monkeypatch.setattr("time.sleep", taken.append)
    return taken


def busy_runs(cloud: Cloud, *, takes: int) -> RunStore:
    client: Any = Busy(cloud.dynamodb, takes=takes)
    return RunStore(client, cloud.table, retention_days=RETENTION_DAYS)


@pytest.mark.fault(16)
def test_what_a_batch_left_over_is_written_and_read_again(cloud: Cloud, pauses: list[float]) -> None:
    runs, sent = busy_runs(cloud, takes=1), large_run(steps=1_200)

    runs.put(sent, now=NOW)

    assert len(chunks(cloud)) == 4
    assert len(pauses) == 3
    assert runs.get("run-1", now=NOW).body == sent.body
    assert len(pauses) == 6


@pytest.mark.fault(16)
def test_a_table_that_never_finishes_a_batch_is_unavailable_soon(
    cloud: Cloud, other_runs: RunStore, pauses: list[float]
) -> None:
    runs = busy_runs(cloud, takes=0)

    with pytest.raises(Unavailable):
        runs.put(large_run(), now=NOW)
    other_runs.put(large_run(), now=NOW)
    with pytest.raises(Unavailable):
        runs.get("run-1", now=NOW)

    assert pauses
    assert sum(pauses) < 10


def test_who_keeps_the_last_body_reads_its_chunks_once_and_any_change_of_it(cloud: Cloud, tapped: Tapped) -> None:
    store = RunStore(tapped, cloud.table, retention_days=RETENTION_DAYS, keep_last_body=True)  # type: ignore[arg-type]
    first, second = large_run(seed=1), large_run(seed=2)
    store.put(first, now=NOW)

    assert [store.get("run-1", now=NOW).body for _ in range(3)] == [first.body] * 3
    assert len({request["Key"]["SK"]["S"] for request in tapped.made("get_item")}) == 1
    chunk_reads = len(tapped.made("batch_get_item"))
    assert chunk_reads == 1

    store.put(second, now=NOW)
    assert store.get("run-1", now=NOW).body == second.body
    assert store.delete("run-1", now=NOW)
    with pytest.raises(NotFound):
        store.get("run-1", now=NOW)
