"""Analyses: created once a revision, whoever asks; I5 of FAULTS.md."""

from datetime import datetime, timedelta

import pytest
from botocore.exceptions import ReadTimeoutError

from rca_core.errors import Conflict, NotFound, Unavailable
from rca_core.storage.headers import RcaRef, RunHeader
from rca_core.storage.progress import RcaRun, Stage, event_ids_between
from rca_core.storage.rca_runs import Claim, RcaStore
from rca_core.storage.runs import RunStore
from tests.conftest import Cloud
from tests.integration.storage.conftest import RETENTION_DAYS
from tests.integration.storage.items import NOW, remove, sort_keys
from tests.support.runs import parsed
from tests.support.wire import ANY, Killed, Tapped, killed

LEASE = timedelta(seconds=30)
LATER = NOW + timedelta(hours=1)


def stored(runs: RunStore, *, model: str = "m") -> RunHeader:
    runs.put(parsed(model=model), now=NOW)
    return runs.header("run-1", now=NOW)


def listed_keys(cloud: Cloud) -> list[str]:
    return [sk for sk in sort_keys(cloud) if sk.startswith("RCA#")]


def work(analyses: RcaStore, rca_run_id: str, *, category: str = "timeout") -> None:
    claim = analyses.claim(rca_run_id, lease=LEASE, now=NOW)
    assert isinstance(claim, Claim)
    analyses.finish(claim, b'{"a": 1}', category=category, now=NOW)


def test_a_new_analysis_is_queued(runs: RunStore, analyses: RcaStore) -> None:
    rca, created = analyses.create(stored(runs), force=False, now=NOW)

    assert created
    assert (rca.status, rca.step, rca.pct, rca.attempt) == ("queued", "Queued", 0, 0)
    assert (rca.run_id, rca.revision, rca.created_at, rca.started_at) == ("run-1", 1, NOW, None)
    assert analyses.get(rca.rca_run_id, now=NOW) == rca
    assert analyses.report(rca.rca_run_id) is None
    assert analyses.listed("run-1", now=NOW) == [RcaRef(rca_run_id=rca.rca_run_id, status="queued")]


def test_an_analysis_that_is_queued_running_or_done_is_returned(runs: RunStore, analyses: RcaStore) -> None:
    run = stored(runs)
    first, _ = analyses.create(run, force=False, now=NOW)

    for status in ("queued", "running", "done"):
        again, created = analyses.create(run, force=False, now=LATER)
        assert (again.rca_run_id, again.status, created) == (first.rca_run_id, status, False)
        if status == "queued":
            claim = analyses.claim(first.rca_run_id, lease=LEASE, now=NOW)
        if status == "running" and isinstance(claim, Claim):
            analyses.finish(claim, b"{}", category="timeout", now=NOW)


def test_force_makes_another(runs: RunStore, analyses: RcaStore) -> None:
    run = stored(runs)
    made = [analyses.create(run, force=True, now=NOW + timedelta(seconds=n))[0].rca_run_id for n in range(3)]

    assert len(set(made)) == 3
    assert [ref.rca_run_id for ref in analyses.listed("run-1", now=NOW)] == made
    assert analyses.create(run, force=False, now=LATER)[0].rca_run_id == made[-1]


def test_an_error_does_not_block(runs: RunStore, analyses: RcaStore) -> None:
    run = stored(runs)
    first, _ = analyses.create(run, force=False, now=NOW)
    analyses.fail(first.rca_run_id, "it broke", now=NOW)

    second, created = analyses.create(run, force=False, now=NOW)

    assert created
    assert second.rca_run_id != first.rca_run_id
    assert analyses.create(run, force=False, now=NOW) == (second, False)


def test_each_revision_has_its_own_analysis(runs: RunStore, analyses: RcaStore) -> None:
    first, _ = analyses.create(stored(runs, model="one"), force=False, now=NOW)
    second, created = analyses.create(stored(runs, model="two"), force=False, now=NOW)

    assert created
    assert (first.revision, second.revision) == (1, 2)


def test_a_run_that_comes_back_after_its_retention_is_another_run(
    runs: RunStore, analyses: RcaStore, cloud: Cloud
) -> None:
    # The analysis was asked for late and outlives the run, which has gone; a new one begins at revision 1 again.
    asked = NOW + timedelta(days=RETENTION_DAYS - 1)
    old, _ = analyses.create(stored(runs), force=False, now=asked)
    work(analyses, old.rca_run_id)
    remove(cloud, "RUN")
    back = NOW + timedelta(days=RETENTION_DAYS + 1)
    runs.put(parsed(model="other content"), now=back)

    new, created = analyses.create(runs.header("run-1", now=back), force=False, now=back)

    assert created
    assert (new.revision, new.rca_run_id == old.rca_run_id) == (1, False)


def test_an_expired_analysis_does_not_block(runs: RunStore, analyses: RcaStore) -> None:
    run = stored(runs)
    old, _ = analyses.create(run, force=False, now=NOW)
    expired = NOW + timedelta(days=RETENTION_DAYS)

    new, created = analyses.create(run, force=False, now=expired)

    assert created
    assert new.rca_run_id != old.rca_run_id
    assert [ref.rca_run_id for ref in analyses.listed("run-1", now=expired)] == [new.rca_run_id]
    with pytest.raises(NotFound):
        analyses.get(old.rca_run_id, now=expired)


@pytest.mark.parametrize("rca_run_id", ["rca-unknown", "", "é", "x" * 5_000])
def test_an_unknown_analysis_is_not_found(analyses: RcaStore, rca_run_id: str) -> None:
    with pytest.raises(NotFound):
        analyses.get(rca_run_id, now=NOW)
    with pytest.raises(NotFound):
        analyses.claim(rca_run_id, lease=LEASE, now=NOW)
    with pytest.raises(NotFound):
        analyses.fail(rca_run_id, "-", now=NOW)


def test_analyses_of_another_run_are_not_listed(runs: RunStore, analyses: RcaStore) -> None:
    analyses.create(stored(runs), force=False, now=NOW)

    assert analyses.listed("run-10", now=NOW) == []


# ---------------------------------------------------------------- races
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


# ---------------------------------------------------------------- the end
def test_a_finished_analysis_has_a_report_and_a_category_everywhere(runs: RunStore, analyses: RcaStore) -> None:
    rca, _ = analyses.create(stored(runs), force=False, now=NOW)

    work(analyses, rca.rca_run_id, category="timeout")

    done = analyses.get(rca.rca_run_id, now=NOW)
    assert (done.status, done.step, done.pct, done.category) == ("done", "RCA complete", 100, "timeout")
    assert (done.started_at, done.ended_at, done.error_message) == (NOW, NOW, None)
    assert analyses.report(rca.rca_run_id) == b'{"a": 1}'
    expected = RcaRef(rca_run_id=rca.rca_run_id, status="done", category="timeout")
    assert analyses.listed("run-1", now=NOW) == [expected]


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


def test_a_failed_analysis_says_why_everywhere(runs: RunStore, analyses: RcaStore) -> None:
    rca, _ = analyses.create(stored(runs), force=False, now=NOW)

    assert analyses.fail(rca.rca_run_id, "no such model", now=LATER)

    failed = analyses.get(rca.rca_run_id, now=LATER)
    assert (failed.status, failed.error_message, failed.ended_at) == ("error", "no such model", LATER)
    assert [ref.status for ref in analyses.listed("run-1", now=LATER)] == ["error"]
    [record] = analyses.records(rca.rca_run_id, event_ids_between("0000#0000", failed.last_event_id))
    assert (record.status, record.message, record.id) == ("error", "no such model", failed.last_event_id)


def test_what_has_ended_does_not_fail(runs: RunStore, analyses: RcaStore) -> None:
    rca, _ = analyses.create(stored(runs), force=False, now=NOW)
    work(analyses, rca.rca_run_id)

    assert not analyses.fail(rca.rca_run_id, "too late", now=LATER)
    assert analyses.get(rca.rca_run_id, now=LATER).status == "done"


@pytest.mark.parametrize("end", ["finish", "fail", "claim"])
def test_an_analysis_whose_run_was_deleted_moves_on_without_its_list_entry(
    runs: RunStore, analyses: RcaStore, cloud: Cloud, end: str
) -> None:
    rca, _ = analyses.create(stored(runs), force=False, now=NOW)
    claim = None if end == "claim" else analyses.claim(rca.rca_run_id, lease=LEASE, now=NOW)
    for sk in sort_keys(cloud):
        remove(cloud, sk)

    if isinstance(claim, Claim) and end == "finish":
        analyses.finish(claim, b"{}", category="timeout", now=NOW)
    elif end == "fail":
        analyses.fail(rca.rca_run_id, "-", now=NOW)
    else:
        analyses.claim(rca.rca_run_id, lease=LEASE, now=NOW)

    status = {"finish": "done", "fail": "error", "claim": "running"}[end]
    assert analyses.get(rca.rca_run_id, now=NOW).status == status
    assert sort_keys(cloud) == []


def test_stages_are_those_of_the_contract() -> None:
    assert [(stage.step, stage.pct) for stage in Stage] == [
        ("Starting RCA", 5),
        ("Collecting evidence", 30),
        ("Classifying failure", 55),
        ("Generating report", 85),
        ("RCA complete", 100),
    ]
