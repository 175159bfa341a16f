"""What a throttled batch leaves over is tried again, for as long as the tries get somewhere. Fault 16."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from rca_core.errors import Unavailable
from rca_core.storage import batches

TABLE = "table"
KEYS = [{"PK": {"S": f"RUN#{number}"}, "SK": {"S": "RUN"}} for number in range(25)]
DELETES = [{"DeleteRequest": {"Key": key}} for key in KEYS]

pytestmark = pytest.mark.fault(16)


class Busy:
    """A table that takes so many of a batch's entries a call, and leaves the rest over."""

    def __init__(self, takes: int) -> None:
        self.calls = 0
        self.taken: list[Any] = []
        self._takes = takes

    def batch_write_item(self, RequestItems: dict[str, list[Any]]) -> dict[str, Any]:  # noqa: N803  boto's name
        done, left = self._split(RequestItems[TABLE])
        self.taken += done
        return {"UnprocessedItems": {TABLE: left} if left else {}}

    def batch_get_item(self, RequestItems: dict[str, dict[str, Any]]) -> dict[str, Any]:  # noqa: N803  boto's name
        done, left = self._split(RequestItems[TABLE]["Keys"])
        unprocessed = {TABLE: {**RequestItems[TABLE], "Keys": left}} if left else {}
        return {"Responses": {TABLE: done}, "UnprocessedKeys": unprocessed}

    def _split(self, entries: list[Any]) -> tuple[list[Any], list[Any]]:
        self.calls += 1
        return entries[: self._takes], entries[self._takes :]


def write(table: Any) -> None:
    batches.write(table, TABLE, DELETES)


def read(table: Any) -> None:
    table.taken += list(batches.read(table, TABLE, KEYS))


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the pauses made, without making them."""
    made: list[float] = []
    monkeypatch.setattr(time, "sleep", made.append)
    return made


@pytest.mark.parametrize("work", [write, read])
def test_a_table_that_takes_one_at_a_time_gets_them_all(work: Callable[[Any], None], pauses: list[float]) -> None:
    busy = Busy(takes=1)

    work(busy)

    assert len(busy.taken) == busy.calls == 25
    assert len(pauses) == 24
    assert max(pauses) <= 0.05


@pytest.mark.parametrize("work", [write, read])
def test_a_table_that_takes_nothing_is_given_up_after_six_tries(
    work: Callable[[Any], None], pauses: list[float]
) -> None:
    busy = Busy(takes=0)

    with pytest.raises(Unavailable):
        work(busy)

    assert busy.calls == 6
    assert len(set(pauses)) == len(pauses)
    assert sum(pauses) < 4
