"""template.yaml: what `RulesSource` may be, and what each kind of it lets the analyzer read."""

from typing import Any

import pytest

from local.intrinsics import TemplateError
from local.template import ACCOUNT, load_template
from tests.support.template import REGION, ROOT

NAMES = {"Table": {"Ref": "t", "Arn": "arn:t"}, "RcaQueue": {"Ref": "q", "Arn": "arn:q"}}


def statements(source: str) -> list[dict[str, Any]]:
    """Return what the analyzer's role allows with a source of rules."""
    template = load_template(ROOT / "template.yaml", {"RulesSource": source}, "stack", REGION)
    role = template.document["Resources"]["AnalyzerRole"]["Properties"]
    [policy] = template.resolver(NAMES).resolve(role)["Policies"]
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


@pytest.mark.parametrize(
    ("source", "action", "resource"),
    [
        ("s3://acme-rules/sre/rules.yaml", "s3:GetObject", "arn:aws:s3:::acme-rules/sre/rules.yaml"),
        ("s3://acme.rules/a b.yaml", "s3:GetObject", "arn:aws:s3:::acme.rules/a b.yaml"),
        ("ssm:/acme/rules", "ssm:GetParameter", f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/acme/rules"),
    ],
)
def test_the_analyzer_may_read_its_rules_and_nothing_beside_them(source: str, action: str, resource: str) -> None:
    without = statements("")

    added = [each for each in statements(source) if each not in without]

    assert added == [{"Sid": "ReadRules", "Effect": "Allow", "Action": action, "Resource": resource}]


def actions(statement: dict[str, Any]) -> list[str]:
    found = statement["Action"]
    return found if isinstance(found, list) else [found]


@pytest.mark.parametrize("source", ["rules.yaml", "/opt/python/rules.yaml", "s3.yaml", "ssm/rules.yaml"])
def test_rules_in_a_file_need_no_right(source: str) -> None:
    assert statements(source) == statements("")


def test_without_rules_of_ones_own_nothing_is_read() -> None:
    assert not [each for each in statements("") if {"s3", "ssm"} & {name.split(":")[0] for name in actions(each)}]


@pytest.mark.parametrize(
    "source",
    [
        "s3://acme-rules",
        "s3://acme-rules/",
        "s3://acme-rules/*",
        "s3://acme-rules/s3://x",
        "s3://acme-rules/${aws:userid}",
        "s3://*/rules.yaml",
        "s3:/acme-rules/x",
        "s3",
        "ssm:rules",
        "ssm:/acme/*",
        "https://acme.example/rules.yaml",
    ],
)
def test_a_source_that_cannot_be_one_or_would_allow_more_is_refused(source: str) -> None:
    with pytest.raises(TemplateError, match="'RulesSource' is "):
        statements(source)
