"""The points at which an operation can be cut off, at each of its requests to AWS, and the ways it can be."""

import itertools
import sys
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Final, Generic, NamedTuple, TypeVar

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from rca_core.errors import Unavailable
from tests.support.wire import ANY, Killed, Tapped, killed

Subject = TypeVar("Subject")
Result = TypeVar("Result")


class Cut(Enum):
    """What goes wrong at a request."""

    UNREACHABLE = "the request never arrives, and its sender learns it"
    LOST = "the request has its effect, and its answer is lost"
    REPEATED = "the answer is lost, and the client sends the request again by itself"
    KILLED = "the process ends when the request had its effect, which is before it sends the next"

    def plan(self, tapped: Tapped, nth: int) -> None:
        """Have the nth request from now go wrong so."""
        match self:
            case Cut.UNREACHABLE:
                tapped.before(ANY, unreachable, nth=nth)
            case Cut.LOST:
                tapped.after(ANY, lost, nth=nth)
            case Cut.REPEATED:
                tapped.before(ANY, tapped.repeat, nth=nth)
            case Cut.KILLED:
                tapped.after(ANY, killed, nth=nth)


class Attempt(NamedTuple, Generic[Subject, Result]):
    """One run of an operation: what it worked on, which one it is, its requests, if it was cut off, its result."""

    subject: Subject
    number: int
    requests: int
    cut_off: bool
    result: Result | None


def unreachable() -> None:
    """Find nobody there."""
    raise EndpointConnectionError(endpoint_url="-")


def lost() -> None:
    """Wait for an answer in vain."""
    raise ReadTimeoutError(endpoint_url="-")


CRASHES: Final = [pytest.param(None, id="a few"), *(pytest.param(cut, marks=pytest.mark.deep) for cut in Cut)]
"""What a test of crashes is given: a few of all kinds, or, in the deep set, every one of a kind."""


def crashes(
    tapped: Tapped, cut: Cut | None, prepare: Callable[[int], Subject], operation: Callable[[Subject], Result]
) -> Iterator[Attempt[Subject, Result]]:
    """Yield the attempts at an operation, each cut off at another request, and one that is not.

    Each works on a subject of its own, which `prepare` makes of the attempt's number. However many requests an
    operation makes, now or after a change, each is a place where it is cut off; without a kind of cut, there are
    four places from the first to the last, and at each it is cut off in another way.
    """

    def attempt(number: int, cut: Cut, nth: int) -> Attempt[Subject, Result]:
        subject = prepare(number)
        cut.plan(tapped, nth)
        before, result = len(tapped.requests), None
        try:
            result = operation(subject)
        except (Unavailable, Killed):
            assert not tapped.waiting
        cut_off, requests = not tapped.waiting, len(tapped.requests) - before
        tapped.forget()
        # One that was not cut off ended before that place: none was passed over.
        assert cut_off or requests < nth
        return Attempt(subject, number, requests, cut_off, result)

    return _every(cut, attempt) if cut else _few(attempt)


def _every(
    cut: Cut, attempt: Callable[[int, Cut, int], Attempt[Subject, Result]]
) -> Iterator[Attempt[Subject, Result]]:
    for nth in itertools.count(1):
        made = attempt(nth, cut, nth)
        yield made
        if not made.cut_off:
            assert nth > 1, "the operation makes no request"
            return


def _few(attempt: Callable[[int, Cut, int], Attempt[Subject, Result]]) -> Iterator[Attempt[Subject, Result]]:
    whole = attempt(1, Cut.KILLED, sys.maxsize)
    assert whole.requests, "the operation makes no request"
    yield whole
    for number, cut in enumerate(Cut):
        yield attempt(2 + number, cut, 1 + number * (whole.requests - 1) // (len(Cut) - 1))
