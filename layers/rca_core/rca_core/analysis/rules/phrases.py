"""Phrases: words in their order, as people would write them, made into patterns of RE2 (docs/rules.md)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

_GAPS: Final = {"...": r".{0,60}", "..": r"[ \t_-]{1,2}(?:\S+\s){0,3}"}
_BLANK: Final = r"[ \t_-]{1,2}"
_NAME: Final = r"(?:['\"`][\w.$\[\]/ -]{1,60}['\"`]|\b[a-z0-9]+[._][\w.]+(?:\[\d+\])?)"
_SIGNS: Final = {
    "~": r"[\s_-]?",
    ":": r"['\"]?\s?[:=]\s?['\"]?",
    "@": _NAME,
    "#": r"\d[\d.,]*",
    "*": r"[\w\x{80}-\x{10ffff}]*",
    "'": "['\"`\N{RIGHT SINGLE QUOTATION MARK}]",
}
_ESCAPED: Final = frozenset("\\.+[]^$-/{}&")
_NO_LETTER_BEFORE: Final = r"(?:^|[\s!-/:-@\[-^`{-~])"
_TOKEN: Final = re.compile(r"\.\.\.?|\w+|.", re.DOTALL)
_ONLY_IN_PATTERNS: Final = re.compile(r"[\\\[\]+]|\(\?|(?<!\.)\.(?!\.)|\{(?![a-z_]\w*\})")
_LIST: Final = re.compile(r"\{([a-z_]\w*)\}")
MAX_LENGTH: Final = 30_000
"""Characters of a phrase with its lists of words."""
_DEEPEST: Final = 12


class NoPhrase(ValueError):
    """A text is no phrase; says why."""


class _Item(NamedTuple):
    """A word, a sign or a group; blanks and gaps separate what stands together. `first` and `last` are its edges."""

    pattern: str
    first: str
    last: str
    maybe: bool = False
    options: "tuple[tuple[_Item, ...], ...]" = ()


@lru_cache(maxsize=4_000)
def pattern_of(phrase: str) -> str:
    """Return the RE2 pattern of a phrase without lists."""
    tokens = iter(_TOKEN.findall(phrase.lower()))
    options, closed = _options(tokens, 0)
    if closed:
        raise NoPhrase("has a ) without a (")
    if not any(options):
        raise NoPhrase("is empty")
    return _any_of(options, starts=True, ends=True)


def expanded(text: str, words: Mapping[str, Sequence[str]], *, depth: int = 4) -> str:
    """Return a text with each `{name}` replaced by the words of that list, as a group."""
    length = 0

    def group(match: re.Match[str]) -> str:
        nonlocal length
        name = match[1]
        if name not in words:
            raise NoPhrase(f"{{{name}}} is no list of words")
        if depth == 0:
            raise NoPhrase(f"{{{name}}} is nested too deeply")
        filled = f"({expanded('|'.join(words[name]), words, depth=depth - 1)})"
        length += len(filled)
        if length > MAX_LENGTH:
            raise NoPhrase(f"is longer than {MAX_LENGTH:,} characters with its words")
        return filled

    return _LIST.sub(group, text)


def is_phrase(text: str) -> bool:
    """Return whether a text has none of the signs that only patterns have."""
    return _ONLY_IN_PATTERNS.search(text) is None


def _options(tokens: Iterator[str], depth: int) -> tuple[tuple[tuple[_Item, ...], ...], bool]:
    """Return the alternatives up to the end or a closing bracket, and whether it was a bracket."""
    if depth > _DEEPEST:
        raise NoPhrase("is nested too deeply")
    options: list[tuple[_Item, ...]] = []
    items: list[_Item] = []
    for sign in tokens:
        if sign == ")":
            return (*options, tuple(items)), True
        if sign == "|":
            options.append(tuple(items))
            items = []
        elif sign == "(":
            inner, closed = _options(tokens, depth + 1)
            if not closed:
                raise NoPhrase("has a ( without a )")
            items.append(_Item("", "", "", options=inner))
        elif sign == "?":
            _make_optional(items)
        else:
            items.append(_item(sign))
    return (*options, tuple(items)), False


def _make_optional(items: list[_Item]) -> None:
    """Let the last letter, sign or group be missing."""
    if not items or items[-1].maybe or items[-1].first in ("blank", "gap", "edge"):
        raise NoPhrase("has a ? after nothing that could be missing")
    last = items.pop()
    if not last.options and last.pattern.isalnum() and len(last.pattern) > 1:
        items.append(_item(last.pattern[:-1]))
        last = _item(last.pattern[-1])
    items.append(last._replace(maybe=True))


@lru_cache(maxsize=4_000)
def _item(sign: str) -> _Item:
    if sign in _GAPS:
        return _Item(_GAPS[sign], "gap", "gap")
    if sign.isspace():
        return _Item(_BLANK, "blank", "blank")
    if sign in ("^", "$"):
        return _Item(sign, "edge", "edge")
    if sign in _SIGNS:
        kind = "ascii" if sign == "#" else "sign"
        return _Item(_SIGNS[sign], kind, "sign")
    if sign in ("{", "}"):
        raise NoPhrase(f"has a {sign} that holds no name of a list")
    return _Item(f"\\{sign}" if sign in _ESCAPED else sign, _kind(sign[0]), _kind(sign[-1]))


def _kind(char: str) -> str:
    if char.isascii():
        return "ascii" if char.isalnum() or char == "_" else "sign"
    # Scripts without capitals are written without blanks, so there is no edge of a word to look for.
    return "letter" if char.lower() != char.upper() else "sign"


def _any_of(options: Sequence[Sequence[_Item]], *, starts: bool, ends: bool) -> str:
    parts = [_sequence(each, starts=starts, ends=ends) for each in options]
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


def _sequence(items: Sequence[_Item], *, starts: bool, ends: bool) -> str:
    """Return the pattern of one alternative: clusters of what stands together, with what is between them."""
    clusters: list[list[_Item]] = [[]]
    between: list[_Item] = []
    for item in items:
        if item.first not in ("blank", "gap"):
            clusters[-1].append(item)
        elif clusters[-1] and clusters[-1][-1].pattern == "^":
            continue
        elif clusters[-1] or (item.first == "gap" and not between):
            between.append(item)
            clusters.append([])
        elif item.first == "gap":
            between[-1] = item  # the blank before a gap is a part of it
    if between and not clusters[-1]:
        clusters.pop()
        between.pop()
    return _joined(clusters, between, starts=starts, ends=ends)


def _joined(clusters: Sequence[Sequence[_Item]], between: Sequence[_Item], *, starts: bool, ends: bool) -> str:
    final = len(clusters) - 1
    may_miss = [len(each) == 1 and each[0].maybe for each in clusters]
    # What may be missing is missing with its blank: the one after it before the first word that must be there.
    must = may_miss.index(False) if False in may_miss else 0
    parts: list[str] = []
    for place, cluster in enumerate(clusters):
        before = between[place - 1] if place else None
        after = between[place] if place < final else None
        opens = bool(before and before.first == "gap") or (starts and all(may_miss[:place]))
        closes = bool(after and after.first == "gap") or (ends and all(may_miss[place + 1 :]))
        pattern = _cluster(cluster, opens=opens, closes=closes)
        gap = after if place < must else before if place > must else None
        joint = gap.pattern if gap else ""
        if not may_miss[place]:
            parts.append(joint + pattern)
        elif gap and gap.first == "gap":
            parts.append(f"(?:{pattern})?{joint}" if place < must else f"{joint}(?:{pattern})?")
        else:
            parts.append(f"(?:{pattern}{joint})?" if place < must else f"(?:{joint}{pattern})?")
    return "".join(parts)


def _cluster(items: Sequence[_Item], *, opens: bool, closes: bool) -> str:
    """Return the pattern of what stands together, from the edge of a word to the edge of a word where that is asked."""
    if len(items) == 1 and items[0].options:
        return _any_of(items[0].options, starts=opens, ends=closes)
    text = "".join(map(_one, items)) if len(items) > 1 else "".join(each.pattern for each in items)
    if opens:
        first = _edges(items, last=False)
        text = rf"\b{text}" if first == {"ascii"} else _NO_LETTER_BEFORE + text if first == {"letter"} else text
    return rf"{text}\b" if closes and _edges(items[::-1], last=True) == {"ascii"} else text


def _one(item: _Item) -> str:
    pattern = _any_of(item.options, starts=False, ends=False) if item.options else item.pattern
    if not item.maybe:
        return pattern
    return f"{pattern}?" if len(pattern) == 1 else f"(?:{pattern})?"


def _edges(items: Sequence[_Item], *, last: bool) -> set[str]:
    """Return which kinds of letters may stand at an edge of what is joined."""
    kinds: set[str] = set()
    for item in items:
        if item.options:
            for option in item.options:
                kinds |= _edges(option[::-1] if last else option, last=last)
        else:
            kinds.add(item.last if last else item.first)
        if not item.maybe:
            break
    return kinds
