"""An analysis and its worker, a clock, and a client that reads what a stream sends."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from rca_core.storage.progress import Stage
from rca_core.storage.rca_runs import Claim, RcaStore
from rca_core.storage.runs import RunStore
from rca_core.web.sse import Following
from tests.conftest import Cloud
from tests.support.runs import parsed

NOW = datetime.now(UTC)
LEASE = timedelta(seconds=30)
STAGES = [5, 30, 55, 85, 100]


class Record(NamedTuple):
    """One event as a client reads it."""

    id: str
    data: dict[str, Any]


class Job:
    """An analysis and its worker."""

    def __init__(self, cloud: Cloud) -> None:
        runs = RunStore(cloud.dynamodb, cloud.table, retention_days=30)
        runs.put(parsed(), now=NOW)
        self.cloud = cloud
        self.store = RcaStore(cloud.dynamodb, cloud.table, retention_days=30)
        self.id = self.store.create(runs.header("run-1", now=NOW), force=False, now=NOW)[0].rca_run_id
        self.claim: Claim | None = None

    def start(self) -> None:
        claim = self.store.claim(self.id, lease=LEASE, now=NOW + LEASE * (self.claim.attempt if self.claim else 0))
        assert isinstance(claim, Claim)
        self.claim = claim

    def reach(self, stage: Stage) -> None:
        assert self.claim
        self.store.progress(self.claim, stage, now=NOW)

    def finish(self) -> None:
        assert self.claim
        self.store.finish(self.claim, b"{}", category="timeout", now=NOW)

    def steps(self) -> list[Callable[[], None]]:
        """Return what a worker does, one record after another."""
        middle = [lambda stage=stage: self.reach(stage) for stage in list(Stage)[1:4]]
        return [self.start, *middle, self.finish]

    def delete(self) -> None:
        key = {"PK": {"S": f"RCA#{self.id}"}, "SK": {"S": "RCA"}}
        self.cloud.dynamodb.delete_item(TableName=self.cloud.table, Key=key)


class Clock:
    """Time that passes only while a stream waits; after each wait something may happen."""

    def __init__(self, happens: Iterable[Callable[[], object]] = ()) -> None:
        self.now = 1_000.0
        self.waits: list[float] = []
        self._happens = iter(happens)

    def read(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds
        next(self._happens, lambda: None)()


def stream(following: Following, clock: Clock | None = None, *, seconds: float = 60) -> Iterator[bytes]:
    clock = clock or Clock()
    return following.events(seconds=seconds, wait=clock.wait, clock=clock.read)


def records(pieces: Iterable[bytes]) -> list[Record]:
    """Return the events of a stream, as the HTML standard has a client read it."""
    found: list[Record] = []
    last_id, data = "", list[str]()
    for line in b"".join(pieces).decode().split("\n"):
        name, _, value = line.partition(": ")
        if line == "" and data:
            found.append(Record(last_id, json.loads("\n".join(data))))
            data = []
        elif name == "id":
            last_id = value
        elif name == "data":
            data.append(value)
        else:
            assert name in ("", "retry"), line
    assert not data, "an event was cut off"
    return found


def percents(found: list[Record]) -> list[int]:
    return [record.data["pct"] for record in found]
