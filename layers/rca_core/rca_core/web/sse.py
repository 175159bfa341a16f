"""Server-Sent Events: how progress is framed, and how an analysis is followed to its end."""

import random
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final

from rca_core.errors import NotFound, Unavailable
from rca_core.storage.keys import event_id
from rca_core.storage.progress import ProgressRecord, RcaRun, event_ids_between
from rca_core.storage.rca_reader import RcaReader
from rca_core.web.protection import PROTECTION

HEADERS: Final = {
    **PROTECTION,
    "Content-Type": "text/event-stream; charset=utf-8",
    # no-transform and the buffering hint keep proxies from holding events back.
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",
}
HEARTBEAT_SECONDS: Final = 15.0
# Lambda bills a connection to its end even when the client went away: cap it. Jitter spreads the reconnects.
CONNECTION_SECONDS: Final = (60.0, 110.0)
_RETRY_MS: Final = (500, 2_000)
_POLL_SECONDS: Final = (0.1, 1.0)
_POLL_GROWTH: Final = 1.5

_QUEUED_ID: Final = event_id(0, 0)
_EVENT_ID: Final = re.compile(r"[0-9]{4}#[0-9]{4}")


class Following:
    """One client's view of one analysis, from where the client left off."""

    def __init__(self, source: RcaReader, rca_run_id: str, last_event_id: str | None) -> None:
        """Read the analysis once; raises `NotFound` and `Unavailable` before anything is sent."""
        self._source = source
        self._rca = source.get(rca_run_id, now=datetime.now(UTC))
        # An id that this analysis never gave out is no place to go on from: start over.
        given = last_event_id or ""
        known = _EVENT_ID.fullmatch(given) and given <= self._rca.last_event_id
        self._cursor = given if known else ""

    @property
    def at_end(self) -> bool:
        """Tell whether the client has seen the end: it should be told to stop reconnecting."""
        return self._rca.ended and self._cursor == self._rca.last_event_id

    def events(
        self,
        *,
        seconds: float,
        wait: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> Iterator[bytes]:
        """Yield what is new until the analysis ends or the time is up.

        The stream ends with a terminal record, or with `retry:` for the client to come back.
        """
        started = said = clock()
        pause = _POLL_SECONDS[0]
        again = _retry(random.randint(*_RETRY_MS))  # noqa: S311  jitter, not a secret
        try:
            while True:
                if news := self._news():
                    yield b"".join(again + event(record) for record in news)
                    said, pause = clock(), _POLL_SECONDS[0]
                if self._rca.ended:
                    return
                if clock() - started + pause > seconds:
                    break
                wait(pause)
                # Nothing, but where somebody can tell that the client left, it ends the stream here.
                yield b""
                pause = min(pause * _POLL_GROWTH, _POLL_SECONDS[1])
                if clock() - said >= HEARTBEAT_SECONDS:
                    yield HEARTBEAT
                    said = clock()
                self._rca = self._source.get(self._rca.rca_run_id, now=datetime.now(UTC))
        except NotFound:
            yield event(_ended(self._rca, "The analysis was deleted."))
            return
        except Unavailable:
            pass
        yield again

    def _news(self) -> list[ProgressRecord]:
        rca = self._rca
        if rca.status == "queued":
            news = [] if self._cursor else [_snapshot(rca)]
        else:
            after = self._cursor or _QUEUED_ID
            missed = event_ids_between(after, rca.last_event_id)
            # The state repeats the last record: only who missed more than that needs another read.
            earlier = self._source.records(rca.rca_run_id, missed[:-1]) if len(missed) > 1 else []
            news = [*earlier, _snapshot(rca)] if missed else []
        if news:
            self._cursor = news[-1].id
        return news


def event(record: ProgressRecord) -> bytes:
    """Return a progress record as one event."""
    return f"id: {record.id}\ndata: {record.model_dump_json(exclude={'id'})}\n\n".encode()


def _retry(milliseconds: int) -> bytes:
    """Return the advice to wait so long before reconnecting.

    A line without an empty one behind it: it counts at once, and a client that takes every empty line for an event sees
    none.
    """
    return f"retry: {milliseconds}\n".encode()


# A comment, for the same reason without an empty line.
HEARTBEAT: Final = b": still here\n"


def _snapshot(rca: RcaRun) -> ProgressRecord:
    return ProgressRecord(
        id=rca.last_event_id,
        status=rca.status,
        step=rca.step,
        pct=rca.pct,
        message=rca.message,
        updated_at=rca.updated_at,
    )


def _ended(rca: RcaRun, message: str) -> ProgressRecord:
    record = {"id": event_id(rca.attempt + 1, 1), "status": "error", "step": "RCA failed", "message": message}
    return _snapshot(rca).model_copy(update=record)
