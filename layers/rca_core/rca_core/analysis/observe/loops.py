"""Calls that repeat without bringing anything new: the same call again and again, or a cycle of calls."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import re2

from rca_core.analysis.observe.canonical import canonical
from rca_core.analysis.observe.tool_names import informs
from rca_core.telemetry import ToolCall

MIN_REPEATS: Final = 3
MAX_PERIOD: Final = 4
MIN_SAME_ANSWERS: Final = 5
MAX_WAIT: Final = 200
MIN_ANSWER: Final = 16
"""Characters of an answer from which it is unlikely to be the same by chance."""


@dataclass(frozen=True, slots=True)
class Loop:
    """A stretch of calls that repeats: `period` calls, `repetitions` times, from `first` on."""

    first: int
    period: int
    repetitions: int


def identity(call: ToolCall) -> tuple[str, str]:
    """Return what makes two calls the same call: the tool and its canonical arguments, or their hash."""
    if call.args_json is not None and (text := canonical(call.args_json)) is not None:
        return call.tool_name, text
    return call.tool_name, f"hash:{call.args_hash}" if call.args_hash else f"unknown:{call.call_id}"


def without_asides(calls: Sequence[ToolCall]) -> list[ToolCall]:
    """Leave out the successful calls of tools that were used only once: a call aside does not end a loop."""
    used = Counter(call.tool_name for call in calls)
    return [call for call in calls if used[call.tool_name] > 1 or call.status != "success"]


def longest_loop(calls: Sequence[ToolCall]) -> Loop | None:
    """Return the longest stretch of calls, in order, that repeats at least three times, or None.

    Calls count as repeated when tool, arguments and result are the same: a poll whose result changes, or a walk through
    pages whose arguments change, gets somewhere. Linear in the number of calls for each period up to four.
    """
    series = _numbered(calls)
    loops = [loop for period in range(1, MAX_PERIOD + 1) if (loop := _longest_of(series, period))]
    return max(loops, key=lambda loop: (loop.period * loop.repetitions, -loop.period), default=None)


def _numbered(calls: Sequence[ToolCall]) -> list[int]:
    """Return a number for each call, the same for calls that are the same in tool, arguments and result.

    Arguments, which take time to compare, are looked at only where tool and result occur often enough for a loop.
    """
    outcomes = [(call.tool_name, call.result_summary or "") for call in calls]
    often = Counter(outcomes)
    numbers: dict[tuple[object, ...], int] = {}
    return [
        numbers.setdefault(
            (*identity(call), outcome[1]) if often[outcome] >= MIN_REPEATS else (position,), len(numbers)
        )
        for position, (call, outcome) in enumerate(zip(calls, outcomes, strict=True))
    ]


def _longest_of(series: Sequence[int], period: int) -> Loop | None:
    best: Loop | None = None
    same = 0
    for index in range(period, len(series)):
        same = same + 1 if series[index] == series[index - period] else 0
        repetitions = same // period + 1
        if repetitions >= MIN_REPEATS and (best is None or repetitions > best.repetitions):
            best = Loop(index - same - period + 1, period, repetitions)
    return best


def stretch_without_progress(calls: Sequence[ToolCall]) -> Sequence[ToolCall]:
    """Return the calls that end a run when they asked one tool in other words and got the same answer each time.

    Only of tools that inform: what acts may well answer the same to each of many things done. None if they are fewer
    than five, or the answer is too short to say that it is the same one.
    """
    last = calls[-1] if calls else None
    if last is None or not informs(last.tool_name) or len(last.result_summary or "") < MIN_ANSWER:
        return ()
    start = len(calls)
    while start and (calls[start - 1].tool_name, calls[start - 1].result_summary) == (
        last.tool_name,
        last.result_summary,
    ):
        start -= 1
    return calls[start:] if len(calls) - start >= MIN_SAME_ANSWERS else ()


_WAITING: Final = re2.compile(
    r"(?i)\b(?:pending|queued|in[ _-]?progress|running|processing|waiting|not (?:yet )?(?:ready|finished|done)|still)\b"
)


def waits_for_something(result: str | None) -> bool:
    """Return whether an answer says that something is under way: asking again and again is then how to wait for it."""
    return bool(result and len(result) <= MAX_WAIT and _WAITING.search(result))
