"""Which failed calls of a run nothing made good."""

from collections.abc import Iterable, Mapping
from typing import Any

FIRST_ERROR_STATUS = 400


def has_failed(call: Mapping[str, Any]) -> bool:
    """Return whether a call failed, or got an answer that an agent took for a success by mistake."""
    if call["status"] == "failure":
        return True
    return call["status"] == "success" and (call.get("status_code") or 0) >= FIRST_ERROR_STATUS


def count_unrecovered(calls: Iterable[Mapping[str, Any]]) -> int:
    """Return how many failed calls no later call of the same tool made good; calls in the order they were sent."""
    open_failures: dict[str, int] = {}
    for call in calls:
        tool = call["tool_name"]
        if has_failed(call):
            open_failures[tool] = open_failures.get(tool, 0) + 1
        elif call["status"] == "success":
            open_failures.pop(tool, None)
    return sum(open_failures.values())
