"""Agent runs: one aggregate each, written and read as a whole."""

import secrets
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rca_core.errors import Conflict, CorruptBody, NotFound, Unavailable
from rca_core.storage import bodies
from rca_core.storage.aws import refused_item, translated
from rca_core.storage.codec import (
    Item,
    compress,
    digest,
    expired,
    expiry,
    from_item,
    projection,
    timestamp,
    to_item,
)
from rca_core.storage.headers import ChunkedBody, RunHeader, header_from, header_values
from rca_core.storage.keys import CALENDAR_PK, MAX_ID, RUN_SK, day_sk, run_pk
from rca_core.storage.retention import Prolonging, is_due
from rca_core.telemetry import AgentRun
from rca_core.telemetry.ingest import ParsedRun

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INLINE_BYTES: Final = 300 * 1024
# A refused write is paid as writing what is there: twenty times as much as reading it. Over this, looking first pays.
_GUESS_BYTES: Final = 16 * 1024
_PUT_TRIES: Final = 8
_GET_TRIES: Final = 4
# A day outlives the runs in it, though it is noted again a day later only, by a clock that may be off.
_CALENDAR_SLACK_DAYS: Final = 3
_CALENDAR_AGAIN: Final = timedelta(days=1)


class PutResult(NamedTuple):
    """What an upsert did. `changed` is false when the stored run had the same content.

    `created_at` and `updated_at` are of what is stored now: when the run was new, when its content last changed.
    `symptom` is what the run shows, if it failed.
    """

    revision: int
    created: bool
    changed: bool
    created_at: datetime
    updated_at: datetime
    symptom: str | None
    stale: bool = False
    """Whether what was sent says that a run is under way that has ended: what is stored stays."""


class StoredRun(NamedTuple):
    """A run as it is stored: its header and the revision's canonical body."""

    header: RunHeader
    body: bytes

    def run(self) -> AgentRun:
        """Return the run, for analysis and replay."""
        return AgentRun.from_body(self.body)


class _Body(NamedTuple):
    digest: str
    content: bytes


class RunStore:
    """Runs in one DynamoDB table."""

    def __init__(
        self, client: "DynamoDBClient", table: str, *, retention_days: int, keep_last_body: bool = False
    ) -> None:
        """Serve a table. `keep_last_body` is for who reads parts of a large run: its chunks are read once."""
        self._client = client
        self._table = table
        self._retention_days = retention_days
        self._keep_last_body = keep_last_body
        self._last_body = _Body("", b"")
        self._prolonging = Prolonging(client, table)
        self._known_days: dict[date, datetime] = {}

    def put(self, parsed: ParsedRun, *, now: datetime) -> PutResult:
        """Store a run as the next revision, or leave it where its content is stored already.

        A small run is one conditional write. A larger one writes its chunks first, then flips the header, then removes
        the chunks it replaced: a reader sees the old run or the new one. The same content prolongs the retention of
        what is stored, at most once a day: written again so, as the same revision. A run that has ended is not replaced
        by a message of when it was under way. A start that is only the time of arrival gives way to the stored one, so
        that the same content stays the same. Raises `Conflict` when other writers keep winning, `Unavailable` when
        storage is.
        """
        fingerprint, packed, shown = digest(parsed.body), compress(parsed.body), header_values(parsed.run)
        self._note_day(parsed.run["started_at"].date(), now)
        # The profile is the one attribute that may take up to 120 KB of an item; the others stay under 40 KB.
        chunked = len(packed) + len(shown["profile"].encode()) > INLINE_BYTES
        # A small run is written on the guess that it is new: being wrong costs one refused write, which shows the old.
        old = self._head(parsed.run_id) if chunked or len(packed) > _GUESS_BYTES else {}
        for _ in range(_PUT_TRIES):
            alive = bool(old) and not expired(old, now)
            same = alive and old["digest"] == fingerprint
            if alive and not same and _is_late(parsed, old):
                return result_of(old | {"symptom": None}, created=False, changed=False)._replace(stale=True)
            if alive and not same and parsed.starts_on_arrival:
                return self.put(parsed.starting(datetime.fromisoformat(old["started_at"])), now=now)
            values = {
                **shown,
                "PK": run_pk(parsed.run_id),
                "SK": RUN_SK,
                "revision": old["revision"] if same else old.get("revision", 0) + 1,
                "digest": fingerprint,
                "created_at": old["created_at"] if alive else timestamp(now),
                "updated_at": old["updated_at"] if same else timestamp(now),
                "expires_at": expiry(now, self._retention_days),
            }
            if same and not is_due(old, now, retention_days=self._retention_days):
                return result_of(values, created=False, changed=False)
            if same:
                self._prolonging.prolong(parsed.run_id, until=values["expires_at"], now=now)
            if chunked:
                values |= self._write_chunks(parsed.run_id, values["revision"], packed, now)
            else:
                values["body"] = packed
            if (winner := self._put_header(values, over=old)) is not None:
                if winner.get("body_id") != values.get("body_id"):
                    self._remove_chunks(parsed.run_id, values)
                old = winner
                continue
            self._remove_chunks(parsed.run_id, old)
            return result_of(values, created=not alive, changed=not same)
        raise Conflict(f"run {parsed.run_id!r} is being written by others")

    def delete(self, run_id: str, *, now: datetime) -> bool:
        """Delete a run with its body; false if there is none. Raises `Unavailable`.

        The header goes first: with it the run is gone for every reader. A crash after it leaves chunks that no header
        names, which expire.
        """
        old = self._delete_header(run_id) if len(run_id) <= MAX_ID else {}
        self._remove_chunks(run_id, old)
        return bool(old) and not expired(old, now)

    def header(self, run_id: str, *, now: datetime) -> RunHeader:
        """Return a run's header; `NotFound` if there is none or it expired."""
        return header_from(self._live(self._head(run_id), run_id, now))

    def get(self, run_id: str, *, now: datetime) -> StoredRun:
        """Return a run with its body, verified against its digest.

        A body that was replaced while it was read is read again; one that reads wrong twice is damaged. Raises
        `NotFound`, `CorruptBody`, `Unavailable`.
        """
        wrong = None
        for _ in range(_GET_TRIES):
            item = self._live(self._get(run_id), run_id, now)
            try:
                return StoredRun(header_from(item), self._body(run_id, item))
            except CorruptBody:
                if (item["revision"], item.get("body_id")) == wrong:
                    raise
                wrong = item["revision"], item.get("body_id")
        raise Unavailable(f"run {run_id!r} is being replaced faster than it can be read")

    def _body(self, run_id: str, item: dict[str, Any]) -> bytes:
        if "chunks" not in item:
            return bodies.verified(item["body"], item["digest"])
        if self._last_body.digest == item["digest"]:
            return self._last_body.content
        packed = bodies.read_chunks(self._client, self._table, run_id, chunked(item))
        body = bodies.verified(packed, item["digest"])
        if self._keep_last_body:
            self._last_body = _Body(item["digest"], body)
        return body

    def _write_chunks(self, run_id: str, revision: int, packed: bytes, now: datetime) -> dict[str, Any]:
        """Write a body beside its header; return what the header says of it."""
        body_id, expires_at = secrets.token_hex(8), expiry(now, self._retention_days)
        count = bodies.write_chunks(self._client, self._table, run_id, revision, body_id, packed, expires_at=expires_at)
        return {"body_id": body_id, "chunks": count}

    def _remove_chunks(self, run_id: str, header: dict[str, Any]) -> None:
        if "chunks" in header:
            bodies.remove_chunks(self._client, self._table, run_id, chunked(header))

    def _put_header(self, values: dict[str, Any], *, over: dict[str, Any]) -> dict[str, Any] | None:
        """Write a header over the one that was read; return the one found there if another writer was faster."""
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(PK)"}
        if over:
            condition = {
                # The second tells a revision from itself with its retention prolonged, whose chunks are others.
                "ConditionExpression": "revision = :read AND expires_at = :expiry",
                "ExpressionAttributeValues": to_item({":read": over["revision"], ":expiry": over["expires_at"]}),
            }
        try:
            with translated():
                self._client.put_item(
                    TableName=self._table,
                    Item=to_item(values),
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **condition,
                )
        except Conflict as error:
            # Without an item the header was deleted meanwhile: the run is new again.
            return refused_item(error)
        return None

    def _delete_header(self, run_id: str) -> dict[str, Any]:
        key = {"PK": {"S": run_pk(run_id)}, "SK": {"S": RUN_SK}}
        with translated():
            answer = self._client.delete_item(TableName=self._table, Key=key, ReturnValues="ALL_OLD")
        return from_item(answer.get("Attributes", {}))

    def _get(self, run_id: str, **options: Any) -> Item:
        if len(run_id) > MAX_ID:
            return {}
        key = {"PK": {"S": run_pk(run_id)}, "SK": {"S": RUN_SK}}
        with translated():
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True, **options)
        return from_item(answer.get("Item", {}))

    def _head(self, run_id: str) -> dict[str, Any]:
        """Return a header item without its body."""
        return self._get(run_id, **projection(_HEADER_ATTRIBUTES))

    def _live(self, item: dict[str, Any], run_id: str, now: datetime) -> dict[str, Any]:
        if not item or expired(item, now):
            raise NotFound(f"there is no run {run_id!r}")
        return item

    def _note_day(self, day: date, now: datetime) -> None:
        """Write down, once a day per process, that some run started on a day: listing then skips empty days."""
        if day in self._known_days and abs(now - self._known_days[day]) < _CALENDAR_AGAIN:
            return
        values = {
            "PK": CALENDAR_PK,
            "SK": day_sk(day),
            "expires_at": expiry(now, self._retention_days + _CALENDAR_SLACK_DAYS),
        }
        with translated():
            self._client.put_item(TableName=self._table, Item=to_item(values))
        self._known_days[day] = now


_HEADER_ATTRIBUTES: Final = (
    "PK",
    *(name for name in RunHeader.model_fields if name != "run_id"),
    "body_id",
    "chunks",
    "digest",
    "expires_at",
)


def _is_late(parsed: ParsedRun, old: dict[str, Any]) -> bool:
    """Return whether a message tells of a run under way that is stored as one that has ended."""
    if parsed.run["status"] != "running" or old["status"] == "running":
        return False
    return parsed.starts_on_arrival or timestamp(parsed.run["started_at"]) <= old["started_at"]


def chunked(item: dict[str, Any]) -> ChunkedBody:
    """Return where the chunks are that a header names."""
    return ChunkedBody(item["revision"], item["body_id"], item["chunks"])


def result_of(item: dict[str, Any], *, created: bool, changed: bool) -> PutResult:
    """Return what is told of a stored header."""
    created_at, updated_at = (datetime.fromisoformat(item[name]) for name in ("created_at", "updated_at"))
    return PutResult(item["revision"], created, changed, created_at, updated_at, item["symptom"])
