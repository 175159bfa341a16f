"""Rules made ready to match, and found without trying each."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from rca_core.analysis.model import Category
from rca_core.analysis.read.facts import Facts
from rca_core.analysis.rules.model import PROGRAM, Rule
from rca_core.analysis.rules.patterns import hints

# What a program gets wrong within itself is nothing that the agent's call of the tool did.
_OF_A_CALL: Final[frozenset[Category]] = frozenset(("tool_schema_mismatch", "output_parse_error", "retrieval_empty"))
# What is wrong with a program's own text says nothing of what the names in it stand for.
_OF_CODE = re.compile(r"\b(?:cannot import name|no module named|has no (?:attribute|member named)|importerror:)")
MAX_OF_CODE: Final = 400
"""Characters of a failure that can be nothing but such a complaint."""
_GRAM: Final = 3
"""Characters of the pieces by which texts are looked up."""


@dataclass(frozen=True, slots=True)
class HintedPattern:
    """An expression with texts of which one occurs wherever it matches; no texts where it needs none."""

    source: str
    hints: tuple[str, ...]

    def found_in(self, text: str) -> bool:
        """Return whether it matches a text; looking for a hint is many times cheaper than a search."""
        return (not self.hints or any(hint in text for hint in self.hints)) and found(self.source, text)


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its sets and expressions made."""

    rule: Rule
    statuses: frozenset[int]
    names: frozenset[str]
    patterns: tuple[HintedPattern, ...]
    unless: str
    """What it must not match, as one expression."""

    @classmethod
    def of(cls, rule: Rule) -> "CompiledRule":
        """Make a rule ready; `re.error` if a pattern is not one."""
        patterns = tuple(HintedPattern(pattern, hints(pattern) or ()) for pattern in rule.patterns)
        unless = "|".join(f"(?:{pattern})" for pattern in rule.unless)
        return cls(rule, frozenset(rule.statuses), frozenset(rule.names), patterns, unless)

    def allows(self, read: Facts) -> bool:
        """Return whether all but the patterns matches a failure."""
        return (
            self._speaks_of(read.scope)
            and (not self.statuses or read.status in self.statuses)
            and (not self.names or not self.names.isdisjoint(read.names))
            and not (self.unless and found(self.unless, read.text))
        )

    def _speaks_of(self, scope: str) -> bool:
        if scope == PROGRAM:
            return "tool" in self.rule.scopes and self.rule.category not in _OF_A_CALL
        return scope in self.rule.scopes


def found(pattern: str, text: str) -> bool:
    """Return whether a pattern matches a text. It is compiled at its first use: a run needs few of the table's."""
    return compiled(pattern).search(text) is not None


@lru_cache(maxsize=10_000)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern of a rule as an expression; `re.error` if it is none."""
    return re.compile(pattern, re.MULTILINE)


class _Entry(NamedTuple):
    """A text to look for, and the pattern to search where it occurs: once, however many such texts it has."""

    hint: str
    place: int
    number: int
    pattern: str


class RuleLookup:
    """Finds the rules that match a failure by a name, a status or a piece of text that a match needs.

    A lookup costs what the text is long, and hardly anything for each rule that does not match.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._compiled = [CompiledRule.of(rule) for rule in rules]
        self._by_fact: dict[str | int, list[int]] = {}
        self._by_gram: dict[str, list[_Entry]] = {}
        self._short: list[_Entry] = []
        hinted: list[_Entry] = []
        for place, rule in enumerate(self._compiled):
            # All kinds of matcher must match, so any one of them will do to look a rule up by.
            if rule.names or rule.statuses:
                for fact in rule.names or rule.statuses:
                    self._by_fact.setdefault(fact, []).append(place)
            else:
                for number, each in enumerate(rule.patterns):
                    hinted += (_Entry(hint, place, number, each.source) for hint in each.hints or ("",))
        shared = Counter(gram for entry in hinted for gram in _grams(entry.hint))
        for entry in hinted:
            telling = min(sorted(_grams(entry.hint)), key=lambda gram: shared[gram], default=None)
            (self._by_gram.setdefault(telling, []) if telling else self._short).append(entry)

    def matching(self, read: Facts) -> list[Rule]:
        """Return the rules that match a failure, in the order of the table."""
        if len(read.text) <= MAX_OF_CODE and _OF_CODE.search(read.text):
            return []
        places: set[int] = set()
        tried: set[tuple[int, int]] = set()
        for entries in (self._short, *(self._by_gram[gram] for gram in self._by_gram.keys() & _grams(read.text))):
            for hint, place, number, pattern in entries:
                if place not in places and (place, number) not in tried and hint in read.text:
                    tried.add((place, number))
                    if found(pattern, read.text):
                        places.add(place)
        facts = (*read.names, *((read.status,) if read.status else ()))
        for place in {place for fact in facts for place in self._by_fact.get(fact, ())}:
            patterns = self._compiled[place].patterns
            if not patterns or any(pattern.found_in(read.text) for pattern in patterns):
                places.add(place)
        return [self._compiled[place].rule for place in sorted(places) if self._compiled[place].allows(read)]


def _grams(text: str) -> set[str]:
    return {text[start : start + _GRAM] for start in range(len(text) - _GRAM + 1)}
