"""The reader of wording: what it takes for words, what it says, and that no text makes it slow."""

import math
import zlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rca_core.analysis.read.wording import MAGIC, WEIGHTS, WordingReader, _softmax, default_reader
from rca_core.analysis.read.wording_text import (
    LEAST_PIECE,
    MAX_READ,
    MAX_RESULT,
    PIECE,
    Said,
    Word,
    into_pieces,
    read_words,
)

PADDING = '{"trace_id": "b27226c3a7a37b", "attributes": {"gen_ai.tool.name": "book_flight", "thread": "main"}}, ' * 12
HOSTILE = [
    "\\" * 9_000,
    '"' * 9_000,
    "[" * 9_000,
    "aA" * 9_000,
    "a1" * 9_000,
    "\\u" * 9_000,
    "找" * 9_000,
    "x " * 9_000,
]


def words(text: str) -> list[str]:
    return [each.text for each in read_words(Said(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HTTPError: maxRetryCount", ["http", "error", "max", "retry", "count"]),
        ("status 429, 0 of 1 in 20250101", ["status", "429", "0", "of", "1", "in", "#"]),
        ("rate_limit_exceeded", ["rate", "limit", "exceeded"]),
        ("HTTP429 for gpt4 in req_011CSHoEeqs5C35K2UUq", ["http", "429", "for", "gpt", "#", "in", "req", "#"]),
        (r"{\"error\":\"not\nfound\"}", ["error", "not", "found"]),
        (r"\u672a\u627e\u5230", ["未找", "找到"]),
        ("未找到id", ["未找", "找到", "id"]),
        ("Превышен лимит", ["превышен", "лимит"]),
        ('{"results": [ ], "x": ""}', ["results", "[]", "x", '""']),
        ("", []),
    ],
)
def test_words_are_what_stays_of_a_text_when_case_marks_and_numbers_go(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text(max_size=400))
def test_words_stand_where_they_are_said_to_stand(text: str) -> None:
    found = read_words(Said(text))

    assert all(0 <= each.start < each.end <= len(text) for each in found)
    assert all(one.start <= other.start for one, other in pairwise(found))


def _shape(word: Word) -> str:
    return "#" if word.text.isdigit() else word.text


@pytest.mark.parametrize("around", ["10:02:{n} INFO [basket] {n} rows kept\n", '{{"id": {n}, "label": "shelf {n}"}}, '])
def test_one_line_among_many_alike_is_read_by_itself(around: str) -> None:
    line = "You exceeded your current quota, please check your plan\n"
    lines = [around.format(n=n) for n in range(40)]
    text = "".join((*lines[:20], line, *lines[20:]))

    pieces = into_pieces(read_words(Said(text)), Said(text))

    assert len(pieces) <= 4
    assert default_reader().read(Said(text)).best == "rate_limited"


@given(st.text(max_size=900))
def test_pieces_hold_what_a_text_says_once(text: str) -> None:
    found = read_words(Said(text))
    pieces = into_pieces(found, Said(text))

    held = [word for piece in pieces for word in piece]
    assert [word for word in found if word in held] == held
    assert {_shape(word) for word in found} == {_shape(word) for word in held}
    if len(pieces) > 1:
        assert all(len(piece) == 1 or piece[-1].end - piece[0].start <= PIECE for piece in pieces)


@pytest.mark.parametrize(
    ("said", "category"),
    [
        (Said("Rate limit reached for requests. Please try again in 20s."), "rate_limited"),
        (Said("connect ECONNREFUSED 10.0.0.7:5432"), "upstream_error"),
        (Said("1 validation error: customer_id: Field required", status_code=422), "tool_schema_mismatch"),
        (Said("This model's maximum context length is 8192 tokens", scope="run"), "context_overflow"),
        (Said("You do not have permission to read this file", status_code=403), "tool_permission"),
        (Said("Agent stopped: the maximum number of iterations was reached", scope="run"), "planner_loop"),
        (Said("The refund window for this order has closed"), "unknown"),
        (Said("something went wrong"), "unknown"),
        (Said("Booked: table for 4 at 19:30", failed=False, in_result=True), "unknown"),
    ],
)
def test_plain_texts_are_read_right(said: Said, category: str) -> None:
    assert default_reader().read(said).claim == category


def test_a_cause_deep_in_a_long_text_is_found_and_shown() -> None:
    said = Said(f"{PADDING}Error: 429 Too Many Requests, rate limit exceeded, try again later{PADDING}")

    opinion = default_reader().read(said)

    assert opinion.is_long
    assert opinion.claim == "rate_limited"
    shown = " ".join(said.text[start:end] for start, end in opinion.phrases)
    assert "rate limit" in shown or "Too Many Requests" in shown


def test_a_result_is_an_error_only_where_that_is_nearly_sure() -> None:
    reader = default_reader()
    texts = ["the limit", "timeout", "no access", "too many", "invalid", "refused", "limit exceeded", "not permitted"]
    opinions = [reader.read(Said(text, failed=False, in_result=True)) for text in texts]

    assert any(each.best != "unknown" and each.p < 0.85 for each in opinions)
    assert {each.claim for each in opinions if each.p < 0.85} == {"unknown"}


def test_of_a_result_only_the_start_is_read() -> None:
    late = f"{'Line of a report. ' * 40}429 Too Many Requests: rate limit exceeded"
    assert len(late) > MAX_RESULT

    assert all(each.end <= MAX_RESULT for each in read_words(Said(late, failed=False, in_result=True)))
    assert default_reader().read(Said(late, failed=False, in_result=True)).claim == "unknown"


def test_of_a_very_long_text_both_ends_are_read() -> None:
    found = read_words(Said(f"first {'middle ' * 5_000}last"))

    assert (found[0].text, found[-1].text) == ("first", "last")
    assert sum(each.end - each.start for each in found) <= MAX_READ


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_makes_more_work_than_its_characters(text: str) -> None:
    found = read_words(Said(text))

    assert len(found) <= MAX_READ
    assert len(into_pieces(found, Said(text))) <= MAX_READ // LEAST_PIECE + 2
    assert abs(sum(default_reader().read(Said(text)).probabilities.values()) - 10_000) <= 10


@given(st.text(max_size=300), st.one_of(st.none(), st.text(max_size=40)), st.booleans())
def test_every_text_has_an_opinion_that_adds_up(text: str, error_class: str | None, failed: bool) -> None:  # noqa: FBT001
    opinion = default_reader().read(Said(text, error_class, failed=failed, in_result=not failed))

    assert abs(sum(opinion.probabilities.values()) - 10_000) <= 10
    assert opinion.p == max(opinion.probabilities.values()) / 10_000
    assert all(0 <= start < end <= len(text) for start, end in opinion.phrases)
    assert all(one[1] <= other[0] for one, other in pairwise(opinion.phrases))


def test_the_same_text_gets_the_same_answer_however_much_was_read_before() -> None:
    said = Said(f"{PADDING} Error 503: upstream connect error", status_code=500)
    used = WordingReader.load()
    for text in HOSTILE:
        used.read(Said(text))

    assert used.read(said) == WordingReader.load().read(said)


def test_a_file_that_is_no_file_of_weights_is_refused() -> None:
    content = WEIGHTS.read_bytes()

    with pytest.raises(ValueError, match="not a file of weights"):
        WordingReader(b"PK" + content)
    with pytest.raises(zlib.error):
        WordingReader(content[: len(content) // 2])


def test_probabilities_are_those_of_the_exponential_function() -> None:
    scores = [0, 300, -700, 1_024]
    whole = [math.exp(each / 256) for each in scores]

    assert _softmax(scores) == [round(10_000 * each / sum(whole)) for each in whole]
    assert WEIGHTS.read_bytes().startswith(MAGIC)
