"""What several clients did to one run at once, checked: was there one order in which all of it makes sense?

A run is a register: a write or a deletion sets it, a read shows it. A history is linearizable if every operation can be
given an instant between its start and its end so that each read shows what was set last. Then no reader saw a mixture,
a value that nobody wrote, or an older value after a newer one was acknowledged or seen. Source: Wing and Gong,
"Testing and Verifying Concurrent Objects" (1993), with the memory of visited states that Lowe (2017) adds.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Literal, NamedTuple, TypeVar

Value = bytes | None
Result = TypeVar("Result")


class Operation(NamedTuple):
    """One operation: what it set or saw (None is no run), and when it began and ended."""

    kind: Literal["set", "saw"]
    value: Value
    start: float
    end: float


class History:
    """The operations of all clients, by run."""

    def __init__(self) -> None:
        self.operations: dict[str, list[Operation]] = defaultdict(list)
        self._lock = threading.Lock()

    def setting(self, run_id: str, value: Value, act: Callable[[], Result]) -> Result:
        """Do and note what sets a run. What raises has set nothing, and is not noted."""
        start = time.monotonic()
        result = act()
        self._note(run_id, Operation("set", value, start, time.monotonic()))
        return result

    def seeing(self, run_id: str, act: Callable[[], Value]) -> Value:
        """Do and note what shows a run. What raises has shown nothing, and is not noted."""
        start = time.monotonic()
        value = act()
        self._note(run_id, Operation("saw", value, start, time.monotonic()))
        return value

    def _note(self, run_id: str, operation: Operation) -> None:
        with self._lock:
            self.operations[run_id].append(operation)


def linearizable(operations: list[Operation], first: Value = None) -> bool:
    """Tell whether there is an order that explains all operations on one run, which holds `first` before them."""
    ordered = sorted(operations, key=lambda operation: operation.start)
    everything = (1 << len(ordered)) - 1
    seen, waiting = set[tuple[int, Value]](), [(0, first)]
    while waiting:
        done, value = waiting.pop()
        if done == everything:
            return True
        if (done, value) in seen:
            continue
        seen.add((done, value))
        left = [(place, each) for place, each in enumerate(ordered) if not done >> place & 1]
        # Next may be whatever began before any of the others had ended.
        soonest = min(each.end for _, each in left)
        for place, each in left:
            if each.start <= soonest and (each.kind == "set" or each.value == value):
                waiting.append((done | 1 << place, each.value))
    return False
