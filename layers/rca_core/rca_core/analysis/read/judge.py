"""Two readers, one judge: what the rules and the wording say of a text, and how far to trust it.

The readers know nothing of each other, so that where they agree they are seldom wrong. The thresholds are measured on
texts that neither was made with (`make bench-rca`); docs/reports.md has the table.
"""

from dataclasses import dataclass, replace
from typing import Final

from rca_core.analysis.model import Category
from rca_core.analysis.read.wording import Opinion
from rca_core.analysis.rules.model import CLEAR, LIKELY, STRONG

# Ten-thousandths of probability, as the wording's reader counts.
AGREED: Final = 8_000
"""From here an agreement is trusted as much as anything can be."""
VETO: Final = 9_000
"""From here on that a text names no cause, a lone rule of words is not believed, and a lone status or code less."""
DOUBT: Final = 6_000
ALONE: Final = 9_500
"""From here the wording says by itself what no rule knows."""
GUESS: Final = 7_000
"""From here it is a guess, which is more often right than that there is no cause; not of a long text."""
AGAINST: Final = 9_000
"""From here the wording is believed against a rule of words."""

# The plainest cause of each category, for what only the wording tells.
CAUSES: Final[dict[Category, str]] = {
    "tool_schema_mismatch": "args_vs_schema",
    "rate_limited": "throttled",
    "tool_permission": "access_denied",
    "timeout": "request",
    "planner_loop": "stuck_loop",
    "retrieval_empty": "no_results",
    "context_overflow": "prompt_too_long",
    "guardrail_block": "policy_block",
    "upstream_error": "http_5xx",
    "output_parse_error": "unparsable_output",
}
BY_WORDING: Final = "wording"
"""The id of what no rule but the wording says."""
GUESSED: Final = "wording.guess"
"""The id of a guess, which counts in a run of which nothing surer is known."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What one reader reads in one piece of evidence; `by_fact`: from a status or a code, not from words."""

    category: Category
    cause: str
    strength: int
    rule_id: str
    by_fact: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What both readers say of one piece of evidence, and what the judge makes of it: the most trusted first."""

    rules: tuple[Signal, ...]
    opinion: Opinion | None
    judged: tuple[Signal, ...]
    why: str


def judge(rules: tuple[Signal, ...], opinion: Opinion | None, own: frozenset[str] = frozenset()) -> Reading:
    """Return what is believed of the signals of rules and an opinion of the wording.

    `own` are the ids of a user's own rules: they know their systems, and nothing is held against them.
    """
    if opinion is None:
        return Reading(rules, None, rules, "only rules read it")
    if not rules:
        return _alone(opinion)
    first = rules[0]
    if first.rule_id in own:
        return Reading(rules, opinion, rules, "a rule of your own")
    if backed := next((each for each in rules if each.category == opinion.best), None):
        return _agreed(rules, backed, opinion)
    return _disagreed(rules, opinion)


def _alone(opinion: Opinion) -> Reading:
    best = opinion.best
    p = opinion.probabilities[best]
    if best == "unknown" or p < (ALONE if opinion.is_long else GUESS):
        return Reading((), opinion, (), "no rule knows it, and its wording is not sure")
    if p < ALONE:
        guess = Signal(best, CAUSES[best], LIKELY, GUESSED)
        return Reading((), opinion, (guess,), "no rule knows it; its wording points there, not surely")
    signal = Signal(best, CAUSES[best], CLEAR, BY_WORDING)
    return Reading((), opinion, (signal,), "no rule knows it; its wording is sure")


def _agreed(rules: tuple[Signal, ...], backed: Signal, opinion: Opinion) -> Reading:
    others = tuple(each for each in rules if each is not backed)
    if opinion.probabilities[backed.category] >= AGREED:
        sure = replace(backed, strength=max(backed.strength, STRONG))
        return Reading(rules, opinion, (sure, *others), "rule and wording agree")
    kept = replace(backed, strength=min(backed.strength, CLEAR))
    return Reading(rules, opinion, (kept, *others), "rule and wording agree, not surely")


def _disagreed(rules: tuple[Signal, ...], opinion: Opinion) -> Reading:
    first, best = rules[0], opinion.best
    if any(each.by_fact and each.category == first.category for each in rules):
        # A status or a code is no way of putting things.
        vetoed = best == "unknown" and opinion.probabilities["unknown"] >= VETO
        kept = replace(first, strength=min(first.strength, LIKELY if vetoed else CLEAR))
        return Reading(rules, opinion, (kept, *rules[1:]), "a status or a code says so, the wording does not")
    if best == "unknown":
        if opinion.probabilities["unknown"] >= VETO:
            return Reading(rules, opinion, (), "a rule's words, but the wording names no cause")
        believed = first.strength >= STRONG and opinion.probabilities["unknown"] < DOUBT
        strength = min(first.strength, CLEAR if believed else LIKELY)
        kept = replace(first, strength=strength)
        return Reading(rules, opinion, (kept, *rules[1:]), "a rule says so, the wording is not sure of any cause")
    lowered = replace(first, strength=min(first.strength, LIKELY))
    if opinion.claim == best and opinion.probabilities[best] >= AGAINST:
        signal = Signal(best, CAUSES[best], LIKELY, BY_WORDING)
        return Reading(rules, opinion, (signal, lowered), "the wording is sure, and a rule reads something else")
    return Reading(rules, opinion, (lowered, *rules[1:]), "a rule says so, the wording something else")
