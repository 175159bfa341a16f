"""Whatever an agent holds, as JSON within bounds: what is recorded keeps no reference to the user's objects."""

import contextlib
import dataclasses
import json
import math
from collections.abc import Mapping, Set
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

MAX_NAME: Final = 256
MAX_SUMMARY: Final = 2_000
MAX_TEXT: Final = 20_000
MAX_ID: Final = 512
_MAX_DEPTH: Final = 20
_MAX_NODES: Final = 2_000
_LEFT_OUT: Final = "…[left out]"
_MAX_NUMBER: Final = 2**63


def cut(text: str, limit: int) -> str:
    """Return the text within a limit: its beginning, its end, and how much went between."""
    if len(text) <= limit:
        return text
    mark = f" …[{len(text) - limit} characters cut]… "
    keep = max(limit - len(mark), 0)
    tail = keep // 2
    return text[: keep - tail] + mark + (text[-tail:] if tail else "")


def plain(value: Any, limit: int = MAX_TEXT) -> Any:
    """Return a copy of a value as JSON knows it, of about `limit` characters at most."""
    return _Walk(limit).copy(value, 0)


def text_of(value: Any, limit: int) -> str | None:
    """Return a value as a text within a limit; what is no text is written as JSON."""
    if value is None:
        return None
    if isinstance(value, str):
        return cut(str(value), limit)
    found = plain(value, 2 * limit)
    return cut(found if isinstance(found, str) else json.dumps(found, ensure_ascii=False), limit)


def weigh(value: Any) -> int:
    """Return about how many bytes JSON of `plain` takes in memory."""
    if isinstance(value, str):
        return 56 + len(value)
    if isinstance(value, dict):
        return 64 + sum(weigh(key) + weigh(inner) for key, inner in value.items())
    if isinstance(value, list):
        return 64 + sum(map(weigh, value))
    return 32


class _Walk:
    def __init__(self, limit: int) -> None:
        self._characters = limit
        self._nodes = _MAX_NODES

    def copy(self, value: Any, depth: int) -> Any:
        self._nodes -= 1
        if self._nodes < 0 or self._characters <= 0:
            return _LEFT_OUT
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self._text(str(value))
        if isinstance(value, int | float):
            return self._number(value)
        if depth >= _MAX_DEPTH:
            return self._text(_shown(value))
        return self._composite(value, depth + 1)

    def _text(self, text: str) -> str:
        kept = cut(text, max(self._characters, 64))
        self._characters -= len(kept)
        return kept

    def _number(self, value: float) -> Any:
        self._characters -= 8
        if isinstance(value, Enum):
            return self._text(str(value.value))
        if isinstance(value, int):
            return int(value) if abs(value) < _MAX_NUMBER else self._text(_digits(value))
        return float(value) if math.isfinite(value) else str(value)

    def _composite(self, value: Any, depth: int) -> Any:
        if isinstance(value, Mapping):
            return self._mapping(value, depth)
        if isinstance(value, list | tuple | Set):
            return self._items(value, depth)
        if isinstance(value, bytes | bytearray | memoryview):
            return f"<{len(value)} bytes>"
        if isinstance(value, datetime | date):
            return value.isoformat()
        if isinstance(value, Enum):
            return self.copy(value.value, depth)
        inner = _fields_of(value)
        return self._text(_shown(value)) if inner is None else self._mapping(inner, depth)

    def _mapping(self, value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
        copied: dict[str, Any] = {}
        with contextlib.suppress(Exception):
            for key, inner in value.items():
                if self._nodes <= 0 or self._characters <= 0:
                    copied[_LEFT_OUT] = len(value) - len(copied)
                    break
                name = cut(key if isinstance(key, str) else _shown(key), MAX_NAME)
                self._characters -= len(name)
                copied[name] = self.copy(inner, depth)
        return copied

    def _items(self, value: Any, depth: int) -> list[Any]:
        copied: list[Any] = []
        with contextlib.suppress(Exception):
            for inner in value:
                if self._nodes <= 0 or self._characters <= 0:
                    copied.append(_LEFT_OUT)
                    break
                copied.append(self.copy(inner, depth))
        return copied


def _fields_of(value: Any) -> Mapping[Any, Any] | None:
    """Return what a dataclass or a model holds, without copying it; None for any other object."""
    if isinstance(value, type):
        return None
    with contextlib.suppress(Exception):
        if dataclasses.is_dataclass(value):
            return {each.name: getattr(value, each.name) for each in dataclasses.fields(value) if each.repr}
        if callable(getattr(value, "model_dump", None)):
            dumped = value.model_dump(mode="json")
            return dumped if isinstance(dumped, Mapping) else None
    return None


def _shown(value: Any) -> str:
    """Return how an object shows itself; its type, where that fails."""
    try:
        return str(repr(value)) if not isinstance(value, BaseException) else f"{type(value).__name__}: {value}"
    except Exception:
        return f"<{type(value).__name__}>"


def _digits(value: int) -> str:
    try:
        return str(value)
    except ValueError:  # Python refuses to write numbers of thousands of digits
        return hex(value)
