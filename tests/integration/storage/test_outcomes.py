"""What the newest analysis of a run found: it never goes back, and goes with its run."""

from datetime import timedelta
from typing import Any

import pytest

from rca_core.storage.outcomes import Outcome, OutcomeStore
from rca_core.storage.rca_runs import Claim, LeaseLost, RcaStore
from rca_core.storage.runs import RunStore
from tests.conftest import Cloud
from tests.integration.storage.asked import LEASE, stored
from tests.integration.storage.items import NOW
from tests.support.runs import parsed

FOUND = Outcome(
    run_created_at=NOW,
    revision=2,
    ordinal=1,
    rca_run_id="rca-1",
    category="timeout",
    cause="gateway",
    fingerprint="0123456789abcdef",
    tool="search",
    message="timed out after <*>",
)


@pytest.fixture
def outcomes(cloud: Cloud) -> OutcomeStore:
    return OutcomeStore(cloud.dynamodb, cloud.table, retention_days=30)


def test_an_outcome_is_read_as_it_was_noted(outcomes: OutcomeStore, cloud: Cloud) -> None:
    outcomes.note("run-1", FOUND, NOW)

    assert outcomes.find("run-1", now=NOW) == FOUND
    assert outcomes.find("run-2", now=NOW) is None
    assert outcomes.find("run-1", now=NOW + timedelta(days=31)) is None
    [item] = cloud.dynamodb.scan(TableName=cloud.table)["Items"]
    assert (item["PK"]["S"], item["SK"]["S"]) == ("RUN#run-1", "OUTCOME")
    assert int(item["expires_at"]["N"]) == int((NOW + timedelta(days=30)).timestamp())


def test_what_is_not_known_is_left_out(outcomes: OutcomeStore) -> None:
    bare = FOUND.model_copy(update={"tool": None, "message": None})
    outcomes.note("run-1", FOUND, NOW)

    outcomes.note("run-1", bare, NOW)

    assert outcomes.find("run-1", now=NOW) == bare


@pytest.mark.parametrize(
    ("later", "takes_its_place"),
    [
        ({"ordinal": 2}, True),
        ({"ordinal": 1}, True),
        ({"ordinal": 0}, False),
        ({"revision": 3, "ordinal": 0}, True),
        ({"revision": 1, "ordinal": 9}, False),
        ({"run_created_at": NOW + timedelta(seconds=1), "revision": 1, "ordinal": 0}, True),
        ({"run_created_at": NOW - timedelta(seconds=1), "revision": 9, "ordinal": 9}, False),
    ],
    ids=str,
)
def test_it_never_goes_back(outcomes: OutcomeStore, later: dict[str, Any], *, takes_its_place: bool) -> None:
    outcomes.note("run-1", FOUND, NOW)
    other = FOUND.model_copy(update={"category": "rate_limited", **later})

    outcomes.note("run-1", other, NOW)

    assert outcomes.find("run-1", now=NOW) == (other if takes_its_place else FOUND)


# ------------------------------------------------------------ with the analysis that found it
def claimed(runs: RunStore, analyses: RcaStore, *, force: bool = False) -> Claim:
    header = stored(runs)
    claim = analyses.claim(analyses.create(header, force=force, now=NOW)[0].rca_run_id, lease=LEASE, now=NOW)
    assert isinstance(claim, Claim)
    return claim


def finish(analyses: RcaStore, claim: Claim) -> None:
    found = FOUND.model_copy(update={"rca_run_id": claim.rca_run_id, "ordinal": claim.ordinal})
    analyses.finish(claim, b"{}", category="timeout", outcome=found, now=NOW)


def test_it_is_there_when_its_analysis_ends(runs: RunStore, analyses: RcaStore, outcomes: OutcomeStore) -> None:
    claim = claimed(runs, analyses)
    finish(analyses, claim)
    again = claimed(runs, analyses, force=True)
    finish(analyses, again)

    found = outcomes.find("run-1", now=NOW)

    assert found is not None
    assert (claim.ordinal, again.ordinal) == (0, 1)
    assert (found.rca_run_id, found.ordinal) == (again.rca_run_id, 1)


def test_an_analysis_of_a_run_that_did_not_fail_has_none(
    runs: RunStore, analyses: RcaStore, outcomes: OutcomeStore
) -> None:
    analyses.finish(claimed(runs, analyses), b"{}", category="unknown", now=NOW)

    assert outcomes.find("run-1", now=NOW) is None


def test_it_goes_with_its_run(runs: RunStore, analyses: RcaStore, outcomes: OutcomeStore) -> None:
    finish(analyses, claimed(runs, analyses))
    outcomes.note("run-2", FOUND, NOW)

    runs.delete("run-1", now=NOW)
    analyses.delete_of("run-1")

    assert outcomes.find("run-1", now=NOW) is None
    assert outcomes.find("run-2", now=NOW) == FOUND


@pytest.mark.parametrize("came_back", [False, True])
def test_an_analysis_that_ends_after_its_run_was_deleted_leaves_none(
    runs: RunStore, analyses: RcaStore, outcomes: OutcomeStore, *, came_back: bool
) -> None:
    claim = claimed(runs, analyses)
    runs.delete("run-1", now=NOW)
    analyses.delete_of("run-1")
    newer = FOUND.model_copy(update={"run_created_at": NOW + timedelta(seconds=1), "rca_run_id": "rca-newer"})
    if came_back:
        runs.put(parsed(), now=NOW + timedelta(seconds=1))
        outcomes.note("run-1", newer, NOW)

    with pytest.raises(LeaseLost):
        finish(analyses, claim)

    assert outcomes.find("run-1", now=NOW) == (newer if came_back else None)
