"""A user's rules and causes, in the form of the built-in ones (docs/rules.md): added, disabled by id, weighted anew.

What `disable` and `strengths` say of a rule that the table does not have (any more) is passed over: a file stays usable
when the built-in rules change.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple, get_args

import re2
from pydantic import ValidationError

from rca_core.analysis.model import Category
from rca_core.analysis.rules import default_rules, plain_yaml, shared_words
from rca_core.analysis.rules.compiled import compiled
from rca_core.analysis.rules.model import MAX_FILE, Rule
from rca_core.analysis.rules.phrases import pattern_of
from rca_core.analysis.rules.sheet import RuleEntry, Sheet, is_for_words, rules_of
from rca_core.analysis.rules.table import RuleSet

MAX_PATTERNS: Final = 1_000
"""Phrases and patterns of a file."""
MAX_SIZE: Final = 100_000
"""Instructions that all patterns of a file may come to: what a search costs for each character at the very worst."""

# Neither "no cause is known" nor what only a history can show is for a text to say.
_NOT_FOR_TEXTS: Final[frozenset[Category]] = frozenset(("unknown", "prompt_regression"))
CUSTOM_CATEGORIES: Final = tuple(each for each in get_args(Category) if each not in _NOT_FOR_TEXTS)
_WRONG_CATEGORY: Final = f"category: is one of {', '.join(CUSTOM_CATEGORIES)}"


class CustomTable(NamedTuple):
    """A table with a user's rules; `passed_over` says, a line each, which of its wishes name no rule of the table."""

    table: RuleSet
    passed_over: tuple[str, ...]


class InvalidRules(ValueError):
    """A file of rules cannot be used; each of `problems` names the file, the rule and the field."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def with_custom_rules(data: Any, *, source: str, base: RuleSet | None = None) -> CustomTable:
    """Return a table (the built-in one by default) with a user's rules, from what their YAML or JSON holds.

    Raises `InvalidRules` with every problem; `source` is the name of the file they call it by. The table that was
    there before is never changed, so it stays usable whatever a file holds.
    """
    table = base or default_rules()
    try:
        sheet = Sheet.model_validate({} if data is None else data)
    except ValidationError as error:
        raise InvalidRules(_told(error, data, source)) from error
    rules, unfilled = rules_of(sheet, shared_words())
    problems = [f"rule {each.rule_id!r}: {each.field}: {each.said}" for each in unfilled]
    if problems := [f"{source}: {_one_line(each)}" for each in (*problems, *_misfits(sheet, rules, table))]:
        raise InvalidRules(problems)
    kept = (
        replace(rule, strength=sheet.strengths.get(rule.id, rule.strength))
        for rule in table.rules
        if rule.id not in sheet.disable
    )
    own = frozenset(rule.id for rule in rules)
    causes = (*table.causes, *(each.as_cause() for each in sheet.causes))
    joined = RuleSet((*kept, *rules), causes, own)
    return CustomTable(joined, tuple(f"{source}: {wish}" for wish in _of_no_rule(sheet, table)))


def read_custom_rules(content: bytes, *, source: str, base: RuleSet | None = None) -> CustomTable:
    """Return a table with the rules of a YAML file.

    Raises as `with_custom_rules` does. No problem repeats more of the file than names in it.
    """
    if len(content) > MAX_FILE:
        raise InvalidRules([f"{source}: file: is longer than {MAX_FILE:,} bytes"])
    try:
        data = plain_yaml.load(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidRules([f"{source}: file: is no UTF-8 at byte {error.start + 1}"]) from error
    except plain_yaml.NotPlainYaml as error:
        raise InvalidRules([f"{source}: file: {error}"]) from error
    return with_custom_rules(data, source=source, base=base)


def _misfits(sheet: Sheet, rules: Sequence[Rule], table: RuleSet) -> Iterator[str]:
    """Yield what is wrong with the texts of rules, and between a file and the table it is to join."""
    known = {rule.id for rule in table.rules}
    for rule_id, times in Counter(rule.id for rule in rules).items():
        if rule_id in known:
            yield f"rule {rule_id!r}: id: is a rule of the table; disable it or give it another strength"
        if times > 1:
            yield f"rule {rule_id!r}: id: is there {times} times"
    yield from _misfits_of_causes(sheet, table)
    yield from (f"rule {each.id!r}: {_WRONG_CATEGORY}" for each in rules if each.category in _NOT_FOR_TEXTS)
    yield from _faults(sheet.rules, rules)


def _misfits_of_causes(sheet: Sheet, table: RuleSet) -> Iterator[str]:
    told = {(each.category, each.code) for each in table.causes}
    for code, times in Counter(f"{each.category}/{each.code}" for each in sheet.causes).items():
        if times > 1:
            yield f"causes: {code} is there {times} times"
    for cause in sheet.causes:
        if (cause.category, cause.code) in told:
            yield f"causes: {cause.category}/{cause.code} is a cause of the table; give yours a code of its own"
        if cause.category in _NOT_FOR_TEXTS:
            yield f"causes: {cause.code}: {_WRONG_CATEGORY}"


def _faults(entries: Sequence[RuleEntry], rules: Sequence[Rule]) -> Iterator[str]:
    """Yield which texts of rules cannot be searched for, and what is too much about them together."""
    sizes: Counter[str] = Counter()
    number = 0
    for entry, rule in zip(entries, rules, strict=True):
        for field, texts in (("phrases", rule.phrases), ("patterns", rule.patterns), ("unless", rule.unless)):
            for place, text in enumerate(texts):
                number += 1
                written = getattr(entry, field)[place]
                try:
                    if field == "patterns" or (field == "unless" and not is_for_words(written, entry)):
                        _check_pattern(written)
                    sizes[rule.id] += _size(pattern_of(text) if field == "phrases" else text)
                except ValueError as error:
                    yield f"rule {rule.id!r}: {field}.{place}: {error}"
    if number > MAX_PATTERNS:
        yield f"rules: hold {number:,} phrases and patterns; {MAX_PATTERNS:,} are taken"
    if sizes.total() > MAX_SIZE:
        most = ", ".join(f"rule {rule_id!r} {count:,}" for rule_id, count in sizes.most_common(3))
        yield (
            f"rules: phrases and patterns come to a size of {sizes.total():,}; {MAX_SIZE:,} is taken. Write shorter"
            f" lists, and smaller counts than .{{0,100}}. The most: {most}"
        )


def _check_pattern(written: str) -> None:
    # Escapes such as \\W and \\S are no letters.
    if any(char.isupper() and before != "\\" for before, char in zip(f" {written}", written, strict=False)):
        raise ValueError("holds a capital letter, but texts are searched in lower case")
    if "(?i" in written or "(?s" in written:
        raise ValueError("sets a flag, but texts are searched in lower case, line by line")


def _size(pattern: str) -> int:
    """Return how many instructions a pattern makes; `ValueError` if RE2 does not take it."""
    try:
        return int(compiled(pattern).programsize)
    except re2.error as error:
        said = error.args[0]
        raise ValueError(f"is no pattern of RE2: {said.decode() if isinstance(said, bytes) else said}") from error


def _of_no_rule(sheet: Sheet, table: RuleSet) -> Iterator[str]:
    """Yield what is wished of rules that the table does not have: misspelt, or dropped by a later version."""
    known = {rule.id for rule in table.rules}
    for field, ids in (("disable", sheet.disable), ("strengths", sheet.strengths)):
        for rule_id in ids:
            if rule_id not in known:
                yield f"{field}: {rule_id[:80]!r} is no rule of the table, and is passed over"


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
