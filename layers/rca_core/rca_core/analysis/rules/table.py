"""The whole table: the rules with the causes they name."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import cached_property

from rca_core.analysis.rules.compiled import RuleLookup
from rca_core.analysis.rules.model import Cause, Rule


@dataclass(frozen=True)
class RuleSet:
    """The rules with the causes they name; `version` changes when any of them does."""

    rules: tuple[Rule, ...]
    causes: tuple[Cause, ...] = field(default=())
    own: frozenset[str] = frozenset()
    """Ids of rules that a user brought."""

    @cached_property
    def own_patterns(self) -> int:
        """Return how many phrases and patterns a user brought."""
        return sum(len(each.phrases) + len(each.patterns) for each in self.rules if each.id in self.own)

    @cached_property
    def version(self) -> str:
        """Return a short digest of the whole table."""
        table = json.dumps([[asdict(each) for each in part] for part in (self.rules, self.causes)], ensure_ascii=True)
        return hashlib.sha256(table.encode()).hexdigest()[:12]

    @cached_property
    def lookup(self) -> RuleLookup:
        """Return the rules ready to match, compiled once."""
        return RuleLookup(self.rules)

    @cached_property
    def cause_by_code(self) -> dict[tuple[str, str], Cause]:
        """Return the causes by category and code."""
        return {(cause.category, cause.code): cause for cause in self.causes}
