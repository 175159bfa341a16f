"""The rule table: one YAML file a category, each with its rules and the causes they name (docs/rules.md)."""

from functools import cache
from pathlib import Path
from typing import Final

from rca_core.analysis.rules import plain_yaml
from rca_core.analysis.rules.model import ActionTemplate, Cause, Rule
from rca_core.analysis.rules.sheet import Sheet, rules_of
from rca_core.analysis.rules.table import RuleSet

__all__ = ["BUILT_IN", "ActionTemplate", "Cause", "Rule", "RuleSet", "default_rules", "shared_words"]

_HERE: Final = Path(__file__).parent
# In the order in which rules of one strength win.
BUILT_IN: Final = tuple(
    _HERE / f"{category}.yaml"
    for category in (
        "rate_limited",
        "tool_permission",
        "timeout",
        "context_overflow",
        "guardrail_block",
        "tool_schema_mismatch",
        "output_parse_error",
        "upstream_error",
        "retrieval_empty",
        "planner_loop",
        "prompt_regression",
        "unknown",
    )
)


@cache
def shared_words() -> dict[str, tuple[str, ...]]:
    """Return the lists of words that every file may use, a user's too."""
    return _sheet(_HERE / "words.yaml").words


@cache
def default_rules() -> RuleSet:
    """Return the built-in rules."""
    sheets = [_sheet(path) for path in BUILT_IN]
    rules: list[Rule] = []
    for sheet in sheets:
        own, problems = rules_of(sheet, shared_words())
        if problems:
            raise ValueError(problems)
        rules += own
    return RuleSet(tuple(rules), tuple(each.as_cause() for sheet in sheets for each in sheet.causes))


def _sheet(path: Path) -> Sheet:
    return Sheet.model_validate(plain_yaml.load(path.read_text(encoding="utf-8")))
