"""Analyses of runs: created once a revision, worked by one worker at a time, ended visibly.

A worker owns an analysis by its attempt number. Every write of progress or of the end is conditioned on it, so a worker
that lost its lease to another can write nothing that anyone sees.
"""

import hashlib
import random
import time
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rca_core.errors import Conflict
from rca_core.storage.aws import Contended, cancellation_reasons, translated
from rca_core.storage.codec import expired, expiry, timestamp, to_item
from rca_core.storage.headers import RunHeader
from rca_core.storage.keys import (
    PROGRESS_PREFIX,
    RCA_SK,
    REPORT_SK,
    event_id,
    rca_list_sk,
    rca_pk,
    run_pk,
)
from rca_core.storage.progress import ProgressRecord, RcaRun, Stage
from rca_core.storage.rca_reader import RcaReader

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_TRIES: Final = 8


class NotClaimed(Enum):
    """Why a worker may not work an analysis now."""

    FINISHED = "finished"
    """It ended; the message is a repeat and can be dropped."""
    BUSY = "busy"
    """Another worker holds the lease; the message must come again in case that worker dies."""


class Claim(NamedTuple):
    """The right to work an analysis: valid while `attempt` is the stored one."""

    rca_run_id: str
    run_id: str
    revision: int
    attempt: int
    list_sk: str
    expires_at: int


class LeaseLost(Exception):
    """Another worker, or the dead-letter consumer, took the analysis over."""


def _is_of(entry: dict[str, Any], run: RunHeader) -> bool:
    return (entry["revision"], entry["run_created_at"]) == (run.revision, timestamp(run.created_at))


class RcaStore(RcaReader):
    """Analyses in one DynamoDB table, for those who create and work them."""

    def __init__(self, client: "DynamoDBClient", table: str, *, retention_days: int) -> None:
        super().__init__(client, table)
        self._retention_days = retention_days

    def create(self, run: RunHeader, *, force: bool, now: datetime) -> tuple[RcaRun, bool]:
        """Return the analysis of a run's revision and whether it is new.

        One that is queued, running or done is returned; `force`, or an error, makes another. Of writers that race, one
        creates it. Raises `Conflict`, `Unavailable`.
        """
        try:
            # Most are the first of their revision: the write tells, without reading the list before it.
            return self._create(run, 0, now), True
        except (Conflict, Contended):
            pass
        for _ in range(_TRIES):
            entries = [entry for entry in self._entries(run.run_id) if _is_of(entry, run)]
            alive = [entry for entry in entries if not expired(entry, now)]
            # By number, not by time: two hosts' clocks may differ.
            newest = max(alive, key=lambda entry: entry["ordinal"], default=None)
            if newest and not force and newest["status"] != "error":
                return self.get(newest["rca_run_id"], now=now), False
            try:
                ordinal = max((entry["ordinal"] for entry in entries), default=-1) + 1
                return self._create(run, ordinal, now), True
            except (Conflict, Contended):
                time.sleep(random.uniform(0, 0.05))  # noqa: S311  jitter, not a secret
        raise Conflict(f"analyses of run {run.run_id!r} are being created by others")

    def claim(self, rca_run_id: str, *, lease: timedelta, now: datetime) -> Claim | NotClaimed:
        """Take an analysis that is queued, or whose worker's lease ran out, and write its first progress record.

        Raises `NotFound` if it is gone, `Unavailable`.
        """
        rca = self.get(rca_run_id, now=now)
        if rca.ended:
            return NotClaimed.FINISHED
        if rca.status == "running" and rca.lease_until is not None and rca.lease_until > now:
            return NotClaimed.BUSY
        claim = Claim(rca_run_id, rca.run_id, rca.revision, rca.attempt + 1, rca.list_sk, rca.expires_at)
        record = Stage.STARTING.record(claim.attempt, 1, now)
        update = {
            "started_at": timestamp(rca.started_at or now),
            "lease_until": timestamp(now + lease),
            "attempt": claim.attempt,
        }
        try:
            self._advance(claim, record, update, over=rca.attempt, listed={"status": "running"})
        except LeaseLost:
            return NotClaimed.BUSY
        return claim

    def progress(self, claim: Claim, stage: Stage, *, now: datetime) -> None:
        """Write a progress record. Raises `LeaseLost` when another worker took over, `Unavailable`."""
        self._advance(claim, stage.record(claim.attempt, stage.seq, now), {})

    def finish(self, claim: Claim, report: bytes, *, category: str, now: datetime) -> None:
        """Store a report and end the analysis, in one transaction. Raises `LeaseLost`, `Unavailable`."""
        stored = to_item(
            {
                "PK": rca_pk(claim.rca_run_id),
                "SK": REPORT_SK,
                "report": zlib.compress(report),
                "expires_at": claim.expires_at,
            }
        )
        record = Stage.COMPLETE.record(claim.attempt, Stage.COMPLETE.seq, now)
        ended = {"ended_at": timestamp(now), "category": category}
        listed = {"status": "done", "category": category}
        self._advance(claim, record, ended, listed=listed, puts=[stored])

    def release(self, claim: Claim, reason: str, *, now: datetime) -> None:
        """Give a claim back after a failure, with the reason: the message's next delivery may claim it at once.

        Raises `LeaseLost`, `Unavailable`.
        """
        values = {"lease_until": timestamp(now), "last_error": reason}
        update = self._update({"PK": rca_pk(claim.rca_run_id), "SK": RCA_SK}, values, if_attempt=claim.attempt)
        try:
            with translated():
                self._client.update_item(**update["Update"])
        except Conflict as error:
            raise LeaseLost(claim.rca_run_id) from error

    def fail(self, rca_run_id: str, reason: str, *, now: datetime) -> bool:
        """End an analysis as `error`, whoever holds it; false if it had ended. Raises `NotFound`, `Unavailable`."""
        for _ in range(_TRIES):
            rca = self.get(rca_run_id, now=now)
            if rca.ended:
                return False
            claim = Claim(rca_run_id, rca.run_id, rca.revision, rca.attempt + 1, rca.list_sk, rca.expires_at)
            record = ProgressRecord(
                id=event_id(claim.attempt, 1),
                status="error",
                step="RCA failed",
                pct=rca.pct,
                message=reason,
                updated_at=now,
            )
            update = {"ended_at": timestamp(now), "error_message": reason, "attempt": claim.attempt}
            try:
                self._advance(claim, record, update, over=rca.attempt, listed={"status": "error"})
            except LeaseLost:
                continue
            return True
        raise Conflict(f"RCA run {rca_run_id!r} is being worked by others")

    def _create(self, run: RunHeader, ordinal: int, now: datetime) -> RcaRun:
        # The id follows from what is analysed, so two writers that race create one analysis, not two. A run that comes
        # back after it expired counts its revisions from 1 again: when it was created tells the two apart.
        what = f"{run.run_id}\n{timestamp(run.created_at)}\n{run.revision}\n{ordinal}"
        rca_run_id = "rca-" + hashlib.sha256(what.encode()).hexdigest()[:32]
        created, expires_at = timestamp(now), expiry(now, self._retention_days)
        list_sk = rca_list_sk(created, rca_run_id)
        shared = {
            "rca_run_id": rca_run_id,
            "revision": run.revision,
            "run_created_at": timestamp(run.created_at),
            "ordinal": ordinal,
            "status": "queued",
            "expires_at": expires_at,
        }
        rca = {
            **shared,
            "run_id": run.run_id,
            "step": "Queued",
            "pct": 0,
            "message": "Waiting for a worker",
            "attempt": 0,
            "last_event_id": event_id(0, 0),
            "list_sk": list_sk,
            "created_at": created,
            "updated_at": created,
        }
        self._transact(
            [
                self._put({"PK": rca_pk(rca_run_id), "SK": RCA_SK, **rca}, "attribute_not_exists(PK)"),
                self._put({"PK": run_pk(run.run_id), "SK": list_sk, **shared}),
            ]
        )
        return RcaRun.model_validate(rca)

    def _advance(
        self,
        claim: Claim,
        record: ProgressRecord,
        update: dict[str, Any],
        *,
        over: int | None = None,
        listed: dict[str, Any] | None = None,
        puts: Sequence[dict[str, Any]] = (),
    ) -> None:
        """Move an analysis on and write the record of it, if the attempt is still `over` (the claim's, by default)."""
        values = {
            **update,
            "status": record.status,
            "step": record.step,
            "pct": record.pct,
            "message": record.message,
            "updated_at": timestamp(record.updated_at),
            "last_event_id": record.id,
        }
        attempt = claim.attempt if over is None else over
        progress = {
            **record.model_dump(mode="json"),
            "PK": rca_pk(claim.rca_run_id),
            "SK": PROGRESS_PREFIX + record.id,
            "expires_at": claim.expires_at,
        }
        writes = [
            self._update({"PK": rca_pk(claim.rca_run_id), "SK": RCA_SK}, values, if_attempt=attempt),
            self._put(progress),
            *({"Put": {"TableName": self._table, "Item": item}} for item in puts),
        ]
        entry = [self._update({"PK": run_pk(claim.run_id), "SK": claim.list_sk}, listed)] if listed else []
        try:
            self._write_owned(claim, [*writes, *entry])
        except Conflict:
            # Only the run's list refused: the run was deleted meanwhile, and lists nothing any more.
            self._write_owned(claim, writes)

    def _write_owned(self, claim: Claim, writes: list[dict[str, Any]]) -> None:
        """Write what only a claim's owner may; the first write says who that is. Raises `LeaseLost`."""
        try:
            self._transact(writes)
        except Conflict as error:
            if cancellation_reasons(error.__cause__)[:1] == ["ConditionalCheckFailed"]:
                raise LeaseLost(claim.rca_run_id) from error
            raise

    def _put(self, values: dict[str, Any], condition: str | None = None) -> dict[str, Any]:
        put: dict[str, Any] = {"TableName": self._table, "Item": to_item(values)}
        if condition:
            put["ConditionExpression"] = condition
        return {"Put": put}

    def _update(self, key: dict[str, str], values: dict[str, Any], *, if_attempt: int | None = None) -> dict[str, Any]:
        """Return an update of an item that exists, and that a given attempt still owns and has not ended."""
        condition, more = "attribute_exists(PK)", {}
        if if_attempt is not None:
            condition = "attempt = :if_attempt AND #status IN (:queued, :running)"
            more = {":if_attempt": if_attempt, ":queued": "queued", ":running": "running"}
        names = {f"#{name}": name for name in (*values, *(["status"] if more else []))}
        return {
            "Update": {
                "TableName": self._table,
                "Key": to_item(key),
                "UpdateExpression": "SET " + ", ".join(f"#{name} = :{name}" for name in values),
                "ConditionExpression": condition,
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": to_item({f":{name}": value for name, value in values.items()} | more),
            }
        }

    def _transact(self, writes: list[dict[str, Any]]) -> None:
        with translated():
            self._client.transact_write_items(TransactItems=writes)  # type: ignore[arg-type]
