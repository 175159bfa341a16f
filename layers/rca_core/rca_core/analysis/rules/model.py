"""What a rule is: data that says which failures it explains. No rule contains code."""

from dataclasses import dataclass
from typing import Final, Literal

from rca_core.analysis.model import ActionType, Category, Priority

# How directly a match names the cause. The strongest matching rule of a piece of evidence wins.
DECISIVE: Final = 95  # the one code for it: status 429, a named exception
STRONG: Final = 85  # an unmistakable code or phrase
CLEAR: Final = 70  # says so, with room for another reading
LIKELY: Final = 55  # usual wording; a more specific rule beats it

STRENGTHS: Final = {"decisive": DECISIVE, "strong": STRONG, "clear": CLEAR, "likely": LIKELY}

MAX_FILE: Final = 200_000
"""Bytes of a file of a user's rules."""

Scope = Literal["tool", "run", "guardrail"]
PROGRAM: Final = "program"  # what the agent wrote and a tool ran: no rule names it, its errors are not the tool's
EVERYWHERE: Final[tuple[Scope, ...]] = ("tool", "run", "guardrail")


def listed(text: str) -> tuple[str, ...]:
    """Return the words of a text: the plain way to write a long list of names."""
    return tuple(text.split())


PLACEHOLDERS: Final = listed(
    """
    agent model environment target where ref status quote field arguments when retries retries_note
    latency_note step_note version_note tokens_note repetitions regression_note change_note changed_step
    earlier_run with_what field_is no_such_tool
    """
)
"""What a text of a cause may hold in braces."""


@dataclass(frozen=True, slots=True)
class Example:
    """A failure that a rule must match, or must not."""

    matches: bool
    error_message: str | None = None
    error_class: str | None = None
    status_code: int | None = None
    result_summary: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to recognise a cause.

    Every kind of matcher that is given must match (statuses, names, texts); within a kind any one does. `names` are
    error classes and structured codes in normal form (`facts.normal_name`), `*` at an end for any more of them.
    `phrases` (rules/phrases.py) and `patterns` (RE2) are the texts, `unless` those of either kind that must not be
    there; they are searched in the lower-cased text, which starts with the error class where there is one.
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
    phrases: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()


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
