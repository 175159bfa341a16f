"""Values to and from DynamoDB's typed JSON, and bodies to and from compressed bytes."""

import zlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from boto3.dynamodb.types import Binary
from hypothesis import given
from hypothesis import strategies as st

from rca_core.errors import CorruptBody, PayloadTooLarge
from rca_core.storage.codec import (
    MAX_BODY_BYTES,
    compress,
    decompress,
    expired,
    expiry,
    from_item,
    timestamp,
    to_item,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
NOW = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)


@given(
    st.dictionaries(
        TEXTS.filter(bool),
        st.recursive(
            TEXTS | st.booleans() | st.integers(-(10**37), 10**37) | st.floats(1e-130, 1e15),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
            max_leaves=5,
        ),
        max_size=4,
    )
)
def test_values_come_back_as_they_went(values: dict[str, object]) -> None:
    assert from_item(to_item(values)) == values


def test_bytes_come_back_as_bytes() -> None:
    assert from_item({"body": {"B": b"\x00\xff"}}) == {"body": b"\x00\xff"}
    assert from_item(to_item({"body": Binary(b"\x00\xff")})) == {"body": b"\x00\xff"}


def test_what_is_none_is_left_out_at_every_level() -> None:
    assert to_item({"a": None, "b": {"c": None}}) == {"b": {"M": {}}}


@pytest.mark.parametrize("tiny", [5e-324, 1e-200, 9.9e-131])
def test_a_number_that_dynamodb_cannot_hold_is_as_good_as_nothing(tiny: float) -> None:
    assert from_item(to_item({"cost": tiny})) == {"cost": 0}


@given(st.binary(max_size=1000))
def test_a_body_comes_back_as_it_went(body: bytes) -> None:
    assert decompress(compress(body)) == body


@given(st.binary(max_size=100))
def test_stored_bytes_that_are_no_body_are_corrupt(garbage: bytes) -> None:
    with pytest.raises(CorruptBody):
        decompress(b"\x00" + garbage)


def test_a_body_that_ends_too_early_is_corrupt() -> None:
    with pytest.raises(CorruptBody):
        decompress(compress(b"x" * 1000)[:-1])


def test_a_body_past_all_limits_is_neither_written_nor_read() -> None:
    too_large = bytes(MAX_BODY_BYTES + 1)

    with pytest.raises(PayloadTooLarge):
        compress(too_large)
    with pytest.raises(CorruptBody):
        decompress(zlib.compress(too_large))
    assert decompress(compress(too_large[:-1])) == too_large[:-1]


def test_timestamps_have_one_width_so_that_text_order_is_time_order() -> None:
    early = datetime(1970, 1, 1, tzinfo=UTC)
    east = datetime(2026, 1, 15, 12, 0, 0, 1, tzinfo=timezone(timedelta(hours=2)))

    assert timestamp(early) == "1970-01-01T00:00:00.000000Z"
    assert timestamp(east) == "2026-01-15T10:00:00.000001Z"


def test_an_item_expires_at_its_second() -> None:
    item = {"expires_at": expiry(NOW, days=1)}

    assert not expired(item, NOW + timedelta(days=1, seconds=-1))
    assert expired(item, NOW + timedelta(days=1))
    assert not expired({}, NOW)
