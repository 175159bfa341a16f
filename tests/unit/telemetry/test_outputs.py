"""What is kept of outputs: enough to tell a change of their form, in a few bytes."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rca_core.telemetry.fields import cut_middle
from rca_core.telemetry.outputs import (
    ARRAY,
    EMPTY,
    FENCED,
    OBJECT,
    TEXT,
    UNCLOSED,
    describe,
    usual,
)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("", EMPTY),
        (" \n", EMPTY),
        ('{"answer": 1}', OBJECT),
        (' {"answer": 1}\n', OBJECT),
        ("{'answer': 1}", OBJECT),
        ("[1, 2]", ARRAY),
        ("[]", ARRAY),
        ('```json\n{"answer": 1}\n```', FENCED),
        ('{"answer": "It sta', UNCLOSED),
        ("[1, 2", UNCLOSED),
        ('Here is the JSON: {"answer": 1}', TEXT),
        ("17", TEXT),
    ],
)
def test_the_shape_is_read_off_both_ends(text: str, shape: str) -> None:
    assert (describe(text).shape, describe(text).characters) == (shape, len(text))


def test_keys_are_told_apart_whatever_their_order_and_values() -> None:
    keys = describe('{"answer": 1, "sources": []}').keys

    assert keys == describe('{"sources": ["a"], "answer": null}').keys
    assert len({keys, describe('{"answer": 1}').keys, describe("{}").keys, describe('{"sources": 1}').keys, ""}) == 5


@pytest.mark.parametrize(
    "text", ["{'answer': 1}", "[1]", "text", '{"a": ' + "[" * 900 + "]" * 900 + "}", '{"a": ' + "9" * 5_000 + "}"]
)
def test_what_is_no_readable_object_has_no_keys(text: str) -> None:
    assert describe(text).keys == ""


def test_an_object_that_was_cut_in_the_middle_is_still_one_of_unknown_keys() -> None:
    cut = describe(cut_middle('{"answer": "' + "x" * 3_000 + '"}', 2_000))

    assert (cut.characters, cut.shape, cut.keys) == (2_000, OBJECT, "")


@given(st.text(max_size=60))
def test_any_text_can_be_described(text: str) -> None:
    characters, shape, keys = describe(text)

    assert characters == len(text)
    assert shape in (EMPTY, OBJECT, ARRAY, FENCED, UNCLOSED, TEXT)
    assert keys == "" or shape == OBJECT


def test_one_output_of_median_length_stands_for_several_in_any_order() -> None:
    texts = ["a", "dd", "cc", "bbbbbb", "a much longer one"]

    for seed in range(5):
        assert usual(random.Random(seed).sample(texts, 5)) == "cc"  # noqa: S311 - the same orders each time
    assert usual(["longer", "short"]) == "short"
    assert usual(["only"]) == "only"
