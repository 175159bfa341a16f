"""What is counted of runs: blocks of counters that add up and can be taken back, one an environment and hour."""

from collections.abc import Iterable, Mapping
from typing import Final

from rca_core.metrics.histogram import Counts
from rca_core.metrics.names import OTHER, short

Block = dict[str, Counts]
"""Section -> name -> how many. What is zero is not kept."""
Hour = dict[str, Block]
"""Environment -> its block; runs without one are under the empty name."""

RUNS: Final = "runs"
"""The section of a run's own numbers: how it ended, tokens, cost in millionths of a US dollar."""
CATEGORY: Final = "category"
STEP_MS: Final = "step_ms"
RUN_MS: Final = "run_ms"
TOOL: Final = "tool"
AGENT: Final = "agent"
VERSION: Final = "version"
FAILED: Final = "_failed"
"""What follows a section's name where failures are counted by the same names."""

SECTIONS: Final = frozenset(
    (RUNS, CATEGORY, STEP_MS, RUN_MS, *(name + failed for name in (TOOL, AGENT, VERSION) for failed in ("", FAILED)))
)
"""All of them, in this version."""

_MOST_ENVIRONMENTS: Final = 6
# Of each environment of an hour: an hour stays under 300 KB whoever makes names up, for they are cut (names.py).
_MOST_NAMES: Final = {TOOL: 100, AGENT: 100, VERSION: 100}


def add(hour: Hour, environment: str, block: Block, sign: int = 1) -> None:
    """Add a block to an hour's, or take it back with a sign of -1."""
    target = hour.setdefault(environment, {})
    for section, counts in block.items():
        into = target.setdefault(section, {})
        for name, count in counts.items():
            if total := into.get(name, 0) + sign * count:
                into[name] = total
            else:
                into.pop(name, None)
        if not into:
            del target[section]
    if not target:
        del hour[environment]


def folded(hour: Hour, environment: str, block: Block) -> tuple[str, Block]:
    """Return an environment and a block as an hour with room for only so many names can count them.

    What finds no room is counted together as `__other__`; to be taken back, it has to be remembered so.
    """
    if environment not in hour and len(hour) >= _MOST_ENVIRONMENTS:
        environment = OTHER
    there = hour.get(environment, {})
    fits = dict(block)
    for section, most in _MOST_NAMES.items():
        if counts := block.get(section):
            names = _fitting(there.get(section, {}), counts, most)
            for each in (section, section + FAILED):
                if each in block:
                    fits[each] = _renamed(block[each], names)
    return environment, fits


def summed(hours: Iterable[Hour]) -> Hour:
    """Return the sum of hours, by environment."""
    total: Hour = {}
    for hour in hours:
        for environment, block in hour.items():
            _pour(total.setdefault(environment, {}), block)
    return total


def merged(hour: Hour, environment: str | None = None) -> Block:
    """Return the block of one environment, or the sum of all."""
    if environment is not None:
        return hour.get(short(environment), {})
    total: Block = {}
    for block in hour.values():
        _pour(total, block)
    return total


def _pour(into: Block, block: Block) -> None:
    for section, counts in block.items():
        if (target := into.get(section)) is None:
            into[section] = dict(counts)
            continue
        for name, count in counts.items():
            target[name] = target.get(name, 0) + count


def _fitting(there: Mapping[str, int], names: Iterable[str], most: int) -> set[str]:
    room, fitting = most - len(there), set()
    for name in names:
        if name in there or room > 0:
            room -= name not in there
            fitting.add(name)
    return fitting


def _renamed(counts: Counts, fitting: set[str]) -> Counts:
    renamed: Counts = {}
    for name, count in counts.items():
        known = name if name in fitting else OTHER
        renamed[known] = renamed.get(known, 0) + count
    return renamed
