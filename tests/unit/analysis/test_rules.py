"""The rule table: whole, linear, and read in the order of directness."""

from pathlib import Path

import pytest
import yaml

from rca_core.analysis import CATEGORIES, RuleSet, collect, default_rules
from rca_core.analysis.diagnose.diagnosis import Explanation
from rca_core.analysis.observe.view import RunView
from rca_core.analysis.read.facts import normal_name, read
from rca_core.analysis.read.signals import match
from rca_core.analysis.report.words import words
from rca_core.analysis.rules import BUILT_IN, Rule
from rca_core.analysis.rules.model import PLACEHOLDERS, Example
from tests.unit.analysis.builders import failed, report_of, run_of

RULES = default_rules()


def test_every_rule_has_a_name_of_its_own_and_something_to_match() -> None:
    ids = [rule.id for rule in RULES.rules]

    assert len(set(ids)) == len(ids)
    assert [rule.id for rule in RULES.rules if not (rule.statuses or rule.names or rule.patterns or rule.phrases)] == []


def test_every_cause_that_a_rule_names_can_be_told() -> None:
    told = RULES.cause_by_code

    assert {(rule.category, rule.cause) for rule in RULES.rules} - set(told) == set()
    assert {cause.category for cause in RULES.causes} == set(CATEGORIES)


def test_every_template_can_be_filled() -> None:
    run = run_of(failed(1, "tool", "text"))
    filled = words(Explanation("unknown", "unexplained_failure", "low", collect(RunView(run))[:1], "why"), run)
    for cause in RULES.causes:
        texts = [cause.title, cause.description, cause.mitigation, *cause.verification]
        texts += [text for action in cause.actions for text in (action.title, action.description)]
        assert all(text.format_map(filled) for text in texts)


def test_names_are_in_the_form_they_are_compared_in() -> None:
    assert [name for rule in RULES.rules for name in rule.names if name.strip("*") != normal_name(name)] == []


def matched(rule: Rule, example: Example) -> bool:
    scope = "tool" if "tool" in rule.scopes else rule.scopes[0]
    texts = (example.error_class, example.error_message, example.result_summary)
    return rule in RULES.lookup.matching(read(*texts, example.status_code, scope=scope))


@pytest.mark.parametrize("rule", RULES.rules, ids=[rule.id for rule in RULES.rules])
def test_a_rule_matches_its_examples_and_no_other(rule: Rule) -> None:
    assert [each for each in rule.examples if matched(rule, each) is not each.matches] == []


def test_nearly_every_rule_of_texts_has_examples() -> None:
    told = {rule.id for rule in RULES.rules if any(each.matches for each in rule.examples)}
    of_texts = {rule.id for rule in RULES.rules if rule.phrases or rule.patterns}

    assert len(of_texts - told) <= 10, of_texts - told


def test_what_may_be_filled_in_is_what_reports_fill_in() -> None:
    run = run_of(failed(1, "tool", "text"))

    assert set(PLACEHOLDERS) <= set(
        words(Explanation("unknown", "unexplained_failure", "low", collect(RunView(run))[:1], "why"), run)
    )


def test_the_rules_are_short_enough_to_be_read() -> None:
    files = [path.read_text(encoding="utf-8") for path in BUILT_IN]

    assert max(len(line) for text in files for line in text.splitlines()) <= 160
    assert sum(len(text) for rule in RULES.rules for text in rule.patterns) <= 3_000


@pytest.mark.parametrize("path", sorted(BUILT_IN[0].parent.glob("*.yaml")), ids=lambda path: path.stem)
def test_readers_of_yaml_agree_on_the_rules(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    # What libyaml takes is more than others do, a plain word with a ? in a list in brackets, say.
    assert yaml.load(text, Loader=yaml.SafeLoader) == yaml.load(text, Loader=yaml.CSafeLoader)


def test_a_status_code_beats_what_the_text_says() -> None:
    signals = match(read(None, "validation failed: field required", None, 429, scope="tool"), RULES)

    assert signals[0].category == "rate_limited"


def test_the_status_of_the_telemetry_beats_the_one_in_the_text() -> None:
    assert read(None, "HTTP 500", None, 403, scope="tool").status == 403
    assert read(None, "HTTP 500", None, None, scope="tool").status == 500


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Error code: 429 - {'error': {}}", 429),
        ("404 Client Error: Not Found for url: http://x.test", 404),
        ('{"statusCode": 502, "body": ""}', 502),
        ('{"error": "", "response": "{\\"status\\":\\"401\\"}"}', 401),
        ("<html><head><title>503 Service Unavailable</title></head></html>", 503),
        ("sold 429 lamps in room 503", None),
        ("the total is 500.25", None),
        ("504.5 metres", None),
    ],
)
def test_a_status_is_read_where_software_writes_one(text: str, status: int | None) -> None:
    assert read(None, text, None, None, scope="tool").status == status


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("openai.RateLimitError", "ratelimit"),
        ("rate_limit_error", "ratelimit"),
        ("ThrottlingException", "throttling"),
        ("AGENT_RUNTIME.TERMINATION_GUARDRAIL_VIOLATION", "terminationguardrailviolation"),
    ],
)
def test_error_names_of_all_styles_have_one_form(name: str, normal: str) -> None:
    assert normal_name(name) == normal


def test_a_rule_of_ones_own_is_used_and_changes_the_version_of_the_table() -> None:
    own = Rule("own.flux", "upstream_error", "flux", 99, patterns=(r"\bflux capacitor\b",), scopes=("tool",))
    table = RuleSet((*RULES.rules, own), RULES.causes)

    report = report_of(run_of(failed(1, "weld", "flux capacitor misaligned")), rules=table)

    assert (report.category, report.cause) == ("upstream_error", "flux")
    assert report.engine.rules_version == table.version != RULES.version


def test_what_a_rule_must_not_match_keeps_it_out() -> None:
    table = RuleSet((Rule("own", "timeout", "x", 50, patterns=("slow",), unless=("slow food",)),), RULES.causes)

    assert match(read(None, "too slow", None, None, scope="tool"), table)
    assert not match(read(None, "slow food", None, None, scope="tool"), table)
