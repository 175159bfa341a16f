"""Every credential in a text, by all finders; and whether a text can hold any at all."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Final

from rca_core.telemetry.redaction.assign import ASSIGNMENTS
from rca_core.telemetry.redaction.commands import COMMANDS
from rca_core.telemetry.redaction.known import KNOWN
from rca_core.telemetry.redaction.known_values import KnownValues
from rca_core.telemetry.redaction.prose import PROSE
from rca_core.telemetry.redaction.quotes import between_escapes
from rca_core.telemetry.redaction.text import Finder, Handler, Span, compile_hint, encode, lazily
from rca_core.telemetry.redaction.urls import URLS
from rca_core.telemetry.redaction.values import MARK

CREDENTIALS: Final = (*KNOWN, *URLS, *ASSIGNMENTS, *PROSE, *COMMANDS)
# Letters written as escapes, as some writers of JSON do: they may spell a key or end a value.
_ESCAPED: Final = r"\\u00[2-7][0-9a-fA-F]"
# A JSON Web Key, whose private parts have names of one letter.
_WEB_KEY: Final = r"kty\\{0,31}\""
# What no reader of JSON can keep: NUL, what is not finite, numbers too large to be. One search finds it with the rest.
_ODD: Final = r"\\u0000|NaN|Infinity|[0-9][eE]\+?[0-9]{3}|[0-9]{40}"
_UNESCAPE: Final = lazily(
    r"\\{1,31}u00(2[1346-9a-bA-B-F]|2[d-fD-F]|3[0-9a-fA-F]|[46][0-9a-fA-F]|5[0-9abdefABDEF]|7[0-9a-eA-E])"
)
_MARKS: Final = lazily(r"\[redacted:[a-z_]{1,40}\]")


class Scanner:
    """Finders put together: one search tells whether a text can hold anything, then each finds its own."""

    def __init__(self, finders: Sequence[Finder]) -> None:
        self._finders = finders
        self.gate = compile_hint("|".join([*(finder.gate for finder in finders), _ESCAPED, _WEB_KEY, _ODD]))

    @cached_property
    def _searches(self) -> list[tuple[Any, Handler]]:
        """Made for the first text that may hold anything: it is most of what a function would start with."""
        return [(compile_hint(finder.hint), finder.handler) for finder in self._finders]

    def redact(self, text: str, counts: Counter[str], known: KnownValues | None = None) -> str:
        """Return a text with its credentials replaced by marks; count them, and add them to those known."""
        spelled = _UNESCAPE().sub(_letter, text) if "\\u00" in text else text
        found = self.find(spelled)
        if not found:
            return text
        if known is not None:
            known.add(spelled, found)
        return replace(spelled, found, counts)

    def find(self, text: str) -> list[Span]:
        """Return what is to be replaced in a text, in order and without overlaps."""
        data = encode(text)
        spans: list[Span] = []
        for hint, handler in self._searches:
            position = 0
            while match := hint.search(data, position):
                start, end = match.span()
                position = max(handler(text, start, end, spans), start + 1)
        if MARK in text:
            marks = [match.span() for match in _MARKS().finditer(text)]
            spans = [span for span in spans if not _overlaps(span, marks)]
        return [_between_escapes(text, span) for span in _merge(spans)]


def _letter(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


def _overlaps(span: Span, marks: list[tuple[int, int]]) -> bool:
    index = bisect_left(marks, (span.end,))
    return index > 0 and marks[index - 1][1] > span.start


def _merge(spans: list[Span]) -> list[Span]:
    """Join spans that overlap; the one that was found first says of what kind they are."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = last._replace(end=max(last.end, span.end))
        elif span.end > span.start:
            merged.append(span)
    return merged


def _between_escapes(text: str, span: Span) -> Span:
    start, end = between_escapes(text, span.start, span.end)
    return span._replace(start=start, end=end)


def replace(text: str, spans: Iterable[Span], counts: Counter[str]) -> str:
    """Return a text with its spans replaced by `[redacted:kind]`."""
    parts, position = [], 0
    for span in spans:
        parts += [text[position : span.start], span.quote, f"[redacted:{span.kind}]", span.quote]
        position = span.end
        counts[span.kind] += 1
    return "".join([*parts, text[position:]]) if parts else text
