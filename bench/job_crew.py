"""Worker processes, some of which are killed at random while they work, and replaced."""

import os
import random
import selectors
import time
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Final

from local.guardian import Guardian, kill_group

if TYPE_CHECKING:
    import subprocess

Start = Callable[[], "subprocess.Popen[bytes]"]

_LATEST_KILL: Final = 0.5
"""Seconds after a batch began; about as long as one takes."""


class Crew:
    """So many processes, each of which writes a byte when it begins a batch.

    Of the batches, `share` end by SIGKILL, at a random moment; which of them follows from `rng`.
    """

    def __init__(self, size: int, start: Start, guardian: Guardian, rng: random.Random, *, share: float) -> None:
        self.kills = 0
        self.crashes: list[str] = []
        self._start = start
        self._guardian = guardian
        self._rng = rng
        self._share = share
        self._selector = selectors.DefaultSelector()
        self._doomed: dict[subprocess.Popen[bytes], float] = {}
        self._stopping = False
        for _ in range(size):
            self._hire()

    def look_after(self, seconds: float) -> None:
        """Wait for news of the workers for at most so long; kill those whose time has come, replace those that died."""
        for key, _ in self._selector.select(seconds):
            worker: subprocess.Popen[bytes] = key.data
            if batches := len(os.read(key.fd, 4096)):
                self._choose(worker, batches)
            else:
                self._bury(worker)
        for worker, moment in list(self._doomed.items()):
            if time.monotonic() >= moment and worker.poll() is None:
                kill_group(worker.pid)

    def dismiss(self) -> None:
        """Kill all, and wait until they are gone."""
        self._stopping = True
        for key in list(self._selector.get_map().values()):
            kill_group(key.data.pid)
            self._bury(key.data)
        self._selector.close()

    def _hire(self) -> None:
        worker = self._start()
        self._guardian.watch(worker.pid)
        self._selector.register(_pipe(worker), selectors.EVENT_READ, worker)

    def _choose(self, worker: "subprocess.Popen[bytes]", batches: int) -> None:
        for _ in range(batches):
            if self._rng.random() < self._share:
                self._doomed.setdefault(worker, time.monotonic() + self._rng.uniform(0, _LATEST_KILL))

    def _bury(self, worker: "subprocess.Popen[bytes]") -> None:
        self._selector.unregister(_pipe(worker))
        code = worker.wait()
        _pipe(worker).close()
        self._guardian.forget(worker.pid)
        if self._stopping:
            return
        if self._doomed.pop(worker, None) is None:
            self.crashes.append(f"a worker ended by itself: exit code {code}")
        else:
            self.kills += 1
        self._hire()


def _pipe(worker: "subprocess.Popen[bytes]") -> IO[bytes]:
    assert worker.stdout is not None  # noqa: S101  # Popen was given a pipe
    return worker.stdout
