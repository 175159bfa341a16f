"""Analyses: created once a revision, whoever asks; I5 of tests/integration/faults/invariants.py."""

from datetime import timedelta
from typing import Any

import pytest

from rca_core.errors import NotFound
from rca_core.storage.headers import RcaRef
from rca_core.storage.progress import Stage, event_ids_between
from rca_core.storage.rca_runs import Claim, RcaStore
from rca_core.storage.runs import RunStore
from tests.conftest import Cloud
from tests.integration.storage.asked import LATER, LEASE, stored, work
from tests.integration.storage.conftest import RETENTION_DAYS
from tests.integration.storage.items import NOW, remove, sort_keys
from tests.support.runs import parsed


def ref(rca_run_id: str, **fields: Any) -> RcaRef:
    return RcaRef(rca_run_id=rca_run_id, revision=1, created_at=NOW, **fields)


def test_a_new_analysis_is_queued(runs: RunStore, analyses: RcaStore) -> None:
    rca, created = analyses.create(stored(runs), force=False, now=NOW)

    assert created
    assert (rca.status, rca.step, rca.pct, rca.attempt) == ("queued", "Queued", 0, 0)
    assert (rca.run_id, rca.revision, rca.created_at, rca.started_at) == ("run-1", 1, NOW, None)
    assert analyses.get(rca.rca_run_id, now=NOW) == rca
    assert analyses.report(rca.rca_run_id) is None
    assert analyses.listed("run-1", now=NOW) == [ref(rca.rca_run_id, status="queued")]


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


def test_asking_again_for_a_finished_analysis_leaves_its_place_in_the_list(runs: RunStore, analyses: RcaStore) -> None:
    run = stored(runs)
    rca, _ = analyses.create(run, force=False, now=NOW)
    work(analyses, rca.rca_run_id, category="timeout")

    analyses.create(run, force=False, now=LATER)

    expected = ref(rca.rca_run_id, status="done", category="timeout")
    assert analyses.listed("run-1", now=LATER) == [expected]


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


@pytest.mark.fault(9)
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


# ---------------------------------------------------------------- the end
def test_a_finished_analysis_has_a_report_and_a_category_everywhere(runs: RunStore, analyses: RcaStore) -> None:
    rca, _ = analyses.create(stored(runs), force=False, now=NOW)

    work(analyses, rca.rca_run_id, category="timeout")

    done = analyses.get(rca.rca_run_id, now=NOW)
    assert (done.status, done.step, done.pct, done.category) == ("done", "RCA complete", 100, "timeout")
    assert (done.started_at, done.ended_at, done.error_message) == (NOW, NOW, None)
    assert analyses.report(rca.rca_run_id) == b'{"a": 1}'
    expected = ref(rca.rca_run_id, status="done", category="timeout")
    assert analyses.listed("run-1", now=NOW) == [expected]


def test_a_list_says_what_an_analysis_found_and_how_sure_it_is(runs: RunStore, analyses: RcaStore) -> None:
    rca, _ = analyses.create(stored(runs), force=False, now=NOW)
    claim = analyses.claim(rca.rca_run_id, lease=LEASE, now=NOW)
    assert isinstance(claim, Claim)

    analyses.finish(claim, b"{}", category="timeout", cause="read_timeout", confidence="high", now=NOW)

    found = {"category": "timeout", "cause": "read_timeout", "confidence": "high"}
    assert analyses.listed("run-1", now=NOW) == [ref(rca.rca_run_id, status="done", **found)]
    done = analyses.get(rca.rca_run_id, now=NOW)
    assert {name: getattr(done, name) for name in found} == found


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
