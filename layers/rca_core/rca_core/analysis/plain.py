"""Telemetry as words in a sentence: on one line, within a length."""

import re
from typing import Final

MAX_QUOTE: Final = 200
# More than any title takes: names are cut before they are stored.
MAX_TITLE: Final = 2_000
_SPACES = re.compile(r"\s+")
# Between digits: of ASCII, Arabic, full-width.
_POINTS: Final = ".,\u066b\u066c\uff0c\uff0e"


def plain(text: str | None, limit: int = 120) -> str:
    """Return a text on one line, without control characters, within a limit."""
    line = _SPACES.sub(" ", "".join(char if char.isprintable() else " " for char in text or "")).strip()
    return cut(line, limit)


def cut(text: str, limit: int) -> str:
    """Return a text within a limit, cut between words where there are any and never inside a number."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return (head[: head.rfind(" ")] if " " in head[limit // 2 :] else head[: _start_of_number(head)]) + "…"


def _start_of_number(text: str) -> int:
    """Return where the number begins that a text ends with, in digits of any script; its end, if there is none."""
    start = len(text)
    while start and (text[start - 1].isdecimal() or text[start - 1] in _POINTS):
        start -= 1
    return start


def quote(text: str) -> str:
    """Return a text as a short quotation."""
    return f'"{plain(text, MAX_QUOTE)}"'
