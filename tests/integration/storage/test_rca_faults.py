"""Creations and workers that race, or stop half way: faults 6-11."""

from datetime import datetime, timedelta

import pytest
from botocore.exceptions import ReadTimeoutError

from rca_core.errors import Conflict, Unavailable
from rca_core.storage.progress import RcaRun, Stage, event_ids_between
from rca_core.storage.rca_runs import Claim, RcaStore
from rca_core.storage.runs import RunStore
from tests.conftest import Cloud
from tests.integration.storage.asked import LATER, LEASE, listed_keys, stored
from tests.integration.storage.items import NOW
from tests.support.wire import ANY, Killed, Tapped, killed


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("failed_before", [False, True])
def test_of_two_that_create_at_once_each_gets_one_that_is_there(
    runs: RunStore,
    analyses: RcaStore,
    other_analyses: RcaStore,
    tapped: Tapped,
    cloud: Cloud,
    *,
    force: bool,
    failed_before: bool,
) -> None:
    run = stored(runs)
    if failed_before:
        first, _ = other_analyses.create(run, force=False, now=NOW)
        other_analyses.fail(first.rca_run_id, "-", now=NOW)
    theirs: list[tuple[RcaRun, bool]] = []
    # The first two writes find the failed analysis there and listed; the third would make the next.
    tapped.before(
        "put_item",
        lambda: theirs.append(other_analyses.create(run, force=force, now=NOW)),
        nth=3 if failed_before else 1,
    )

    ours, created = analyses.create(run, force=force, now=LATER)

    [(their, they_created)] = theirs
    assert they_created
    assert created is force
    assert (ours.rca_run_id == their.rca_run_id) is not force
    assert len(listed_keys(cloud)) == 1 + failed_before + force


@pytest.mark.fault(5)
@pytest.mark.parametrize("effect", ["before", "after"])
@pytest.mark.parametrize("nth", [1, 2])
def test_a_creation_that_stops_half_way_is_made_good_by_the_next(
    runs: RunStore, analyses: RcaStore, tapped: Tapped, cloud: Cloud, nth: int, effect: str
) -> None:
    run = stored(runs)
    getattr(tapped, effect)("put_item", killed, nth=nth)
    with pytest.raises(Killed):
        analyses.create(run, force=False, now=NOW)

    rca, created = analyses.create(run, force=False, now=LATER)

    assert (rca.status, created) == ("queued", (nth, effect) == (1, "before"))
    assert [ref.rca_run_id for ref in analyses.listed("run-1", now=NOW)] == [rca.rca_run_id]
    assert len(listed_keys(cloud)) == 1


@pytest.mark.parametrize("force", [False, True])
def test_a_further_creation_that_stops_half_way_is_made_good_by_the_next(
    runs: RunStore, analyses: RcaStore, tapped: Tapped, cloud: Cloud, *, force: bool
) -> None:
    run = stored(runs)
    first, _ = analyses.create(run, force=False, now=NOW)
    analyses.fail(first.rca_run_id, "-", now=NOW)
    # Two writes find the first one; the third makes the second, and the fourth would list it.
    tapped.before("put_item", killed, nth=4)
    with pytest.raises(Killed):
        analyses.create(run, force=False, now=NOW + timedelta(seconds=1))
    assert len(listed_keys(cloud)) == 1

    _, created = analyses.create(run, force=force, now=LATER)

    assert created is force
    assert [ref.status for ref in analyses.listed("run-1", now=NOW)] == ["error", "queued"] + ["queued"] * force


@pytest.mark.fault(5)
def test_a_creation_whose_answer_was_lost_is_found_by_the_retry(
    runs: RunStore, analyses: RcaStore, tapped: Tapped, cloud: Cloud
) -> None:
    def lost() -> None:
        raise ReadTimeoutError(endpoint_url="-")

    run = stored(runs)
    tapped.after("put_item", lost)
    with pytest.raises(Unavailable):
        analyses.create(run, force=False, now=NOW)

    rca, created = analyses.create(run, force=False, now=NOW)

    assert (rca.status, created) == ("queued", False)
    assert len(listed_keys(cloud)) == 1


def test_one_who_keeps_losing_the_creation_says_so(
    runs: RunStore, analyses: RcaStore, other_analyses: RcaStore, tapped: Tapped
) -> None:
    run = stored(runs)
    for nth in range(1, 100):
        tapped.before("put_item", lambda: other_analyses.create(run, force=True, now=NOW), nth=nth)

    with pytest.raises(Conflict):
        analyses.create(run, force=True, now=NOW)

    assert len(tapped.requests) < 50


# A job: claimed, three stages, a report, the end. Each change is two writes, the end one more before and after.
WRITES_OF_A_JOB = 2 + 3 * 2 + 1 + 2 + 1


@pytest.mark.parametrize("effect", ["before", "after"])
@pytest.mark.parametrize("nth", range(1, WRITES_OF_A_JOB + 2))
def test_wherever_a_worker_stops_the_next_one_brings_the_analysis_to_its_end(
    runs: RunStore, analyses: RcaStore, other_analyses: RcaStore, tapped: Tapped, nth: int, effect: str
) -> None:
    rca, _ = other_analyses.create(stored(runs), force=False, now=NOW)
    tapped.requests.clear()
    # Behind the read of the analysis, which is no write, each request is one.
    getattr(tapped, effect)(ANY, killed, nth=nth + 1)
    seen = []
    try:
        whole_job(analyses, rca, b'"first"', NOW)
    except Killed:
        seen = visible_ids(other_analyses, rca)
    else:
        assert nth > WRITES_OF_A_JOB
    state = other_analyses.get(rca.rca_run_id, now=NOW)
    assert state.status != "done" or other_analyses.report(rca.rca_run_id) == b'"first"'
    ended_by_first, claimed = state.ended, state.attempt == 1

    whole_job(other_analyses, rca, b'"second"', NOW + LEASE)

    state = other_analyses.get(rca.rca_run_id, now=NOW)
    assert (state.status, state.category, state.attempt) == (
        "done",
        "timeout",
        1 if ended_by_first or not claimed else 2,
    )
    assert other_analyses.report(rca.rca_run_id) == (b'"first"' if ended_by_first else b'"second"')
    [ref] = other_analyses.listed("run-1", now=NOW)
    assert (ref.status, ref.category) == ("done", "timeout")
    ids = visible_ids(other_analyses, rca)
    assert ids == sorted(set(ids))
    # What was shown as the state before is not taken back: the next id is a later one.
    assert not seen or ids[-1] >= seen[-1]


def whole_job(store: RcaStore, rca: RcaRun, report: bytes, now: datetime) -> None:
    claim = store.claim(rca.rca_run_id, lease=LEASE, now=now)
    if isinstance(claim, Claim):
        for stage in (Stage.COLLECTING, Stage.CLASSIFYING, Stage.GENERATING):
            store.progress(claim, stage, now=now)
        store.finish(claim, report, category="timeout", now=now)


def visible_ids(store: RcaStore, rca: RcaRun) -> list[str]:
    """Return the ids that a follower of the whole analysis sees: the records, then the state."""
    last = store.get(rca.rca_run_id, now=NOW).last_event_id
    earlier = event_ids_between("0000#0000", last)[:-1]
    return [*(record.id for record in store.records(rca.rca_run_id, earlier)), last]
