"""Find and repair counters that are not the sum of what is stored.

A transaction keeps counters and ledgers together, so they part only if something beyond this code touches them; runs
and ledgers part when records of the stream are lost. One pass over the table sees both: each run beside its ledger, and
the ledgers' sums beside the counters. What changes while the pass lasts is left to the next one.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rca_core.storage.codec import expired, timestamp
from rca_core.storage.damage import readable
from rca_core.storage.keys import LEDGER_SK, OUTCOME_SK, RUN_SK, hour_begins
from rca_core.storage.outcomes import sound_outcome
from rca_core.storage.rollups.changes import RunChange
from rca_core.storage.rollups.hours import unpacked
from rca_core.storage.rollups.items import Key, is_counter, is_hour, whole
from rca_core.storage.rollups.ledger import Ledger, ledger_from
from rca_core.storage.rollups.repair import Repair, renew_ledger
from rca_core.storage.rollups.showings import is_described, sound
from rca_core.storage.rollups.sums import Sums, add_ledger, differing, sum_of
from rca_core.storage.rollups.walk import Group, groups
from rca_core.storage.rollups.writer import RollupWriter

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# Changes of the last minutes may be on their way through the stream.
_ON_THEIR_WAY: Final = timedelta(minutes=15)
_REPAIRED_TOGETHER: Final = 25


class Scrubbed(NamedTuple):
    """What a pass found: runs that were not counted as they are, counters that are not the sum, how many it repaired.

    `complete` tells that it reached the end of the table, and of its repairs; sums are compared only then. `refused`
    says what is wrong with runs that cannot be counted.
    """

    runs: int
    counters: int
    repaired: int
    complete: bool
    refused: Mapping[str, Exception] = MappingProxyType({})


class Scrub:
    """The counters of one table, and what they should be."""

    def __init__(self, client: "DynamoDBClient", table: str, *, retention_days: int) -> None:
        self._client = client
        self._table = table
        self._retention_days = retention_days
        self._writer = RollupWriter(client, table, retention_days=retention_days)

    def run(self, *, now: Callable[[], datetime], until: datetime) -> Scrubbed:
        """Pass over the table, as far as there is time, and repair what is wrong. Raises `Unavailable`."""
        began = now()
        runs = repaired = 0
        drifted: list[str] = []
        summed: Sums = {}
        counted: Sums = {}
        refused: dict[str, Exception] = {}
        complete = True
        for group in groups(self._client, self._table):
            ledger = self._sound_ledger(group, now())
            _count(group, ledger, summed, counted)
            drifted += _drifted(group, ledger, began)
            if len(drifted) >= _REPAIRED_TOGETHER:
                runs, repaired = runs + len(drifted), repaired + self._count_again(drifted, refused, now())
                drifted = []
            if now() >= until:
                complete = False
                break
        runs, repaired = runs + len(drifted), repaired + self._count_again(drifted, refused, now())
        if not complete:
            return Scrubbed(runs, 0, repaired, complete, refused)
        wrong = [key for key in differing(summed, counted) if not self._is_past(key, began)]
        repair = Repair(
            self._client,
            self._table,
            wrong,
            since=began,
            retention_days=self._retention_days,
            in_time=lambda: now() < until,
        )
        if repair.wrong and (complete := self._sum_up(repair, now, until)):
            written = repair.write(now)
            repaired += written
            complete = now() < until or written == len(repair.wrong)
        return Scrubbed(runs, len(repair.wrong), repaired, complete, refused)

    def _sum_up(self, repair: Repair, now: Callable[[], datetime], until: datetime) -> bool:
        """Add up the ledgers for counters that are wrong; false if there is no time for all of them."""
        for group in groups(self._client, self._table):
            if ledger := _ledger_of(group):
                repair.add(ledger)
            if now() >= until:
                return False
        return True

    def _sound_ledger(self, group: Group, now: datetime) -> Ledger | None:
        """Return the ledger of a partition; replace one that is damaged, so that its run is counted anew."""
        ledger = _ledger_of(group)
        if ledger is None and LEDGER_SK in group:
            renew_ledger(self._client, self._table, group[LEDGER_SK], now)
        return ledger

    def _count_again(self, run_ids: list[str], refused: dict[str, Exception], now: datetime) -> int:
        applied = self._writer.apply([RunChange(run_id, missed=True) for run_id in run_ids], now=now)
        refused.update(applied.refused)
        return applied.counted

    def _is_past(self, key: Key, now: datetime) -> bool:
        """Tell whether these are counters of an hour whose first runs may have expired."""
        return is_hour(*key) and hour_begins(*key) + timedelta(days=self._retention_days) <= now


def _ledger_of(group: Group) -> Ledger | None:
    """Return the ledger of a partition: none if it has none, or one that cannot be read."""
    return next(readable([group[LEDGER_SK]], ledger_from), None) if LEDGER_SK in group else None


def _count(group: Group, ledger: Ledger | None, summed: Sums, counted: Sums) -> None:
    """Add what a partition's ledger says is counted, and what its counters count."""
    if ledger:
        add_ledger(summed, ledger)
    for sk, item in group.items():
        if is_counter(item["PK"], sk):
            # What cannot be read counts nothing, or more than can be: either is not the sum.
            counted[item["PK"], sk] = next(readable([item], _sum), -1)


def _sum(counter: Mapping[str, Any]) -> int:
    if not whole(counter["expires_at"]):
        raise ValueError("a counter never expires")
    if is_hour(counter["PK"], counter["SK"]):
        datetime.fromisoformat(counter["as_of"])
        return sum_of(unpacked(counter))
    # Attributes that are damaged or gone are put right though the count is.
    return whole(counter.get("count")) if sound(counter) == counter and is_described(counter) else -1


def _drifted(group: Group, ledger: Ledger | None, now: datetime) -> Iterable[str]:
    """Return the run of a partition if it is not counted as it is; what happened lately may still be counted."""
    if header := group.get(RUN_SK):
        found = next(readable([header], lambda header: _drift(header, ledger, group.get(OUTCOME_SK), now)), None)
    else:
        found = ledger.run_id if ledger and ledger.life else None
    return [found] if found else []


def _drift(
    header: Mapping[str, Any], ledger: Ledger | None, outcome: Mapping[str, Any] | None, now: datetime
) -> str | None:
    if expired(header, now) or header["updated_at"] > timestamp(now - _ON_THEIR_WAY):
        return None
    if ledger is None or (ledger.life, ledger.revision) != (header["created_at"], header["revision"]):
        return str(header["PK"]).removeprefix("RUN#")
    outcomes = readable([outcome] if outcome else [], sound_outcome)
    return ledger.run_id if _explained_otherwise(ledger, next(outcomes, None)) else None


def _explained_otherwise(ledger: Ledger, outcome: Mapping[str, Any] | None) -> bool:
    if ledger.showing is None or outcome is None:
        return False
    if (outcome["run_created_at"], outcome["revision"]) != (ledger.life, ledger.revision):
        return False
    found = ledger.showing.found or {}
    return any(outcome[name] != found.get(name) for name in ("category", "fingerprint"))
