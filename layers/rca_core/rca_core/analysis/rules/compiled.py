"""Rules made ready to match: all their texts in one filter, so that a text is read once for all of them."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

import re2

from rca_core.analysis.model import Category
from rca_core.analysis.read.facts import Facts
from rca_core.analysis.rules.model import PROGRAM, Rule
from rca_core.analysis.rules.phrases import pattern_of

# What a program gets wrong within itself is nothing that the agent's call of the tool did.
_OF_A_CALL: Final[frozenset[Category]] = frozenset(("tool_schema_mismatch", "output_parse_error", "retrieval_empty"))
MAX_MEMORY: Final = 4 << 20
"""Bytes that RE2 may take for one pattern; beyond them it is refused, or searched without its cache."""

# What is wrong with a program's own text says nothing of what the names in it stand for.
_OF_CODE: Final = re2.compile(
    r"\b(?:cannot import name|no module named|has no (?:attribute|member named)|importerror:)"
)
MAX_OF_CODE: Final = 400
"""Characters of a failure that can be nothing but such a complaint."""

_OPTIONS: Final = re2.Options()
_OPTIONS.max_mem = MAX_MEMORY
_OPTIONS.log_errors = False


def line_wise(pattern: str) -> str:
    """Return a pattern in which `^` and `$` are the ends of a line, as every pattern of a rule is read."""
    return f"(?m:{pattern})"


@lru_cache(maxsize=10_000)
def compiled(pattern: str) -> re2._Regexp:
    """Return a pattern ready to search; `re2.error` if it is none."""
    return re2.compile(line_wise(pattern), _OPTIONS)


class RuleLookup:
    """Finds the rules that match a failure by its names, its status and its text."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = tuple(rules)
        self._by_fact: dict[str | int, list[int]] = {}
        self._by_part: list[tuple[str, int]] = []
        self._filter = re2.Filter()
        self._places: list[int] = []
        for place, rule in enumerate(self._rules):
            for fact in rule.names or rule.statuses:
                self._by_fact.setdefault(fact, []).append(place)
                if isinstance(fact, str) and "*" in fact:
                    self._by_part.append((fact, place))
            for pattern in (*map(pattern_of, rule.phrases), *rule.patterns):
                self._filter.Add(line_wise(pattern), _OPTIONS)
                self._places.append(place)
        if self._places:
            self._filter.Compile()

    def matching(self, read: Facts) -> list[Rule]:
        """Return the rules that match a failure, in the order of the table."""
        if len(read.text) <= MAX_OF_CODE and _OF_CODE.search(read.text):
            return []
        by_text = self._by_text(read.text)
        places = set(self._by_facts(read))
        for place in by_text:
            if not (self._rules[place].names or self._rules[place].statuses):
                places.add(place)
        found = (self._rules[place] for place in sorted(places) if self._is_told(place, by_text))
        return [rule for rule in found if _allows(rule, read)]

    def _by_text(self, text: str) -> set[int]:
        return {self._places[each] for each in self._filter.Match(text) or ()} if self._places else set()

    def _by_facts(self, read: Facts) -> Iterable[int]:
        for fact in (*read.names, *((read.status,) if read.status else ())):
            yield from self._by_fact.get(fact, ())
        for part, place in self._by_part:
            if any(_is_named(part, name) for name in read.names):
                yield place

    def _is_told(self, place: int, by_text: set[int]) -> bool:
        return place in by_text or not (self._rules[place].phrases or self._rules[place].patterns)


def _is_named(part: str, name: str) -> bool:
    core = part.strip("*")
    if part.startswith("*"):
        return core in name if part.endswith("*") else name.endswith(core)
    return name.startswith(core)


def _allows(rule: Rule, read: Facts) -> bool:
    """Return whether all but the texts of a rule matches a failure."""
    return (
        _speaks_of(rule, read.scope)
        and (not rule.statuses or read.status in rule.statuses)
        and (not rule.names or any(name in read.names or _is_in(name, read) for name in rule.names))
        and not (rule.unless and _found(rule, read.text))
    )


def _is_in(part: str, read: Facts) -> bool:
    return "*" in part and any(_is_named(part, name) for name in read.names)


def _found(rule: Rule, text: str) -> bool:
    return any(compiled(each).search(text) for each in rule.unless)


def _speaks_of(rule: Rule, scope: str) -> bool:
    if scope == PROGRAM:
        return "tool" in rule.scopes and rule.category not in _OF_A_CALL
    return scope in rule.scopes
