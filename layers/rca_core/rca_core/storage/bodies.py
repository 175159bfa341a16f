"""The bodies of larger runs: chunks beside the header, named by revision and digest, never overwritten."""

import logging
import random
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from rca_core.errors import CorruptBody, Unavailable
from rca_core.storage.aws import translated
from rca_core.storage.codec import decompress, digest, from_item, to_item
from rca_core.storage.headers import ChunkedBody
from rca_core.storage.keys import body_sk, run_pk

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# DynamoDB's limits: 400 KB an item with its keys, 25 writes and 16 MB a batch, 16 MB an answer.
CHUNK_BYTES: Final = 380 * 1024
_BATCH: Final = 25
_TRIES: Final = 6

_log = logging.getLogger(__name__)
_Request = dict[str, Any]


def write_chunks(
    client: "DynamoDBClient",
    table: str,
    run_id: str,
    revision: int,
    fingerprint: str,
    packed: bytes,
    *,
    expires_at: int,
) -> int:
    """Write a compressed body as chunks; return how many. Nobody reads them until a header names them."""
    pieces = [packed[start : start + CHUNK_BYTES] for start in range(0, len(packed), CHUNK_BYTES)]
    _write(
        client,
        table,
        (
            {
                "PutRequest": {
                    "Item": to_item(
                        {
                            "PK": run_pk(run_id),
                            "SK": body_sk(revision, fingerprint, index),
                            "body": piece,
                            "expires_at": expires_at,
                        }
                    )
                }
            }
            for index, piece in enumerate(pieces)
        ),
    )
    return len(pieces)


def remove_chunks(client: "DynamoDBClient", table: str, run_id: str, body: ChunkedBody) -> None:
    """Remove chunks that no header names any more. What a failure leaves behind expires."""
    try:
        _write(client, table, ({"DeleteRequest": {"Key": key}} for key in _keys(run_id, body)))
    except Unavailable:
        _log.warning(
            "chunks of a replaced body stay until they expire", extra={"run_id": run_id, "revision": body.revision}
        )


def read_chunks(client: "DynamoDBClient", table: str, run_id: str, body: ChunkedBody) -> bytes:
    """Return a compressed body; `CorruptBody` if a chunk is missing."""
    pieces: dict[str, bytes] = {}
    for keys in _batches(_keys(run_id, body), _BATCH):
        wanted: dict[str, Any] = {table: {"Keys": keys, "ConsistentRead": True}}
        for pause in _pauses():
            with translated():
                answer = client.batch_get_item(RequestItems=wanted)
            for item in map(from_item, answer["Responses"].get(table, [])):
                pieces[item["SK"]] = item["body"]
            wanted = answer.get("UnprocessedKeys") or {}
            if not wanted:
                break
            time.sleep(pause)
        else:
            raise Unavailable("storage is busy")
    if len(pieces) != body.chunks:
        raise CorruptBody(f"run {run_id!r} has {len(pieces)} of {body.chunks} chunks")
    return b"".join(pieces[sk] for sk in sorted(pieces))


def verified(packed: bytes, fingerprint: str) -> bytes:
    """Return the decompressed body; `CorruptBody` unless it is the one that was written."""
    body = decompress(packed)
    if digest(body) != fingerprint:
        raise CorruptBody("the stored body does not match its digest")
    return body


def _keys(run_id: str, body: ChunkedBody) -> Iterator[_Request]:
    for index in range(body.chunks):
        yield to_item({"PK": run_pk(run_id), "SK": body_sk(body.revision, body.digest, index)})


def _write(client: "DynamoDBClient", table: str, requests: Iterable[_Request]) -> None:
    for batch in _batches(requests, _BATCH):
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


def _batches(requests: Iterable[_Request], size: int) -> Iterator[list[_Request]]:
    left = iter(requests)
    while batch := list(islice(left, size)):
        yield batch


def _pauses() -> Iterator[float]:
    """Yield growing pauses in seconds with full jitter: what a throttled batch left over is tried again."""
    for attempt in range(_TRIES):
        yield random.uniform(0, 0.05 * 2**attempt)  # noqa: S311  jitter, not a secret
