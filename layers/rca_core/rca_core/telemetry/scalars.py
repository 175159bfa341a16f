"""Times and numbers, read from whatever stands for one: epochs of any unit, dates of any form, numerals."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

from rca_core.telemetry.fields import FIRST_TIME, LAST_TIME, MAX_NAME, to_utc

LONGEST_NUMBER: Final = 400
"""Digits of a number; a longer one is no number of anything."""
_UNITS: Final = (1, 10**3, 10**6, 10**9)
_NUMERAL: Final = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?\s*", re.ASCII)
# Java writes the zone's name behind the offset, Ruby instead of it.
_ZONE_NAME: Final = re.compile(r"\[[\w/+-]{1,40}\]$| ?UTC$")
# The parser of mails' dates passes over it, and would be twelve hours wrong.
_HALF_OF_A_DAY: Final = re.compile(r"\b[ap]\.?m\b", re.IGNORECASE)


def is_number(value: Any) -> bool:
    """Return whether a value is a number, which a truth value is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def as_number(value: Any) -> float | None:
    """Return the number that a value is or spells, within what every bound is; None if it is none."""
    if isinstance(value, str) and len(value) <= LONGEST_NUMBER:
        try:
            return float(value)
        except ValueError:
            return None
    if not is_number(value):
        return None
    # A float may not hold what came.
    return value if isinstance(value, float) or abs(value) < 10**308 else 1e308 if value > 0 else -1e308


def as_epoch(value: Any) -> int | float | None:
    """Return the number of a time that is told as one, in whatever unit; None if a value tells none."""
    if is_number(value):
        number: int | float = value
        return number
    if not isinstance(value, str) or len(value) > MAX_NAME or not _NUMERAL.fullmatch(value):
        return None
    digits = value.strip().removeprefix("+")
    return int(digits) if digits.removeprefix("-").isdecimal() else float(digits)


def epoch_time(number: float) -> datetime | None:
    """Return the time that a number means, in the coarsest unit in which it is no later than what is kept.

    None if it is later in each. The number is not negative, and not NaN.
    """
    latest = (LAST_TIME - FIRST_TIME).total_seconds()
    for unit in _UNITS:
        if number <= latest * unit:
            # Whole numbers are divided as such: nanoseconds have more digits than a float.
            micros = number * 10**6 // unit if isinstance(number, int) else round(number * 10**6 / unit)
            return FIRST_TIME + timedelta(microseconds=micros)
    return None


def dated_time(value: Any) -> datetime | None:
    """Return the time that a text tells by its date, in UTC if it tells the offset; None if it tells none."""
    if not isinstance(value, str) or _HALF_OF_A_DAY.search(value):
        return None
    text = value.strip()
    for parse, written in ((datetime.fromisoformat, _ZONE_NAME.sub("", text)), (parsedate_to_datetime, text)):
        try:
            time = parse(written)
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
        try:
            return to_utc(time) if time.tzinfo else time
        except ValueError:
            # In UTC it is in the year 0 or 10000.
            return time.replace(tzinfo=UTC)
    return None


def within_range(time: datetime) -> datetime | None:
    """Return the nearest time that is kept; None for the year 1, as which programs write that there is none."""
    if time.year == 1:
        return None
    zoned = time.replace(tzinfo=time.tzinfo or UTC)
    return time if FIRST_TIME <= zoned <= LAST_TIME else FIRST_TIME if zoned < FIRST_TIME else LAST_TIME
