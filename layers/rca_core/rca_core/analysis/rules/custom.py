"""A user's rules, in the form of the built-in ones: added, disabled by id, weighted anew.

    rules:
      - id: acme.ledger_locked
        category: upstream_error
        cause: ledger_locked
        strength: 90            # 95 a code for it, 85 an unmistakable phrase, 70 clear, 55 usual wording
        patterns: ['\\bledger \\w{1,20} is locked\\b']
        unless: ['by the auditor']
    disable: [rate_limited.balance]
    strengths: {timeout.text: 60}

A rule names what it matches as `Rule` does: `statuses`, `names`, `patterns`, `unless`, `scopes`. Its cause is told in
the words of its category unless the code is one that the table knows. What `disable` and `strengths` say of a rule that
the table does not have (any more) is passed over: a file stays usable when the built-in rules change.
"""

import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Annotated, Any, Final, Literal, NamedTuple, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from rca_core.analysis.read.facts import normal_name
from rca_core.analysis.rules import default_rules
from rca_core.analysis.rules.compiled import CompiledRule, compiled
from rca_core.analysis.rules.model import EVERYWHERE, MAX_FILE, Rule, Scope
from rca_core.analysis.rules.patterns import MAX_STEPS, search_steps, unsafe
from rca_core.analysis.rules.table import RuleSet

MAX_RULES: Final = 200
MAX_PATTERNS: Final = 1_000
"""Patterns of a file: each costs a look at every text, however short."""
MAX_LISTED: Final = 200
"""Entries of one list of a rule."""

# Neither "no cause is known" nor what only a history can show is for a text to say.
CustomCategory = Literal[
    "tool_schema_mismatch",
    "rate_limited",
    "tool_permission",
    "timeout",
    "planner_loop",
    "retrieval_empty",
    "context_overflow",
    "guardrail_block",
    "upstream_error",
    "output_parse_error",
]


class CustomTable(NamedTuple):
    """A table with a user's rules; `passed_over` says, a line each, which of its wishes name no rule of the table."""

    table: RuleSet
    passed_over: tuple[str, ...]


class InvalidRules(ValueError):
    """A file of rules cannot be used; each of `problems` names the file, the rule and the field."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def _safe(pattern: str) -> str:
    with warnings.catch_warnings():
        # What Python may read differently one day, `[[a]` say, is not taken today.
        warnings.simplefilter("error")
        try:
            reason = unsafe(pattern)
        except Warning as warning:
            reason = f"is no pattern: {warning}"
    if reason:
        raise ValueError(reason)
    # Escapes such as \W and \S are no letters.
    if any(char.isupper() for char in re.sub(r"\\.", "", pattern)):
        raise ValueError("holds a capital letter, but texts are searched in lower case")
    if re.search(r"\(\?[a-z]*i", pattern):
        raise ValueError("ignores case, but texts are searched in lower case")
    return pattern


def _normal(name: str) -> str:
    normal = normal_name(name)
    if not normal:
        raise ValueError("names nothing")
    return normal


_Pattern = Annotated[str, Field(min_length=1), AfterValidator(_safe)]
_Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_normal)]
_Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,79}$")]
_Strength = Annotated[int, Field(ge=1, le=100, strict=True)]


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CustomRule(_Checked):
    """One rule of a user."""

    id: _Id
    category: CustomCategory
    cause: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
    strength: _Strength
    statuses: tuple[Annotated[int, Field(ge=400, le=599, strict=True)], ...] = Field(default=(), max_length=MAX_LISTED)
    names: tuple[_Name, ...] = Field(default=(), max_length=MAX_LISTED)
    patterns: tuple[_Pattern, ...] = Field(default=(), max_length=MAX_LISTED)
    unless: tuple[_Pattern, ...] = Field(default=(), max_length=MAX_LISTED)
    scopes: tuple[Scope, ...] = Field(default=EVERYWHERE, min_length=1)

    @model_validator(mode="after")
    def _can_match(self) -> Self:
        if not (self.statuses or self.names or self.patterns):
            raise ValueError("matches nothing: give statuses, names or patterns")
        try:
            rule = CompiledRule.of(self.as_rule())
            compiled(rule.unless)
        except re.error as error:
            raise ValueError(f"its patterns cannot be joined: {error}") from error
        return self

    def as_rule(self) -> Rule:
        """Return it as the engine uses it."""
        return Rule(**self.model_dump())


class CustomRules(_Checked):
    """What a file of rules holds."""

    rules: tuple[CustomRule, ...] = Field(default=(), max_length=MAX_RULES)
    disable: tuple[str, ...] = Field(default=(), max_length=MAX_LISTED)
    strengths: dict[str, _Strength] = Field(default_factory=dict, max_length=MAX_LISTED)


def with_custom_rules(data: Any, *, source: str, base: RuleSet | None = None) -> CustomTable:
    """Return a table (the built-in one by default) with a user's rules, from what their YAML or JSON holds.

    Raises `InvalidRules` with every problem; `source` is the name of the file they call it by. The table that was
    there before is never changed, so it stays usable whatever a file holds.
    """
    table = base or default_rules()
    try:
        custom = CustomRules.model_validate({} if data is None else data)
    except ValidationError as error:
        raise InvalidRules(_told(error, data, source)) from error
    if problems := [f"{source}: {problem}" for problem in _misfits(custom, table)]:
        raise InvalidRules(problems)
    kept = (
        replace(rule, strength=custom.strengths.get(rule.id, rule.strength))
        for rule in table.rules
        if rule.id not in custom.disable
    )
    own = frozenset(rule.id for rule in custom.rules)
    joined = RuleSet((*kept, *(rule.as_rule() for rule in custom.rules)), table.causes, own)
    return CustomTable(joined, tuple(f"{source}: {wish}" for wish in _of_no_rule(custom, table)))


def read_custom_rules(content: bytes, *, source: str, base: RuleSet | None = None) -> CustomTable:
    """Return a table with the rules of a YAML file.

    Raises as `with_custom_rules` does. No problem repeats more of the file than names in it.
    """
    from rca_core.analysis.rules import plain_yaml  # noqa: PLC0415 - who has no file does not pay for the parser

    if len(content) > MAX_FILE:
        raise InvalidRules([f"{source}: file: is longer than {MAX_FILE:,} bytes"])
    try:
        data = plain_yaml.load(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidRules([f"{source}: file: is no UTF-8 at byte {error.start + 1}"]) from error
    except plain_yaml.NotPlainYaml as error:
        raise InvalidRules([f"{source}: file: {error}"]) from error
    return with_custom_rules(data, source=source, base=base)


def _misfits(custom: CustomRules, table: RuleSet) -> Iterator[str]:
    """Yield what is wrong between the rules and the table they are to join."""
    known = {rule.id for rule in table.rules}
    for rule_id, times in Counter(rule.id for rule in custom.rules).items():
        if rule_id in known:
            yield f"rule {rule_id!r}: id: is a rule of the table; disable it or give it another strength"
        if times > 1:
            yield f"rule {rule_id!r}: id: is there {times} times"
    yield from _excess(custom.rules)


def _of_no_rule(custom: CustomRules, table: RuleSet) -> Iterator[str]:
    """Yield what is wished of rules that the table does not have: misspelt, or dropped by a later version."""
    known = {rule.id for rule in table.rules}
    for field, ids in (("disable", custom.disable), ("strengths", custom.strengths)):
        for rule_id in ids:
            if rule_id not in known:
                yield f"{field}: {rule_id[:80]!r} is no rule of the table, and is passed over"


def _excess(rules: Iterable[CustomRule]) -> Iterator[str]:
    """Yield what is too much about the patterns of a file together, each of which may be fine."""
    steps = [(rule.id, search_steps(pattern)) for rule in rules for pattern in (*rule.patterns, *rule.unless)]
    if len(steps) > MAX_PATTERNS:
        yield f"rules: hold {len(steps):,} patterns; {MAX_PATTERNS:,} are taken"
    total = sum(count for _, count in steps)
    if total > MAX_STEPS:
        by_rule: Counter[str] = Counter()
        for rule_id, count in steps:
            by_rule[rule_id] += count
        most = ", ".join(f"rule {rule_id!r} {count:,}" for rule_id, count in by_rule.most_common(3))
        yield (
            f"rules: patterns may take {total:,} steps for each character of a text; {MAX_STEPS:,} are taken. Bound"
            f" gaps, as in .{{0,40}}, or begin with fixed text. The most: {most}"
        )


def _told(error: ValidationError, data: Any, source: str) -> Iterator[str]:
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        where = problem["loc"]
        if len(where) > 1 and where[0] == "rules" and isinstance(where[1], int):
            field = ".".join(map(str, where[2:]))
            subject = f"rule {_id_of(data, where[1])}: {field or 'rule'}"
        else:
            subject = ".".join(map(str, where)) or "file"
        yield f"{source}: {_one_line(subject[:200])}: {_one_line(problem['msg'].removeprefix('Value error, '))}"


def _one_line(text: str) -> str:
    """Return a text as a terminal and a log can show it, whatever names in a file hold."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _id_of(data: Any, number: int) -> str:
    """Return what a rule calls itself, or its place in the file."""
    rules = data["rules"]
    # Only a list or a tuple has places; a set, say, is taken for rules too.
    rule = rules[number] if isinstance(rules, list | tuple) else None
    name = rule.get("id") if isinstance(rule, dict) else None
    return repr(name[:80]) if isinstance(name, str) and name else f"number {number + 1}"
