"""Runs put together from spans, which come apart, out of order, twice and late: merged with what is stored."""

import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime
from typing import Any, Final, NamedTuple

from rca_core.errors import Conflict, CorruptBody, Unavailable
from rca_core.storage import bodies
from rca_core.storage.codec import compress, decompress, digest, expired, expiry, timestamp
from rca_core.storage.headers import header_values
from rca_core.storage.keys import RUN_SK, run_pk
from rca_core.storage.runs import INLINE_BYTES, PutResult, RunStore, chunked, result_of
from rca_core.telemetry.ingest import ParsedRun
from rca_core.telemetry.otlp import spans as kept
from rca_core.telemetry.otlp.facts import Span
from rca_core.telemetry.otlp.kept import parsed_run
from rca_core.telemetry.otlp.request import Trace
from rca_core.telemetry.otlp.run import run_of

_TRIES: Final = 10
_AT_ONCE: Final = 8
_GUESSED: Final = 64
"""Spans of a trace that is written on the guess that it is new: a refused write costs what is there, once more."""


class StoredTrace(NamedTuple):
    """The spans that a stored run was put together from, as they are kept behind its body."""

    item: dict[str, Any]
    """The header item as it was read; empty if there is none."""
    spans: list[Span]


class StoredRun(NamedTuple):
    """A run as its spans tell it, and what storing it did."""

    parsed: ParsedRun
    stored: PutResult

    @property
    def is_running(self) -> bool:
        """Tell whether more of its trace is waited for."""
        return str(self.parsed.run["status"]) == "running"


class TraceStore(RunStore):
    """Runs with their spans, in the table of runs. Concurrent writers of one trace merge, none overwrites another."""

    def add(self, run_id: str, trace_id: str, spans: Sequence[Span], *, now: datetime) -> StoredRun:
        """Store the run that spans tell of together with those that came before.

        Spans that are there already change nothing. Raises `Conflict` when other writers keep winning, `Unavailable`
        when storage is, `CorruptBody` if the stored spans are damaged, `PayloadTooLarge` for more than can be kept.
        """
        # A small trace that is whole is most likely new: one write then does, and is refused where it is not.
        whole = len(spans) <= _GUESSED and any(span.end and not span.parent_id for span in spans)
        if whole and (run := self._put(run_id, trace_id, kept.merge([], spans) or [], {}, now, silent=False)):
            return run
        for attempt in range(_TRIES):
            item, known = self.trace(run_id, now=now)
            merged = kept.merge(known, spans)
            if merged is None:
                return StoredRun(
                    _shown(run_id, item), result_of({"symptom": None, **item}, created=False, changed=False)
                )
            if run := self._put(run_id, trace_id, merged, item, now, silent=False):
                return run
            time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311  jitter, not a secret
        raise Conflict(f"run {run_id!r} is being written by others")

    def add_all(self, traces: Sequence[Trace], *, now: datetime) -> Iterator[tuple[Trace, StoredRun | Exception]]:
        """Store the runs of several traces, some at once; yield each with what became of it, in the order given."""
        if len(traces) == 1:
            yield traces[0], self._tried(traces[0], now)
            return
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            # The deadline of the call is in its context.
            done = [pool.submit(copy_context().run, self._tried, trace, now) for trace in traces]
            yield from ((trace, each.result()) for trace, each in zip(traces, done, strict=True))

    def _tried(self, trace: Trace, now: datetime) -> StoredRun | Exception:
        try:
            return self.add(trace.run_id, trace.trace_id, trace.spans, now=now)
        except Exception as error:
            return error

    def end(self, run_id: str, revision: int, *, now: datetime) -> StoredRun | None:
        """End a run whose trace fell silent; None if it has ended, is gone, or got spans since that revision."""
        item, known = self.trace(run_id, now=now)
        if not known or expired(item, now) or (item["status"], item["revision"]) != ("running", revision):
            return None
        # Whoever is faster got spans: there will be another check.
        return self._put(run_id, item.get("trace_id", run_id), known, item, now, silent=True)

    def _put(
        self, run_id: str, trace_id: str, spans: list[Span], item: dict[str, Any], now: datetime, *, silent: bool
    ) -> StoredRun | None:
        parsed = parsed_run(run_of(run_id, trace_id, spans, silent=silent), now)
        if parsed.starts_on_arrival and item and not expired(item, now):
            parsed = parsed.starting(datetime.fromisoformat(str(item["started_at"])))
        stored = self.put_trace(parsed, spans, over=item, now=now)
        return None if stored is None else StoredRun(parsed, stored)

    def trace(self, run_id: str, *, now: datetime) -> StoredTrace:
        """Return the spans that a run was put together from, none for one that was not.

        What was replaced while it was read is read again. Raises `CorruptBody`, `Unavailable`.
        """
        wrong = None
        for _ in range(_TRIES):
            item = self._get(run_id)
            if not item or expired(item, now) or "spans_at" not in item:
                return StoredTrace(item, [])
            try:
                return StoredTrace(item, self._spans(run_id, item))
            except CorruptBody:
                if (item["revision"], item.get("body_id")) == wrong:
                    raise
                wrong = item["revision"], item.get("body_id")
        raise Unavailable(f"run {run_id!r} is being replaced faster than it can be read")

    def _spans(self, run_id: str, item: dict[str, Any]) -> list[Span]:
        packed = (
            item["body"]
            if "chunks" not in item
            else bodies.read_chunks(self._client, self._table, run_id, chunked(item))
        )
        written = decompress(packed[item["spans_at"] :])
        if digest(written) != item["spans_digest"]:
            raise CorruptBody("the stored spans do not match their digest")
        return kept.unpack(written)

    def put_trace(
        self, parsed: ParsedRun, spans: Sequence[Span], *, over: dict[str, Any], now: datetime
    ) -> PutResult | None:
        """Store a run with the spans that it was put together from, over the header that they were merged with.

        None if another writer was faster: what it wrote has to be merged first. Raises `Unavailable`.
        """
        written = kept.pack(spans)
        body, packed_spans = compress(parsed.body), compress(written)
        # Two compressed streams in one: whoever reads the body stops at the end of the first.
        packed = body + packed_spans
        shown = header_values(parsed.run)
        self._note_day(parsed.run["started_at"].date(), now)
        alive = bool(over) and not expired(over, now)
        values = {
            **shown,
            "PK": run_pk(parsed.run_id),
            "SK": RUN_SK,
            "revision": over.get("revision", 0) + 1,
            "digest": digest(parsed.body),
            "spans_at": len(body),
            "spans_digest": digest(written),
            "created_at": over["created_at"] if alive else timestamp(now),
            "updated_at": timestamp(now),
            "expires_at": expiry(now, self._retention_days),
        }
        if len(packed) + len(shown["profile"].encode()) > INLINE_BYTES:
            values |= self._write_chunks(parsed.run_id, values["revision"], packed, now)
        else:
            values["body"] = packed
        if (winner := self._put_header(values, over=over)) is not None:
            # It may be this very write, whose answer was lost.
            if winner.get("body_id") != values.get("body_id"):
                self._remove_chunks(parsed.run_id, values)
            return None
        self._remove_chunks(parsed.run_id, over)
        return result_of(values, created=not alive, changed=True)


def _shown(run_id: str, item: dict[str, Any]) -> ParsedRun:
    """Return of a run what its header shows: nothing else is asked of one that stays as it is."""
    return ParsedRun({name: item.get(name) for name in ("agent_name", "status")}, run_id, b"", [])
