"""What the newest finished analysis of a run found, beside the run: the counters follow it."""

import contextlib
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict

from rca_core.errors import Conflict
from rca_core.storage.aws import translated
from rca_core.storage.codec import Item, expired, expiry, from_item, timestamp, to_item
from rca_core.storage.keys import OUTCOME_SK, run_pk

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# An analysis knows when the run that it read was created, its revision, and which analysis of that revision it is.
_NEWER: Final = (
    "attribute_not_exists(PK) OR run_created_at < :created OR (run_created_at = :created"
    " AND (revision < :revision OR (revision = :revision AND ordinal <= :ordinal)))"
)


class Outcome(BaseModel):
    """What an analysis found of a failed run: of which version, and the fingerprint with what it stands for."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    run_created_at: datetime
    revision: int
    ordinal: int
    rca_run_id: str
    category: str
    cause: str
    fingerprint: str
    tool: str | None = None
    message: str | None = None


class OutcomeStore:
    """Outcomes in one DynamoDB table, one for each run that has any."""

    def __init__(self, client: "DynamoDBClient", table: str, *, retention_days: int) -> None:
        self._client = client
        self._table = table
        self._retention_days = retention_days

    def note(self, run_id: str, outcome: Outcome, now: datetime) -> None:
        """Write an outcome over any but a newer one: of a run created later, a later revision, or a later analysis.

        Written again it changes nothing. Raises `Unavailable`.
        """
        values = outcome.model_dump() | {
            **_key(run_id),
            "run_created_at": timestamp(outcome.run_created_at),
            "expires_at": expiry(now, self._retention_days),
        }
        versions = {
            ":created": values["run_created_at"],
            ":revision": outcome.revision,
            ":ordinal": outcome.ordinal,
        }
        with contextlib.suppress(Conflict), translated():
            self._client.put_item(
                TableName=self._table,
                Item=to_item(values),
                ConditionExpression=_NEWER,
                ExpressionAttributeValues=to_item(versions),
            )

    def find(self, run_id: str, *, now: datetime) -> Outcome | None:
        """Return the outcome of a run, or None if there is none or it expired. Raises `Unavailable`."""
        with translated():
            answer = self._client.get_item(TableName=self._table, Key=to_item(_key(run_id)), ConsistentRead=True)
        values = from_item(answer.get("Item", {}))
        return Outcome.model_validate(values) if values and not expired(values, now) else None


def sound_outcome(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the item of an outcome if it holds one. Raises `ValueError`."""
    Outcome.model_validate(item)
    return item


def outcome_key(run_id: str) -> Item:
    """Return the key of a run's outcome, as DynamoDB takes it."""
    return to_item(_key(run_id))


def _key(run_id: str) -> dict[str, str]:
    return {"PK": run_pk(run_id), "SK": OUTCOME_SK}
