"""AWS on its bad days, on a clock that only moves when somebody waits: overloaded, out of reach, slow, or unwilling."""

import json
import random
import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ReadTimeoutError
from moto.core.botocore_stubber import BotocoreStubber

from rca_core.storage import deadline

TRY_SECONDS = 7.0
"""How long a try lasts that gets no answer: the time to connect and the time to wait for an answer."""

if TYPE_CHECKING:
    from collections.abc import Callable

Response = tuple[int, dict[str, str], str]


class Clock:
    """The time that the product measures, in seconds."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(deadline, "monotonic", lambda: self.now)
        monkeypatch.setattr(time, "sleep", self.wait)

    def wait(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.now += seconds


class Outage:
    """What becomes of each try of a call to AWS, before the emulator has it: see the methods."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = Clock(monkeypatch)
        self.tries: list[str] = []
        self._happen: Callable[[], Response | None] = lambda: None
        real = BotocoreStubber.process_request

        def process(stubber: BotocoreStubber, request: Any) -> Any:
            operation = request.headers["X-Amz-Target"].decode().partition(".")[2]
            if operation == "Scan":  # the tests', who look at what is there; the product has no such call
                return real(stubber, request)
            self.tries.append(operation)
            return self._happen() or real(stubber, request)

        monkeypatch.setattr(BotocoreStubber, "process_request", process)

    def throttles(self, *, share: float = 1.0, until: float = float("inf")) -> None:
        """Refuse a share of the tries, the same ones each time, until a time of the clock."""
        rng = random.Random(16)  # noqa: S311  reproducible, not secret

        def happen() -> Response | None:
            self.clock.wait(0.01)
            throttled = self.clock.now < until and rng.random() < share
            return _error("ThrottlingException") if throttled else None

        self._happen = happen

    def hangs(self) -> None:
        """Answer no try, so that each runs into its timeouts."""

        def happen() -> Response | None:
            self.clock.wait(TRY_SECONDS)
            raise ReadTimeoutError(endpoint_url="-")

        self._happen = happen

    def drags(self, seconds: float) -> None:
        """Answer every try, so late that it just does not run into its timeout."""
        self._happen = lambda: self.clock.wait(seconds)

    def refuses(self, code: str, request_id: str) -> None:
        """Refuse every try for a reason that repeating does not mend."""
        self._happen = lambda: _error(code, request_id)

    def ends(self) -> None:
        """Be well again."""
        self._happen = lambda: None


def _error(code: str, request_id: str = "-") -> Response:
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "s3cret internals"}
    return 400, {"x-amzn-RequestId": request_id}, json.dumps(body)
