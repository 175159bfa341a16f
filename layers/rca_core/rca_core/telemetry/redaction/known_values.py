"""Credentials that a run showed once: wherever else in the run they stand, nothing there may tell them."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from rca_core.telemetry.redaction.quotes import between_escapes
from rca_core.telemetry.redaction.text import Span, compile_hint, encode, lazily
from rca_core.telemetry.redaction.values import looks_random

_MAX_KNOWN: Final = 64
_LENGTHS: Final = {"password": 6, "secret": 8, "api_key": 8, "credential": 8}
_LEAST: Final = 12
_MAX_LENGTH: Final = 1_000
_PLAIN: Final = lazily(r"[A-Za-z0-9._~-]")


class KnownValues:
    """The credentials found so far that can be told from ordinary words, at most 64: the search stays linear."""

    def __init__(self) -> None:
        self._kinds: dict[str, str] = {}

    def add(self, text: str, spans: Iterable[Span]) -> None:
        """Remember what stands at these places of a text."""
        for start, end, kind, _ in spans:
            value = text[start:end]
            if len(self._kinds) < _MAX_KNOWN and _can_be_told(value, kind):
                for form in {value, json.dumps(value, ensure_ascii=False)[1:-1], _percent_encoded(value)}:
                    self._kinds.setdefault(form, kind)

    def pattern(self) -> Any:
        """Return a pattern that finds texts with one of them in; None if there are none."""
        if not self._kinds:
            return None
        return compile_hint("|".join(re.escape(encode(value).decode()) for value in self._kinds))

    def redact(self, text: str, counts: Counter[str]) -> str:
        """Return a text without them, but where they are a part of a longer word."""
        for value, kind in sorted(self._kinds.items(), key=lambda item: -len(item[0])):
            if value in text:
                text = _replace_words(text, value, kind, counts)
        return text


def _can_be_told(value: str, kind: str) -> bool:
    if not _LENGTHS.get(kind, _LEAST) <= len(value) <= _MAX_LENGTH or kind == "code":
        return False
    return looks_random(value) or (" " in value and len(value) >= _LEAST)


def _percent_encoded(value: str) -> str:
    return "".join(
        character
        if _PLAIN().match(character)
        else "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))
        for character in value
    )


def _replace_words(text: str, value: str, kind: str, counts: Counter[str]) -> str:
    parts, position = [], 0
    while (found := text.find(value, position)) >= 0:
        end = found + len(value)
        inside = (text[found - 1 : found].isalnum() and value[0].isalnum()) or (
            text[end : end + 1].isalnum() and value[-1].isalnum()
        )
        start, end = (found, end) if inside else between_escapes(text, found, end)
        parts += [text[position:start], text[start:end] if inside else f"[redacted:{kind}]"]
        counts[kind] += not inside
        position = end
    return "".join([*parts, text[position:]])
