"""Texts as the finders see them, and what they find there."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, Final, NamedTuple, Protocol

import re2


class Span(NamedTuple):
    """Characters of a text that are a credential; `quote` stands around its mark where a number stood without."""

    start: int
    end: int
    kind: str
    quote: str = ""


class Handler(Protocol):
    """Judge what a hint found; add spans; return where to go on. It reads a bounded stretch, or what it steps over."""

    def __call__(self, text: str, start: int, end: int, spans: list[Span]) -> int: ...


class Finder(NamedTuple):
    """A pattern that finds where to look, all at once and in linear time, and what looks there.

    `gate` finds less: where a hint without what makes it a credential is common. It stands for the hint in the one
    search that tells clean texts from others, so it must match whatever the handler would accept.
    """

    hint: str
    handler: Handler
    gate: str


def lazily(pattern: str, flags: int = 0) -> Callable[[], re.Pattern[str]]:
    """Return a pattern that is compiled when it is first asked for: most never are, and a function has to start."""
    return cache(lambda: re.compile(pattern, flags))


def words(text: str) -> list[str]:
    """Return the words of a list that is written as a sentence."""
    return text.split()


def compile_hint(pattern: str) -> Any:
    """Return a pattern that is matched against `encode(text)`."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 32 << 20
    options.never_capture = True
    options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(pattern.encode(), options)


def encode(text: str) -> bytes:
    """Return a text as ASCII, one byte for each character, so that places are the same in both."""
    return text.encode("ascii", "replace")


# Where a word may begin in a text, in a string of JSON, and in what is encoded for a URL.
BOUND: Final = r"(?:^|[^A-Za-z0-9_]|\\[nrtbf]|\\u[0-9a-fA-F]{4}|%[0-9A-Fa-f]{2})"

KEY_CHARACTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
