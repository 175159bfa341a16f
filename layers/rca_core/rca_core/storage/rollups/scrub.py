"""Find and repair counters that are not the sum of what is stored.

A transaction keeps counters and ledgers together, so they part only if something beyond this code touches them; runs
and ledgers part when records of the stream are lost. One pass over the table sees both: each run beside its ledger, and
the ledgers' sums beside the counters. What changes while the pass lasts is left to the next one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rca_core.storage.codec import expired, timestamp
from rca_core.storage.keys import LEDGER_SK, OUTCOME_SK, RUN_SK, hour_begins
from rca_core.storage.rollups.changes import RunChange
from rca_core.storage.rollups.hours import unpacked
from rca_core.storage.rollups.items import Key
from rca_core.storage.rollups.ledger import Ledger, ledger_from
from rca_core.storage.rollups.repair import Repair
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

    `complete` tells that it reached the end of the table; sums are compared only then.
    """

    runs: int
    counters: int
    repaired: int
    complete: bool


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
        complete = True
        for group in groups(self._client, self._table):
            _count(group, summed, counted)
            drifted += _drifted(group, began)
            if len(drifted) >= _REPAIRED_TOGETHER:
                runs, repaired, drifted = runs + len(drifted), repaired + self._count_again(drifted, now()), []
            if now() >= until:
                complete = False
                break
        runs, repaired = runs + len(drifted), repaired + self._count_again(drifted, now())
        if not complete:
            return Scrubbed(runs, 0, repaired, complete)
        wrong = [key for key in differing(summed, counted) if not self._is_past(key, began)]
        repair = Repair(self._client, self._table, wrong, since=began, retention_days=self._retention_days)
        if repair.wrong:
            for group in groups(self._client, self._table):
                if LEDGER_SK in group:
                    repair.add(ledger_from(group[LEDGER_SK]))
            repaired += repair.write(now())
        return Scrubbed(runs, len(repair.wrong), repaired, complete)

    def _count_again(self, run_ids: list[str], now: datetime) -> int:
        return self._writer.apply([RunChange(run_id, missed=True) for run_id in run_ids], now=now).counted

    def _is_past(self, key: Key, now: datetime) -> bool:
        """Tell whether these are counters of an hour whose first runs may have expired."""
        if not key[0].startswith("METRICS#"):
            return False
        return hour_begins(*key) + timedelta(days=self._retention_days) <= now


def _count(group: Group, summed: Sums, counted: Sums) -> None:
    """Add what a partition's ledgers say is counted, and what its counters count."""
    for sk, item in group.items():
        if sk == LEDGER_SK:
            add_ledger(summed, ledger_from(item))
        elif "counts" in item:
            counted[item["PK"], sk] = sum_of(unpacked(item))
        elif "count" in item:
            counted[item["PK"], sk] = item["count"]


def _drifted(group: Group, now: datetime) -> list[str]:
    """Return the run of a partition if it is not counted as it is; what happened lately may still be counted."""
    header = group.get(RUN_SK)
    ledger = ledger_from(group[LEDGER_SK]) if LEDGER_SK in group else None
    if header is None:
        return [ledger.run_id] if ledger and ledger.life else []
    if expired(header, now) or header["updated_at"] > timestamp(now - _ON_THEIR_WAY):
        return []
    if ledger is None or (ledger.life, ledger.revision) != (header["created_at"], header["revision"]):
        return [header["PK"].removeprefix("RUN#")]
    return [ledger.run_id] if _explained_otherwise(ledger, group.get(OUTCOME_SK)) else []


def _explained_otherwise(ledger: Ledger, outcome: dict[str, Any] | None) -> bool:
    if ledger.showing is None or outcome is None:
        return False
    if (outcome["run_created_at"], outcome["revision"]) != (ledger.life, ledger.revision):
        return False
    found = ledger.showing.found or {}
    return any(outcome[name] != found.get(name) for name in ("category", "fingerprint"))
