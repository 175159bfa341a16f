"""Times as people give them: `2h`, `7d`, or a date."""

import argparse
import re
from datetime import UTC, datetime, timedelta
from typing import Final

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def since(text: str) -> str:
    """Return a time as the API takes it."""
    if found := re.fullmatch(r"([0-9]{1,4})([mhdw])", text):
        passed = timedelta(**{_UNITS[found[2]]: int(found[1])})
        return _rfc3339(datetime.now(UTC) - passed)
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is no time: give 30m, 2h, 7d, or 2026-01-20T12:00:00Z"
        raise argparse.ArgumentTypeError(message) from None
    return _rfc3339(given if given.tzinfo else given.replace(tzinfo=UTC))


def _rfc3339(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
