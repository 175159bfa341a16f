"""The status of a failure that people said was resolved."""

from typing import Any

import pytest

from rca_core.storage.keys import fingerprint_pk
from rca_core.storage.rollups.ledger import Showing
from rca_core.storage.rollups.showings import sound, with_run, without

FOUND = {"category": "timeout", "cause": "slow", "fingerprint": "f" * 16}


@pytest.mark.parametrize(
    ("seen_at", "status"), [("2026-01-15T09:59:59.000000Z", "resolved"), ("2026-01-15T10:00:01.000000Z", "reopened")]
)
def test_only_a_run_that_came_in_after_it_was_resolved_reopens_a_failure(seen_at: str, status: str) -> None:
    showing = seen(seen_at, "2")
    resolved = {
        "count": 1,
        "status": "resolved",
        "resolved_at": "2026-01-15T10:00:00.000000Z",
        "first_seen": "2026-01-15T09:00:00.000000Z",
        "last_seen": "2026-01-15T09:00:00.000000Z",
    }

    # Also one that was analysed, and so counted, only later.
    counted = with_run(resolved, "run-2", showing, expires_at=1)

    assert (counted["count"], counted["status"]) == (2, status)
    came_back = (seen_at, "2") if status == "reopened" else (None, None)
    assert (counted.get("reopened_at"), counted.get("reopened_version")) == came_back


def seen(at: str, version: str | None = "1") -> Showing:
    return Showing(fingerprint_pk("f" * 16), "agent", version, None, at, FOUND)


def test_hours_are_counted_and_taken_back_and_a_week_of_them_is_kept() -> None:
    counter: dict[str, Any] = {}
    for number, at in enumerate(("2026-01-15T09:10:00Z", "2026-01-15T09:59:59Z", "2026-01-15T10:00:00Z")):
        counter = with_run(counter, f"run-{number}", seen(at), expires_at=1)
    assert counter["hours"] == "491241:2 491242:1"

    assert without(counter, "run-0", "2026-01-15T09:10:00Z", deleted=True)["hours"] == "491241:1 491242:1"
    assert without(counter, "run-2", "2026-01-15T10:00:00Z", deleted=True)["hours"] == "491241:2"
    later = with_run(counter, "run-3", seen("2026-01-22T09:30:00Z"), expires_at=1)
    assert later["hours"] == "491242:1 491409:1"
    # An hour that is kept no more is not taken back from another.
    assert without(later, "run-0", "2026-01-15T09:10:00Z", deleted=True)["hours"] == "491242:1 491409:1"


def test_the_versions_that_showed_a_failure_last_are_known() -> None:
    counter: dict[str, Any] = {}
    for number in range(12):
        counter = with_run(counter, f"run-{number}", seen("2026-01-15T09:10:00Z", str(number)), expires_at=1)
    counter = with_run(counter, "again", seen("2026-01-15T09:10:00Z", "5"), expires_at=1)
    counter = with_run(counter, "none", seen("2026-01-15T09:10:00Z", None), expires_at=1)

    assert counter["versions"] == [f"agent\x1f{number}" for number in (2, 3, 4, 6, 7, 8, 9, 10, 11, 5)]


def test_damaged_hours_are_counted_from_the_beginning() -> None:
    damaged = with_run({}, "run-1", seen("2026-01-15T09:10:00Z"), expires_at=1) | {"hours": "many"}

    assert "hours" not in sound(damaged)
