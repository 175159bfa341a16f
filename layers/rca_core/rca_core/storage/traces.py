"""Runs put together from spans, which come apart, out of order, twice and late: merged with what is stored."""

import random
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from rca_core.errors import Conflict
from rca_core.storage.codec import expired
from rca_core.storage.runs import PutResult, RunStore, stored_as
from rca_core.telemetry.ingest import ParsedRun
from rca_core.telemetry.otlp.facts import Span
from rca_core.telemetry.otlp.kept import parsed_run
from rca_core.telemetry.otlp.run import run_of
from rca_core.telemetry.otlp.spans import merge

_TRIES: Final = 10
_GUESSED: Final = 64
"""Spans of a trace that is written on the guess that it is new: a refused write costs what is there, once more."""


class StoredRun(NamedTuple):
    """A run as its spans tell it, and what storing it did."""

    parsed: ParsedRun
    stored: PutResult

    @property
    def is_running(self) -> bool:
        """Tell whether more of its trace is waited for."""
        return str(self.parsed.run["status"]) == "running"


class TraceStore:
    """Runs with their spans, in the table of runs. Concurrent writers of one trace merge, none overwrites another."""

    def __init__(self, runs: RunStore) -> None:
        self._runs = runs

    def add(self, run_id: str, trace_id: str, spans: Sequence[Span], *, now: datetime) -> StoredRun:
        """Store the run that spans tell of together with those that came before.

        Spans that are there already change nothing. Raises `Conflict` when other writers keep winning, `Unavailable`
        when storage is, `CorruptBody` if the stored spans are damaged, `PayloadTooLarge` for more than can be kept.
        """
        # A small trace that is whole is most likely new: one write then does, and is refused where it is not.
        whole = len(spans) <= _GUESSED and any(span.end and not span.parent_id for span in spans)
        if whole and (stored := self._put(run_id, trace_id, merge([], spans) or [], {}, now, silent=False)):
            return stored
        for attempt in range(_TRIES):
            item, known = self._runs.trace(run_id, now=now)
            merged = merge(known, spans)
            if merged is None:
                return StoredRun(_shown(run_id, item), stored_as(item))
            if stored := self._put(run_id, trace_id, merged, item, now, silent=False):
                return stored
            time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311  jitter, not a secret
        raise Conflict(f"run {run_id!r} is being written by others")

    def end(self, run_id: str, revision: int, *, now: datetime) -> StoredRun | None:
        """End a run whose trace fell silent; None if it has ended, is gone, or got spans since that revision."""
        item, known = self._runs.trace(run_id, now=now)
        if not known or expired(item, now) or (item["status"], item["revision"]) != ("running", revision):
            return None
        # Whoever is faster got spans: there will be another check.
        return self._put(run_id, item.get("trace_id", run_id), known, item, now, silent=True)

    def _put(
        self, run_id: str, trace_id: str, spans: list[Span], item: dict[str, object], now: datetime, *, silent: bool
    ) -> StoredRun | None:
        parsed = parsed_run(run_of(run_id, trace_id, spans, silent=silent), now)
        if parsed.starts_on_arrival and item and not expired(item, now):
            parsed = parsed.starting(datetime.fromisoformat(str(item["started_at"])))
        stored = self._runs.put_trace(parsed, spans, over=item, now=now)
        return None if stored is None else StoredRun(parsed, stored)


def _shown(run_id: str, item: dict[str, object]) -> ParsedRun:
    """Return of a run what its header shows: nothing else is asked of one that stays as it is."""
    return ParsedRun({name: item.get(name) for name in ("agent_name", "status")}, run_id, b"", [])
