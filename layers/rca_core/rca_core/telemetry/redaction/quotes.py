"""Quoted strings inside texts, however often they were escaped: `"x"`, in a string `\\"x\\"`, and so on."""

from typing import Final, NamedTuple

from rca_core.telemetry.redaction.text import lazily

QUOTE: Final = r"(?:\\{0,31}[\"'`]|%2[27]|&quot;|&\#3[49];|\\{1,2}x2[27])"

_CLOSING: Final = {quote: lazily(rf"\\*+{quote}") for quote in "\"'`"}
_ESCAPED: Final = (*_CLOSING,)
# Of a text that was cut, the credential ends with the line, or what else ends a word.
_CUT: Final = lazily(r"[^\s\"'`\\<>]*+")


class Quoted(NamedTuple):
    """Where the content of a quoted string ends, and where to go on behind it."""

    end: int
    after: int
    closed: bool


def read_quoted(text: str, start: int, quote: str) -> Quoted:
    """Return the end of the string whose opening quote, with its backslashes, stands before `start`."""
    if quote[-1] not in _CLOSING:
        end = text.find(quote, start)
        return Quoted(end, end + len(quote), closed=True) if end >= 0 else Quoted(start, start, closed=False)
    level = len(quote) - 1
    for match in _CLOSING[quote[-1]]().finditer(text, start):
        run = len(match[0]) - 1
        if run < level or _ends_around(run, level):
            return Quoted(match.start(), match.start(), closed=False)
        if (run // (level + 1)) % 2 == 0:
            return Quoted(match.end() - level - 1, match.end(), closed=True)
    cut = _CUT().match(text, start)
    end = cut.end() if cut else start
    return Quoted(end, end, closed=False)


def _ends_around(backslashes: int, level: int) -> bool:
    """Return whether a quote behind so many backslashes ends a string around the one whose own quotes have `level`."""
    while level:
        if not backslashes % 2:
            return True
        backslashes, level = backslashes // 2, level // 2
    return False


def between_escapes(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a start and an end that part no backslash from what it escapes: what is cut out of JSON leaves JSON."""
    start -= _backslashes_before(text, start)
    if text[end : end + 1] in _ESCAPED and (escaping := _backslashes_before(text, end)) % 2:
        end = max(start, end - escaping)
    return start, end


def _backslashes_before(text: str, position: int) -> int:
    first = position
    while text[first - 1 : first] == "\\":
        first -= 1
    return position - first
