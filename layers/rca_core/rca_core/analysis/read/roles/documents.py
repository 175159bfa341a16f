"""Objects and lists that a text holds, in JSON or as Python writes them, whatever stands around them."""

import ast
import json
from dataclasses import dataclass
from typing import Any, Final

import re2

from rca_core.analysis.observe.text import with_whole_characters

MAX_STARTS: Final = 24
"""Braces at which a document is looked for."""
MAX_NESTING: Final = 40
_DECODER: Final = json.JSONDecoder()
_ERROR_DETAIL: Final = re2.compile(r"""ErrorDetail\(string=('[^'\n]*'|"[^"\n]*"), code='\w*'\)""")
_CLOSES: Final = {"{": "}", "[": "]"}


@dataclass(frozen=True, slots=True)
class Document:
    """A value that a text spells from `start` to `end`."""

    value: Any
    start: int
    end: int


def documents(text: str) -> list[Document]:
    """Return the objects and lists in a text, in their order; what stands inside one is not another."""
    found: list[Document] = []
    at = 0
    for _ in range(MAX_STARTS):
        at = min((each for each in (text.find("{", at), text.find("[", at)) if each >= 0), default=-1)
        if at < 0:
            break
        document = _document_at(text, at)
        if document is None:
            at += 1
            continue
        found.append(document)
        at = document.end
    return found


def _document_at(text: str, start: int) -> Document | None:
    end = _closing(text, start)
    if end is None:
        return None
    try:
        value, stop = _DECODER.raw_decode(text, start)
        value = with_whole_characters(value)
    except (ValueError, RecursionError):
        value, stop = _as_python(text[start:end]), end
    return Document(value, start, stop) if isinstance(value, dict | list) and value else None


def _as_python(text: str) -> Any:
    if "'" not in text and "None" not in text:
        return None
    # As Django REST framework prints its messages.
    text = _ERROR_DETAIL.sub(r"\1", text)
    try:
        return with_whole_characters(ast.literal_eval(text))
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None


def _closing(text: str, start: int) -> int | None:
    """Return where what opens at `start` is closed, quotes passed over; None if it nests too deeply or never ends."""
    open_now: list[str] = []
    at = start
    while at < len(text):
        char = text[at]
        if char in "\"'" and (char == '"' or not text[at - 1].isalnum()):
            at = _end_of_quote(text, at)
        elif char in _CLOSES:
            open_now.append(_CLOSES[char])
            if len(open_now) > MAX_NESTING:
                return None
        elif char in "}]":
            if open_now.pop() != char:
                return None
            if not open_now:
                return at + 1
        at += 1
    return None


def _end_of_quote(text: str, at: int) -> int:
    quote, at = text[at], at + 1
    while at < len(text) and text[at] != quote:
        at += 2 if text[at] == "\\" else 1
    return at
