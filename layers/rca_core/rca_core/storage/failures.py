"""Recurring failures as people see them: listed, shown, resolved. The rollup counts them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, NamedTuple, TypeVar

from rca_core.errors import Conflict, CorruptBody, NotFound
from rca_core.metrics.histogram import unpack
from rca_core.metrics.names import agent_and_version, short
from rca_core.storage import batches
from rca_core.storage.aws import translated
from rca_core.storage.codec import Item, expired, from_item, timestamp, to_item
from rca_core.storage.cursors import FailurePlace, bad_cursor, decode_failure, encode
from rca_core.storage.damage import readable
from rca_core.storage.failure import (
    Failure,
    FailureDetail,
    FailureStatus,
    GivenStatus,
    HourSeen,
    KnownFailure,
    SeenVersion,
)
from rca_core.storage.keys import (
    BY_LAST_SEEN,
    FAILURES,
    FINGERPRINT_SK,
    MAX_ID,
    SYMPTOM_SK,
    fingerprint_pk,
    symptom_pk,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_READ: Final = 1_000
"""So many failures, the most recently seen, does one request look at: the bound on what it costs."""

Sort = Literal["recent", "count"]

# Where the first read of a page was not enough, the next ones are of so many entries at least.
_ENTRIES_A_READ: Final = 100
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class FailureFilter(NamedTuple):
    """Which failures to list: with a status, of a category or tool, known of an agent, seen at or after a time."""

    status: FailureStatus | None = None
    category: str | None = None
    agent_name: str | None = None
    since: datetime | None = None
    tool: str | None = None


class FailurePage(NamedTuple):
    """One page of failures; `next_cursor` is null after the last. A page may be short, even empty, before the last.

    `newest_only` is how many failures were ranked, if others may have been seen less recently; null by recency.
    """

    items: list[Failure]
    next_cursor: str | None
    newest_only: int | None = None


_F = TypeVar("_F", bound=Failure)


class FailureIndex:
    """Failures in one DynamoDB table. Lists follow a change within moments, not at once.

    What is read costs half a unit each 4 KB in a list and a unit each 4 KB by fingerprint; each symptom, half a unit. A
    page by recency reads the symptoms of what it shows. One by count reads those of all that it ranks: at one symptom
    each, 500 units for 1,000 failures; 5,000 if each has ten that no other has.
    """

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def get(self, fingerprint: str, now: datetime) -> FailureDetail:
        """Return a failure; `NotFound` if there is none or it expired. Raises `Unavailable`."""
        if (failure := self.find(fingerprint, now)) is None:
            raise _unknown(fingerprint)
        return failure

    def find(self, fingerprint: str, now: datetime) -> FailureDetail | None:
        """Return a failure, or None if there is none or it expired. Raises `Unavailable`."""
        item = self._item(fingerprint, now)
        return self._one(item, now) if item else None

    def known(self, fingerprint: str, now: datetime) -> KnownFailure | None:
        """Return what is known of a failure, or None if nothing is. Reads no symptoms. Raises `Unavailable`."""
        item = self._item(fingerprint, now)
        return KnownFailure.model_validate(from_item(item)) if item else None

    def _item(self, fingerprint: str, now: datetime) -> Item | None:
        if len(fingerprint) > MAX_ID:
            return None
        with translated():
            answer = self._client.get_item(TableName=self._table, Key=_key(fingerprint), ConsistentRead=True)
        item = answer.get("Item")
        return None if item is None or expired(from_item(item), now) else item

    def set_status(self, fingerprint: str, status: GivenStatus, now: datetime) -> FailureDetail:
        """Say that a failure is resolved, or that it is open; return it as it is then.

        A run that is ingested after it was resolved and shows it again reopens it. Resolving it once more moves that
        time on. Raises `NotFound`, `Unavailable`.
        """
        if len(fingerprint) > MAX_ID:
            raise _unknown(fingerprint)
        values: dict[str, Any] = {":status": status, ":one": 1, ":now": int(now.timestamp())}
        # The lock: whoever counts this failure at the moment reads it again before writing it.
        change = "SET #status = :status REMOVE resolved_at, reopened_at, reopened_version ADD #lock :one"
        if status == "resolved":
            change = "SET #status = :status, resolved_at = :at REMOVE reopened_at, reopened_version ADD #lock :one"
            values[":at"] = timestamp(now)
        try:
            with translated():
                answer = self._client.update_item(
                    TableName=self._table,
                    Key=_key(fingerprint),
                    UpdateExpression=change,
                    ConditionExpression="expires_at > :now",
                    ExpressionAttributeNames={"#status": "status", "#lock": "lock"},
                    ExpressionAttributeValues=to_item(values),
                    ReturnValues="ALL_NEW",
                )
        except Conflict:
            raise _unknown(fingerprint) from None
        return self._one(answer["Attributes"], now)

    def page(self, wanted: FailureFilter, *, sort: Sort, limit: int, cursor: str | None, now: datetime) -> FailurePage:
        """Return failures that pass a filter, the most recently seen or the most frequent first.

        By count, with the runs that look alike and were not analysed, of the 1,000 most recently seen. Raises
        `InvalidInput` for a cursor that this list did not give out, `Unavailable`.
        """
        after = decode_failure(cursor, by_count=sort == "count") if cursor else None
        if after and after.last_seen < max(wanted.since or _EPOCH, _EPOCH):
            raise bad_cursor()
        listed = self._by_count if sort == "count" else self._by_recency
        return listed(wanted, limit, after, now)

    def _by_recency(self, wanted: FailureFilter, limit: int, after: FailurePlace | None, now: datetime) -> FailurePage:
        found, last = self._newest(_query(wanted, after, now), limit + 1)
        if len(found) > limit:
            last = found[limit - 1]
        return FailurePage(self._shown(Failure, found[:limit], now), encode(_place(last)) if last else None)

    def _by_count(self, wanted: FailureFilter, limit: int, after: FailurePlace | None, now: datetime) -> FailurePage:
        found, last = self._newest(_query(wanted, None, now), MOST_READ)
        ranked = [(_place_of(failure), failure) for failure in self._shown(Failure, found, now)]
        ranked.sort(key=lambda entry: _rank(entry[0]), reverse=True)
        if after:
            ranked = [entry for entry in ranked if _rank(entry[0]) < _rank(after)]
        cursor = encode(ranked[limit - 1][0]) if len(ranked) > limit else None
        return FailurePage([failure for _, failure in ranked[:limit]], cursor, MOST_READ if last else None)

    def _newest(self, query: dict[str, Any], enough: int) -> tuple[list[Item], Item | None]:
        """Return what passes a filter, or enough of it, and the last entry looked at unless nothing is behind it."""
        found: list[Item] = []
        last: Item | None = None
        entries, left = enough, MOST_READ
        while left and len(found) < enough:
            with translated():
                answer = self._client.query(TableName=self._table, Limit=min(entries, left), **query)
            found += answer["Items"]
            if not (last := answer.get("LastEvaluatedKey")):
                break
            query["ExclusiveStartKey"] = last
            left -= answer["ScannedCount"]
            entries = max(entries, _ENTRIES_A_READ)
        return found, last

    def _one(self, item: Item, now: datetime) -> FailureDetail:
        if found := self._shown(FailureDetail, [item], now):
            return found[0]
        raise CorruptBody("a stored failure cannot be read")

    def _shown(self, kind: type[_F], items: Sequence[Item], now: datetime) -> list[_F]:
        """Return failures with how many runs have their symptoms and were not analysed; damaged ones are left out."""
        sound = list(readable(map(from_item, items), lambda values: _Read(_failure(kind, values), _symptoms(values))))
        keys = {pk: to_item({"PK": pk, "SK": SYMPTOM_SK}) for each in sound for pk in each.symptoms}
        found = batches.read(self._client, self._table, keys.values(), at_once=100, consistent=False)
        alike = dict(readable((symptom for symptom in found if not expired(symptom, now)), _counted))
        return [_with_alike(each.failure, [alike[pk] for pk in each.symptoms if pk in alike]) for each in sound]


class _Read(NamedTuple, Generic[_F]):
    failure: _F
    symptoms: list[str]


class _Alike(NamedTuple):
    runs: int
    hours: dict[datetime, int]


def _failure(kind: type[_F], values: Mapping[str, Any]) -> _F:
    versions = [
        dict(zip(SeenVersion.model_fields, agent_and_version(each), strict=True)) for each in values.get("versions", [])
    ]
    hours = [HourSeen(hour=hour, count=count, also_seen=0) for hour, count in _hours(values).items()]
    own = {"fingerprint": values["PK"].removeprefix(fingerprint_pk("")), "versions": versions, "hours": hours}
    return kind.model_validate({**values, "also_seen": 0, **own})


def _with_alike(failure: _F, alike: Sequence[_Alike]) -> _F:
    """Return a failure with the runs that have its symptoms and were not analysed."""
    more: dict[str, Any] = {"also_seen": sum(each.runs for each in alike)}
    if isinstance(failure, FailureDetail):
        hours = {each.hour: each for each in failure.hours}
        for each in alike:
            for hour, count in each.hours.items():
                there = hours.get(hour, HourSeen(hour=hour, count=0, also_seen=0))
                hours[hour] = there.model_copy(update={"also_seen": there.also_seen + count})
        more["hours"] = [hours[hour] for hour in sorted(hours)]
    return failure.model_copy(update=more)


def _counted(symptom: Mapping[str, Any]) -> tuple[str, _Alike]:
    return symptom["PK"], _Alike(int(symptom["count"]), _hours(symptom))


def _hours(values: Mapping[str, Any]) -> dict[datetime, int]:
    """Return how many runs were seen, by when the hours begin, which are stored by their numbers since 1970."""
    counts = unpack(values.get("hours", ""))
    return {_EPOCH + timedelta(hours=int(hour)): count for hour, count in counts.items()}


def _unknown(fingerprint: str) -> NotFound:
    return NotFound(f"there is no failure {fingerprint!r}")


def _key(fingerprint: str) -> Item:
    return to_item({"PK": fingerprint_pk(fingerprint), "SK": FINGERPRINT_SK})


def _symptoms(values: Mapping[str, Any]) -> list[str]:
    return [symptom_pk(symptom) for symptom in values.get("symptoms", [])]


def _query(wanted: FailureFilter, after: FailurePlace | None, now: datetime) -> dict[str, Any]:
    """Return the query for the failures that pass a filter, the most recently seen first."""
    since = max(wanted.since or _EPOCH, _EPOCH)
    values = {":listed": FAILURES, ":since": timestamp(since), ":now": int(now.timestamp())}
    conditions = ["expires_at > :now"]
    names: dict[str, str] = {}
    for name in ("status", "category", "tool"):
        if value := getattr(wanted, name):
            conditions.append(f"#{name} = :{name}")
            names[f"#{name}"], values[f":{name}"] = name, value
    if wanted.agent_name:
        conditions.append("contains(agents, :agent)")
        values[":agent"] = short(wanted.agent_name)
    query: dict[str, Any] = {
        "IndexName": BY_LAST_SEEN,
        "KeyConditionExpression": "listed = :listed AND last_seen >= :since",
        "FilterExpression": " AND ".join(conditions),
        "ExpressionAttributeValues": to_item(values),
        "ScanIndexForward": False,
    }
    if names:
        query["ExpressionAttributeNames"] = names
    if after:
        start = {"listed": FAILURES, "last_seen": timestamp(after.last_seen)}
        query["ExclusiveStartKey"] = to_item(start) | _key(after.fingerprint)
    return query


def _place(item: Mapping[str, Any]) -> FailurePlace:
    """Return the place of an index entry by recency, for which its key attributes are enough."""
    values = from_item({name: item[name] for name in ("PK", "last_seen")})
    return FailurePlace(
        fingerprint=values["PK"].removeprefix(fingerprint_pk("")), last_seen=datetime.fromisoformat(values["last_seen"])
    )


def _place_of(failure: Failure) -> FailurePlace:
    """Return the place of a failure by count."""
    return FailurePlace(
        fingerprint=failure.fingerprint, last_seen=failure.last_seen, count=failure.count + failure.also_seen
    )


def _rank(place: FailurePlace) -> tuple[int, datetime, str]:
    return place.count or 0, place.last_seen, place.fingerprint
