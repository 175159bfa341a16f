"""One transaction's worth of counting: what it reads, and what it writes of that."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from rca_core.metrics.block import Hour, add, folded
from rca_core.storage.codec import expired, timestamp
from rca_core.storage.damage import readable
from rca_core.storage.rollups.hours import hour_expiry, hour_key, packed, unpacked
from rca_core.storage.rollups.items import Key, keyed, whole
from rca_core.storage.rollups.ledger import Ledger, Place
from rca_core.storage.rollups.showings import Values, showing_key, sound, with_run, without

# Below the 100 items of a transaction, so that its 4 MB hold them as well: most take one KB, hours a few.
_MOST_KEYS: Final = 90

Move = tuple[Ledger | None, Ledger]
"""What was counted of a run, and what is to be counted instead."""
Items = Mapping[Key, Mapping[str, Any]]


class Write(NamedTuple):
    """An item as it is to be, or the key of one that is to go, over the item as it was read; None: over nothing."""

    values: Values
    there: Mapping[str, Any] | None
    gone: bool = False

    @property
    def size(self) -> int:
        """Return about how many bytes the item takes: what is packed, and a KB for the rest."""
        return 1024 + sum(len(value) for value in self.values.values() if isinstance(value, bytes))


class Counting:
    """Moves that are counted together, new ones in one shard."""

    def __init__(self, moves: Sequence[Move], *, shard: int, retention_days: int) -> None:
        self._moves = [(old, _in_shard(fresh, shard)) for old, fresh in moves]
        self._retention_days = retention_days

    @staticmethod
    def groups(moves: Sequence[Move]) -> Iterator[list[Move]]:
        """Yield moves in groups of which each fits into a transaction."""
        group: list[Move] = []
        keys: set[Key] = set()
        for move in moves:
            more = {*_keys(move[0]), *_keys(_in_shard(move[1], 0)), (move[1].run_id, "")}
            if group and len(keys | more) > _MOST_KEYS:
                yield group
                group, keys = [], set()
            group.append(move)
            keys |= more
        if group:
            yield group

    def keys(self) -> set[Key]:
        """Return the keys of the items that these moves change, beside the ledgers."""
        return {key for old, fresh in self._moves for key in (*_keys(old), *_keys(fresh))}

    def writes(self, items: Items, now: datetime) -> list[Write]:
        """Return the writes that count these moves, given the items that there are."""
        hours, showings = _Hours(items, self._retention_days), _Showings(items, now)
        for old, fresh in self._moves:
            if old:
                hours.take_back(old.places)
                showings.take_back(old, deleted=not fresh.life)
        ledgers = []
        for old, fresh in self._moves:
            showings.count(fresh)
            ledger = replace(fresh, places=hours.count(fresh.places, fresh.run_expires_at))
            ledgers.append(Write(ledger.item(), {"lock": old.lock} if old else None))
        return [*ledgers, *hours.writes(now), *showings.writes()]


class _Hours:
    def __init__(self, items: Items, retention_days: int) -> None:
        self._items = items
        self._retention_days = retention_days
        self._hours: dict[Key, Hour] = {}
        self._until: dict[Key, int] = {}

    def take_back(self, places: Sequence[Place]) -> None:
        for place in places:
            # The counters of an hour may have expired before the last of its runs.
            if hour_key(place) in self._items:
                add(self._hour(place), place.environment, place.block, -1)

    def count(self, places: Sequence[Place], until: int) -> tuple[Place, ...]:
        counted = []
        for place in places:
            hour = self._hour(place)
            self._until[hour_key(place)] = max(until, self._until.get(hour_key(place), 0))
            environment, block = folded(hour, place.environment, place.block)
            add(hour, environment, block)
            counted.append(replace(place, environment=environment, block=block))
        return tuple(counted)

    def writes(self, now: datetime) -> Iterator[Write]:
        for key, hour in self._hours.items():
            there = self._items.get(key, {})
            values = {
                **there,  # with what another version keeps there
                **keyed(key),
                "counts": packed(hour),
                "lock": whole(there.get("lock")) + 1,
                "as_of": timestamp(now),
                "expires_at": max(hour_expiry(key, there, self._retention_days), self._until.get(key, 0)),
            }
            # Counters that went and came again must not pass for those that were read before: nothing is deleted here.
            yield Write(values, there)

    def _hour(self, place: Place) -> Hour:
        key = hour_key(place)
        if key not in self._hours:
            there = self._items.get(key, {})
            # What cannot be read counts from the beginning: the ledgers know the rest, and the scrub sums them up.
            self._hours[key] = next(readable([there], unpacked), {})
        return self._hours[key]


class _Showings:
    def __init__(self, items: Items, now: datetime) -> None:
        self._items = items
        self._now = now
        self._counters: dict[Key, Values] = {}

    def take_back(self, ledger: Ledger, *, deleted: bool) -> None:
        if ledger.showing and ledger.showing.pk:
            key = showing_key(ledger.showing.pk)
            if counter := self._counter(key):
                self._counters[key] = without(counter, ledger.run_id, ledger.showing.seen_at, deleted=deleted)

    def count(self, ledger: Ledger) -> None:
        if ledger.showing and ledger.showing.pk:
            key = showing_key(ledger.showing.pk)
            self._counters[key] = with_run(self._counter(key), ledger.run_id, ledger.showing, ledger.expires_at)

    def writes(self) -> Iterator[Write]:
        for key, counter in self._counters.items():
            there = self._items.get(key)
            if counter:
                lock = whole(there.get("lock")) + 1 if there else 1
                yield Write({**counter, "lock": lock, "as_of": timestamp(self._now)}, there)
            elif there:
                yield Write(keyed(key), there, gone=True)

    def _counter(self, key: Key) -> Values:
        if key in self._counters:
            return self._counters[key]
        there = self._items.get(key, {})
        # One that DynamoDB has yet to delete counts from the beginning again.
        return {} if expired(there, self._now) else sound(there)


def _in_shard(ledger: Ledger, shard: int) -> Ledger:
    return replace(ledger, places=tuple(replace(place, shard=shard) for place in ledger.places))


def _keys(ledger: Ledger | None) -> Iterator[Key]:
    if ledger is None:
        return
    for place in ledger.places:
        yield hour_key(place)
    if ledger.showing and ledger.showing.pk:
        yield showing_key(ledger.showing.pk)
