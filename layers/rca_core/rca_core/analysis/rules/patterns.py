"""What the structure of a pattern tells before it is searched: whether it is safe, and what a text must hold to match.

Reads the tree that `re` itself makes of a pattern; its parts have no public names, so they are looked up here only.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib import import_module
from itertools import takewhile, zip_longest
from typing import Any, Final, NamedTuple

MAX_PATTERN: Final = 1_000
"""Characters of one pattern of a user's rule."""
MAX_WAYS: Final = 10_000
"""Ways in which one pattern may match at one place of a text."""
MAX_STEPS: Final = 20_000
"""Steps that a search may take for each character of a text, with one pattern or with all those of a file."""
LONGEST_TEXT: Final = 4_000
"""Characters of a text that are matched at most (`facts.MAX_MATCHED`), so a repeat without end has so many ways."""

_PARSER: Final = import_module("re._parser")
_COMPILER: Final = import_module("re._compiler")
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

    Refused: more than 1,000 characters, a reference to a group, more than 10,000 ways to match at one place, more than
    20,000 steps for a character. A repeat without end counts as 4,000 of both; as one way only where what follows can
    stand nowhere but at its end, as the space in `\\w+ `.
    """
    if len(pattern) > MAX_PATTERN:
        return f"is longer than {MAX_PATTERN} characters"
    try:
        re.compile(pattern, re.MULTILINE)
        cost = _cost(_PARSER.parse(pattern))
    except (re.error, RecursionError, OverflowError) as error:
        return f"is no pattern: {error}"
    if cost is None:
        return "refers to a group"
    if cost.ways > MAX_WAYS or search_steps(pattern) > MAX_STEPS:
        return "may take too many steps; bound its gaps, as in .{0,40}"
    return None


def search_steps(pattern: str) -> int:
    """Return how many steps the search for a pattern takes for each character of a text, at most."""
    nodes = list(_PARSER.parse(pattern))
    anchors, head = _opening(nodes)
    start = anchors + len(head)
    if len(nodes) > start and str(nodes[start][0]) == "BRANCH":
        return sum(_steps_of([*nodes[:start], *branch, *nodes[start + 1 :]]) for branch in nodes[start][1][1])
    return _steps_of(nodes)


def _steps_of(nodes: Sequence[Any]) -> int:
    """Return the steps of a sequence for each character; what follows a fixed text is tried only where that stands."""
    anchors, head = _opening(nodes)
    rest = _cost(nodes[anchors + len(head) :])
    steps = rest.steps if rest else 0
    if not head:
        return 1 + anchors + steps
    # Each letter like its first starts a comparison; it can stand again, at the earliest, where it repeats itself.
    apart = next(shift for shift in range(1, len(head) + 1) if head.startswith(head[shift:]))
    return 1 + anchors + head.count(head[0]) + math.ceil(steps / apart)


def _opening(nodes: Sequence[Any]) -> tuple[int, str]:
    """Return how many anchors a sequence begins with, and the fixed text behind them."""
    anchors = sum(1 for _ in takewhile(lambda node: str(node[0]) == "AT", nodes))
    return anchors, "".join(chr(node[1]) for node in takewhile(lambda node: str(node[0]) == "LITERAL", nodes[anchors:]))


class _Cost(NamedTuple):
    """What a sequence can cost at one place of a text, at most: ways to match, and steps to try them all."""

    ways: int
    steps: int


def _cost(parsed: Iterable[tuple[Any, Any]]) -> _Cost | None:
    """Return the cost of a sequence, ways up to a little more than is allowed; None where a group is referred to."""
    total = _Cost(1, 0)
    nodes = list(parsed)
    for (operation, argument), following in zip_longest(nodes, nodes[1:]):
        name = str(operation)
        if name.startswith("GROUPREF"):
            return None
        parts = _parts(name, argument)
        inner = [_cost(part) for part in parts]
        known = [each for each in inner if each]
        if len(known) < len(inner):
            return None
        steps = sum(part.steps or 1 for part in known)
        each = _Cost(_of_alternatives(parts, [part.ways for part in known]), steps)
        each = _repeated(each, argument, following) if name in _REPEATS else each._replace(steps=1 + steps)
        total = _Cost(min(total.ways * each.ways, MAX_WAYS + 1), total.steps + total.ways * each.steps)
    return total


def _repeated(each: _Cost, repeat: Any, following: tuple[Any, Any] | None) -> _Cost:
    """Return the cost of a repeat of what costs so much, with what follows it."""
    least, most = repeat[0], min(repeat[1], LONGEST_TEXT)
    if _ends_where_it_must(repeat[2], following):
        return _Cost(1, 2 * most * each.steps)
    if each.ways == 1:
        return _Cost(most - min(least, most) + 1, most * each.steps)
    ways = 0
    for times in range(least, most + 1):
        ways += each.ways ** min(times, 20)
        if ways > MAX_WAYS:
            break
    # With two ways or more each time, there are more ways at the end than places on the way there.
    return _Cost(ways, ways * each.steps)


def _ends_where_it_must(repeated: Any, following: tuple[Any, Any] | None) -> bool:
    """Return whether the letter that follows a repeat of single letters is none of them: then all but one way fail."""
    if following is None or str(following[0]) != "LITERAL" or len(repeated) != 1:
        return False
    one_letter = str(repeated[0][0]) in ("ANY", "IN", "LITERAL", "NOT_LITERAL")
    return one_letter and _COMPILER.compile(repeated).match(chr(following[1])) is None


def _of_alternatives(parts: Sequence[Any], ways: Sequence[int]) -> int:
    """Return the ways of alternatives together: of those that begin with different letters, only one can match."""
    begins = [str(part[0][0]) == "LITERAL" and part[0][1] if len(part) else None for part in parts]
    if not all(begins):
        return max(1, sum(ways))
    same: Counter[Any] = Counter()
    for begin, count in zip(begins, ways, strict=True):
        same[begin] += count
    return max(same.values(), default=1)


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
