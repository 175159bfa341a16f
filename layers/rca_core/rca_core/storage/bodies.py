"""The bodies of larger runs: chunks beside the header, named by revision and write, never overwritten."""

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from rca_core.errors import CorruptBody, Unavailable
from rca_core.storage import batches
from rca_core.storage.codec import Item, decompress, digest, to_item
from rca_core.storage.headers import ChunkedBody
from rca_core.storage.keys import body_sk, run_pk

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# DynamoDB allows 400 KB an item, with its keys.
CHUNK_BYTES: Final = 380 * 1024

_log = logging.getLogger(__name__)


def write_chunks(
    client: "DynamoDBClient",
    table: str,
    run_id: str,
    revision: int,
    body_id: str,
    packed: bytes,
    *,
    expires_at: int,
) -> int:
    """Write a compressed body as chunks; return how many. Nobody reads them until a header names them."""
    pieces = [packed[start : start + CHUNK_BYTES] for start in range(0, len(packed), CHUNK_BYTES)]
    batches.write(
        client,
        table,
        (
            {
                "PutRequest": {
                    "Item": to_item(
                        {
                            "PK": run_pk(run_id),
                            "SK": body_sk(revision, body_id, index),
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
        batches.write(client, table, ({"DeleteRequest": {"Key": key}} for key in _keys(run_id, body)))
    except Unavailable:
        _log.warning(
            "chunks of a replaced body stay until they expire", extra={"run_id": run_id, "revision": body.revision}
        )


def read_chunks(client: "DynamoDBClient", table: str, run_id: str, body: ChunkedBody) -> bytes:
    """Return a compressed body; `CorruptBody` if a chunk is missing."""
    pieces = {item["SK"]: item["body"] for item in batches.read(client, table, _keys(run_id, body))}
    if len(pieces) != body.chunks:
        raise CorruptBody(f"run {run_id!r} has {len(pieces)} of {body.chunks} chunks")
    return b"".join(pieces[sk] for sk in sorted(pieces))


def verified(packed: bytes, fingerprint: str) -> bytes:
    """Return the decompressed body; `CorruptBody` unless it is the one that was written."""
    body = decompress(packed)
    if digest(body) != fingerprint:
        raise CorruptBody("the stored body does not match its digest")
    return body


def _keys(run_id: str, body: ChunkedBody) -> Iterator[Item]:
    for index in range(body.chunks):
        yield to_item({"PK": run_pk(run_id), "SK": body_sk(body.revision, body.body_id, index)})
