"""How long a run is kept: `RetentionDays` from when it was last sent, be it the same content again.

What is sent again is prolonged once a day of that is lost (half of it, where that is less), not each time: nearly all
repeats write nothing. What belongs to the run goes first and its header last, so that whoever dies in between is
followed by somebody who does it all. Counters and the ledger follow the header, through the table's stream.
"""

import contextlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from rca_core.errors import Conflict
from rca_core.storage.aws import translated
from rca_core.storage.codec import Item, expired, expiry, from_item, to_item
from rca_core.storage.keys import RCA_LIST_PREFIX, rca_pk, run_pk
from rca_core.storage.outcomes import outcome_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_DAY: Final = timedelta(days=1)


def is_due(header: Mapping[str, Any], now: datetime, *, retention_days: int) -> bool:
    """Tell whether a run that is sent again has lost so much of its retention that it is to be prolonged."""
    lost = expiry(now, retention_days) - int(header["expires_at"])
    return lost >= min(_DAY, timedelta(days=retention_days) / 2).total_seconds()


class Prolonging:
    """What analyses made of runs, in one DynamoDB table, to be kept as long as the runs."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def prolong(self, run_id: str, *, until: int, now: datetime) -> None:
        """Keep the analyses of a run, their records and reports, and what the counters learn of it, until a time.

        What has expired stays so, and nothing is shortened. Raises `Unavailable`.
        """
        for entry in self._query(run_pk(run_id), RCA_LIST_PREFIX):
            listed = from_item(entry)
            if expired(listed, now) or listed["expires_at"] >= until:
                continue
            for item in self._query(rca_pk(listed["rca_run_id"])):
                self._keep(item, until, now)
            # Last: what is listed as kept is not looked at again, should the run have more than time allows.
            self._keep(entry, until, now)
        self._keep(outcome_key(run_id), until, now)

    def _keep(self, item: Item, until: int, now: datetime) -> None:
        with contextlib.suppress(Conflict), translated():
            self._client.update_item(
                TableName=self._table,
                Key={name: item[name] for name in ("PK", "SK")},
                UpdateExpression="SET expires_at = :until",
                ConditionExpression="expires_at > :now AND expires_at < :until",
                ExpressionAttributeValues=to_item({":until": until, ":now": int(now.timestamp())}),
            )

    def _query(self, pk: str, prefix: str | None = None) -> Iterator[Item]:
        condition = "PK = :pk" if prefix is None else "PK = :pk AND begins_with(SK, :prefix)"
        options: dict[str, Any] = {}
        while True:
            with translated():
                answer = self._client.query(
                    TableName=self._table,
                    KeyConditionExpression=condition,
                    ExpressionAttributeValues=to_item({":pk": pk, ":prefix": prefix}),
                    ProjectionExpression="PK, SK, rca_run_id, expires_at",
                    ConsistentRead=True,
                    **options,
                )
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            options["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
