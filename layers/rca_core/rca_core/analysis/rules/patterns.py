"""What the structure of a pattern tells before it is searched: whether it is safe, and what a text must hold to match.

Reads the tree that `re` itself makes of a pattern; its parser has no public name, so it is looked up here only.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any, Final

MAX_PATTERN: Final = 1_000
"""Characters of one pattern of a user's rule."""
MAX_WAYS: Final = 10_000
LONGEST_TEXT: Final = 4_000
"""Characters of a text that are matched at most (`facts.MAX_MATCHED`), so a repeat without end has so many ways."""

_PARSER: Final = import_module("re._parser")
_REPEATS: Final = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")


def hints(pattern: str) -> tuple[str, ...] | None:
    """Return texts of which one must occur wherever a pattern matches; None if none need."""
    needed = _needed(_PARSER.parse(pattern))
    return tuple(sorted(needed)) if needed else None


def _needed(parsed: Any) -> frozenset[str] | None:
    """Return the most telling set of texts of which a match of a sequence holds one."""
    if parsed.state.flags & re.IGNORECASE:
        return None
    candidates: list[frozenset[str]] = []
    run = ""
    for operation, argument in parsed:
        name = str(operation)
        if name == "LITERAL":
            run += chr(argument)
            continue
        if run:
            candidates.append(frozenset({run}))
            run = ""
        inner = _needed_inside(name, argument)
        if inner:
            candidates.append(inner)
    if run:
        candidates.append(frozenset({run}))
    return max(candidates, key=lambda texts: (min(map(len, texts)), -len(texts), sorted(texts)), default=None)


def _needed_inside(name: str, argument: Any) -> frozenset[str] | None:
    if name == "SUBPATTERN":
        return None if argument[1] & re.IGNORECASE else _needed(argument[3])
    if name in _REPEATS:
        return _needed(argument[2]) if argument[0] >= 1 else None
    if name == "BRANCH":
        branches = [_needed(branch) for branch in argument[1]]
        if all(branches):
            return frozenset(text for branch in branches if branch for text in branch)
    return None


def unsafe(pattern: str) -> str | None:
    """Return why a pattern is none or may take long on some text; None if it is safe to search.

    Refused: more than 1,000 characters, a reference to a group, and more than 10,000 ways to match at one place, where
    a repeat without end counts as 4,000. So one `\\w+` may stand beside fixed text, and none inside another repeat.
    """
    if len(pattern) > MAX_PATTERN:
        return f"is longer than {MAX_PATTERN} characters"
    try:
        re.compile(pattern, re.MULTILINE)
        ways = _ways(_PARSER.parse(pattern))
    except (re.error, RecursionError, OverflowError) as error:
        return f"is no pattern: {error}"
    if ways is None:
        return "refers to a group"
    return f"matches in more than {MAX_WAYS} ways; bound its gaps, as in .{{0,40}}" if ways > MAX_WAYS else None


def _ways(parsed: Iterable[tuple[Any, Any]]) -> int | None:
    """Return in how many ways a sequence can match at one place, at most; None where a group is referred to."""
    total = 1
    for operation, argument in parsed:
        name = str(operation)
        if name.startswith("GROUPREF"):
            return None
        parts = _parts(name, argument)
        each = [_ways(part) for part in parts]
        if None in each:
            return None
        ways = _of_alternatives(parts, [part or 1 for part in each])
        total *= _repeated(ways, argument[0], argument[1]) if name in _REPEATS else ways
        total = min(total, MAX_WAYS + 1)
    return total


def _of_alternatives(parts: Sequence[Any], ways: Sequence[int]) -> int:
    """Return the ways of alternatives together: of those that begin with different letters, only one can match."""
    begins = [str(part[0][0]) == "LITERAL" and part[0][1] if len(part) else None for part in parts]
    if not all(begins):
        return max(1, sum(ways))
    same: Counter[Any] = Counter()
    for begin, count in zip(begins, ways, strict=True):
        same[begin] += count
    return max(same.values(), default=1)


def _repeated(ways: int, least: int, most: int) -> int:
    """Return the ways to match between `least` and `most` times what matches in `ways` ways."""
    most = min(most, LONGEST_TEXT)
    if ways == 1:
        return most - min(least, most) + 1
    total = 0
    for times in range(least, most + 1):
        total += ways ** min(times, 20)
        if total > MAX_WAYS:
            break
    return total


def _parts(name: str, argument: Any) -> list[Any]:
    """Return the sequences inside a node of the tree."""
    if name in _REPEATS:
        return [argument[2]]
    if name == "SUBPATTERN":
        return [argument[3]]
    if name == "BRANCH":
        return list(argument[1])
    if name in ("ASSERT", "ASSERT_NOT"):
        return [argument[1]]
    return [argument] if name == "ATOMIC_GROUP" else []
