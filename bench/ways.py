"""Other ways to store a run, to compare `RunStore` with: an item for each child, and the body in S3."""

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import boto3
from botocore.config import Config

from rca_core.storage.codec import compress, digest, expiry, timestamp, to_item
from rca_core.storage.headers import header_values
from rca_core.storage.keys import RUN_SK, run_pk
from rca_core.storage.runs import PutResult
from rca_core.telemetry.ingest import ParsedRun

_RETENTION_DAYS: Final = 90
_CHILDREN: Final = (("steps", "step_id"), ("tool_calls", "call_id"), ("guardrail_events", "event_id"))


def _header(parsed: ParsedRun, now: datetime) -> dict[str, Any]:
    return {
        **header_values(parsed.run),
        "PK": run_pk(parsed.run_id),
        "SK": RUN_SK,
        "revision": 1,
        "digest": digest(parsed.body),
        "created_at": timestamp(now),
        "updated_at": timestamp(now),
        "expires_at": expiry(now, _RETENTION_DAYS),
    }


class ItemPerChild:
    """A header item, and an item for each child, put in batches of 25 as boto3's `batch_writer` does it.

    What it does not do: replace a run whole, keep what is there when nothing changed, show a reader one version.
    """

    def __init__(self, table_name: str) -> None:
        self._table = boto3.resource("dynamodb", config=Config(retries={"mode": "standard"})).Table(table_name)
        self.client = self._table.meta.client

    def put(self, parsed: ParsedRun, *, now: datetime) -> PutResult:
        """Store a run."""
        with self._table.batch_writer() as batch:
            for item in self._items(parsed, now):
                batch.put_item(Item=item)
        return PutResult(1, created=True, changed=True, created_at=now, updated_at=now, symptom=None)

    def _items(self, parsed: ParsedRun, now: datetime) -> Iterator[dict[str, Any]]:
        yield _without_floats({name: value for name, value in _header(parsed, now).items() if value is not None})
        body = json.loads(parsed.body, parse_float=Decimal)
        for group, identifier in _CHILDREN:
            for index, child in enumerate(body.get(group) or []):
                key = {"PK": run_pk(parsed.run_id), "SK": f"{group}#{index:05d}#{child[identifier]}"}
                yield {**child, **key, "expires_at": expiry(now, _RETENTION_DAYS)}


class BodyInS3:
    """The body as one object, named by its digest, then a header that points to it: atomic as chunks are."""

    def __init__(self, client: Any, s3: Any, table_name: str, bucket: str) -> None:
        self._client = client
        self._s3 = s3
        self._table_name = table_name
        self._bucket = bucket

    def put(self, parsed: ParsedRun, *, now: datetime) -> PutResult:
        """Store a run."""
        header = _header(parsed, now)
        key = f"{parsed.run_id}/{header['digest']}"
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=compress(parsed.body))
        condition = "attribute_not_exists(PK)"
        item = to_item({**header, "object": key})
        self._client.put_item(TableName=self._table_name, Item=item, ConditionExpression=condition)
        return PutResult(1, created=True, changed=True, created_at=now, updated_at=now, symptom=None)


def _without_floats(value: Any) -> Any:
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, dict):
        return {name: _without_floats(inner) for name, inner in value.items() if inner is not None}
    return value
