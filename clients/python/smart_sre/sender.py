"""A bounded queue of runs, and the thread that sends them: nobody waits for it; what it loses is counted and told."""

import contextlib
import gzip
import json
import logging
import os
import random
import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from smart_sre.answer import Answer, Unreachable
from smart_sre.plain import cut
from smart_sre.redaction import redact

Json = dict[str, Any]
Post = Callable[[bytes], Answer]

MAX_RUNS: Final = 256
MAX_BYTES: Final = 32_000_000
_MAX_SENT: Final = 5_500_000
_MAX_UNPACKED: Final = 19_000_000
_FIRST_WAIT: Final = 0.5
_LONGEST_WAIT: Final = 60.0
_LONGEST_RETRY_AFTER: Final = 300.0
_TRIES_OF_A_FAULT: Final = 4
_LATER: Final = frozenset({408, 425, 429, 502, 503, 504})
_SHORT: Final = 200

logger: Final = logging.getLogger("smart_sre")


@dataclass(slots=True, eq=False)
class _Item:
    run_id: str
    failed: bool
    weight: int
    body: Json | None
    packed: bytes = b""
    tries: int = 0

    def pack(self) -> bytes:
        if self.body is not None:
            self.packed = _pack(self.body)
            self.body, self.weight = None, len(self.packed)
        return self.packed


class Sender:
    """Sends what is put, oldest first. When it is full, the oldest success goes first, then the oldest failure."""

    def __init__(self, post: Post, answered: Callable[[str, bool, Answer], None]) -> None:
        """Send by `post`; `answered` is told of each run that arrived: its id, whether it failed, the answer."""
        self._post = post
        self._answered = answered
        self.losses: Counter[str] = Counter()
        self._told: set[str] = set()
        self._begin()
        # A child has neither the thread nor a say in what its parent still has to send.
        os.register_at_fork(after_in_child=_weakly(self._begin))

    def _begin(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._queue: list[_Item] = []
        self._sending: _Item | None = None
        self._thread: threading.Thread | None = None
        self._wait = 0.0
        self._asked_to_wait = False
        self._not_before = 0.0
        self._closed = False

    def put(self, body: Json, weight: int) -> None:
        """Queue a run and return at once."""
        item = _Item(body["run_id"], body.get("status") == "failure", weight, body)
        if self._closed:
            self._lose("closed", "a run ended after its client was closed")
            return
        with self._changed:
            # A newer version of a run takes the place of one that still waits.
            self._queue = [each for each in self._queue if each.run_id != item.run_id]
            self._queue.append(item)
            evicted = self._make_room()
            self._start()
            self._changed.notify_all()
        for _ in range(evicted):
            self._lose("queue_full", "runs come faster than they can be sent, and the oldest make room")

    def flush(self, seconds: float, *, patient: bool = True) -> bool:
        """Wait until all is sent, for so long at most; tell whether it is.

        Nobody waits for what cannot be sent in time anyway; without patience, only for one try.
        """
        deadline = time.monotonic() + seconds
        with self._changed:
            if not self._asked_to_wait:
                self._not_before = 0.0
            if self._queue:
                self._start()
            self._changed.notify_all()
            while (self._queue or self._sending) and self._thread and (left := deadline - time.monotonic()) > 0:
                pause = self._not_before - time.monotonic()
                if not self._sending and pause > (left if patient else 0):
                    break
                self._changed.wait(left)
        if self._thread is None:
            self._drain(deadline)
        return not self.waiting

    def close(self) -> None:
        """Stop, and count what is still here as lost."""
        with self._changed:
            left = self.waiting
            self._queue.clear()
            self._closed = True
            self._changed.notify_all()
        if left:
            self._lose("exit", f"{left} runs could not be sent before the process ended", count=left)

    @property
    def waiting(self) -> int:
        """Return how many runs are not sent yet."""
        return len(self._queue) + (self._sending is not None)

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            thread = threading.Thread(target=self._work, name="smart-sre", daemon=True)
            try:
                thread.start()
            except RuntimeError:  # the interpreter shuts down
                self._thread = None
            else:
                self._thread = thread

    def _drain(self, deadline: float) -> None:
        """Send what there is from here: no thread starts any more where an interpreter shuts down."""
        while self._queue and time.monotonic() < deadline:
            if self._try(self._queue[0]) is not None:
                return
            self._queue.pop(0)

    def _make_room(self) -> int:
        evicted = 0
        while len(self._queue) > 1 and (
            len(self._queue) > MAX_RUNS or sum(each.weight for each in self._queue) > MAX_BYTES
        ):
            gone = next((each for each in self._queue[:-1] if not each.failed), self._queue[0])
            self._queue.remove(gone)
            evicted += 1
        return evicted

    def _work(self) -> None:
        while item := self._next():
            outcome = self._try(item)
            with self._changed:
                self._sending = None
                if outcome is not None:
                    self._put_back(item, outcome)
                else:
                    self._wait, self._not_before, self._asked_to_wait = 0.0, 0.0, False
                self._changed.notify_all()

    def _next(self) -> _Item | None:
        with self._changed:
            while not self._closed:
                pause = self._not_before - time.monotonic()
                if self._queue and pause <= 0:
                    self._sending = self._queue.pop(0)
                    return self._sending
                self._changed.wait(pause if self._queue else None)
        return None

    def _put_back(self, item: _Item, asked: float) -> None:
        """Queue a run again, and wait as the server asks or longer each time, with jitter."""
        if not any(each.run_id == item.run_id for each in self._queue):
            self._queue.insert(0, item)
        self._asked_to_wait = asked > 0
        self._wait = min(max(self._wait * 2, _FIRST_WAIT), _LONGEST_WAIT)
        jittered = random.uniform(self._wait / 2, self._wait)  # noqa: S311  jitter, not a secret
        self._not_before = time.monotonic() + max(min(asked, _LONGEST_RETRY_AFTER), jittered)

    def _try(self, item: _Item) -> float | None:
        """Send a run once; None when it is settled, else for how many seconds the server asks to wait."""
        item.tries += 1
        try:
            answer = self._post(item.pack())
        except Unreachable as error:
            logger.debug("run %s not sent yet: %s", item.run_id, error)
            return 0.0
        except Exception as error:  # whatever it is, it ends here and not in the user's code
            logger.debug("run %s cannot be sent", item.run_id, exc_info=True)
            self._lose("cannot_be_sent", f"it cannot be made into a request ({type(error).__name__})")
            return None
        if answer.status in _LATER or (answer.status >= 500 and item.tries < _TRIES_OF_A_FAULT):
            return answer.retry_after or 0.0
        if answer.status >= 300:
            self._lose(f"http_{answer.status}", _refusal(answer))
            return None
        with contextlib.suppress(Exception):
            self._answered(item.run_id, item.failed, answer)
        return None

    def _lose(self, reason: str, why: str, *, count: int = 1) -> None:
        with self._changed:
            self.losses[reason] += count
            first = reason not in self._told
            self._told.add(reason)
        if first:
            logger.warning("telemetry lost: %s. Further losses of this kind are only counted: smart_sre.losses()", why)


def _refusal(answer: Answer) -> str:
    if 300 <= answer.status < 400:
        return f"the server redirects ({answer.status}); set SMART_SRE_URL to the address that it redirects to"
    if answer.status in (401, 403):
        return (
            f"the server refuses the credential ({answer.status}); SMART_SRE_SECRET has to be the stack's ingest secret"
        )
    problem = answer.json()
    detail = problem.get("detail") if isinstance(problem, dict) else None
    return f"the server answered {answer.status}" + (f": {cut(str(detail), 300)}" if detail else "")


def _pack(body: Json) -> bytes:
    redacted = redact(body)
    raw = _encoded(redacted)
    packed = gzip.compress(raw, compresslevel=5, mtime=0)
    if len(raw) > _MAX_UNPACKED or len(packed) > _MAX_SENT:
        packed = gzip.compress(_encoded(_shortened(redacted)), compresslevel=5, mtime=0)
    return packed


def _encoded(body: Json) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=str).encode(errors="replace")


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shortened(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shortened(inner) for inner in value]
    return cut(value, _SHORT) if isinstance(value, str) else value


def _weakly(method: Callable[[], None]) -> Callable[[], None]:
    """Return a call of a method that does not keep its object alive."""
    reference = weakref.WeakMethod(method)

    def call() -> None:
        if found := reference():
            found()

    return call
