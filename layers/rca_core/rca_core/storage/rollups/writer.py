"""Count runs anew as they change, many of them in one transaction."""

import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rca_core.errors import Conflict, Unavailable
from rca_core.storage import batches
from rca_core.storage.aws import translated
from rca_core.storage.codec import projection, to_item
from rca_core.storage.damage import UNREADABLE, readable, set_aside
from rca_core.storage.keys import LEDGER_SK, OUTCOME_SK, RUN_SK, run_pk
from rca_core.storage.outcomes import sound_outcome
from rca_core.storage.rollups.changes import COUNTED, RunChange, counted
from rca_core.storage.rollups.counting import Counting, Move, Write
from rca_core.storage.rollups.items import Key, keyed, over
from rca_core.storage.rollups.ledger import Ledger, ledger_from, moved
from rca_core.storage.transactions import transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SHARDS: Final = 16
_TRIES: Final = 8
# Of the 4 MB of a transaction, with room for what is not measured here.
_MOST_BYTES: Final = 3 * 1024 * 1024


class Applied(NamedTuple):
    """How many runs were counted anew, and what is wrong with those that cannot be, by run id."""

    counted: int
    refused: dict[str, Exception]


class RollupWriter:
    """The counters of one DynamoDB table, for the one function that moves them."""

    def __init__(self, client: "DynamoDBClient", table: str, *, retention_days: int) -> None:
        self._client = client
        self._table = table
        self._retention_days = retention_days
        # Writers that meet at a shard part: the one that loses goes to another, and stays there.
        self._shard = 0

    def apply(self, changes: Iterable[RunChange], *, now: datetime) -> Applied:
        """Count the runs of these changes as they are now.

        Changes may come again and in any order. Raises `Unavailable`: what is not counted then is counted when the
        changes come again.
        """
        pending = {change.run_id: change for change in changes}
        done = 0
        refused: dict[str, Exception] = {}
        for attempt in range(_TRIES):
            left: set[str] = set()
            for together in Counting.groups(self._moves(pending, refused, now)):
                try:
                    self._count(together, now)
                    done += len(together)
                except Conflict:
                    left.update(fresh.run_id for _, fresh in together)
                    self._shard = (self._shard + random.randrange(1, SHARDS)) % SHARDS  # noqa: S311  no secret
            if not left:
                return Applied(done, refused)
            pending = {run_id: pending[run_id] for run_id in left}
            time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311  jitter, not a secret
        raise Unavailable("the counters are being moved by others")

    def _moves(self, changes: Mapping[str, RunChange], refused: dict[str, Exception], now: datetime) -> list[Move]:
        ledgers = self._ledgers(changes, refused)
        # What is counted of a run whose ledger cannot be read is not known: the scrub makes it a new one.
        changes = {run_id: change for run_id, change in changes.items() if run_id not in refused}
        changes = {run_id: self._as_it_is(change) if change.missed else change for run_id, change in changes.items()}
        # Read after the ledgers: if somebody counts a newer outcome meanwhile, the ledger's lock shows it.
        failed = [run_id for run_id, change in changes.items() if _may_have_failed(change, ledgers.get(run_id))]
        outcomes = {item["PK"]: item for item in readable(self._of_runs(failed, OUTCOME_SK), sound_outcome)}
        moves = []
        for run_id, change in changes.items():
            old = ledgers.get(run_id)
            try:
                fresh = moved(old, change, outcomes.get(run_pk(run_id)), now)
            except Exception as error:  # whatever it is: one run must not hold up those behind it in the stream
                refused[run_id] = error
                continue
            if fresh:
                moves.append((old, fresh))
        return moves

    def _ledgers(self, runs: Iterable[str], refused: dict[str, Exception]) -> dict[str, Ledger]:
        found = {}
        for item in self._of_runs(runs, LEDGER_SK):
            run_id = item["PK"].removeprefix(run_pk(""))
            try:
                found[run_id] = ledger_from(item)
            except UNREADABLE as error:
                set_aside(item, error)
                refused[run_id] = error
        return found

    def _as_it_is(self, change: RunChange) -> RunChange:
        with translated():
            answer = self._client.get_item(
                TableName=self._table,
                Key=to_item({"PK": run_pk(change.run_id), "SK": RUN_SK}),
                ConsistentRead=True,
                **projection(COUNTED),
            )
        return change._replace(header=counted(answer["Item"]) if "Item" in answer else None)

    def _of_runs(self, runs: Iterable[str], sk: str) -> Iterator[dict[str, Any]]:
        return self._read((run_pk(run_id), sk) for run_id in runs)

    def _count(self, moves: Sequence[Move], now: datetime) -> None:
        counting = Counting(moves, shard=self._shard, retention_days=self._retention_days)
        items = {(item["PK"], item["SK"]): item for item in self._read(counting.keys())}
        writes = counting.writes(items, now)
        if len(moves) > 1 and sum(write.size for write in writes) > _MOST_BYTES:
            middle = len(moves) // 2
            self._count(moves[:middle], now)
            self._count(moves[middle:], now)
        else:
            transact(self._client, [self._request(write) for write in writes])

    def _read(self, keys: Iterable[Key]) -> Iterator[dict[str, Any]]:
        return batches.read(self._client, self._table, (to_item(keyed(key)) for key in keys))

    def _request(self, write: Write) -> dict[str, Any]:
        condition = over(write.there)
        if write.gone:
            return {"Delete": {"TableName": self._table, "Key": to_item(write.values), **condition}}
        return {"Put": {"TableName": self._table, "Item": to_item(write.values), **condition}}


def _may_have_failed(change: RunChange, ledger: Ledger | None) -> bool:
    """Tell whether the outcome of an analysis could be counted: of the version that comes, or of the one there is."""
    if change.header is not None and change.header.get("status") == "failure":
        return True
    return ledger is not None and ledger.showing is not None
