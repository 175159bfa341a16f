"""A file of rules: one form for the built-in ones and for a user's (docs/rules.md)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from rca_core.analysis.model import ActionType, Category, Priority
from rca_core.analysis.read.facts import normal_name
from rca_core.analysis.rules.model import (
    EVERYWHERE,
    PLACEHOLDERS,
    STRENGTHS,
    ActionTemplate,
    Cause,
    Example,
    Rule,
    Scope,
)
from rca_core.analysis.rules.phrases import NoPhrase, expanded, is_phrase, pattern_of

MAX_RULES: Final = 200
MAX_LISTED: Final = 200
"""Entries of one list."""
MAX_TEXT: Final = 2_000
"""Characters of one text of a cause or an example."""


def _normal(name: str) -> str:
    core = normal_name(name.strip("*"))
    if not core:
        raise ValueError("names nothing")
    return f"{'*' * name.startswith('*')}{core}{'*' * name.endswith('*')}"


def _strength(value: Any) -> Any:
    return STRENGTHS.get(value, value) if isinstance(value, str) else value


def _fillable(text: str) -> str:
    """Return a text of a cause if every name in it can be filled in for a run."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        raise ValueError(f"is no template: {error}; write {{{{ for a brace that is meant") from error
    for _, name, form, conversion in parts:
        if name is not None and (name not in PLACEHOLDERS or form or conversion):
            raise ValueError(f"{{{name}}} is nothing that can be filled in; there are {', '.join(PLACEHOLDERS)}")
    return text


_Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
_Template = Annotated[str, Field(min_length=1, max_length=MAX_TEXT), AfterValidator(_fillable)]
_Pattern = Annotated[str, Field(min_length=1, max_length=1_000)]
_Patterns = Annotated[tuple[_Pattern, ...], Field(max_length=MAX_LISTED)]
_Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_normal)]
_Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,79}$")]
_Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Strength = Annotated[int, BeforeValidator(_strength), Field(ge=1, le=100, strict=True)]


class Checked(BaseModel):
    """A part of a file; what it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ExampleEntry(Checked):
    """A failure whose text is not all that counts."""

    error_message: _Text | None = None
    error_class: _Text | None = None
    status_code: Annotated[int, Field(ge=100, le=599, strict=True)] | None = None
    result_summary: _Text | None = None


class Examples(Checked):
    """Failures that a rule must match, and failures that it must not."""

    yes: tuple[_Text | ExampleEntry, ...] = Field(default=(), max_length=MAX_LISTED)
    no: tuple[_Text | ExampleEntry, ...] = Field(default=(), max_length=MAX_LISTED)

    def rows(self) -> Iterator[Example]:
        """Yield each of them."""
        for matches, entries in ((True, self.yes), (False, self.no)):
            for each in entries:
                yield Example(matches, each) if isinstance(each, str) else Example(matches, **each.model_dump())


class RuleEntry(Checked):
    """One rule as it is written."""

    id: _Id
    category: Category
    cause: _Code
    strength: Strength
    statuses: tuple[Annotated[int, Field(ge=400, le=599, strict=True)], ...] = Field(default=(), max_length=MAX_LISTED)
    names: tuple[_Name, ...] = Field(default=(), max_length=MAX_LISTED)
    phrases: _Patterns = ()
    patterns: _Patterns = ()
    unless: _Patterns = ()
    scopes: tuple[Scope, ...] = Field(default=EVERYWHERE, min_length=1)
    examples: Examples = Examples()

    @model_validator(mode="after")
    def _can_match(self) -> Self:
        if not (self.statuses or self.names or self.phrases or self.patterns):
            raise ValueError("matches nothing: give phrases, patterns, names or statuses")
        return self


class ActionEntry(Checked):
    """One action as it is written."""

    type: ActionType
    title: _Template
    description: _Template
    owner: Annotated[str, Field(min_length=1, max_length=100)]
    priority: Priority
    due_in_days: Annotated[int, Field(ge=0, le=365, strict=True)]


class CauseEntry(Checked):
    """One cause as it is written."""

    category: Category
    code: _Code
    title: _Template
    description: _Template
    verification: Annotated[tuple[_Template, ...], Field(min_length=1, max_length=10)]
    mitigation: _Template
    actions: Annotated[tuple[ActionEntry, ...], Field(min_length=1, max_length=10)]

    def as_cause(self) -> Cause:
        """Return it as reports use it."""
        actions = tuple(ActionTemplate(**each.model_dump()) for each in self.actions)
        return Cause(**{**self.model_dump(exclude={"actions"}), "actions": actions})


class Sheet(Checked):
    """What a file holds."""

    category: Category | None = None
    words: dict[_Code, Annotated[tuple[_Text, ...], Field(min_length=1, max_length=MAX_LISTED)]] = Field(
        default_factory=dict, max_length=MAX_LISTED
    )
    rules: tuple[RuleEntry, ...] = Field(default=(), max_length=MAX_RULES)
    causes: tuple[CauseEntry, ...] = Field(default=(), max_length=MAX_RULES)
    disable: tuple[str, ...] = Field(default=(), max_length=MAX_LISTED)
    strengths: dict[str, Strength] = Field(default_factory=dict, max_length=MAX_LISTED)

    @model_validator(mode="before")
    @classmethod
    def _in_its_category(cls, data: Any) -> Any:
        """Give the category of the file to each rule and cause that names none."""
        if not isinstance(data, dict) or not data.get("category"):
            return data
        own = {"category": data["category"]}
        filled = {
            part: [{**own, **each} if isinstance(each, dict) else each for each in data[part]]
            for part in ("rules", "causes")
            if isinstance(data.get(part), list)
        }
        return {**data, **filled}

    @model_validator(mode="before")
    @classmethod
    def _like_another(cls, data: Any) -> Any:
        """Let a cause that is `like` another take from it what it does not say itself."""
        causes = data.get("causes") if isinstance(data, dict) else None
        if not isinstance(causes, list):
            return data
        by_code: dict[Any, dict[Any, Any]] = {}
        joined = []
        for each in causes:
            told = each
            if isinstance(each, dict) and isinstance(each.get("like"), str):
                if each["like"] not in by_code:
                    raise ValueError(f"causes: {each['like'][:80]!r} is no cause of this file before the one like it")
                told = {**by_code[each["like"]], **{name: value for name, value in each.items() if name != "like"}}
            if isinstance(told, dict) and isinstance(told.get("code"), str):
                by_code[told["code"]] = told
            joined.append(told)
        return {**data, "causes": joined}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field of a rule."""

    rule_id: str
    field: str
    said: str


def is_for_words(unless: str, rule: RuleEntry) -> bool:
    """Return whether what a rule must not match is meant as a phrase: it is in a rule of phrases, or names a list."""
    return is_phrase(unless) and (bool(rule.phrases) or "{" in unless)


def rules_of(sheet: Sheet, words: Mapping[str, Sequence[str]]) -> tuple[list[Rule], list[Problem]]:
    """Return the rules of a file with the words in their texts filled in, and what cannot be filled in."""
    known = {**words, **sheet.words}
    problems: list[Problem] = []

    def filled(rule: RuleEntry, field: str, fill: Callable[[str], str]) -> tuple[str, ...]:
        texts: list[str] = []
        for place, text in enumerate(getattr(rule, field)):
            try:
                texts.append(fill(text))
            except NoPhrase as error:
                problems.append(Problem(rule.id, f"{field}.{place}", str(error)))
        return tuple(texts)

    def fill_phrase(text: str) -> str:
        return expanded(text, known)

    def fill_pattern(text: str) -> str:
        made = {name: [pattern_of(expanded(f"{{{name}}}", known))] for name in known if f"{{{name}}}" in text}
        return expanded(text, made).replace("((?:", "(?:(?:") if made else text

    rules: list[Rule] = []
    for entry in sheet.rules:

        def fill_unless(text: str, rule: RuleEntry = entry) -> str:
            return pattern_of(fill_phrase(text)) if is_for_words(text, rule) else fill_pattern(text)

        texts = {
            "phrases": filled(entry, "phrases", fill_phrase),
            "patterns": filled(entry, "patterns", fill_pattern),
            "unless": filled(entry, "unless", fill_unless),
            "examples": tuple(entry.examples.rows()),
        }
        rules.append(Rule(**{**entry.model_dump(exclude={"examples"}), **texts}))
    return rules, problems
