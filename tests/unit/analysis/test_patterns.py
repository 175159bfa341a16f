"""What the structure of a pattern tells: the texts a match must hold, and whether it is safe to search."""

import json
import re
from itertools import product
from pathlib import Path

import pytest

from rca_core.analysis import default_rules, facts
from rca_core.analysis.facts import flatten
from rca_core.analysis.rules.compiled import CompiledRule
from rca_core.analysis.rules.patterns import hints, unsafe

TEXTS = [
    flatten(text).lower()
    for path in sorted(Path(__file__).parent.glob("*.jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
    for key in ("error_message", "result_summary")
    if (text := json.loads(line).get(key))
]


def test_a_pattern_matches_only_texts_that_hold_one_of_its_hints() -> None:
    matched = 0
    for rule in default_rules().rules:
        for pattern, text in product(CompiledRule.of(rule).patterns, TEXTS):
            if pattern.hints and pattern.search.search(text):
                matched += 1
                assert any(hint in text for hint in pattern.hints), (rule.id, text)

    assert matched >= 300


def test_looking_a_text_up_finds_every_rule_that_matches_it() -> None:
    table = default_rules()
    compiled = [CompiledRule.of(rule) for rule in table.rules]
    matched = 0
    for text in TEXTS:
        read = facts.read(None, text, None, None, scope="tool")
        by_trying_each = [
            each.rule
            for each in compiled
            if each.allows(read) and (not each.patterns or any(p.search.search(read.text) for p in each.patterns))
        ]
        matched += len(by_trying_each)
        assert table.lookup.matching(read) == by_trying_each

    assert matched >= 500


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"\brate limit\b", ("rate limit",)),
        (r"time-?out|too slow", ("oo slow", "out")),
        (r"(?:quota|credit)s? (?:is|was) gone", (" gone",)),
        (r"x{0,3}\d", None),
        (r"a|\d", None),
        (r"(?i)Quota", None),
        (r"(?i:Quota) x", (" x",)),
    ],
)
def test_the_text_that_a_match_must_hold(pattern: str, expected: tuple[str, ...] | None) -> None:
    assert hints(pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"(?:a+)+x", "ways"),
        (r"(?:\w+ )*x", "ways"),
        (r"(?:a|a)*x", "ways"),
        (r".*.*x", "ways"),
        (r"(?:a{0,50}){0,50}x", "ways"),
        (r"(?:a?){0,60}x", "ways"),
        (r"(?:a|ab|b|bc){0,20}x", "ways"),
        (r"(?=(?:a+)+x)", "ways"),
        (r"(a)\1", "group"),
        (r"(", "no pattern"),
        ("(?:" * 900 + "x" + ")" * 900, "longer"),
        ("x" * 1_001, "longer"),
    ],
)
def test_a_pattern_that_may_take_long_is_refused(pattern: str, reason: str) -> None:
    assert reason in (unsafe(pattern) or "")


@pytest.mark.parametrize(
    "pattern",
    [r"violat\w+ (?:policy|policies|terms|rules)", r"limit.{0,80}(?:reached|hit)", r"^\w+: gone$", r"(?:a )?b"],
)
def test_a_pattern_that_is_quick_on_every_text_is_taken(pattern: str) -> None:
    assert unsafe(pattern) is None
    assert re.compile(pattern)
