"""Analyses as they come to be: one a revision, however many ask for it at once."""

import contextlib
import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

from rca_core.errors import Conflict
from rca_core.storage.aws import refused_item, translated
from rca_core.storage.codec import expiry, timestamp, to_item
from rca_core.storage.keys import RCA_SK, event_id, rca_list_sk, rca_pk, run_pk
from rca_core.storage.progress import RcaRun
from rca_core.storage.rca_reader import RcaReader

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_TRIES: Final = 8
_LISTED: Final = ("rca_run_id", "revision", "run_created_at", "ordinal", "status", "expires_at")


class RunVersion(Protocol):
    """What is analysed: one revision of a run. A run that comes back after it was gone was created at another time."""

    @property
    def run_id(self) -> str: ...
    @property
    def revision(self) -> int: ...
    @property
    def created_at(self) -> datetime: ...


def rca_run_id_of(run: RunVersion, ordinal: int) -> str:
    """Return the id of an analysis: 0 is the first of a revision."""
    # The id follows from what is analysed, so two writers that race create one analysis, not two. A run that comes
    # back after it expired counts its revisions from 1 again: when it was created tells the two apart.
    what = f"{run.run_id}\n{timestamp(run.created_at)}\n{run.revision}\n{ordinal}"
    return "rca-" + hashlib.sha256(what.encode()).hexdigest()[:32]


class RcaCreator(RcaReader):
    """Analyses in one DynamoDB table, for those who ask for them."""

    def __init__(self, client: "DynamoDBClient", table: str, *, retention_days: int) -> None:
        super().__init__(client, table)
        self._retention_days = retention_days

    def create(self, run: RunVersion, *, force: bool, now: datetime) -> tuple[RcaRun, bool]:
        """Return the analysis of a run's revision and whether it is new.

        One that is queued, running or done is returned; `force`, or an error, makes another. Of writers that race, one
        creates it. Raises `Conflict`, `Unavailable`.
        """
        ordinal = 0
        for _ in range(_TRIES):
            # Most are the first of their revision: the write tells, without reading anything before it.
            rca, created = self._create(run, ordinal, now)
            if created:
                return rca, True
            entries = [entry for entry in self._entries(run.run_id) if _is_of(entry, run)]
            # By number, not by time: two hosts' clocks may differ.
            newest = max(entries, key=lambda entry: entry["ordinal"], default=rca.model_dump())
            current = self.find(newest["rca_run_id"], now=now)
            if current and current.status != "error" and not force:
                return current, False
            ordinal = newest["ordinal"] + 1
        raise Conflict(f"analyses of run {run.run_id!r} are being created by others")

    def create_first(self, run: RunVersion, *, now: datetime) -> RcaRun:
        """Return the first analysis of a run's revision, whatever became of it; make it if there is none.

        Raises `Unavailable`.
        """
        return self._create(run, 0, now)[0]

    def _create(self, run: RunVersion, ordinal: int, now: datetime) -> tuple[RcaRun, bool]:
        """Write the analysis of an ordinal, unless it is there; return what is there and whether it is new."""
        rca_run_id, created = rca_run_id_of(run, ordinal), timestamp(now)
        rca = {
            "rca_run_id": rca_run_id,
            "run_id": run.run_id,
            "revision": run.revision,
            "run_created_at": timestamp(run.created_at),
            "ordinal": ordinal,
            "status": "queued",
            "step": "Queued",
            "pct": 0,
            "message": "Waiting for a worker",
            "attempt": 0,
            "last_event_id": event_id(0, 0),
            "list_sk": rca_list_sk(created, rca_run_id),
            "created_at": created,
            "updated_at": created,
            "expires_at": expiry(now, self._retention_days),
        }
        new = True
        try:
            self._put({"PK": rca_pk(rca_run_id), "SK": RCA_SK, **rca}, "attribute_not_exists(PK)")
        except Conflict as error:
            new, rca = False, refused_item(error)
        # Also for one that was there: whoever wrote it may have died before listing it.
        entry = {"PK": run_pk(run.run_id), "SK": rca["list_sk"], **{name: rca[name] for name in _LISTED}}
        with contextlib.suppress(Conflict):
            self._put(entry, "attribute_not_exists(PK)")
        return RcaRun.model_validate(rca), new

    def _put(
        self,
        values: dict[str, Any],
        condition: str | None = None,
        condition_values: dict[str, Any] | None = None,
    ) -> None:
        options: dict[str, Any] = {}
        if condition:
            options = {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        if condition_values:
            options["ExpressionAttributeValues"] = to_item(condition_values)
        with translated():
            self._client.put_item(TableName=self._table, Item=to_item(values), **options)


def _is_of(entry: dict[str, Any], run: RunVersion) -> bool:
    return (entry["revision"], entry["run_created_at"]) == (run.revision, timestamp(run.created_at))
