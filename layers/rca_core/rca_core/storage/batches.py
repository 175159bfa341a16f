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


def read(client: "DynamoDBClient", table: str, keys: Iterable[Item]) -> Iterator[dict[str, Any]]:
    """Yield the items that exist of those named, as plain values, in no order. Raises `Unavailable`."""
    for batch in _batches(keys):
        wanted: dict[str, Any] = {table: {"Keys": batch, "ConsistentRead": True}}
        for pause in _pauses():
            with translated():
                answer = client.batch_get_item(RequestItems=wanted)
            yield from map(from_item, answer["Responses"].get(table, []))
            wanted = answer.get("UnprocessedKeys") or {}
            if not wanted:
                break
            time.sleep(pause)
        else:
            raise Unavailable("storage is busy")


def write(client: "DynamoDBClient", table: str, requests: Iterable[dict[str, Any]]) -> None:
    """Carry out put and delete requests, in no order and not as one. Raises `Unavailable`."""
    for batch in _batches(requests):
        pending: dict[str, Any] = {table: batch}
        for pause in _pauses():
            with translated():
                answer = client.batch_write_item(RequestItems=pending)
            pending = answer.get("UnprocessedItems") or {}
            if not pending:
                break
            time.sleep(pause)
        else:
            raise Unavailable("storage is busy")


def _batches(entries: Iterable[Any]) -> Iterator[list[Any]]:
    left = iter(entries)
    while batch := list(islice(left, _BATCH)):
        yield batch


def _pauses() -> Iterator[float]:
    """Yield growing pauses in seconds with full jitter."""
    for attempt in range(_TRIES):
        yield random.uniform(0, 0.05 * 2**attempt)  # noqa: S311  jitter, not a secret
