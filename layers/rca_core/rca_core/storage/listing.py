"""Runs by agent or by day, newest first, a page at a time, without their bodies."""

import base64
import binascii
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict

from rca_core.errors import FieldError, InvalidInput
from rca_core.storage.aws import translated
from rca_core.storage.codec import expired, from_item, timestamp, to_item
from rca_core.storage.headers import RunHeader, header_from, profile_from
from rca_core.storage.keys import BY_AGENT, BY_DAY, CALENDAR_PK, DAY_PREFIX, day_sk
from rca_core.telemetry import RunProfile
from rca_core.telemetry.fields import RunStatus

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryOutputTypeDef

_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2101, 1, 1, tzinfo=UTC)
# A page ends after this many index reads even if filters left it short: the bound on what one request costs.
_READS_A_PAGE: Final = 40


class RunFilter(NamedTuple):
    """Which runs to list; times are of their start, `since` included, `until` not."""

    agent_name: str | None = None
    status: RunStatus | None = None
    environment: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class RunPage(NamedTuple):
    """One page of runs; `next_cursor` is null after the last. A page may be short, even empty, before the last."""

    items: list[RunHeader]
    next_cursor: str | None


class _Cursor(BaseModel):
    """A place in an index: behind one entry, or before the first entry of a day."""

    model_config = ConfigDict(extra="forbid")

    PK: str | None = None
    SK: str | None = None
    started_at: str | None = None
    agent_name: str | None = None
    day: Annotated[str, AfterValidator(lambda day: date.fromisoformat(day).isoformat())] | None = None


_Position = dict[str, Any]
_Read = tuple[list[dict[str, Any]], _Position]


class RunIndex:
    """The indexes over runs. They follow a write within moments, not at once."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def page(self, wanted: RunFilter, *, limit: int, cursor: str | None, now: datetime) -> RunPage:
        """Return the newest runs that pass a filter, continuing after a cursor. Raises `InvalidInput` for a bad one."""
        found: list[dict[str, Any]] = []
        reads = self._reads(wanted, _decode(cursor) if cursor else {}, limit + 1)
        for count, (entries, resume) in enumerate(reads, 1):
            found += [values for values in entries if not expired(values, now)]
            if len(found) > limit:
                return RunPage([header_from(values) for values in found[:limit]], _encode(_position(found[limit - 1])))
            if resume and count == _READS_A_PAGE:
                return RunPage([header_from(values) for values in found], _encode(resume))
        return RunPage([header_from(values) for values in found], None)

    def profiles(self, agent_name: str, *, before: datetime, limit: int, now: datetime) -> list[RunProfile]:
        """Return what a baseline needs of an agent's runs that started before a time, newest first."""
        query: dict[str, Any] = {
            "IndexName": BY_AGENT,
            "KeyConditionExpression": "agent_name = :agent AND started_at < :before",
            "ExpressionAttributeValues": to_item({":agent": agent_name, ":before": timestamp(before)}),
            "ScanIndexForward": False,
            "Limit": limit,
        }
        with translated():
            answer = self._client.query(TableName=self._table, **query)
        entries = map(from_item, answer["Items"])
        return [profile_from(values) for values in entries if not expired(values, now)]

    def _reads(self, wanted: RunFilter, after: _Position, limit: int) -> Iterator[_Read]:
        """Yield each read's entries and where to go on behind them; nowhere, after the last."""
        if wanted.agent_name is not None:
            yield from self._partition(BY_AGENT, "agent_name", wanted.agent_name, wanted, after, limit)
            return
        for day in self._days(wanted, after.get("day")):
            here = after if after.get("day") == day else {}
            day_before = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
            for entries, resume in self._partition(BY_DAY, "day", day, wanted, here, limit):
                yield entries, resume or {"day": day_before}

    def _partition(
        self, index: str, key: str, value: str, wanted: RunFilter, after: _Position, limit: int
    ) -> Iterator[_Read]:
        filters = {name: getattr(wanted, name) for name in ("status", "environment") if getattr(wanted, name)}
        # BETWEEN includes both ends; one microsecond less makes `until` exclusive.
        until = (wanted.until or _LATEST) - timedelta(microseconds=1)
        query: dict[str, Any] = {
            "IndexName": index,
            "KeyConditionExpression": "#key = :key AND started_at BETWEEN :since AND :until",
            "ExpressionAttributeNames": {"#key": key} | {f"#{name}": name for name in filters},
            "ExpressionAttributeValues": to_item(
                {":key": value, ":since": timestamp(wanted.since or _EARLIEST), ":until": timestamp(until)}
                | {f":{name}": text for name, text in filters.items()}
            ),
            "ScanIndexForward": False,
            "Limit": limit,
        }
        if filters:
            query["FilterExpression"] = " AND ".join(f"#{name} = :{name}" for name in filters)
        if "PK" in after:
            query["ExclusiveStartKey"] = to_item(after)
        for answer in self._queries(query):
            resume = from_item(answer.get("LastEvaluatedKey", {}))
            yield [from_item(item) for item in answer["Items"]], resume

    def _days(self, wanted: RunFilter, newest: str | None) -> Iterator[str]:
        """Yield the days on which runs started, newest first, none newer than a cursor's."""
        first = (wanted.since or _EARLIEST).date()
        last = date.fromisoformat(newest) if newest else (wanted.until or _LATEST).date()
        query = {
            "KeyConditionExpression": "PK = :calendar AND SK BETWEEN :first AND :last",
            "ExpressionAttributeValues": to_item(
                {":calendar": CALENDAR_PK, ":first": day_sk(first), ":last": day_sk(last)}
            ),
            "ScanIndexForward": False,
        }
        if first > last:
            return
        for answer in self._queries(query):
            for item in answer["Items"]:
                yield from_item(item)["SK"].removeprefix(DAY_PREFIX)

    def _queries(self, query: dict[str, Any]) -> Iterator["QueryOutputTypeDef"]:
        while True:
            with translated():
                answer = self._client.query(TableName=self._table, **query)
            yield answer
            if "LastEvaluatedKey" not in answer:
                return
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _encode(position: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(position, separators=(",", ":")).encode()).decode().rstrip("=")


def _decode(cursor: str) -> _Position:
    try:
        position = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return _Cursor.model_validate(position).model_dump(exclude_none=True)
    except (binascii.Error, ValueError):
        raise InvalidInput(
            [FieldError(loc=["query", "cursor"], msg="is not a cursor of this listing", type="cursor")]
        ) from None


def _position(values: _Position) -> _Position:
    return {name: values[name] for name in _Cursor.model_fields if name in values}
