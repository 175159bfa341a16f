"""Kill what a stack leaves behind, however it dies: a process that learns pids on stdin and acts when stdin closes.

The pipe closes even when the stack is killed with SIGKILL, on every Unix; a parent-death signal is Linux only.
"""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO


class Guardian:
    """The stack's end of the pipe. A watched process leads a group of its own; the whole group is killed."""

    def __init__(self) -> None:
        # -I -S: nothing of the environment and no site-packages, so that it is up in some milliseconds.
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).resolve())],
            stdin=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )

    def watch(self, pid: int) -> None:
        self._tell(f"+{pid}")

    def forget(self, pid: int) -> None:
        self._tell(f"-{pid}")

    def close(self) -> None:
        """Kill what is still watched, and wait until that is done."""
        self._stdin.close()
        self._process.wait()

    def _tell(self, line: str) -> None:
        self._stdin.write(f"{line}\n")
        self._stdin.flush()

    @property
    def _stdin(self) -> IO[str]:
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101  # Popen was given a pipe
        return stdin


def kill_group(pid: int) -> None:
    """Kill a process that leads its own group, and what it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def main() -> None:
    watched = set()
    for line in sys.stdin:
        pid = int(line[1:])
        if line[0] == "+":
            watched.add(pid)
        else:
            watched.discard(pid)
    for pid in watched:
        kill_group(pid)


if __name__ == "__main__":
    main()
