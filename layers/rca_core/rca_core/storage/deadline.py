"""The time that an invocation has left: no call of AWS begins that could outlive it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import Final

from rca_core.errors import Unavailable

_ends: Final[ContextVar[float | None]] = ContextVar("ends", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Let no call of AWS, nor a retry of one, last past so many seconds from now: it is `Unavailable` instead.

    Within another deadline, the sooner one holds.
    """
    ends, outer = monotonic() + seconds, _ends.get()
    token = _ends.set(ends if outer is None else min(ends, outer))
    try:
        yield
    finally:
        _ends.reset(token)


@contextmanager
def sparing(seconds: float) -> Iterator[None]:
    """End the deadline, if there is one, so many seconds sooner: what comes after has them."""
    ends = _ends.get()
    token = _ends.set(None if ends is None else ends - seconds)
    try:
        yield
    finally:
        _ends.reset(token)


def check_time_for(seconds: float) -> None:
    """Raise `Unavailable` unless what lasts so long would end before the deadline, if there is one."""
    ends = _ends.get()
    if ends is not None and monotonic() + seconds > ends:
        raise Unavailable("storage did not answer in time")
