"""The status of a failure that people said was resolved."""

import pytest

from rca_core.storage.keys import fingerprint_pk
from rca_core.storage.rollups.ledger import Showing
from rca_core.storage.rollups.showings import with_run

FOUND = {"category": "timeout", "cause": "slow", "fingerprint": "f" * 16}


@pytest.mark.parametrize(
    ("seen_at", "status"), [("2026-01-15T09:59:59.000000Z", "resolved"), ("2026-01-15T10:00:01.000000Z", "reopened")]
)
def test_only_a_run_that_came_in_after_it_was_resolved_reopens_a_failure(seen_at: str, status: str) -> None:
    showing = Showing(fingerprint_pk("f" * 16), "agent", None, None, seen_at, FOUND)
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
