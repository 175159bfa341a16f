"""A user's rules: used beside the built-in ones, and refused with an error that says where."""

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from rca_core.analysis import RuleSet, default_rules, run_analysis
from rca_core.analysis.__main__ import main
from rca_core.analysis.rules.custom import (
    MAX_PATTERNS,
    MAX_SIZE,
    InvalidRules,
    read_custom_rules,
    with_custom_rules,
)
from rca_core.analysis.rules.model import MAX_FILE
from rca_core.telemetry import AgentRun
from tests.unit.analysis.builders import NOW, failed, report_of, run_of

RULE: dict[str, Any] = {
    "id": "acme.ledger",
    "category": "upstream_error",
    "cause": "ledger_locked",
    "strength": 90,
    "patterns": [r"\bledger \w{1,20} is locked\b"],
}
LOCKED = run_of(failed(1, "book", "Ledger north is locked"))
YAML = rb"""
rules:
  - id: acme.ledger
    category: upstream_error
    cause: ledger_locked
    strength: 90
    patterns: ['\bledger \w{1,20} is locked\b']
    unless: ['by the auditor']
disable: [rate_limited.balance]
strengths: {timeout.text: 60}
"""


def problems_of(data: Any) -> tuple[str, ...]:
    with pytest.raises(InvalidRules) as caught:
        with_custom_rules(data, source="rules.yaml")
    return caught.value.problems


def test_a_rule_that_was_added_names_the_cause() -> None:
    table = read_custom_rules(YAML, source="rules.yaml").table

    report = report_of(LOCKED, rules=table)

    assert (report.category, report.cause) == ("upstream_error", "ledger_locked")
    assert report.engine.rules_version == table.version != default_rules().version
    assert report_of(LOCKED).category == "unknown"
    assert (
        report_of(run_of(failed(1, "book", "Ledger north is locked by the auditor")), rules=table).category == "unknown"
    )


def test_a_rule_that_was_disabled_says_nothing() -> None:
    run = run_of(failed(1, "book", "denied", status_code=429))

    table = with_custom_rules({"disable": ["rate_limited.status"]}, source="rules.yaml").table

    assert report_of(run).cause == "throttled"
    assert report_of(run, rules=table).category != "rate_limited"


def test_a_rule_with_another_strength_wins_or_loses() -> None:
    run = run_of(failed(1, "book", "ledger north is locked", status_code=429))

    weak = with_custom_rules({"rules": [RULE]}, source="rules.yaml").table
    strong = with_custom_rules({"rules": [RULE], "strengths": {"rate_limited.status": 10}}, source="rules.yaml").table

    assert report_of(run, rules=weak).category == "rate_limited"
    assert report_of(run, rules=strong).category == "upstream_error"


def test_what_is_wished_of_rules_that_there_are_not_is_said_and_passed_over() -> None:
    wishes = {"disable": ["no.such", "rate_limited.status"], "strengths": {"timeout.gone": 5, "timeout.text": 60}}

    table, passed_over = with_custom_rules({"rules": [RULE], **wishes}, source="rules.yaml")

    known = {"disable": ["rate_limited.status"], "strengths": {"timeout.text": 60}}
    assert table == with_custom_rules({"rules": [RULE], **known}, source="rules.yaml").table
    assert passed_over == (
        "rules.yaml: disable: 'no.such' is no rule of the table, and is passed over",
        "rules.yaml: strengths: 'timeout.gone' is no rule of the table, and is passed over",
    )


def test_names_are_compared_whatever_their_style() -> None:
    named = {**RULE, "patterns": [], "names": ["acme.LedgerLockedError"]}
    table = with_custom_rules({"rules": [named]}, source="rules.yaml").table

    report = report_of(run_of(failed(1, "book", "no", error_class="ledger_locked")), rules=table)

    assert report.cause == "ledger_locked"


def test_an_empty_file_is_the_built_in_table() -> None:
    assert read_custom_rules(b"", source="rules.yaml").table.version == default_rules().version


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"category": "gremlins"}, "category"),
        ({"category": "unknown"}, "category"),
        ({"strength": 101}, "strength"),
        ({"strength": "much"}, "strength"),
        ({"statuses": [200]}, "statuses.0"),
        ({"patterns": ["ok", "(?=a)x"]}, "patterns.1"),
        ({"patterns": [r"(a)\1"]}, "patterns.0"),
        ({"patterns": ["(?:(?:a{90}){90}){90}"]}, "patterns.0"),
        ({"phrases": ["ledger {nowhere}"]}, "phrases.0"),
        ({"phrases": ["(ledger"]}, "phrases.0"),
        ({"phrases": ["?"]}, "phrases.0"),
        ({"unless": ["{nowhere} else"]}, "unless.0"),
        ({"strength": "sure"}, "strength"),
        ({"examples": {"maybe": []}}, "examples.maybe"),
        ({"patterns": ["("]}, "patterns.0"),
        ({"patterns": ["Ledger"]}, "patterns.0"),
        ({"patterns": [""]}, "patterns.0"),
        ({"unless": ["x("]}, "unless.0"),
        ({"names": ["..."]}, "names.0"),
        ({"scopes": ["moon"]}, "scopes.0"),
        ({"scopes": []}, "scopes"),
        ({"cause": "Two words"}, "cause"),
        ({"patern": ["x"]}, "patern"),
        ({"patterns": []}, "rule"),
        ({"patterns": ["(?p<a>x)"]}, "patterns.0"),
        ({"unless": ["(?i)x"]}, "unless.0"),
        ({"patterns": ["(?i:x)"]}, "patterns.0"),
        ({"unless": ["(?s)x"]}, "unless.0"),
    ],
)
def test_a_wrong_rule_is_refused_by_file_rule_and_field(changed: dict[str, Any], field: str) -> None:
    problem, *_ = problems_of({"rules": [{**RULE, **changed}]})

    assert problem.startswith(f"rules.yaml: rule 'acme.ledger': {field}: ")


def test_every_problem_is_told_at_once_and_a_rule_without_a_name_by_its_place() -> None:
    nameless = {key: value for key, value in RULE.items() if key != "id"}

    problems = problems_of({"rules": [RULE, {**nameless, "strength": 0}, "no rule"]})

    assert [problem.rsplit(": ", 1)[0] for problem in problems] == [
        "rules.yaml: rule number 2: id",
        "rules.yaml: rule number 2: strength",
        "rules.yaml: rule number 3: rule",
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (["a list"], "rules.yaml: file: "),
        ({"rule": []}, "rules.yaml: rule: "),
        ({"rules": [RULE, RULE]}, "rules.yaml: rule 'acme.ledger': id: is there 2 times"),
        ({"rules": [{**RULE, "id": "timeout.text"}]}, "rules.yaml: rule 'timeout.text': id: is a rule of the table"),
    ],
)
def test_a_file_that_does_not_fit_the_table_is_refused(data: Any, said: str) -> None:
    assert problems_of(data)[0].startswith(said)


def refused(content: bytes) -> str:
    with pytest.raises(InvalidRules) as caught:
        read_custom_rules(content, source="rules.yaml")
    [problem] = caught.value.problems
    return problem


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"rules: [", "is no YAML at line 2, column 1: "),
        (b"rules:\n  - {id: 'a}", "is no YAML at line 2, column 13: found unexpected end"),
        (b"a: !!python/object:os.system {}", "is no YAML at line 1, column 4: a tag"),
        (b"? [a]\n: b", "is no YAML at line 1, column 3: a key is no text"),
        (b"disable: &a []\nrules: *a", "is no YAML at line 2, column 8: aliases are not taken"),
        (b"disable: []\nrules: []\ndisable: []", "is no YAML at line 3, column 1: a key is there twice"),
        (b"[" * 100_000, "is nested too deeply"),
        (b"a: " + b"1:" * 90_000 + b"1.5", "is no YAML: OverflowError"),
        (b"a: " + b"9" * 90_000, "is no YAML: ValueError"),
        (b"disable: [\xff]", "is no UTF-8 at byte 11"),
        (b"x" * (MAX_FILE + 1), "is longer than 200,000 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(content: bytes, said: str) -> None:
    assert refused(content).startswith(f"rules.yaml: file: {said}")


@pytest.mark.parametrize(
    "content",
    [
        b"hunter2",
        b"!hunter2",
        b"*hunter2",
        b"'hunter2",
        b"@hunter2",
        b"{hunter2",
        b"- hunter2",
        b"&hunter2 a: [",
        b"2h: !<hunter2> x",
    ],
)
def test_what_is_no_file_of_rules_is_not_repeated(content: bytes) -> None:
    # Someone may name the wrong parameter, and problems are logged.
    assert "hunter" not in refused(content)


def test_a_byte_order_mark_is_no_part_of_a_file() -> None:
    assert read_custom_rules(b"\xef\xbb\xbf" + YAML, source="rules.yaml") == read_custom_rules(
        YAML, source="rules.yaml"
    )


def rules_with(patterns: list[str], *, each: int) -> dict[str, Any]:
    """Return the data of a file with these patterns, so many to a rule."""
    parts = [patterns[start : start + each] for start in range(0, len(patterns), each)]
    return {"rules": [{**RULE, "id": f"acme.{number}", "patterns": part} for number, part in enumerate(parts)]}


def test_patterns_that_are_fine_each_are_refused_when_they_are_too_much_together() -> None:
    large = r"ledger [a-z]{0,90}-[a-z]{0,90}x"
    problems = problems_of(rules_with([large] * MAX_PATTERNS, each=100))

    assert with_custom_rules(rules_with([large] * 20, each=1), source="rules.yaml")
    assert problems[0].startswith("rules.yaml: rules: phrases and patterns come to a size of ")
    assert f"{MAX_SIZE:,} is taken" in problems[0]
    assert "The most: rule 'acme.0' " in problems[0]


def test_more_patterns_than_a_file_may_hold_are_refused_however_quick() -> None:
    assert with_custom_rules(rules_with(["ledger"] * MAX_PATTERNS, each=100), source="rules.yaml")
    assert problems_of(rules_with(["ledger"] * (MAX_PATTERNS + 1), each=100)) == (
        "rules.yaml: rules: hold 1,001 phrases and patterns; 1,000 are taken",
    )


NEW_FORM = b"""
category: upstream_error
words: {ledger: [ledger, account book], shut: [locked, frozen]}
rules:
  - id: acme.ledger
    cause: ledger_locked
    strength: strong
    phrases: ["{ledger} ... {shut}"]
    unless: ["by the auditor", "{ledger} is now"]
    examples: {yes: ["Ledger north is locked"], no: ["Ledger is now locked"]}
causes:
  - code: ledger_locked
    title: "{target} could not write: the ledger is locked"
    description: "{where} found the ledger locked: {quote}."
    verification: ["Ask who holds the lock of the ledger."]
    mitigation: "Wait until the ledger is free, then repeat {ref}."
    actions:
      - {type: runbook, title: "Free the ledger", description: "Find who locked it at {when}.", owner: ledger-team,
         priority: high, due_in_days: 1}
"""


def test_a_cause_of_ones_own_is_told_in_its_own_words() -> None:
    table = read_custom_rules(NEW_FORM, source="rules.yaml").table

    report = report_of(run_of(failed(1, "book", "Account book 7 was FROZEN at noon")), rules=table)

    assert (report.category, report.cause) == ("upstream_error", "ledger_locked")
    [hypothesis] = report.hypotheses
    assert hypothesis.title == "book could not write: the ledger is locked"
    assert hypothesis.mitigation.startswith("Wait until the ledger is free, then repeat call ")
    assert [(action.title, action.owner) for action in report.action_items] == [("Free the ledger", "ledger-team")]


@pytest.mark.parametrize("message", ["ledger locked by the auditor", "the ledger is now locked", "unlocked ledgers"])
def test_what_phrases_must_not_match_keeps_a_rule_out(message: str) -> None:
    table = read_custom_rules(NEW_FORM, source="rules.yaml").table

    assert report_of(run_of(failed(1, "book", message)), rules=table).cause != "ledger_locked"


@pytest.mark.parametrize(
    ("written", "changed", "said"),
    [
        (b"{quote}.", b"{quotation}.", "causes.0.description: {quotation} is nothing that can be filled in; "),
        (b"{quote}.", b"{quote.x}.", "causes.0.description: {quote.x} is nothing that can be filled in"),
        (b"{quote}.", b"{quote!r}.", "causes.0.description: {quote} is nothing that can be filled in"),
        (b"{quote}.", b"{.", "causes.0.description: is no template: "),
        (b"code: ledger_locked", b"code: http_5xx", "causes: upstream_error/http_5xx is a cause of the table"),
        (b"priority: high", b"priority: whenever", "causes.0.actions.0.priority: "),
        (b"owner: ledger-team,", b"", "causes.0.actions.0.owner: "),
    ],
)
def test_a_cause_that_could_not_be_told_is_refused(written: bytes, changed: bytes, said: str) -> None:
    with pytest.raises(InvalidRules) as caught:
        read_custom_rules(NEW_FORM.replace(written, changed), source="rules.yaml")
    assert caught.value.problems[0].startswith(f"rules.yaml: {said}")


def test_a_cause_may_be_like_another_but_for_some_words() -> None:
    like = b"  - {code: ledger_gone, like: ledger_locked, title: The ledger is gone}\n"
    causes = {each.code: each for each in read_custom_rules(NEW_FORM + like, source="rules.yaml").table.causes}

    assert causes["ledger_gone"].title == "The ledger is gone"
    assert causes["ledger_gone"].actions == causes["ledger_locked"].actions
    assert "is no cause of this file" in refused(NEW_FORM + like.replace(b"like: ledger_locked", b"like: nothing"))


def test_a_file_that_was_refused_leaves_the_built_in_rules_as_they_were() -> None:
    version = default_rules().version

    problems_of({"rules": [{**RULE, "patterns": ["("]}], "disable": ["rate_limited.status"]})

    assert default_rules().version == version
    assert report_of(run_of(failed(1, "book", "no", status_code=429))).category == "rate_limited"


def test_explain_uses_a_file_of_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, rules = tmp_path / "run.json", tmp_path / "rules.yaml"
    run.write_text(LOCKED.model_dump_json())
    rules.write_bytes(YAML)

    assert main(["explain", str(run), "--rules", str(rules)]) == 0
    assert "rule acme.ledger (strength 90): upstream_error/ledger_locked" in capsys.readouterr().out


def test_explain_says_which_wishes_name_no_rule_and_explains_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, rules = tmp_path / "run.json", tmp_path / "rules.yaml"
    run.write_text(LOCKED.model_dump_json())
    rules.write_bytes(YAML.replace(b"rate_limited.balance", b"rate_limited.balanse"))

    assert main(["explain", str(run), "--rules", str(rules)]) == 2
    said = capsys.readouterr()
    assert "rule acme.ledger (strength 90): upstream_error/ledger_locked" in said.out
    assert said.err == f"{rules}: disable: 'rate_limited.balanse' is no rule of the table, and is passed over\n"


def test_explain_says_what_is_wrong_with_a_file_of_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, rules = tmp_path / "run.json", tmp_path / "rules.yaml"
    run.write_text(LOCKED.model_dump_json())
    rules.write_text("rules: [{id: acme.x}]")

    assert main(["explain", str(run), "--rules", str(rules)]) == 2
    assert "rules.yaml: rule 'acme.x': category: " in capsys.readouterr().err
    assert main(["explain", str(run), "--rules", str(tmp_path / "none.yaml")]) == 2


def test_a_user_s_many_patterns_leave_fewer_texts_to_be_read() -> None:
    patterns = [f"z{number}[#%]" for number in range(MAX_PATTERNS)]
    starts = range(0, MAX_PATTERNS, 200)
    rules = [{**RULE, "id": f"acme.{start}", "patterns": patterns[start : start + 200]} for start in starts]
    table = with_custom_rules({"rules": rules}, source="own.yaml").table
    letters = ("".join(each) for each in product("abcdefgh", repeat=3))
    run = run_of(*(failed(number, "tool", f"{next(letters)} {'x' * 40}") for number in range(400)))

    assert table.own_patterns == MAX_PATTERNS
    assert _texts_read(run, table) < _texts_read(run, default_rules())


def _texts_read(run: AgentRun, table: RuleSet) -> int:
    return len(run_analysis(run, now=NOW, rules=table).diagnosis.readings)
