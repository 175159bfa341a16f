"""Put counters right that are not the sum of what the ledgers say."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rca_core.errors import Conflict
from rca_core.metrics.block import Hour, add
from rca_core.storage.aws import translated
from rca_core.storage.codec import from_item, timestamp, to_item
from rca_core.storage.rollups.hours import hour_expiry, hour_key, packed
from rca_core.storage.rollups.items import Key, keyed, over
from rca_core.storage.rollups.ledger import Ledger
from rca_core.storage.rollups.showings import showing_key, unlisted, with_run

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Values = dict[str, Any]


class Repair:
    """Counters that are wrong, as they were before the ledgers are read for them.

    A change of a ledger takes the lock of every item that it counts in: what changes from here on is not overwritten.
    """

    def __init__(
        self, client: "DynamoDBClient", table: str, keys: Iterable[Key], *, since: datetime, retention_days: int
    ) -> None:
        self._client = client
        self._table = table
        self._retention_days = retention_days
        read = {key: self._get(key) for key in keys}
        # What changed since the counters were compared may be right by now.
        self._there = {key: item for key, item in read.items() if item.get("as_of", "") < timestamp(since)}
        self._hours: dict[Key, Hour] = {key: {} for key in self._there if key[0].startswith("METRICS#")}
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

    def write(self, now: datetime) -> int:
        """Write the counters as they should be; return how many. Raises `Unavailable`."""
        return sum(self._replace(key, self._right(key), now) for key in self._there)

    def _right(self, key: Key) -> Values:
        there = self._there[key]
        if key in self._hours:
            expires_at = max(hour_expiry(key, there, self._retention_days), self._until.get(key, 0))
            return {**there, "counts": packed(self._hours[key]), "expires_at": expires_at}
        # What people and runs made of it stays: its status, when it was first seen.
        right = {**self._showings[key], **there, "count": self._showings[key].get("count", 0)}
        return right if right["count"] else unlisted(right)

    def _replace(self, key: Key, values: Values, now: datetime) -> bool:
        lock = self._there[key].get("lock")
        item = {**values, **keyed(key), "as_of": timestamp(now), "lock": (lock or 0) + 1}
        try:
            with translated():
                self._client.put_item(TableName=self._table, Item=to_item(item), **over(lock))
        except Conflict:
            return False
        return True

    def _get(self, key: Key) -> Values:
        with translated():
            answer = self._client.get_item(TableName=self._table, Key=to_item(keyed(key)), ConsistentRead=True)
        return from_item(answer.get("Item", {}))
