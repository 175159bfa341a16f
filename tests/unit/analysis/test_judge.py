"""What the judge makes of two readers."""

import pytest

from rca_core.analysis.model import CATEGORIES, Category
from rca_core.analysis.read.judge import BY_WORDING, CAUSES, GUESSED, Signal, judge
from rca_core.analysis.read.wording import Opinion
from rca_core.analysis.rules import default_rules
from rca_core.analysis.rules.model import CLEAR, DECISIVE, LIKELY, STRONG


def signal(category: Category = "timeout", strength: int = STRONG, *, by_fact: bool = False) -> Signal:
    return Signal(category, "a cause", strength, f"{category}.rule", by_fact)


def opinion(category: Category, p: int, *, is_long: bool = False) -> Opinion:
    rest: Category = "upstream_error" if category == "unknown" else "unknown"
    probabilities = dict.fromkeys(CATEGORIES, 0) | {category: p, rest: 10_000 - p}
    best = max(probabilities, key=probabilities.__getitem__)
    return Opinion(probabilities, best, ((0, 3),), is_long)


def judged(*rules: Signal, by: Opinion | None) -> list[tuple[Category, int]]:
    return [(each.category, each.strength) for each in judge(rules, by).judged]


def test_without_an_opinion_the_rules_stand() -> None:
    assert judged(signal(), by=None) == [("timeout", STRONG)]


@pytest.mark.parametrize(
    ("p", "strength", "becomes"),
    [
        (9_000, LIKELY, STRONG),  # agreement makes a weak rule a sure one
        (9_000, DECISIVE, DECISIVE),
        (6_000, STRONG, CLEAR),  # less than sure, less than high
    ],
)
def test_agreement_is_trusted_by_how_sure_the_wording_is(p: int, strength: int, becomes: int) -> None:
    assert judged(signal(strength=strength), by=opinion("timeout", p)) == [("timeout", becomes)]


def test_a_weaker_rule_that_the_wording_backs_comes_first() -> None:
    found = judged(signal("timeout"), signal("rate_limited", LIKELY), by=opinion("rate_limited", 9_000))

    assert found[0] == ("rate_limited", STRONG)


@pytest.mark.parametrize(("p_unknown", "becomes"), [(8_000, CLEAR), (9_900, LIKELY)])
def test_a_status_that_the_wording_does_not_back_is_believed_less(p_unknown: int, becomes: int) -> None:
    found = judged(signal(strength=DECISIVE, by_fact=True), by=opinion("unknown", p_unknown))

    assert found == [("timeout", becomes)]


@pytest.mark.parametrize(
    ("p_unknown", "expected"), [(9_000, []), (6_000, [("timeout", LIKELY)]), (5_100, [("timeout", CLEAR)])]
)
def test_a_lone_rule_of_words_is_doubted_as_far_as_the_wording_names_no_cause(
    p_unknown: int, expected: list[tuple[Category, int]]
) -> None:
    assert judged(signal(), by=opinion("unknown", p_unknown)) == expected


def test_against_a_rule_of_words_only_a_very_sure_wording_comes_first() -> None:
    assert judged(signal(), by=opinion("rate_limited", 9_500)) == [("rate_limited", LIKELY), ("timeout", LIKELY)]
    assert judged(signal(), by=opinion("rate_limited", 8_000)) == [("timeout", LIKELY)]


@pytest.mark.parametrize(
    ("p", "is_long", "expected"),
    [
        (9_600, False, [("timeout", CLEAR)]),
        (9_000, False, [("timeout", LIKELY)]),
        (6_900, False, []),
        (9_000, True, []),
        (9_600, True, [("timeout", CLEAR)]),
    ],
)
def test_the_wording_alone_is_believed_when_it_is_sure_and_never_as_high(
    p: int,
    is_long: bool,  # noqa: FBT001  a table of values
    expected: list[tuple[Category, int]],
) -> None:
    reading = judge((), opinion("timeout", p, is_long=is_long))

    assert [(each.category, each.strength) for each in reading.judged] == expected
    assert all(each.rule_id in (BY_WORDING, GUESSED) for each in reading.judged)


def test_nothing_is_held_against_a_rule_of_a_users_own() -> None:
    own = signal()

    assert judge((own,), opinion("unknown", 9_900), frozenset({own.rule_id})).judged == (own,)


def test_every_cause_that_only_the_wording_tells_has_words() -> None:
    assert CAUSES.keys() == set(CATEGORIES) - {"unknown", "prompt_regression"}
    assert all(each in default_rules().cause_by_code for each in CAUSES.items())
