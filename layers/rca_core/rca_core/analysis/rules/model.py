"""What a rule is: data that says which failures it explains. No rule contains code."""

from dataclasses import dataclass
from typing import Final, Literal

from rca_core.analysis.model import ActionType, Category, Priority

# How directly a match names the cause. The strongest matching rule of a piece of evidence wins.
DECISIVE: Final = 95  # the one code for it: status 429, a named exception
STRONG: Final = 85  # an unmistakable code or phrase
CLEAR: Final = 70  # says so, with room for another reading
LIKELY: Final = 55  # usual wording; a more specific rule beats it

MAX_FILE: Final = 200_000
"""Bytes of a file of a user's rules."""

Scope = Literal["tool", "run", "guardrail"]
PROGRAM: Final = "program"  # what the agent wrote and a tool ran: no rule names it, its errors are not the tool's
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
