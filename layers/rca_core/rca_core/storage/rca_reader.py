"""Analyses as others see them: their state, their progress, their report."""

import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rca_core.errors import NotFound
from rca_core.storage import batches
from rca_core.storage.aws import translated
from rca_core.storage.codec import Item, expired, from_item, to_item
from rca_core.storage.damage import readable
from rca_core.storage.headers import RcaRef
from rca_core.storage.keys import (
    MAX_ID,
    PROGRESS_PREFIX,
    RCA_LIST_PREFIX,
    RCA_SK,
    REPORT_SK,
    listed_at,
    rca_pk,
    run_pk,
)
from rca_core.storage.progress import ProgressRecord, RcaRun

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class RcaReader:
    """Analyses in one DynamoDB table, for those who only read."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def get(self, rca_run_id: str, *, now: datetime) -> RcaRun:
        """Return an analysis; `NotFound` if there is none or it expired."""
        if (rca := self.find(rca_run_id, now=now)) is None:
            raise NotFound(f"there is no RCA run {rca_run_id!r}")
        return rca

    def find(self, rca_run_id: str, *, now: datetime) -> RcaRun | None:
        """Return an analysis, or None if there is none or it expired."""
        item = self._get(rca_run_id, RCA_SK)
        return RcaRun.model_validate(item) if item and not expired(item, now) else None

    def listed(self, run_id: str, *, now: datetime) -> list[RcaRef]:
        """Return the analyses of a run, newest last."""
        # The list notes how an analysis ended. For one that it does not know the end of, the analysis itself is asked.
        entries = [entry for entry in self._entries(run_id) if not expired(entry, now)]
        return [entry for entry in readable(entries, lambda entry: self._ref(entry, now)) if entry]

    def _ref(self, entry: Mapping[str, Any], now: datetime) -> RcaRef | None:
        if entry["status"] != "queued":
            return RcaRef.model_validate({**entry, "created_at": listed_at(entry["SK"])})
        found = self.find(entry["rca_run_id"], now=now)
        return RcaRef.model_validate(found, from_attributes=True) if found else None

    def report(self, rca_run_id: str) -> bytes | None:
        """Return the report's JSON, or None while there is none."""
        item = self._get(rca_run_id, REPORT_SK)
        return zlib.decompress(item["report"]) if item else None

    def records(self, rca_run_id: str, ids: list[str]) -> list[ProgressRecord]:
        """Return those of the named progress records that exist, in order."""
        keys = (to_item({"PK": rca_pk(rca_run_id), "SK": PROGRESS_PREFIX + each}) for each in ids)
        found = readable(batches.read(self._client, self._table, keys), ProgressRecord.model_validate)
        return sorted(found, key=lambda record: record.id)

    def _get(self, rca_run_id: str, sk: str) -> dict[str, Any]:
        if len(rca_run_id) > MAX_ID:
            return {}
        key = to_item({"PK": rca_pk(rca_run_id), "SK": sk})
        with translated():
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return from_item(answer.get("Item", {}))

    def _entries(self, run_id: str) -> Iterator[dict[str, Any]]:
        """Yield what a run lists of its analyses, oldest first."""
        values = to_item({":pk": run_pk(run_id), ":prefix": RCA_LIST_PREFIX})
        return map(from_item, self._query("PK = :pk AND begins_with(SK, :prefix)", values))

    def _keys_of(self, pk: str) -> Iterator[Item]:
        """Yield the keys of a partition."""
        return self._query("PK = :pk", to_item({":pk": pk}), ProjectionExpression="PK, SK")

    def _query(self, condition: str, values: Item, **options: Any) -> Iterator[Item]:
        while True:
            with translated():
                answer = self._client.query(
                    TableName=self._table,
                    KeyConditionExpression=condition,
                    ExpressionAttributeValues=values,
                    ConsistentRead=True,
                    **options,
                )
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            options["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
