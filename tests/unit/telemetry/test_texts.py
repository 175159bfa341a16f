"""The vocabulary that sent and kept telemetry share."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rca_core.telemetry.fields import cut_middle, rfc3339, to_utc


@given(st.text(max_size=400), st.integers(60, 300))
def test_a_text_is_cut_to_its_limit_and_keeps_both_ends(text: str, limit: int) -> None:
    cut = cut_middle(text, limit)

    assert len(cut) <= limit
    assert cut == text or (cut[:10], cut[-10:]) == (text[:10], text[-10:])
    assert (cut == text) == (len(text) <= limit)


def test_a_cut_says_how_much_went() -> None:
    assert "950 characters cut" in cut_middle("x" * 1_050, 100)


def test_a_time_is_written_with_z_and_only_the_microseconds_it_has() -> None:
    east = timezone(timedelta(hours=2))

    assert rfc3339(datetime(2026, 1, 15, 12, 0, tzinfo=east)) == "2026-01-15T10:00:00Z"
    assert rfc3339(datetime(2026, 1, 15, 10, 0, 0, 5, tzinfo=UTC)) == "2026-01-15T10:00:00.000005Z"


def test_an_instant_without_a_date_in_utc_is_no_time() -> None:
    with pytest.raises(ValueError, match="out of range"):
        to_utc(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1))))
