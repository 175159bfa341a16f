"""What the wording of a text consists of: its words, the letters within them, and the facts that stand beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, starmap
from typing import Final, Literal, NamedTuple

MAX_READ: Final = 4_000
"""Characters of one text that are read; the middle of a longer one is left out."""
MAX_RESULT: Final = 400
"""Characters that are read of the result of a call that succeeded: an error says so at the start."""
MAX_WHOLE: Final = 250
PIECE: Final = 240
"""A text over `MAX_WHOLE` characters is read in pieces: one cause among much else is lost in the whole."""
LEAST_PIECE: Final = 60
"""Characters from which a line is read by itself."""
_BREAKS: Final = ("\n", "\\n", "}", ". ")
LONGEST_WORD: Final = 24
_LONGEST_ID: Final = 8
_UUID: Final = 36
_DASHES: Final = (8, 13, 18, 23)
_HEX: Final = frozenset("0123456789abcdefABCDEF")
_SHORTEST_GRAM: Final = 3
_LONGEST_GRAM: Final = 5
_EMPTY: Final = {"[": "]", "{": "}", "(": ")", '"': '"', "'": "'"}
_BLANK_ESCAPES: Final = frozenset("nrtbf")


class Word(NamedTuple):
    """One word, lower case, and where it stands in the text; facts and words of the class stand nowhere (-1)."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Said:
    """A text as telemetry holds it, and the facts beside it."""

    text: str
    error_class: str | None = None
    status_code: int | None = None
    failed: bool = True
    scope: Literal["tool", "run", "step"] = "tool"
    in_result: bool = False
    tool_name: str | None = None

    @classmethod
    def of(
        cls,
        *,
        scope: Literal["tool", "run", "step"],
        status: str,
        tool_name: str | None = None,
        error_class: str | None = None,
        error_message: str | None = None,
        status_code: int | None = None,
        result_summary: str | None = None,
    ) -> "Said":
        """Return what a call, a step or a run says: its error message and its result."""
        text = "\n".join(part for part in (error_message, result_summary) if part)
        failed = status != "success"
        return cls(text, error_class, status_code, failed, scope, not error_message and bool(result_summary), tool_name)

    @property
    def is_result(self) -> bool:
        """Return whether the text is the result of something that is said to have succeeded."""
        return self.in_result and not self.failed


def read_words(said: Said) -> list[Word]:
    """Return the words of as much of a text as is read."""
    if said.is_result:
        return list(_words(said.text[:MAX_RESULT]))
    text = said.text
    if len(text) <= MAX_READ:
        return list(_words(text))
    half = MAX_READ // 2
    tail = len(text) - half
    late = (Word(each.text, each.start + tail, each.end + tail) for each in _words(text[tail:]))
    return [*_words(text[:half]), *late]


def into_pieces(words: Sequence[Word], said: Said) -> list[Sequence[Word]]:
    """Return the words of a text in the pieces in which they are read, at least one.

    A long text is cut where lines, sentences and objects end. A line that is there again, numbers aside, as in logs and
    lists, is read once; pieces are as small as a sentence is, so that one among many is not lost. But a result is no
    such list of which one line tells what failed: a page or a log that was read may hold any.
    """
    least = PIECE if said.is_result else LEAST_PIECE
    if not words or words[-1].end - words[0].start <= MAX_WHOLE:
        return [words]
    pieces: list[Sequence[Word]] = []
    seen: set[tuple[str, ...]] = set()
    open_piece: list[Word] = []
    for part in _parts(words, said.text):
        shape = tuple("#" if each.text.isdigit() else each.text for each in part)
        if shape in seen:
            continue
        seen.add(shape)
        if open_piece and part[-1].end - open_piece[0].start > PIECE:
            pieces.append(open_piece)
            open_piece = []
        open_piece.extend(part)
        if part[-1].end - open_piece[0].start >= least:
            pieces.append(open_piece)
            open_piece = []
    return [*pieces, open_piece] if open_piece else pieces


def _parts(words: Sequence[Word], text: str) -> Iterator[Sequence[Word]]:
    """Yield the words up to the end of each line or object, or as many as fit into a piece."""
    first = 0
    for number, (word, following) in enumerate(pairwise(words), 1):
        between = text[word.end : following.start]
        if following.end - words[first].start > PIECE or any(each in between for each in _BREAKS):
            yield words[first:number]
            first = number
    yield words[first:]


def beside(said: Said) -> tuple[tuple[str, ...], list[Word]]:
    """Return the facts beside a text, as words that no text has, and the words of the error class."""
    named = [Word(each.text, -1, -1) for each in _words((said.error_class or "")[:200])]
    facts = [
        f"scope={said.scope}",
        f"status={'failure' if said.failed else 'success'}",
        f"in={'result' if said.in_result else 'message'}",
        *(f"class={each.text}" for each in named),
        *(f"tool={each.text}" for each in _words((said.tool_name or "")[:100])),
    ]
    if said.status_code:
        facts += [f"code={said.status_code}", f"code={said.status_code // 100}xx"]
    return tuple(dict.fromkeys(facts)), named


def words_of(facts: Sequence[str], texts: Sequence[str]) -> Iterator[str]:
    """Yield the facts, the words, and every two words in a row."""
    yield from facts
    yield from texts
    yield from starmap(pair_of, pairwise(texts))


def pair_of(one: str, other: str) -> str:
    """Return two words in a row as one feature."""
    return f"{one} {other}"


def grams_of(word: str) -> tuple[str, ...]:
    """Return every three to five characters in a row within a word, its borders marked by blanks."""
    padded = f" {word} "
    return tuple(
        padded[at : at + size]
        for size in range(_SHORTEST_GRAM, _LONGEST_GRAM + 1)
        for at in range(len(padded) - size + 1)
    )


def is_dense(character: str) -> bool:
    """Return whether a character is of a script that writes no blanks between words."""
    return character >= "\u0e00" and (
        "\u3040" <= character <= "\u30ff"
        or "\u3400" <= character <= "\u9fff"
        or "\u0e00" <= character <= "\u0eff"
        or "\u1000" <= character <= "\u109f"
        or "\u1780" <= character <= "\u17ff"
    )


def _words(text: str) -> Iterator[Word]:
    for token, start, end in _tokens(text):
        yield from _split(token, start, end)


def _tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield runs of letters and digits, escapes undone, and pairs of brackets or quotes with nothing between."""
    token: list[str] = []
    start = at = 0
    size = len(text)
    while at < size:
        character = text[at]
        width = 1
        if character == "\\":
            character, width = _unescape(text, at)
        if not token and _is_uuid(text[at : at + _UUID]):
            yield "#", at, at + _UUID
            width = _UUID
        elif character.isalnum() or "\u0300" <= character < "\u1100":
            if not token:
                start = at
            token.append(character)
        else:
            if token:
                yield "".join(token), start, at
                token.clear()
            if character in _EMPTY and (close := _closing(text, at + width, _EMPTY[character])):
                yield character + _EMPTY[character], at, close
                width = close - at
        at += width
    if token:
        yield "".join(token), start, size


def _is_uuid(text: str) -> bool:
    """Return whether a text is a UUID, in which letters and digits are drawn by lot and spell nothing."""
    if len(text) < _UUID or any(text[at] != "-" for at in _DASHES):
        return False
    return all(each in _HEX for group in text.split("-") for each in group)


def _unescape(text: str, at: int) -> tuple[str, int]:
    """Return the character that a backslash starts, and how many characters it is written with."""
    width = 1
    while width < 8 and text[at + width : at + width + 1] == "\\":  # quoted in what was quoted already
        width += 1
    escaped = text[at + width : at + width + 1]
    if escaped == "u":
        digits = text[at + width + 1 : at + width + 5]
        if len(digits) == 4 and all(each in "0123456789abcdefABCDEF" for each in digits):
            code = int(digits, 16)
            # Half a character is none, and nothing could be made of it.
            return " " if 0xD800 <= code < 0xE000 else chr(code), width + 5
    if escaped in _BLANK_ESCAPES:
        return " ", width + 1
    return (escaped, width + 1) if escaped in "\"'" and escaped else (" ", width)


def _closing(text: str, at: int, close: str) -> int:
    """Return where a pair ends that has only blanks within, else 0."""
    end = at
    while end < len(text) and end < at + 8 and text[end].isspace():
        end += 1
    if text[end : end + 1] != close or (close in "\"'" and end > at):
        return 0
    return end + 1


def _split(token: str, start: int, end: int) -> Iterator[Word]:
    if token.isascii():
        if token.isdigit():
            yield Word(_number(token), start, end)
        elif token.isalpha() and token.islower():
            yield Word(token[:LONGEST_WORD], start, end)
        elif not token[0].isalnum():
            yield Word(token, start, end)
        elif _is_id(token):
            yield Word("#", start, end)
        else:
            yield from _split_case(token, start, end)
    elif any(map(is_dense, token)):
        yield from _split_dense(token, start, end)
    else:
        yield Word(token.lower()[:LONGEST_WORD], start, end)


def _number(digits: str) -> str:
    if digits in ("0", "1") or (len(digits) == 3 and digits[0] in "12345"):
        return digits
    return "#"


def _kind(character: str) -> int:
    return 0 if character.isdigit() else 1


def _is_id(token: str) -> bool:
    """Return whether letters and digits alternate as in identifiers made by machines."""
    if len(token) < _LONGEST_ID:
        return False
    return sum(_kind(one) != _kind(other) for one, other in pairwise(token)) > 1


def _split_case(token: str, start: int, end: int) -> Iterator[Word]:
    """Yield the words of `maxRetryCount`, `HTTPError` and `sha256`."""
    exact = end - start == len(token)
    first = 0
    for at in range(1, len(token) + 1):
        if at < len(token) and not _starts_word(token, at):
            continue
        part = token[first:at]
        place = (start + first, start + at) if exact else (start, end)
        yield Word(_number(part) if part.isdigit() else part.lower()[:LONGEST_WORD], *place)
        first = at


def _starts_word(token: str, at: int) -> bool:
    before, here = token[at - 1], token[at]
    if before.isdigit() or here.isdigit():
        return not (before.isdigit() and here.isdigit())
    if not here.isupper():
        return False
    return before.islower() or (at + 1 < len(token) and token[at + 1].islower())


def _split_dense(token: str, start: int, end: int) -> Iterator[Word]:
    """Yield every two characters of a script without blanks, and other letters among them as words."""
    exact = end - start == len(token)
    at = 0
    while at < len(token):
        until = at + 1
        dense = is_dense(token[at])
        while until < len(token) and is_dense(token[until]) == dense:
            until += 1
        if dense:
            size = min(2, until - at)
            for place in range(at, until - size + 1):
                where = (start + place, start + place + size) if exact else (start, end)
                yield Word(token[place : place + size], *where)
        else:
            part = token[at:until]
            where = (start + at, start + until) if exact else (start, end)
            yield Word(_number(part) if part.isdecimal() else part.lower()[:LONGEST_WORD], *where)
        at = until
