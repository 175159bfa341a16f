"""Values that JSON can spell and nothing can keep: half characters, NUL, infinite numbers, endless nesting."""

import json
import math
from typing import Any, Final

from rca_core.telemetry.changes import Changes, Loc
from rca_core.telemetry.fields import MAX_TEXT, cut_middle
from rca_core.telemetry.wire import GROUPS, Body

MAX_DEPTH: Final = 150
"""Levels of a value that are kept as they are: a body has to stay within what a JSON parser follows (200)."""
_REPLACEMENT: Final = "\ufffd"
_NULL: Final = "\x00"


def may_hold_odd_values(body: bytes) -> bool:
    """Return whether written JSON has anything that `Cleaner` could find."""
    return b"\\u0000" in body or b"NaN" in body or b"Infinity" in body


def folded(value: Any, changes: Changes, loc: Loc) -> Any:
    """Return a value with what nests too deeply in it as JSON text."""
    return Cleaner(changes).value(value, loc) if _nests_deeper(value, MAX_DEPTH) else value


def _nests_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_nests_deeper(item, levels - 1) for item in inner)


class Cleaner:
    """Makes values that can be kept, and notes by field what was not."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes

    def run(self, body: Body) -> Body:
        """Return a whole body that can be kept; a place is named down to the field of an entry."""
        return {
            name: self._group(name, value) if name in GROUPS else self.value(value, (name,))
            for name, value in self._named(body, ()).items()
        }

    def value(self, value: Any, loc: Loc, depth: int = 0) -> Any:
        """Return one value that can be kept."""
        if isinstance(value, str):
            return self._text(value, loc)
        if isinstance(value, float):
            return self._number(value, loc)
        if not isinstance(value, dict | list):
            return value
        if depth >= MAX_DEPTH:
            self._changes.note("too_deep", loc)
            return self._text(_written(value), loc)
        if isinstance(value, dict):
            return {key: self.value(item, (*loc, key), depth + 1) for key, item in self._named(value, loc).items()}
        return [self.value(item, (*loc, index), depth + 1) for index, item in enumerate(value)]

    def _group(self, group: str, entries: Any) -> Any:
        if not isinstance(entries, list):
            return self.value(entries, (group,))
        return [
            {key: self.value(item, (group, index, key)) for key, item in self._named(entry, (group, index)).items()}
            if isinstance(entry, dict)
            else self.value(entry, (group, index))
            for index, entry in enumerate(entries)
        ]

    def _named(self, members: Body, loc: Loc) -> Body:
        """Return the members of an object under names that can be kept: those that became alike are numbered."""
        if all(_is_plain(name) for name in members):
            return members
        named: Body = {}
        for name, value in members.items():
            kept = free = _whole_characters(name)
            if kept != name:
                self._changes.note("invalid_text", (*loc, kept))
            number = 2
            while free in named or (free != name and free in members):
                free, number = f"{kept}~{number}", number + 1
            named[free] = value
        return named

    def _text(self, text: str, loc: Loc) -> str:
        if _is_plain(text):
            return text
        kept = _whole_characters(text)
        if kept != text:
            self._changes.note("invalid_text", loc)
        return kept

    def _number(self, number: float, loc: Loc) -> float | None:
        if math.isfinite(number):
            return number
        self._changes.note("not_finite", loc)
        return None


def _is_plain(text: str) -> bool:
    return _NULL not in text and text.isprintable()


def _whole_characters(text: str) -> str:
    # In UTF-16 two halves that belong together are one character, and half of one is one error.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace(_NULL, _REPLACEMENT)


def _written(value: Any) -> str:
    try:
        return cut_middle(json.dumps(value, ensure_ascii=False, default=str), MAX_TEXT)
    except RecursionError:
        return "[nests too deeply to be kept]"
