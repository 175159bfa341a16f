"""What the structure of a pattern tells: the texts a match must hold, and whether it is safe to search."""

import re
from itertools import product

import pytest

from rca_core.analysis import default_rules
from rca_core.analysis.observe.text import flatten
from rca_core.analysis.read import facts
from rca_core.analysis.rules.compiled import CompiledRule, compiled, found
from rca_core.analysis.rules.patterns import LONGEST_TEXT, MAX_STEPS, hints, search_steps, unsafe
from tests.unit.analysis.labelled import OWN_TEXTS

TEXTS = [flatten(text).lower() for text in OWN_TEXTS]


def test_a_pattern_matches_only_texts_that_hold_one_of_its_hints() -> None:
    matched = 0
    for rule in default_rules().rules:
        for pattern, text in product(CompiledRule.of(rule).patterns, TEXTS[::4]):
            if pattern.hints and found(pattern.source, text):
                matched += 1
                assert any(hint in text for hint in pattern.hints), (rule.id, text)

    assert matched >= 200


def test_looking_a_text_up_finds_every_rule_that_matches_it() -> None:
    table = default_rules()
    ready = [CompiledRule.of(rule) for rule in table.rules]
    matched = 0
    for text in TEXTS[::4]:
        read = facts.read(None, text, None, None, scope="tool")
        by_trying_each = [
            each.rule
            for each in ready
            if each.allows(read) and (not each.patterns or any(found(p.source, read.text) for p in each.patterns))
        ]
        matched += len(by_trying_each)
        assert table.lookup.matching(read) == by_trying_each

    assert matched >= 200


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
        (r"(?:a+)+x", "steps"),
        (r"(?:\w+ )*x", "steps"),
        (r"(?:a|a)*x", "steps"),
        (r".*.*x", "steps"),
        (r"(?:a{0,50}){0,50}x", "steps"),
        (r"(?:a?){0,60}x", "steps"),
        (r"(?:a|ab|b|bc){0,20}x", "steps"),
        (r"(?=(?:a+)+x)", "steps"),
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


@pytest.mark.parametrize(
    ("pattern", "steps"),
    [
        ("x", 2),  # a look at each letter, and a comparison where it is an x
        ("ledger", 2),
        ("aaab", 4),  # each a of "aaaa" starts a comparison of its own
        (r"\bledger", 3),
        ("[lm]edger", 7),  # nothing fixed to start with: all of it at each letter
        (r".{0,9}x", 1 + 9 + 10),
        (r"locked .{0,63}x", 2 + 19),  # "locked " stands at most once in seven letters
        (r"aa.{0,63}x", 3 + 63 + 64),  # "aa" may stand at each
        (r"\w+ x", 1 + 2 * 4_000 + 2),  # the space can only follow the end of the word
        (r"\w+x", 1 + 4_000 + 4_000),
        ("ledger|lock", 4),
        (r"\b(?:ledger|lock).{0,9}x", (3 + 4) + (3 + 5)),
    ],
)
def test_the_steps_of_a_search(pattern: str, steps: int) -> None:
    assert search_steps(pattern) == steps


@pytest.mark.parametrize(
    "pattern", ["(?:|)" * 200, r"(?:\b|^)" * 120, "(?:a?|b?)" * 100, "(?:" * 160 + "a" + "|b)" * 160]
)
def test_a_pattern_is_judged_at_once_however_its_alternatives_are_nested(pattern: str) -> None:
    assert unsafe(pattern) or search_steps(pattern) <= MAX_STEPS


def test_every_pattern_of_the_table_is_one_and_is_written_as_it_is_meant() -> None:
    for rule in default_rules().rules:
        for pattern in (*rule.patterns, *rule.unless):
            assert compiled(pattern)
            # What is left of a bound that a formatted string took for a value.
            assert not re.search(r"\(\d+, \d+\)", pattern), rule.id


@pytest.mark.timeout(60)
def test_no_pattern_of_the_table_is_brought_to_a_halt_by_a_text_made_against_it() -> None:
    # A pattern that goes back and forth without a bound would not end before the test's own time is up.
    rows = ("a", "a ", "a_", "1", "1.", "x: ", "'x' ", "no ", "{", "\n", "-", "a.b[1] ")
    for rule in default_rules().rules:
        own = [f"{hint} " for pattern in rule.patterns for hint in hints(pattern) or ()][:3]
        for pattern in (*rule.patterns, "|".join(rule.unless) or "x"):
            for row in (*rows, *own, "".join(own)):
                text = (row * LONGEST_TEXT)[:LONGEST_TEXT]
                found(pattern, text)
