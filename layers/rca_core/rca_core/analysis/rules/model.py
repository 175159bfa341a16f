"""What a rule is: data that says which failures it explains. No rule contains code."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Final, Literal

from rca_core.analysis.report_model import ActionType, Category, Priority
from rca_core.analysis.rules.patterns import hints

# How directly a match names the cause. The strongest matching rule of a piece of evidence wins.
DECISIVE: Final = 95  # the one code for it: status 429, a named exception
STRONG: Final = 85  # an unmistakable code or phrase
CLEAR: Final = 70  # says so, with room for another reading
LIKELY: Final = 55  # usual wording; a more specific rule beats it

Scope = Literal["tool", "run", "guardrail"]
EVERYWHERE: Final[tuple[Scope, ...]] = ("tool", "run", "guardrail")


def listed(text: str) -> tuple[str, ...]:
    """Return the words of a text: the plain way to write a long list of names."""
    return tuple(text.split())


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to recognise a cause.

    Every kind of matcher that is given must match (statuses, names, patterns); within a kind any one does. `names` are
    error classes and structured codes in normal form (`facts.normal_name`). `patterns` and `unless` are searched in the
    lower-cased text, which starts with the error class where there is one: `class: message`. They must be linear: no
    nested quantifiers, bounded gaps.
    """

    id: str
    category: Category
    cause: str
    strength: int
    statuses: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    scopes: tuple[Scope, ...] = EVERYWHERE


@dataclass(frozen=True, slots=True)
class ActionTemplate:
    """An action item before it is filled in for a run."""

    type: ActionType
    title: str
    description: str
    owner: str
    priority: Priority
    due_in_days: int


@dataclass(frozen=True, slots=True)
class Cause:
    """What to tell about a cause; texts are `str.format` templates over `wording.Words`."""

    category: Category
    code: str
    title: str
    description: str
    verification: tuple[str, ...]
    mitigation: str
    actions: tuple[ActionTemplate, ...]


@dataclass(frozen=True)
class RuleSet:
    """The rules with the causes they name; `version` changes when any of them does."""

    rules: tuple[Rule, ...]
    causes: tuple[Cause, ...] = field(default=())

    @cached_property
    def version(self) -> str:
        """Return a short digest of the whole table."""
        table = json.dumps([asdict(self)], sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(table.encode()).hexdigest()[:12]

    @cached_property
    def compiled(self) -> tuple["CompiledRule", ...]:
        """Return the rules ready to match, compiled once."""
        return tuple(CompiledRule.of(rule) for rule in self.rules)

    @cached_property
    def cause_by_code(self) -> dict[tuple[str, str], Cause]:
        """Return the causes by category and code."""
        return {(cause.category, cause.code): cause for cause in self.causes}


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its sets and expressions made."""

    rule: Rule
    statuses: frozenset[int]
    names: frozenset[str]
    patterns: tuple[tuple[re.Pattern[str], tuple[str, ...] | None], ...]
    """Each with texts of which one occurs wherever it matches, to pass it over cheaply."""
    unless: re.Pattern[str] | None

    @classmethod
    def of(cls, rule: Rule) -> "CompiledRule":
        """Compile one rule; `re.error` if a pattern is not one."""
        patterns = tuple((re.compile(pattern, re.MULTILINE), hints((pattern,))) for pattern in rule.patterns)
        return cls(rule, frozenset(rule.statuses), frozenset(rule.names), patterns, _any(rule.unless))

    def found_in(self, text: str) -> bool:
        """Return whether one of the patterns matches a text."""
        return any(
            (needed is None or any(hint in text for hint in needed)) and pattern.search(text) is not None
            for pattern, needed in self.patterns
        )


def _any(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.MULTILINE) if patterns else None
