"""Phrases: words in their order, as people would write them, made into patterns of RE2."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_GAPS: Final = {"...": r".{0,60}", "..": r"[\s_-]{1,2}(?:\S+\s){0,3}"}
_BLANK: Final = r"[\s_-]{1,2}"
_NAME: Final = r"(?:['\"`][\w.$\[\]/ -]{1,60}['\"`]|\b[a-z0-9]+[._][\w.]+(?:\[\d+\])?)"
_SIGNS: Final = {"~": r"[\s_-]?", ":": r"['\"]?\s?[:=]\s?['\"]?", "@": _NAME, "#": r"\d[\d.,]*", "*": r"[\w\x{80}-\x{10ffff}]*", "'": "['\"`’]"}
_ESCAPED: Final = frozenset("\\.+[]^$-/{}&")
_LETTER_BEFORE: Final = r"(?:^|[^\pL\pN_])"
MAX_LENGTH: Final = 30_000
"""Characters of a phrase with its lists of words."""


class NoPhrase(ValueError):
    """A text is no phrase; says why."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A letter, a sign or a group; blanks and gaps separate what stands together."""

    pattern: str = ""
    kind: str = "sign"
    maybe: bool = False
    options: tuple["tuple[_Item, ...]", ...] = ()


def pattern_of(phrase: str, *, whole: bool = True) -> str:
    """Return the RE2 pattern of a phrase; found inside of words too where it need not be `whole`."""
    options, rest = _options(phrase.lower())
    if rest:
        raise NoPhrase("has a ) without a (")
    if not any(options):
        raise NoPhrase("is empty")
    return _any_of(options, starts=whole, ends=whole)


def expanded(text: str, words: Mapping[str, Sequence[str]], *, depth: int = 4) -> str:
    """Return a text with each `{name}` replaced by the words of that list, as a group."""
    parts: list[str] = []
    rest = text
    while "{" in rest:
        before, _, after = rest.partition("{")
        name, closed, rest = after.partition("}")
        parts.append(before)
        if not (closed and name.isidentifier()):
            parts.append(f"{{{name}{closed}")  # a count of a pattern, {0,3}
        elif name not in words:
            raise NoPhrase(f"{{{name}}} is no list of words")
        elif depth == 0:
            raise NoPhrase(f"{{{name}}} holds itself")
        else:
            parts.append(f"({expanded('|'.join(words[name]), words, depth=depth - 1)})")
        if sum(map(len, parts)) > MAX_LENGTH:
            raise NoPhrase(f"is longer than {MAX_LENGTH:,} characters with its words")
    return "".join(parts) + rest


def is_phrase(text: str) -> bool:
    """Return whether a text has none of the signs that only patterns have."""
    plain = text.replace("...", " ").replace("..", " ")
    counts = any(not part.partition("}")[0].isidentifier() for part in plain.split("{")[1:])
    return not counts and "(?" not in plain and not any(sign in plain for sign in "\\[]+.")


def _options(text: str, depth: int = 0) -> tuple[tuple[tuple[_Item, ...], ...], str]:
    """Return the alternatives that a text holds up to its end or a closing bracket, and what follows that."""
    if depth > 9:
        raise NoPhrase("is nested too deeply")
    options: list[tuple[_Item, ...]] = []
    items: list[_Item] = []
    while text:
        gap = next((sign for sign in _GAPS if text.startswith(sign)), None)
        char, text = (gap, text[len(gap) :]) if gap else (text[0], text[1:])
        if char == ")":
            if depth == 0:
                return (), ")"
            break
        if char == "|":
            options.append(tuple(items))
            items = []
        elif char == "(":
            inner, text = _options(text, depth + 1)
            items.append(_Item(kind="group", options=inner))
        elif char == "?":
            _make_optional(items)
        else:
            items.append(_item(char))
    else:
        if depth:
            raise NoPhrase("has a ( without a )")
    return (*options, tuple(items)), text


def _make_optional(items: list[_Item]) -> None:
    if not items or items[-1].maybe or items[-1].kind in ("blank", "gap", "edge"):
        raise NoPhrase("has a ? after nothing that could be missing")
    last = items.pop()
    items.append(_Item(last.pattern, last.kind, True, last.options))


def _item(char: str) -> _Item:
    if char in _GAPS:
        return _Item(_GAPS[char], "gap")
    if char.isspace():
        return _Item(_BLANK, "blank")
    if char in "^$":
        return _Item(char, "edge")
    if char in _SIGNS:
        return _Item(_SIGNS[char], "digit" if char == "#" else "sign")
    if char in "{}":
        raise NoPhrase(f"has a {char} that holds no name of a list")
    kind = "ascii" if char.isascii() and (char.isalnum() or char == "_") else "letter" if _has_case(char) else "sign"
    return _Item(f"\\{char}" if char in _ESCAPED else char, kind)


def _has_case(char: str) -> bool:
    return char.lower() != char.upper()


def _any_of(options: Sequence[Sequence[_Item]], *, starts: bool, ends: bool) -> str:
    parts = [_sequence(each, starts=starts, ends=ends) for each in options]
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


def _sequence(items: Sequence[_Item], *, starts: bool, ends: bool) -> str:
    """Return the pattern of one alternative: clusters of what stands together, with what is between them."""
    clusters: list[list[_Item]] = [[]]
    between: list[_Item] = []
    for item in items:
        if item.kind == "blank" and clusters[-1] and clusters[-1][-1].pattern == "^":
            continue
        if item.kind == "gap" or (item.kind == "blank" and clusters[-1]):
            if not clusters[-1] and between:
                between[-1] = item  # the blank before a gap
            else:
                between.append(item)
                clusters.append([])
        elif item.kind != "blank":
            clusters[-1].append(item)
    if between and not clusters[-1]:  # a blank at the end
        clusters.pop()
        between.pop()
    return _joined(clusters, between, starts=starts, ends=ends)


def _joined(clusters: Sequence[Sequence[_Item]], between: Sequence[_Item], *, starts: bool, ends: bool) -> str:
    last = len(clusters) - 1
    may_miss = [len(each) == 1 and each[0].maybe for each in clusters]
    parts: list[str] = []
    blank_due = False
    for place, cluster in enumerate(clusters):
        opens = (starts and all(may_miss[:place])) or (place > 0 and between[place - 1].kind == "gap")
        closes = (ends and all(may_miss[place + 1 :])) or (place < last and between[place].kind == "gap")
        pattern = _cluster(cluster, opens=opens, closes=closes)
        gap = between[place] if place < last else None
        if may_miss[place] and gap and gap.kind == "blank":  # its blank is missing with it
            parts.append(f"(?:{pattern}{gap.pattern})?")
        elif may_miss[place] and blank_due:
            parts[-1] = f"(?:{parts[-1]}{pattern})?" + (gap.pattern if gap else "")
        else:
            parts.append(pattern + ("?" if may_miss[place] else ""))
            if gap:
                parts.append(gap.pattern)
        blank_due = bool(gap and gap.kind == "blank" and not may_miss[place])
    return "".join(parts)


def _cluster(items: Sequence[_Item], *, opens: bool, closes: bool) -> str:
    """Return the pattern of what stands together, from the edge of a word to the edge of a word where that is asked."""
    alone = len(items) == 1 and items[0].options
    if alone:
        return _any_of(items[0].options, starts=opens, ends=closes)
    text = "".join(_one(item) for item in items)
    first, final = _edges(items), _edges(items[::-1], last=True)
    if opens and first == {"ascii"}:
        text = rf"\b{text}"
    elif opens and first == {"letter"}:
        text = _LETTER_BEFORE + text
    return rf"{text}\b" if closes and final == {"ascii"} else text


def _one(item: _Item) -> str:
    pattern = _any_of(item.options, starts=False, ends=False) if item.options else item.pattern
    if not item.maybe:
        return pattern
    return f"{pattern}?" if len(pattern) == 1 or item.options and len(item.options) > 1 else f"(?:{pattern})?"


def _edges(items: Sequence[_Item], *, last: bool = False) -> set[str]:
    """Return which kinds of letters may stand at an edge of what is joined."""
    kinds: set[str] = set()
    for item in items:
        if item.options:
            for option in item.options:
                kinds |= _edges(option[::-1] if last else option, last=last)
        else:
            kinds.add("ascii" if item.kind == "digit" else item.kind)
        if not item.maybe:
            break
    return kinds
