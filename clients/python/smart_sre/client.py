"""What a process sends its runs with: settings, a sender, and the end of the process."""

import atexit
import contextlib
import logging
import os
import threading
import weakref
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

from smart_sre.answer import Answer
from smart_sre.recording import Recording
from smart_sre.sender import Sender
from smart_sre.settings import Settings
from smart_sre.transport import send

P = ParamSpec("P")
R = TypeVar("R")

_SECONDS: Final = 10.0
_EXIT_SECONDS: Final = 5.0
_LAMBDA_SECONDS: Final = 3.0

logger: Final = logging.getLogger("smart_sre")


def harmless(call: Callable[P, R]) -> Callable[P, R | None]:
    """Return a function that logs what goes wrong in it, and returns None: the user's program is not to feel it."""

    @wraps(call)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | None:
        try:
            return call(*args, **kwargs)
        except Exception:
            with contextlib.suppress(Exception):
                logger.debug("%s failed", call.__qualname__, exc_info=True)
            return None

    return guarded


class Client:
    """Takes ended runs and sends them in the background; in Lambda it waits, because nothing runs afterwards."""

    def __init__(self, settings: Settings) -> None:
        """Make a client; without an address it does nothing."""
        self.settings = settings
        self._pid = os.getpid()
        self._sender = Sender(self._post, self._answered)
        self._open: weakref.WeakSet[Recording] = weakref.WeakSet()
        self._lock = threading.Lock()
        os.register_at_fork(after_in_child=_forked(self))
        for problem in settings.problems:
            logger.warning("%s", problem)
        if settings.enabled:
            atexit.register(self._exit)
        elif not settings.problems:
            logger.debug("SMART_SRE_URL is not set: nothing is recorded or sent")

    @property
    def enabled(self) -> bool:
        """Tell whether runs are recorded and sent."""
        return self.settings.enabled

    @property
    def losses(self) -> dict[str, int]:
        """Return how many runs were lost, by reason."""
        return dict(self._sender.losses)

    def begin(self, agent_name: str, **fields: Any) -> Recording:
        """Begin a recording that knows what all runs of this process share."""
        known = {"environment": self.settings.environment, "agent_version": self.settings.agent_version}
        recording = Recording(agent_name, **{**known, **{name: v for name, v in fields.items() if v is not None}})
        with self._lock:
            self._open.add(recording)
        return recording

    def save(self, recording: Recording) -> None:
        """Send what is known of a run that goes on."""
        if self.enabled:
            self._sender.put(recording.body(ended=False), recording.weight())

    def end(self, recording: Recording) -> None:
        """Send a run that ended."""
        with self._lock:
            if recording not in self._open:
                return
            self._open.discard(recording)
        if not self.enabled:
            return
        self._sender.put(recording.body(ended=True), recording.weight())
        if self.settings.in_lambda:
            self._sender.flush(_LAMBDA_SECONDS, patient=False)

    def discard(self, recording: Recording) -> None:
        """Forget a run."""
        with self._lock:
            self._open.discard(recording)

    def flush(self, seconds: float = _EXIT_SECONDS) -> bool:
        """Wait until all that ended is sent, for so long at most; tell whether it is."""
        return not self.enabled or self._sender.flush(seconds)

    def close(self) -> None:
        """Send what there is, runs under way included, and count what could not be sent."""
        atexit.unregister(self._exit)
        self._exit()

    def _exit(self) -> None:
        with contextlib.suppress(Exception):
            # A run that nobody ended is sent as it stands: whoever looks for it sees how far it came.
            with self._lock:
                left = list(self._open)
                self._open.clear()
            if self.enabled and os.getpid() == self._pid:
                for recording in left:
                    self.save(recording)
                self._sender.flush(_EXIT_SECONDS)
                self._sender.close()

    def _post(self, packed: bytes) -> Answer:
        headers = {
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
            "User-Agent": "smart-sre-python",
        }
        if self.settings.secret:
            headers["X-Ingest-Secret"] = self.settings.secret
        return send(f"{self.settings.url}/agent-runs", method="POST", headers=headers, body=packed, seconds=_SECONDS)

    def _answered(self, run_id: str, failed: bool, answer: Answer) -> None:  # noqa: FBT001  a callback's place
        if not failed:
            return
        told = answer.json()
        rca_run_id = told.get("rca_run_id") if isinstance(told, dict) else None
        where = f"/agent-runs/rca-runs/{rca_run_id}" if rca_run_id else f"/agent-runs/{run_id}"
        what = "why" if rca_run_id else "it was not analysed by itself; ask for it there"
        logger.warning(
            "run %s failed; %s: %s%s, or: smart-sre report %s", run_id, what, self.settings.url, where, run_id
        )


_default: Client | None = None
_making = threading.Lock()


def configure(
    *,
    url: str | None = None,
    secret: str | None = None,
    environment: str | None = None,
    agent_version: str | None = None,
) -> Client:
    """Set where this process sends its runs; what is not given comes from the environment. Returns the client."""
    global _default
    made = Client(Settings.load(url=url, secret=secret, environment=environment, agent_version=agent_version))
    with _making:
        before, _default = _default, made
    if before:
        before.close()
    return made


def default_client() -> Client:
    """Return the process's client, made at first use from the environment."""
    global _default  # noqa: PLW0603  one process, one client
    if _default is None:
        with _making:
            _default = _default or Client(Settings.load())
    return _default


def flush(seconds: float = _EXIT_SECONDS) -> bool:
    """Wait until all that ended is sent, for so long at most; tell whether it is."""
    return bool(harmless(default_client().flush)(seconds))


def losses() -> dict[str, int]:
    """Return how many runs of this process were lost, by reason."""
    return default_client().losses


def _forked_process() -> None:
    global _making  # noqa: PLW0603  it may have been held by a thread that is not here
    _making = threading.Lock()


os.register_at_fork(after_in_child=_forked_process)


def _forked(client: Client) -> Callable[[], None]:
    reference = weakref.ref(client)

    def reset() -> None:
        if found := reference():
            found._lock = threading.Lock()  # noqa: SLF001  its own
            found._open = weakref.WeakSet()  # noqa: SLF001  what the parent began is the parent's
            found._pid = os.getpid()  # noqa: SLF001  its own

    return reset
