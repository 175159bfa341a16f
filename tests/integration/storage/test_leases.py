"""One worker at a time: claim, lease, attempt. Faults 7, 8, 10, 11, 33."""

from datetime import datetime, timedelta

import pytest

from rca_core.storage.progress import ProgressRecord, RcaRun, Stage, event_ids_between
from rca_core.storage.rca_runs import Claim, LeaseLost, NotClaimed, RcaStore
from rca_core.storage.runs import RunStore
from tests.integration.storage.items import NOW
from tests.support.runs import parsed
from tests.support.wire import Tapped

LEASE = timedelta(seconds=30)


@pytest.fixture
def rca(runs: RunStore, analyses: RcaStore) -> RcaRun:
    """Return a queued analysis."""
    runs.put(parsed(), now=NOW)
    return analyses.create(runs.header("run-1", now=NOW), force=False, now=NOW)[0]


def claimed(analyses: RcaStore, rca: RcaRun, now: datetime = NOW) -> Claim:
    claim = analyses.claim(rca.rca_run_id, lease=LEASE, now=now)
    assert isinstance(claim, Claim)
    return claim


def records(analyses: RcaStore, rca: RcaRun, after: str = "0000#0000") -> list[ProgressRecord]:
    last = analyses.get(rca.rca_run_id, now=NOW).last_event_id
    return analyses.records(rca.rca_run_id, event_ids_between(after, last))


def test_a_queued_analysis_can_be_claimed(analyses: RcaStore, rca: RcaRun) -> None:
    claim = claimed(analyses, rca)

    assert (claim.rca_run_id, claim.run_id, claim.revision, claim.attempt) == (rca.rca_run_id, "run-1", 1, 1)
    state = analyses.get(rca.rca_run_id, now=NOW)
    assert (state.status, state.step, state.pct, state.lease_until) == ("running", "Starting RCA", 5, NOW + LEASE)
    assert [ref.status for ref in analyses.listed("run-1", now=NOW)] == ["running"]


@pytest.mark.fault(8)
def test_a_claimed_analysis_is_busy_until_its_lease_runs_out(
    analyses: RcaStore, other_analyses: RcaStore, rca: RcaRun
) -> None:
    claimed(analyses, rca)

    for seconds in (0, 29.999):
        now = NOW + timedelta(seconds=seconds)
        assert other_analyses.claim(rca.rca_run_id, lease=LEASE, now=now) is NotClaimed.BUSY
    assert claimed(other_analyses, rca, NOW + LEASE).attempt == 2


@pytest.mark.fault(7)
def test_a_finished_analysis_is_finished_for_good(analyses: RcaStore, rca: RcaRun) -> None:
    analyses.finish(claimed(analyses, rca), b"{}", category="timeout", now=NOW)
    before = analyses.get(rca.rca_run_id, now=NOW)

    assert analyses.claim(rca.rca_run_id, lease=LEASE, now=NOW + 2 * LEASE) is NotClaimed.FINISHED
    assert analyses.get(rca.rca_run_id, now=NOW) == before


def test_a_failed_analysis_is_taken_up_again_only_by_a_job_that_was_parked_at_that_failure(
    analyses: RcaStore, rca: RcaRun
) -> None:
    lost = claimed(analyses, rca)
    analyses.fail(rca.rca_run_id, "-", now=NOW)
    failed = analyses.get(rca.rca_run_id, now=NOW)

    for redrives in (None, failed.attempt - 1, failed.attempt + 1):
        again = analyses.claim(rca.rca_run_id, lease=LEASE, now=NOW + 2 * LEASE, redrives=redrives)
        assert again is NotClaimed.FINISHED
    assert analyses.get(rca.rca_run_id, now=NOW) == failed
    claim = analyses.claim(rca.rca_run_id, lease=LEASE, now=NOW, redrives=failed.attempt)

    assert isinstance(claim, Claim)
    assert claim.attempt == failed.attempt + 1
    taken = analyses.get(rca.rca_run_id, now=NOW)
    assert (taken.status, taken.ended_at, taken.error_message) == ("running", None, None)
    with pytest.raises(LeaseLost):
        analyses.finish(lost, b"{}", category="timeout", now=NOW)


@pytest.mark.fault(8)
def test_of_two_workers_that_claim_at_once_one_gets_it(
    analyses: RcaStore, other_analyses: RcaStore, tapped: Tapped, rca: RcaRun
) -> None:
    theirs = []
    tapped.before("update_item", lambda: theirs.append(claimed(other_analyses, rca)))

    assert analyses.claim(rca.rca_run_id, lease=LEASE, now=NOW) is NotClaimed.BUSY
    assert [claim.attempt for claim in theirs] == [1]
    assert [record.step for record in records(analyses, rca)] == ["Starting RCA"]


@pytest.mark.fault(11)
@pytest.mark.parametrize("ended", [False, True])
def test_a_worker_that_lost_its_lease_writes_nothing_that_anyone_sees(
    analyses: RcaStore, other_analyses: RcaStore, rca: RcaRun, *, ended: bool
) -> None:
    slow = claimed(analyses, rca)
    analyses.progress(slow, Stage.COLLECTING, now=NOW)
    quick = claimed(other_analyses, rca, NOW + LEASE)
    if ended:
        other_analyses.finish(quick, b'"quick"', category="timeout", now=NOW + LEASE)
    before = (analyses.get(rca.rca_run_id, now=NOW), records(analyses, rca), analyses.listed("run-1", now=NOW))

    with pytest.raises(LeaseLost):
        analyses.progress(slow, Stage.CLASSIFYING, now=NOW + LEASE)
    with pytest.raises(LeaseLost):
        analyses.finish(slow, b'"slow"', category="rate_limited", now=NOW + LEASE)
    with pytest.raises(LeaseLost):
        analyses.release(slow, "slow", now=NOW + LEASE)

    after = (analyses.get(rca.rca_run_id, now=NOW), records(analyses, rca), analyses.listed("run-1", now=NOW))
    assert after == before
    if not ended:
        other_analyses.finish(quick, b'"quick"', category="timeout", now=NOW + LEASE)
    assert analyses.report(rca.rca_run_id) == b'"quick"'


def test_a_worker_writes_nothing_that_anyone_sees_after_a_failure(analyses: RcaStore, rca: RcaRun) -> None:
    claim = claimed(analyses, rca)
    analyses.fail(rca.rca_run_id, "-", now=NOW)
    before = analyses.get(rca.rca_run_id, now=NOW)

    with pytest.raises(LeaseLost):
        analyses.finish(claim, b"{}", category="timeout", now=NOW)
    with pytest.raises(LeaseLost):
        analyses.progress(claim, Stage.GENERATING, now=NOW)
    with pytest.raises(LeaseLost):
        analyses.release(claim, "-", now=NOW)

    assert analyses.get(rca.rca_run_id, now=NOW) == before
    assert [ref.status for ref in analyses.listed("run-1", now=NOW)] == ["error"]


@pytest.mark.fault(33)
def test_progress_ids_strictly_increase_over_attempts(analyses: RcaStore, rca: RcaRun) -> None:
    now = NOW
    for attempt in (1, 2, 3):
        claim = claimed(analyses, rca, now)
        for stage in (Stage.COLLECTING, Stage.CLASSIFYING, Stage.GENERATING)[: attempt + 1]:
            analyses.progress(claim, stage, now=now)
        # The next worker's clock is ten minutes behind; the lease is judged by its own.
        analyses.release(claim, "crashed", now=now - timedelta(minutes=10))
        now -= timedelta(minutes=5)
    analyses.finish(claimed(analyses, rca, now), b"{}", category="timeout", now=now)

    found = records(analyses, rca)

    assert [record.id for record in found] == sorted({record.id for record in found})
    assert [record.pct for record in found] == [5, 30, 55, 5, 30, 55, 85, 5, 30, 55, 85, 5, 100]
    assert found[-1].id == analyses.get(rca.rca_run_id, now=NOW).last_event_id
    assert (found[0].message, found[3].message) == ("Starting RCA", "Starting RCA (attempt 2)")


def test_progress_is_read_from_where_a_reader_left_off(analyses: RcaStore, rca: RcaRun) -> None:
    claim = claimed(analyses, rca)
    for stage in (Stage.COLLECTING, Stage.CLASSIFYING, Stage.GENERATING):
        analyses.progress(claim, stage, now=NOW)
    analyses.finish(claim, b"{}", category="timeout", now=NOW)
    every = [record.id for record in records(analyses, rca)]

    for place, last_seen in enumerate(every):
        assert [record.id for record in records(analyses, rca, after=last_seen)] == every[place + 1 :]


def test_a_released_analysis_can_be_claimed_at_once_and_keeps_the_reason(analyses: RcaStore, rca: RcaRun) -> None:
    claim = claimed(analyses, rca)

    analyses.release(claim, "KeyError in attempt 1", now=NOW)

    assert analyses.get(rca.rca_run_id, now=NOW).last_error == "KeyError in attempt 1"
    assert claimed(analyses, rca).attempt == 2
    assert analyses.get(rca.rca_run_id, now=NOW).started_at == NOW


def test_a_failure_takes_the_analysis_from_whoever_holds_it(
    analyses: RcaStore, other_analyses: RcaStore, tapped: Tapped, rca: RcaRun
) -> None:
    claim = claimed(other_analyses, rca)
    progress = lambda: other_analyses.progress(claim, Stage.COLLECTING, now=NOW)  # noqa: E731
    tapped.before("update_item", progress)

    assert analyses.fail(rca.rca_run_id, "-", now=NOW)

    with pytest.raises(LeaseLost):
        other_analyses.finish(claim, b"{}", category="timeout", now=NOW)
    assert [record.status for record in records(analyses, rca)] == ["running", "running", "error"]


def test_a_failure_that_races_with_the_end_leaves_the_end(
    analyses: RcaStore, other_analyses: RcaStore, tapped: Tapped, rca: RcaRun
) -> None:
    claim = claimed(other_analyses, rca)
    finish = lambda: other_analyses.finish(claim, b"{}", category="timeout", now=NOW)  # noqa: E731
    tapped.before("update_item", finish)

    assert not analyses.fail(rca.rca_run_id, "-", now=NOW)
    assert analyses.get(rca.rca_run_id, now=NOW).status == "done"


def test_a_failure_follows_a_worker_that_takes_over_meanwhile(
    analyses: RcaStore, other_analyses: RcaStore, tapped: Tapped, rca: RcaRun
) -> None:
    tapped.before("update_item", lambda: claimed(other_analyses, rca))

    assert analyses.fail(rca.rca_run_id, "-", now=NOW)
    assert [record.id for record in records(analyses, rca)] == ["0001#0001", "0002#0001"]
