"""Cursors: opaque to clients, checked as any other input when they come back."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from rca_core.errors import InvalidInput
from rca_core.storage.listing import RunIndex
from rca_core.storage.run_filter import RunFilter
from rca_core.storage.runs import RunStore
from tests.integration.storage.items import NOW
from tests.integration.storage.listed import EVERYTHING, ids, store
from tests.support.runs import parsed


def encoded(**position: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


BEHIND = {"run_id": "d1-01", "started_at": "2026-01-01T12:00:01Z"}


@pytest.mark.parametrize(
    "cursor",
    [
        "garbage",
        "é",
        "\ud800",
        "====",
        "bnVsbA",
        base64.urlsafe_b64encode(b"[" * 1_500).decode(),
        base64.urlsafe_b64encode(b'{"day": NaN}').decode(),
        base64.urlsafe_b64encode(b'{"day": "2026-01-01"').decode(),
        encoded(),
        encoded(day=7.5),
        encoded(day="yesterday"),
        encoded(day="2026-02-30"),
        encoded(run_id="d1-01"),
        encoded(day="2026-01-01", run_id="d1-01"),
        encoded(day="2026-01-01", started_at="2026-01-01T12:00:01Z"),
        encoded(**BEHIND),
        encoded(**BEHIND, day="2026-01-02"),
        encoded(**BEHIND, day="2026-01-01", other="x"),
        encoded(**{**BEHIND, "run_id": ""}, day="2026-01-01"),
        encoded(**{**BEHIND, "run_id": "x" * 3_000}, day="2026-01-01"),
        encoded(**{**BEHIND, "run_id": "\ud800"}, day="2026-01-01"),
        encoded(**{**BEHIND, "started_at": "~"}, day="2026-01-01"),
        encoded(run_id="a", started_at="0001-01-01T00:00:00+10:00", day="0001-01-01"),
    ],
)
def test_what_is_no_cursor_of_the_listing_by_day_is_refused(runs: RunStore, index: RunIndex, cursor: str) -> None:
    store(runs, "d1-01")

    with pytest.raises(InvalidInput) as caught:
        index.page(EVERYTHING, limit=1, cursor=cursor, now=NOW)
    assert caught.value.errors[0]["loc"] == ["query", "cursor"]


@pytest.mark.parametrize(
    "cursor",
    [encoded(day="2026-01-01"), encoded(**BEHIND, day="2026-01-01"), encoded(run_id="d1-01"), encoded()],
)
def test_what_is_no_cursor_of_the_listing_by_agent_is_refused(runs: RunStore, index: RunIndex, cursor: str) -> None:
    store(runs, "d1-01")

    with pytest.raises(InvalidInput):
        index.page(RunFilter(agent_name="agent"), limit=1, cursor=cursor, now=NOW)


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31", "9999-12-31"])
def test_a_day_far_out_is_a_place_like_any_other(runs: RunStore, index: RunIndex, day: str) -> None:
    store(runs, "d1-01")

    found = ids(index.page(EVERYTHING, limit=1, cursor=encoded(day=day), now=NOW))

    assert found == (["d1-01"] if day == "9999-12-31" else [])


@pytest.mark.parametrize("agent", [None, "agent"])
def test_a_cursor_outside_the_times_asked_for_is_refused(runs: RunStore, index: RunIndex, agent: str | None) -> None:
    store(runs, "d1-01", "d1-02", "d2-01")
    cursor = index.page(RunFilter(agent_name=agent), limit=1, cursor=None, now=NOW).next_cursor

    for since, until in ((datetime(2026, 1, 3, tzinfo=UTC), None), (None, datetime(2026, 1, 2, tzinfo=UTC))):
        with pytest.raises(InvalidInput):
            index.page(RunFilter(agent_name=agent, since=since, until=until), limit=1, cursor=cursor, now=NOW)


def test_a_cursor_to_a_run_that_is_gone_still_goes_on_behind_it(runs: RunStore, index: RunIndex) -> None:
    store(runs, "d1-01", "d1-02", "d1-03")
    cursor = index.page(EVERYTHING, limit=1, cursor=None, now=NOW).next_cursor
    runs.put(parsed(run_id="d1-03", started_at="2026-01-09T00:00:00Z"), now=NOW)

    assert ids(index.page(EVERYTHING, limit=5, cursor=cursor, now=NOW)) == ["d1-02", "d1-01"]
