"""Analyses as others see them: their state, their progress, their report."""

import zlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rca_core.errors import NotFound
from rca_core.storage.aws import translated
from rca_core.storage.codec import expired, from_item, to_item
from rca_core.storage.headers import RcaRef
from rca_core.storage.keys import MAX_ID, PROGRESS_PREFIX, RCA_LIST_PREFIX, RCA_SK, REPORT_SK, rca_pk, run_pk
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
        item = self._get(rca_run_id, RCA_SK)
        if not item or expired(item, now):
            raise NotFound(f"there is no RCA run {rca_run_id!r}")
        return RcaRun.model_validate(item)

    def listed(self, run_id: str, *, now: datetime) -> list[RcaRef]:
        """Return the analyses of a run, newest last."""
        return [RcaRef.model_validate(entry) for entry in self._entries(run_id) if not expired(entry, now)]

    def report(self, rca_run_id: str) -> bytes | None:
        """Return the report's JSON, or None while there is none."""
        item = self._get(rca_run_id, REPORT_SK)
        return zlib.decompress(item["report"]) if item else None

    def progress_after(self, rca_run_id: str, after: str, up_to: str) -> list[ProgressRecord]:
        """Return the progress records between two event ids, the first excluded, in order."""
        # BETWEEN includes both ends; "+" sorts behind every digit sequence that begins like the id itself.
        with translated():
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="PK = :pk AND SK BETWEEN :after AND :up_to",
                ExpressionAttributeValues=to_item(
                    {
                        ":pk": rca_pk(rca_run_id),
                        ":after": PROGRESS_PREFIX + after + "+",
                        ":up_to": PROGRESS_PREFIX + up_to,
                    }
                ),
                ConsistentRead=True,
            )
        return [ProgressRecord.model_validate(from_item(item)) for item in answer["Items"]]

    def _get(self, rca_run_id: str, sk: str) -> dict[str, Any]:
        if len(rca_run_id) > MAX_ID:
            return {}
        key = to_item({"PK": rca_pk(rca_run_id), "SK": sk})
        with translated():
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return from_item(answer.get("Item", {}))

    def _entries(self, run_id: str) -> list[dict[str, Any]]:
        values = to_item({":pk": run_pk(run_id), ":prefix": RCA_LIST_PREFIX})
        with translated():
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="PK = :pk AND begins_with(SK, :prefix)",
                ExpressionAttributeValues=values,
                ConsistentRead=True,
            )
        return [from_item(item) for item in answer["Items"]]
