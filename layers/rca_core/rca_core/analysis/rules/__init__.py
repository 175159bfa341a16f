"""The rule table: one module per category, each with its rules and the causes they name."""

from functools import cache

from rca_core.analysis.rules import (
    context_overflow,
    guardrail_block,
    output_parse_error,
    planner_loop,
    rate_limited,
    regression,
    retrieval_empty,
    timeout,
    tool_permission,
    tool_schema_mismatch,
    unexplained,
    upstream_error,
)
from rca_core.analysis.rules.model import ActionTemplate, Cause, Rule
from rca_core.analysis.rules.table import RuleSet

__all__ = ["ActionTemplate", "Cause", "Rule", "RuleSet", "default_rules"]

_TABLES = (
    rate_limited,
    tool_permission,
    timeout,
    context_overflow,
    guardrail_block,
    tool_schema_mismatch,
    output_parse_error,
    upstream_error,
    retrieval_empty,
    planner_loop,
    regression,
)


@cache
def default_rules() -> RuleSet:
    """Return the built-in rules; patterns are compiled at their first use."""
    return RuleSet(
        rules=tuple(rule for table in _TABLES for rule in table.RULES),
        causes=tuple(cause for table in (*_TABLES, unexplained) for cause in table.CAUSES),
    )
