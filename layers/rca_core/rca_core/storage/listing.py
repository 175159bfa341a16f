"""Runs by agent or by day, newest first, a page at a time, without their bodies."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic import BaseModel, ConfigDict

from rca_core.storage import batches
from rca_core.storage.aws import translated
from rca_core.storage.codec import expired, from_item, timestamp, to_item
from rca_core.storage.cursors import Place, bad_cursor, decode, encode
from rca_core.storage.damage import readable
from rca_core.storage.headers import RunHeader, header_from, profile_from
from rca_core.storage.keys import BY_AGENT, BY_DAY, CALENDAR_PK, DAY_PREFIX, RUN_SK, day_sk, run_pk
from rca_core.storage.outcomes import Outcome, outcome_key
from rca_core.storage.run_filter import RunFilter
from rca_core.telemetry import RunProfile

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryOutputTypeDef

_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2101, 1, 1, tzinfo=UTC)
# A page ends after this many index reads even if filters left it short: the bound on what one request costs.
_READS_A_PAGE: Final = 40
# The same where what analyses found of each failed run is read as well: half a unit each.
_READS_WITH_FINDINGS: Final = 10
# The same for an agent's history: where it runs in several environments, one of them may have few of its runs.
_READS_OF_HISTORY: Final = 5


class Finding(BaseModel):
    """What the newest finished analysis of a failed run's current revision found: its report says why."""

    model_config = ConfigDict(frozen=True)

    rca_run_id: str
    category: str
    cause: str
    fingerprint: str


class RunPage(NamedTuple):
    """One page of runs; `next_cursor` is null after the last. A page may be short, even empty, before the last.

    `findings`, by run, are of failed runs that were analysed, where they were asked for.
    """

    items: list[RunHeader]
    next_cursor: str | None
    findings: Mapping[str, Finding] | None = None


class _Entry(NamedTuple):
    header: RunHeader
    place: Place
    outcome: Outcome | None = None


_Read = tuple[list[dict[str, Any]], Place | None]


class RunIndex:
    """The indexes over runs. They follow a write within moments, not at once."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def page(
        self, wanted: RunFilter, *, limit: int, cursor: str | None, findings: bool = False, now: datetime
    ) -> RunPage:
        """Return the newest runs that pass a filter, continuing after a cursor. Raises `InvalidInput` for a bad one.

        With what analyses found of them, if that is asked for or filtered by: half a read unit for each failed run.
        """
        by_day = wanted.agent_name is None
        span = _Span.of(wanted)
        after = decode(cursor, by_day=by_day) if cursor else None
        if after and after.started_at and not span.first <= after.started_at <= span.last:
            raise bad_cursor()
        if span.first > span.last:
            return RunPage([], None, {} if findings or wanted.of_findings else None)
        found: list[_Entry] = []
        end: Place | None = None
        most = _READS_WITH_FINDINGS if wanted.of_findings else _READS_A_PAGE
        for count, (items, resume) in enumerate(self._reads(wanted, span, after, limit + 1), 1):
            alive = (values for values in items if not expired(values, now))
            read = [each for each in readable(alive, lambda values: _entry(wanted, values, by_day=by_day)) if each]
            if wanted.of_findings:
                read = [each for each in self._explained(read, now) if wanted.found(each.outcome)]
            found += read
            if len(found) > limit:
                found, end = found[:limit], found[limit - 1].place
                break
            if resume and count == most:
                end = resume
                break
        if findings and not wanted.of_findings:
            found = self._explained(found, now)
        shown = _findings(found) if findings or wanted.of_findings else None
        return RunPage([each.header for each in found], encode(end) if end else None, shown)

    def profiles(
        self, agent_name: str, environment: str | None, *, before: datetime, limit: int, now: datetime
    ) -> list[RunProfile]:
        """Return what a baseline needs of an agent's runs in an environment that started before a time, newest first.

        None asks for the runs that name no environment. Runs of other environments are read and passed over, up to five
        times as many as are wanted. Raises `Unavailable`.
        """
        query: dict[str, Any] = {
            "IndexName": BY_AGENT,
            "KeyConditionExpression": "agent_name = :agent AND started_at < :before",
            "FilterExpression": "attribute_not_exists(environment)"
            if environment is None
            else "environment = :environment",
            "ExpressionAttributeValues": to_item(
                {":agent": agent_name, ":before": timestamp(before), ":environment": environment}
            ),
            "ScanIndexForward": False,
            "Limit": limit,
        }
        found: list[RunProfile] = []
        for answer in islice(self._queries(query), _READS_OF_HISTORY):
            entries = map(from_item, answer["Items"])
            found += readable((values for values in entries if not expired(values, now)), profile_from)
            if len(found) >= limit:
                break
        return found[:limit]

    def _explained(self, entries: Sequence[_Entry], now: datetime) -> list[_Entry]:
        """Return entries with what analyses found of the versions of failed runs that they are of."""
        # A run whose start changes while a page is read may be listed twice, and no key may be asked for twice.
        failed = dict.fromkeys(each.header.run_id for each in entries if each.header.status == "failure")
        keys = map(outcome_key, failed)
        items = list(batches.read(self._client, self._table, keys, at_once=100, consistent=False))
        alive = (item for item in items if not expired(item, now))
        outcomes = dict(readable(alive, lambda item: (item["PK"], Outcome.model_validate(item))))
        return [each._replace(outcome=_of_version(outcomes.get(run_pk(each.header.run_id)), each)) for each in entries]

    def _reads(self, wanted: RunFilter, span: "_Span", after: Place | None, limit: int) -> Iterator[_Read]:
        """Yield each read's entries and where to go on behind them; nowhere, after the last."""
        if wanted.agent_name is not None:
            query = _partition_query(BY_AGENT, "agent_name", wanted.agent_name, wanted, span, after, limit)
            yield from self._partition(query, by_day=False)
            return
        for day in self._days(span, after.day if after else None):
            here = after if after and after.day == day and after.run_id else None
            query = _partition_query(BY_DAY, "day", day.isoformat(), wanted, span, here, limit)
            for entries, resume in self._partition(query, by_day=True):
                yield entries, resume or Place(day=day - timedelta(days=1))

    def _partition(self, query: dict[str, Any], *, by_day: bool) -> Iterator[_Read]:
        for answer in self._queries(query):
            key = from_item(answer.get("LastEvaluatedKey", {}))
            yield [from_item(item) for item in answer["Items"]], Place.behind(key, by_day=by_day) if key else None

    def _days(self, span: "_Span", newest: date | None) -> Iterator[date]:
        """Yield the days on which runs started, newest first, none newer than a cursor's."""
        first, last = span.first.date(), min(newest or span.last.date(), span.last.date())
        if first > last:
            return
        query = {
            "KeyConditionExpression": "PK = :calendar AND SK BETWEEN :first AND :last",
            "ExpressionAttributeValues": to_item(
                {":calendar": CALENDAR_PK, ":first": day_sk(first), ":last": day_sk(last)}
            ),
            "ScanIndexForward": False,
        }
        for answer in self._queries(query):
            yield from readable(map(from_item, answer["Items"]), _day)

    def _queries(self, query: dict[str, Any]) -> Iterator["QueryOutputTypeDef"]:
        while True:
            with translated():
                answer = self._client.query(TableName=self._table, **query)
            yield answer
            if "LastEvaluatedKey" not in answer:
                return
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


class _Span(NamedTuple):
    """The starts that a listing asks for, both ends included, within those that a run can have."""

    first: datetime
    last: datetime

    @classmethod
    def of(cls, wanted: RunFilter) -> "_Span":
        until = min(wanted.until or _LATEST, _LATEST)
        return cls(max(wanted.since or _EARLIEST, _EARLIEST), max(until, _EARLIEST) - timedelta(microseconds=1))


def _entry(wanted: RunFilter, values: Mapping[str, Any], *, by_day: bool) -> _Entry | None:
    """Return an index entry that passes a filter."""
    return _Entry(header_from(values), Place.behind(values, by_day=by_day)) if wanted.fits(values) else None


def _of_version(outcome: Outcome | None, entry: _Entry) -> Outcome | None:
    """Return an outcome if it is of the version of a run that an entry shows."""
    version = entry.header.created_at, entry.header.revision
    return outcome if outcome and (outcome.run_created_at, outcome.revision) == version else None


def _findings(found: Sequence[_Entry]) -> dict[str, Finding]:
    return {
        each.header.run_id: Finding.model_validate(each.outcome.model_dump(include=set(Finding.model_fields)))
        for each in found
        if each.outcome
    }


def _day(values: Mapping[str, Any]) -> date:
    return date.fromisoformat(values["SK"].removeprefix(DAY_PREFIX))


def _partition_query(
    index: str, key: str, value: str, wanted: RunFilter, span: _Span, after: Place | None, limit: int
) -> dict[str, Any]:
    """Return the query for one partition of an index, newest first."""
    filters = wanted.expression()
    query: dict[str, Any] = {
        **filters,
        "IndexName": index,
        "KeyConditionExpression": "#key = :key AND started_at BETWEEN :first AND :last",
        "ExpressionAttributeNames": {"#key": key, **filters.get("ExpressionAttributeNames", {})},
        "ExpressionAttributeValues": {
            **to_item({":key": value, ":first": timestamp(span.first), ":last": timestamp(span.last)}),
            **filters.get("ExpressionAttributeValues", {}),
        },
        "ScanIndexForward": False,
        "Limit": limit,
    }
    if after and after.run_id and after.started_at:
        # Exactly the keys of the table and the index: AWS refuses a start key with more.
        start = {"PK": run_pk(after.run_id), "SK": RUN_SK, key: value, "started_at": timestamp(after.started_at)}
        query["ExclusiveStartKey"] = to_item(start)
    return query
