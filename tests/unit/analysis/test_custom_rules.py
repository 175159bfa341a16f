"""A user's rules: used beside the built-in ones, and refused with an error that says where."""

from pathlib import Path
from typing import Any

import pytest

from rca_core.analysis import default_rules
from rca_core.analysis.__main__ import main
from rca_core.analysis.rules.custom import (
    MAX_PATTERNS,
    InvalidRules,
    read_custom_rules,
    with_custom_rules,
)
from rca_core.analysis.rules.model import MAX_FILE
from rca_core.analysis.rules.patterns import MAX_STEPS, search_steps
from tests.unit.analysis.builders import failed, report_of, run_of

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
        ({"patterns": ["ok", "(?:a+)+x"]}, "patterns.1"),
        ({"patterns": ["("]}, "patterns.0"),
        ({"patterns": ["Ledger"]}, "patterns.0"),
        ({"patterns": [""]}, "patterns.0"),
        ({"unless": [".*.*x"]}, "unless.0"),
        ({"names": ["..."]}, "names.0"),
        ({"scopes": ["moon"]}, "scopes.0"),
        ({"scopes": []}, "scopes"),
        ({"cause": "Two words"}, "cause"),
        ({"patern": ["x"]}, "patern"),
        ({"patterns": []}, "rule"),
        ({"patterns": ["(?p<a>x)"]}, "patterns.0"),
        ({"unless": ["(?i)x"]}, "unless.0"),
        ({"patterns": ["(?i:x)"]}, "patterns.0"),
        ({"unless": ["(?s)x"]}, "rule"),
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
        (b"rules: [", "is no YAML at line 1, column 9: "),
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


def test_patterns_that_are_fine_each_are_refused_when_they_take_too_long_together() -> None:
    slow = r"[a-z]{0,90}-[a-z]{0,90}x"
    steps = search_steps(slow)
    fits = MAX_STEPS // steps
    assert fits >= 2

    table = with_custom_rules(rules_with([slow] * fits, each=1), source="rules.yaml").table
    [problem] = problems_of(rules_with([slow] * (fits + 1), each=1))

    assert len(table.rules) == len(default_rules().rules) + fits
    assert problem.startswith(f"rules.yaml: rules: patterns may take {steps * (fits + 1):,} steps for each character")
    assert f"The most: rule 'acme.0' {steps:,}" in problem


def test_more_patterns_than_a_file_may_hold_are_refused_however_quick() -> None:
    assert with_custom_rules(rules_with(["ledger"] * MAX_PATTERNS, each=100), source="rules.yaml")
    assert problems_of(rules_with(["ledger"] * (MAX_PATTERNS + 1), each=100)) == (
        "rules.yaml: rules: hold 1,001 patterns; 1,000 are taken",
    )


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
