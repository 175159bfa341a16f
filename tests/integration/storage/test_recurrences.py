"""In how many other runs a failure was seen, from its counter and what is known of the run that asks."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from rca_core.analysis import Recurrence
from rca_core.storage.codec import timestamp
from rca_core.storage.failures import FailureIndex
from rca_core.storage.outcomes import Outcome, OutcomeStore
from rca_core.storage.recurrences import Recurrences
from rca_core.storage.runs import RunStore
from tests.conftest import Cloud
from tests.integration.storage.asked import stored
from tests.integration.storage.items import NOW
from tests.support.failures import write_failure

HASH = "0123456789abcdef"


@pytest.fixture
def outcomes(cloud: Cloud) -> OutcomeStore:
    return OutcomeStore(cloud.dynamodb, cloud.table, retention_days=30)


@pytest.fixture
def recurrences(cloud: Cloud, outcomes: OutcomeStore) -> Recurrences:
    return Recurrences(FailureIndex(cloud.dynamodb, cloud.table), outcomes)


def ago(hours: int) -> datetime:
    return NOW - timedelta(hours=hours)


def count(cloud: Cloud, runs: dict[str, int], *, others: int = 0, **fields: Any) -> None:
    """Store the counter of a failure seen in these runs, so many hours ago, and in others a hundred hours ago."""
    times = [timestamp(ago(hours)) for hours in (*runs.values(), *([100] if others else []))]
    counted = {
        "count": len(runs) + others,
        "first_seen": min(times),
        "last_seen": max(times),
        "first_version": "2.1.0",
        "last_runs": [{"run_id": run_id, "seen_at": timestamp(ago(hours))} for run_id, hours in runs.items()],
    }
    write_failure(cloud, int(HASH, 16), seen=NOW, **counted | fields)


def seen(number: int, first: int, last: int) -> Recurrence:
    return Recurrence(seen=number, first_seen=ago(first), last_seen=ago(last), first_version="2.1.0")


def test_a_failure_that_was_never_seen_does_not_recur(runs: RunStore, recurrences: Recurrences) -> None:
    assert recurrences.of(HASH, stored(runs), now=NOW) is None


def test_other_runs_count(runs: RunStore, recurrences: Recurrences, cloud: Cloud) -> None:
    count(cloud, {"run-2": 9, "run-3": 4})

    assert recurrences.of(HASH, stored(runs), now=NOW) == seen(2, 9, 4)


def test_a_run_is_no_recurrence_of_itself(runs: RunStore, recurrences: Recurrences, cloud: Cloud) -> None:
    count(cloud, {"run-1": 4})

    assert recurrences.of(HASH, stored(runs), now=NOW) is None


def test_times_are_those_of_the_other_runs(runs: RunStore, recurrences: Recurrences, cloud: Cloud) -> None:
    count(cloud, {"run-1": 9, "run-2": 7, "run-3": 6, "run-4": 5})

    assert recurrences.of(HASH, stored(runs), now=NOW) == seen(3, 7, 5)


def test_of_many_runs_the_counter_tells(runs: RunStore, recurrences: Recurrences, cloud: Cloud) -> None:
    count(cloud, {"run-1": 9, "run-2": 7}, others=40)

    assert recurrences.of(HASH, stored(runs), now=NOW) == seen(41, 100, 7)


@pytest.mark.parametrize(
    ("found", "others"),
    [
        ({}, 41),
        ({"fingerprint": "f" * 16}, 42),
        ({"revision": 7}, 42),
        ({"run_created_at": NOW - timedelta(days=1)}, 42),
    ],
    ids=["this version of it", "it was another failure", "another revision", "another run of that id"],
)
def test_a_run_that_is_listed_no_more_is_known_by_what_its_analysis_found(
    runs: RunStore, recurrences: Recurrences, outcomes: OutcomeStore, cloud: Cloud, found: dict[str, Any], others: int
) -> None:
    run = stored(runs)
    count(cloud, {"run-2": 9, "run-3": 7}, others=40)
    own = {"run_created_at": run.created_at, "revision": run.revision, "ordinal": 0, "rca_run_id": "rca-1"}
    what = {"category": "timeout", "cause": "gateway", "fingerprint": HASH}
    outcomes.note("run-1", Outcome.model_validate(own | what | found), NOW)

    recurrence = recurrences.of(HASH, run, now=NOW)

    assert recurrence == seen(others, 100, 7)


def test_what_has_expired_was_not_seen(runs: RunStore, recurrences: Recurrences, cloud: Cloud) -> None:
    count(cloud, {"run-2": 9}, expires_at=int(NOW.timestamp()))

    assert recurrences.of(HASH, stored(runs), now=NOW) is None
