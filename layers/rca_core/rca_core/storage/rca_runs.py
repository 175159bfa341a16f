"""Analyses of runs: created once a revision, worked by one worker at a time, ended visibly.

A worker owns an analysis by its attempt number. Every change of the analysis is one write conditioned on it, so a
worker that lost its lease to another can change nothing that anyone sees. What else is written (the record of the
change, the report, the run's list) is written so that a crash in between is made good by whoever comes next: no
transactions, which cost double.
"""

import contextlib
import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final, NamedTuple

from rca_core.errors import Conflict
from rca_core.storage.aws import translated
from rca_core.storage.codec import timestamp, to_item
from rca_core.storage.headers import RcaStatus
from rca_core.storage.keys import PROGRESS_PREFIX, RCA_SK, REPORT_SK, event_id, rca_pk, run_pk
from rca_core.storage.outcomes import Outcome, OutcomeStore
from rca_core.storage.progress import ProgressRecord, RcaRun, Stage
from rca_core.storage.rca_creator import RcaCreator
from rca_core.storage.rca_remover import RcaRemover

_TRIES: Final = 8
# So long those who follow the analysis of a run that is gone can see its end.
_LAST_LOOK: Final = timedelta(days=1)


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
    ordinal: int
    attempt: int
    list_sk: str
    expires_at: int
    created_at: datetime
    """When the analysis was asked for."""
    claimed_at: datetime


class LeaseLost(Exception):
    """Another worker, or the dead-letter consumer, took the analysis over."""


def _next_claim(rca: RcaRun, now: datetime) -> Claim:
    return Claim(
        rca.rca_run_id,
        rca.run_id,
        rca.revision,
        rca.ordinal,
        rca.attempt + 1,
        rca.list_sk,
        rca.expires_at,
        rca.created_at,
        now,
    )


class RcaStore(RcaCreator, RcaRemover):
    """Analyses in one DynamoDB table, for those who create, work and delete them."""

    def claim(
        self, rca_run_id: str, *, lease: timedelta, now: datetime, redrives: int | None = None
    ) -> Claim | NotClaimed:
        """Take an analysis that is queued, or whose worker's lease ran out, and write its first progress record.

        One that ended as `error` is taken up again only for a job that was parked at that end: any other message of it
        is a repeat. Raises `NotFound` if it is gone, `Unavailable`.
        """
        rca = self.get(rca_run_id, now=now)
        if rca.ended and not (rca.status == "error" and rca.attempt == redrives):
            return NotClaimed.FINISHED
        if rca.status == "running" and rca.lease_until is not None and rca.lease_until > now:
            return NotClaimed.BUSY
        claim = _next_claim(rca, now)
        record = Stage.STARTING.record(claim.attempt, 1, now)
        update = {
            "started_at": timestamp(rca.started_at or now),
            "lease_until": timestamp(now + lease),
            "attempt": claim.attempt,
        }
        try:
            self._advance(claim, record, update, over=rca.attempt, of=rca.status)
        except LeaseLost:
            return NotClaimed.BUSY
        if rca.status == "error":
            # The run's list asks the analysis itself as long as it does not know how it ended.
            self._list(claim, {"status": "queued"})
        return claim

    def progress(self, claim: Claim, stage: Stage, *, now: datetime) -> None:
        """Write a progress record. Raises `LeaseLost` when another worker took over, `Unavailable`."""
        self._advance(claim, stage.record(claim.attempt, stage.seq, now), {})

    def finish(
        self,
        claim: Claim,
        report: bytes,
        *,
        category: str,
        cause: str | None = None,
        confidence: str | None = None,
        outcome: Outcome | None = None,
        now: datetime,
    ) -> None:
        """Store a report and what it found of a failed run, then end the analysis, which shows it.

        Raises `LeaseLost`, `Unavailable`.
        """
        stored = {
            "PK": rca_pk(claim.rca_run_id),
            "SK": REPORT_SK,
            "report": zlib.compress(report),
            "attempt": claim.attempt,
            "expires_at": claim.expires_at,
        }
        # A later attempt's report stays, should this worker have lost its lease.
        with contextlib.suppress(Conflict):
            self._put(stored, "attribute_not_exists(PK) OR attempt <= :attempt", {":attempt": claim.attempt})
        if outcome:
            OutcomeStore(self._client, self._table, retention_days=self._retention_days).note(
                claim.run_id, outcome, now
            )
        record = Stage.COMPLETE.record(claim.attempt, Stage.COMPLETE.seq, now)
        told = {"category": category, "cause": cause, "confidence": confidence}
        said = {name: value for name, value in told.items() if value is not None}
        try:
            self._advance(claim, record, {"ended_at": timestamp(now), **said})
        except LeaseLost:
            self.clear_if_deleted(claim.run_id, claim.rca_run_id, now)
            raise
        self._list(claim, {"status": "done", **said})

    def release(self, claim: Claim, reason: str, *, now: datetime) -> None:
        """Give a claim back after a failure, with the reason: the message's next delivery may claim it at once.

        Raises `LeaseLost`, `Unavailable`.
        """
        values = {"lease_until": timestamp(now), "last_error": reason}
        self._change(claim, values, over=claim.attempt)

    def fail(self, rca_run_id: str, reason: str, *, now: datetime) -> bool:
        """End an analysis as `error`, whoever holds it; false if it had ended. Raises `NotFound`, `Unavailable`."""
        for _ in range(_TRIES):
            rca = self.get(rca_run_id, now=now)
            if rca.ended:
                return False
            claim = _next_claim(rca, now)
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
                self._advance(claim, record, update, over=rca.attempt)
            except LeaseLost:
                continue
            self._list(claim, {"status": "error"})
            return True
        raise Conflict(f"RCA run {rca_run_id!r} is being worked by others")

    def fail_without_run(self, claim: Claim, *, now: datetime) -> None:
        """End an analysis as `error` because its run is gone, and leave nothing of it for longer than a day.

        Whoever deleted the run may have looked for its analyses before this one was listed. Raises `LeaseLost`,
        `Unavailable`.
        """
        # Its end last: after that nobody comes here again.
        self._change(claim, {"expires_at": int((now + _LAST_LOOK).timestamp())}, over=claim.attempt)
        self._list(claim, {"expires_at": int(now.timestamp())})
        self.fail(claim.rca_run_id, "The run was deleted or has expired.", now=now)

    def _advance(
        self,
        claim: Claim,
        record: ProgressRecord,
        update: dict[str, Any],
        *,
        over: int | None = None,
        of: RcaStatus = "running",
    ) -> None:
        """Move an analysis on, if the attempt is still `over` (the claim's, by default), and write the record of it.

        The analysis repeats its last record, so that a crash between the two writes hides nothing.
        """
        values = {
            **update,
            "status": record.status,
            "step": record.step,
            "pct": record.pct,
            "message": record.message,
            "updated_at": timestamp(record.updated_at),
            "last_event_id": record.id,
        }
        self._change(claim, values, over=claim.attempt if over is None else over, of=of)
        key = {"PK": rca_pk(claim.rca_run_id), "SK": PROGRESS_PREFIX + record.id}
        self._put({**record.model_dump(mode="json"), **key, "expires_at": claim.expires_at})

    def _change(self, claim: Claim, values: dict[str, Any], *, over: int, of: RcaStatus = "running") -> None:
        """Change an analysis that an attempt still owns and that has not ended, unless `of` an end to be taken back.

        Raises `LeaseLost`, `Unavailable`.
        """
        owned = {":over": over, ":queued": "queued", ":of": of}
        condition = "attempt = :over AND #status IN (:queued, :of)"
        ended = () if of != "error" else ("ended_at", "error_message")
        try:
            self._update(rca_pk(claim.rca_run_id), RCA_SK, values, condition, owned, remove=ended)
        except Conflict as error:
            raise LeaseLost(claim.rca_run_id) from error

    def _list(self, claim: Claim, values: dict[str, Any]) -> None:
        """Note the end of an analysis in its run's list, unless the run was deleted and lists nothing any more."""
        with contextlib.suppress(Conflict):
            self._update(run_pk(claim.run_id), claim.list_sk, values, "attribute_exists(PK)", {})

    def _update(
        self,
        pk: str,
        sk: str,
        values: dict[str, Any],
        condition: str,
        condition_values: dict[str, Any],
        *,
        remove: Iterable[str] = (),
    ) -> None:
        named = dict.fromkeys((*values, *remove, *(["status"] if "#status" in condition else [])))
        change = "SET " + ", ".join(f"#{name} = :{name}" for name in values)
        if gone := ", ".join(f"#{name}" for name in remove):
            change += f" REMOVE {gone}"
        with translated():
            self._client.update_item(
                TableName=self._table,
                Key=to_item({"PK": pk, "SK": sk}),
                UpdateExpression=change,
                ConditionExpression=condition,
                ExpressionAttributeNames={f"#{name}": name for name in named},
                ExpressionAttributeValues=to_item(
                    {f":{name}": value for name, value in values.items()} | condition_values
                ),
            )
