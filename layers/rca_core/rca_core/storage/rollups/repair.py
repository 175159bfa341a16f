"""Put counters right that are not the sum of what the ledgers say."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

from rca_core.errors import Conflict
from rca_core.metrics.block import Hour, add
from rca_core.storage.aws import translated
from rca_core.storage.codec import from_item, timestamp, to_item
from rca_core.storage.damage import UNREADABLE
from rca_core.storage.rollups.hours import hour_expiry, hour_key, packed
from rca_core.storage.rollups.items import Key, is_hour, keyed, over, whole
from rca_core.storage.rollups.ledger import Ledger
from rca_core.storage.rollups.showings import showing_key, sound, unlisted, with_run

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Values = dict[str, Any]

# By the next passes it is another one, or the run is gone and it is needed no more.
_RENEWED: Final = timedelta(days=7)


class Repair:
    """Counters that are wrong, as they were before the ledgers are read for them.

    A change of a ledger takes the lock of every item that it counts in: what changes from here on is not overwritten.
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        keys: Iterable[Key],
        *,
        since: datetime,
        retention_days: int,
        in_time: Callable[[], bool],
    ) -> None:
        self._client = client
        self._table = table
        self._retention_days = retention_days
        self._in_time = in_time
        read = {key: self._get(key) for key in takewhile(self._has_time, keys)}
        # What changed since the counters were compared may be right by now.
        self._there = {key: item for key, item in read.items() if _as_of(item) < timestamp(since)}
        self._hours: dict[Key, Hour] = {key: {} for key in self._there if is_hour(*key)}
        self._until: dict[Key, int] = {}
        self._showings: dict[Key, Values] = {key: {} for key in self._there if key not in self._hours}

    @property
    def wrong(self) -> Sequence[Key]:
        """Return the keys of the counters to repair."""
        return list(self._there)

    def add(self, ledger: Ledger) -> None:
        """Add what a ledger says is counted."""
        for place in ledger.places:
            if (key := hour_key(place)) in self._hours:
                add(self._hours[key], place.environment, place.block)
                self._until[key] = max(ledger.run_expires_at, self._until.get(key, 0))
        if ledger.showing and ledger.showing.pk:
            key = showing_key(ledger.showing.pk)
            if key in self._showings:
                counter = self._showings[key]
                self._showings[key] = with_run(counter, ledger.run_id, ledger.showing, ledger.expires_at)

    def write(self, now: Callable[[], datetime]) -> int:
        """Write the counters as they should be, as far as there is time; return how many. Raises `Unavailable`."""
        return sum(self._replace(key, self._right(key), now()) for key in takewhile(self._has_time, self._there))

    def _has_time(self, _key: Key) -> bool:
        return self._in_time()

    def _right(self, key: Key) -> Values:
        there = self._there[key]
        if key in self._hours:
            expires_at = max(hour_expiry(key, there, self._retention_days), self._until.get(key, 0))
            return {**there, "counts": packed(self._hours[key]), "expires_at": expires_at}
        # What people and runs made of it stays: its status, when it was first seen.
        counted = self._showings[key]
        right = {**counted, **sound(there), "count": counted.get("count", 0), "hours": counted.get("hours", "")}
        return right if right["count"] else unlisted(right)

    def _replace(self, key: Key, values: Values, now: datetime) -> bool:
        there = self._there[key]
        item = {**values, **keyed(key), "as_of": timestamp(now), "lock": whole(there.get("lock")) + 1}
        try:
            with translated():
                self._client.put_item(TableName=self._table, Item=to_item(item), **over(there))
        except Conflict:
            return False
        return True

    def _get(self, key: Key) -> Values:
        with translated():
            answer = self._client.get_item(TableName=self._table, Key=to_item(keyed(key)), ConsistentRead=True)
        return from_item(answer.get("Item", {}))


def _as_of(item: Values) -> str:
    """Return when a counter was last written; nothing, if that cannot be read."""
    try:
        return timestamp(datetime.fromisoformat(item["as_of"]))
    except UNREADABLE:
        return ""


def renew_ledger(client: "DynamoDBClient", table: str, damaged: Mapping[str, Any], now: datetime) -> bool:
    """Replace a ledger that cannot be read by one that says that nothing is counted; false if it changed meanwhile.

    What was counted of the run is then too much in its counters, until they are summed up anew. Raises `Unavailable`.
    """
    expires_at = max(whole(damaged.get("expires_at")), int((now + _RENEWED).timestamp()))
    empty = Ledger(damaged["PK"].removeprefix("RUN#"), whole(damaged.get("lock")) + 1, 0, expires_at=expires_at)
    try:
        with translated():
            client.put_item(TableName=table, Item=to_item(empty.item()), **over(damaged))
    except Conflict:
        return False
    return True
