"""Phrases become patterns that find the words in their order, whole and in any way of joining them."""

import pytest
import re2

from rca_core.analysis.rules.compiled import line_wise
from rca_core.analysis.rules.phrases import NoPhrase, expanded, is_phrase, pattern_of


@pytest.mark.parametrize(
    ("phrase", "found", "not_found"),
    [
        ("limit ... exceeded", ["limit of 5 exceeded", "limit exceeded"], ["limits exceeded", "limit\nexceeded"]),
        ("did not .. find", ["did not find", "did not a b c find"], ["did not a b c d find"]),
        ("rate limit", ["rate limit", "rate_limit", "rate-limit"], ["ratelimit", "rate limits", "crate limit"]),
        ("rate~limit", ["ratelimit", "rate limit"], ["rates limit"]),
        ("exceed*", ["exceed", "exceeding", "exceeds"], ["unexceed"]),
        ("requests?", ["request", "requests"], ["requested"]),
        ("(the|your)? limit is now", ["limit is now", "your limit is now"], ["delimit is now"]),
        ("failed (to)? (find|get)?", ["failed", "failed to get", "failed to"], ["failedx"]),
        ("(un)?authorized", ["unauthorized", "authorized"], ["authorizedly"]),
        ("after # s", ["after 3.5 s", "after 30 s"], ["after x s"]),
        ("missing 'id'", ['missing "id"', "missing `id`"], ["missing id"]),
        ("reason:length", ['"reason": "length"', "reason=length"], ["reason length"]),
        ("^error$", ["error", "x\nerror\ny"], ["an error"]),
        ("превыш* ... лимит", ["превышен ваш лимит"], ["непревышен лимит"]),
        ("限流", ["已被限流了"], ["限"]),
        ("(限流|limit) ok", ["限流 ok", "limit ok"], ["xlimit ok"]),
    ],
)
def test_a_phrase_finds_its_words(phrase: str, found: list[str], not_found: list[str]) -> None:
    pattern = re2.compile(line_wise(pattern_of(phrase)))

    assert [text for text in found if not pattern.search(text)] == []
    assert [text for text in not_found if pattern.search(text)] == []


@pytest.mark.parametrize("phrase", ["", "(a", "a)", "?", "a??", "(" * 20 + "a" + ")" * 20, "a {b"])
def test_what_is_no_phrase_is_refused(phrase: str) -> None:
    with pytest.raises(NoPhrase):
        pattern_of(phrase)


def test_lists_are_filled_in_and_may_hold_lists() -> None:
    assert expanded("{a} is {b}", {"a": ["x", "{b} y"], "b": ["z"]}) == "(x|(z) y) is (z)"
    with pytest.raises(NoPhrase):
        expanded("{a}", {"a": ["{a}"]})


@pytest.mark.parametrize("text", ["by the auditor", "{limit} ... {over}", "(a|b)? c*"])
def test_words_are_a_phrase(text: str) -> None:
    assert is_phrase(text)


@pytest.mark.parametrize("text", [r"\bx", "a.b", "[ab]", "a{0,3}", "(?:a)", "a+"])
def test_the_signs_of_patterns_tell_them_apart(text: str) -> None:
    assert not is_phrase(text)
