"""What came of a request."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


class Unreachable(Exception):
    """Nobody answered: no address, no connection, no answer in time, or one that is no HTTP."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        """Return the body as JSON; None if it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def retry_after(self) -> float | None:
        """Return for how many seconds the server asks to be left alone, given as seconds or as a date."""
        given = (self.headers.get("Retry-After") or "").strip()
        if given.isdigit():
            return float(given)
        from email.utils import parsedate_to_datetime  # rare, and slow to import

        try:
            until = parsedate_to_datetime(given)
        except (TypeError, ValueError):
            return None
        return max((until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds(), 0.0)
