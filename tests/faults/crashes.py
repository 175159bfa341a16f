"""Every point at which an operation can be cut off: at each of its requests to AWS, in each way."""

import itertools
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Generic, NamedTuple, TypeVar

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
    """One run of an operation: what it worked on, where it was cut off, what it returned unless it did not."""

    subject: Subject
    nth: int
    cut_off: bool
    result: Result | None


def unreachable() -> None:
    """Find nobody there."""
    raise EndpointConnectionError(endpoint_url="-")


def lost() -> None:
    """Wait for an answer in vain."""
    raise ReadTimeoutError(endpoint_url="-")


def every_crash(
    tapped: Tapped, cut: Cut, prepare: Callable[[int], Subject], operation: Callable[[Subject], Result]
) -> Iterator[Attempt[Subject, Result]]:
    """Yield the attempts at an operation, each cut off one request later, the last one not at all.

    Each works on a subject of its own, which `prepare` makes of the attempt's number. However many requests an
    operation makes, now or after a change, each is a place where it was cut off.
    """
    for nth in itertools.count(1):
        subject = prepare(nth)
        cut.plan(tapped, nth)
        before, result = len(tapped.requests), None
        try:
            result = operation(subject)
        except (Unavailable, Killed):
            assert not tapped.waiting
        cut_off = not tapped.waiting
        tapped.forget()
        # The last attempt made as many requests as there were places to cut off: none was passed over.
        assert cut_off or nth == len(tapped.requests) - before + 1
        yield Attempt(subject, nth, cut_off, result)
        if not cut_off:
            assert nth > 1, "the operation makes no request"
            return
