"""Run a local stack for as long as a test, a demo or a benchmark needs it."""

import contextlib
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from local.guardian import Guardian

_ROOT = Path(__file__).resolve().parent.parent
_READY = "ready "


class StackError(Exception):
    """The stack did not start, or did not stop cleanly; the message ends with the last lines of its log."""


@dataclass(frozen=True)
class Stack:
    """A running stack: its two origins (no trailing slash), the file its log goes to, and its process."""

    api_url: str
    stream_url: str
    log: Path
    process: subprocess.Popen[str]


@contextlib.contextmanager
def running_stack(*arguments: str, log: Path | None = None, ready_within: float = 90.0) -> Iterator[Stack]:
    """Start `python -m local` on free ports, yield it when it serves, stop it and check that it stopped cleanly.

    Args:
        arguments: further command line arguments, such as `"--parameter", "LogLevel=DEBUG"`.
        log: where the stack's and the functions' log goes; by default a file that is removed at the end.
        ready_within: seconds to wait for the ready line.

    Raises:
        StackError: it did not start in time, or did not exit with 0 when it was asked to stop.
    """
    with contextlib.ExitStack() as cleanup:
        if log is None:
            log = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="local-stack-"))) / "stack.log"
        # For when whoever runs this is killed: a stack must not outlive its test.
        guardian = Guardian()
        cleanup.callback(guardian.close)
        process = cleanup.enter_context(_start(arguments, log))
        guardian.watch(process.pid)
        cleanup.callback(process.kill)
        api_url, stream_url = _await_ready(process, log, ready_within)
        yield Stack(api_url, stream_url, log, process)
        # A test may have ended the stack itself, by any signal.
        if process.poll() is None:
            _stop(process, log)


def _start(arguments: tuple[str, ...], log: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "local", "--api-port", "0", "--stream-port", "0", "--verbose", *arguments]
    with log.open("w") as stderr:
        return subprocess.Popen(
            command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=stderr, text=True, start_new_session=True
        )


def _await_ready(process: subprocess.Popen[str], log: Path, timeout: float) -> tuple[str, str]:
    lines: queue.Queue[str] = queue.Queue()
    stdout = process.stdout
    assert stdout is not None  # noqa: S101  # Popen was given a pipe
    threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True).start()
    try:
        line = lines.get(timeout=timeout)
    except queue.Empty:
        message = f"the stack was not ready within {timeout} s\n{_tail(log)}"
        raise StackError(message) from None
    if not line.startswith(_READY):
        message = f"the stack did not start: exit code {process.wait()}\n{_tail(log)}"
        raise StackError(message)
    origins = dict(part.split("=", 1) for part in line.removeprefix(_READY).split())
    return origins["api"], origins["stream"]


def _stop(process: subprocess.Popen[str], log: Path) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        code = process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        message = f"the stack did not stop within 60 s\n{_tail(log)}"
        raise StackError(message) from None
    if code:
        message = f"the stack stopped with exit code {code}\n{_tail(log)}"
        raise StackError(message)


def _tail(log: Path, lines: int = 30) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
