"""Many items in one call, within DynamoDB's limits, trying again what a throttled call left over."""

import random
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from rca_core.errors import Unavailable
from rca_core.storage.aws import translated
from rca_core.storage.codec import Item, from_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# DynamoDB allows 25 writes of 16 MB a call, and 100 reads of 16 MB: of items of 400 KB, 40.
_BATCH: Final = 25
_TRIES: Final = 6


def read(
    client: "DynamoDBClient", table: str, keys: Iterable[Item], *, at_once: int = _BATCH, consistent: bool = True
) -> Iterator[dict[str, Any]]:
    """Yield the items that exist of those named, as plain values, in no order. Raises `Unavailable`.

    Of small items, up to 100 go `at_once`; one that may be a moment old costs half a unit each 4 KB, not a whole one.
    """
    for batch in _batches(keys, at_once):
        patience = _Patience(len(batch))
        wanted: dict[str, Any] = {table: {"Keys": batch, "ConsistentRead": consistent}}
        while wanted:
            with translated():
                answer = client.batch_get_item(RequestItems=wanted)
            yield from map(from_item, answer["Responses"].get(table, []))
            wanted = answer.get("UnprocessedKeys") or {}
            patience.wait(sum(len(entry["Keys"]) for entry in wanted.values()))


def write(client: "DynamoDBClient", table: str, requests: Iterable[dict[str, Any]]) -> None:
    """Carry out put and delete requests, in no order and not as one. Raises `Unavailable`."""
    for batch in _batches(requests, _BATCH):
        patience = _Patience(len(batch))
        pending: dict[str, Any] = {table: batch}
        while pending:
            with translated():
                answer = client.batch_write_item(RequestItems=pending)
            pending = answer.get("UnprocessedItems") or {}
            patience.wait(sum(map(len, pending.values())))


class _Patience:
    """Growing pauses with full jitter, for as long as the tries get somewhere.

    A partition takes a thousand units a second, and a large body has thousands: its chunks go through a few at a time.
    """

    def __init__(self, left: int) -> None:
        self._left = left
        self._in_vain = 0

    def wait(self, left: int) -> None:
        """Pause before what is left is tried again. Raises `Unavailable` after six tries in a row without effect."""
        if not left:
            return
        self._in_vain = self._in_vain + 1 if left == self._left else 0
        self._left = left
        if self._in_vain == _TRIES:
            raise Unavailable("storage is busy")
        time.sleep(random.uniform(0, 0.05 * 2**self._in_vain))  # noqa: S311  jitter, not a secret


def _batches(entries: Iterable[Any], size: int) -> Iterator[list[Any]]:
    left = iter(entries)
    while batch := list(islice(left, size)):
        yield batch
