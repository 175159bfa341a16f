"""How many failed runs that look alike start their own analysis: the first of each hour."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from rca_core.errors import Conflict
from rca_core.storage.aws import refused_item, translated
from rca_core.storage.codec import to_item
from rca_core.storage.keys import symptom_hour_sk, symptom_pk

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ANALYSES_AN_HOUR: Final = 20
"""Of one symptom. Enough to show several causes behind one look, with a run of each at hand; a storm of thousands
costs no more than this. Their ids also fit into one kilobyte, which is what a write is paid by."""
KEPT: Final = timedelta(days=2)
"""How long what was admitted is known: longer than anybody comes back to ask for the same run."""
# Symptoms that a process remembers, of some 2 KB each.
_REMEMBERED: Final = 1_000

_Hour = tuple[str, str]


class SymptomLimit:
    """The analyses that were admitted, by symptom and hour, in one DynamoDB table.

    They are kept by id, not counted: whoever asks again for an analysis, after a crash or a lost answer, takes no
    second place, and is told the same when the hour is full.
    """

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table
        # Who was admitted in an hour that is full does not change any more: in a storm a process asks once.
        self._full: dict[_Hour, frozenset[str]] = {}

    def admits(self, symptom: str, rca_run_id: str, *, at: datetime) -> bool:
        """Tell whether an analysis is among the first of its symptom in the hour of a time. Raises `Unavailable`."""
        hour = symptom_pk(symptom), symptom_hour_sk(at)
        if hour not in self._full:
            try:
                self._admit(hour, rca_run_id, at)
            except Conflict as error:
                self._remember(hour, frozenset(refused_item(error)["analyses"]))
            else:
                return True
        return rca_run_id in self._full[hour]

    def _admit(self, hour: _Hour, rca_run_id: str, at: datetime) -> None:
        pk, sk = hour
        values = {":most": ANALYSES_AN_HOUR, ":expires": int((at + KEPT).timestamp())}
        with translated():
            self._client.update_item(
                TableName=self._table,
                Key=to_item({"PK": pk, "SK": sk}),
                UpdateExpression="ADD analyses :ones SET expires_at = :expires",
                ConditionExpression="attribute_not_exists(analyses) OR size(analyses) < :most",
                ExpressionAttributeValues={**to_item(values), ":ones": {"SS": [rca_run_id]}},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )

    def _remember(self, hour: _Hour, admitted: frozenset[str]) -> None:
        if len(self._full) == _REMEMBERED:
            del self._full[next(iter(self._full))]
        self._full[hour] = admitted
