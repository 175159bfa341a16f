"""Runs that are deleted, with all that belongs to them, whatever happens meanwhile."""

from datetime import timedelta

import pytest

from rca_core.errors import NotFound
from rca_core.storage.rca_runs import Claim, LeaseLost, RcaStore
from rca_core.storage.runs import RunStore
from tests.conftest import Cloud
from tests.integration.storage.asked import LEASE, stored, work
from tests.integration.storage.items import NOW, sort_keys
from tests.support.runs import large_run, parsed
from tests.support.wire import ANY, Killed, Tapped, killed


def everything(cloud: Cloud) -> list[tuple[str, str]]:
    """Return the keys of all that is stored, but the days on which runs started."""
    items = cloud.dynamodb.scan(TableName=cloud.table)["Items"]
    return [(item["PK"]["S"], item["SK"]["S"]) for item in items if item["PK"]["S"] != "CALENDAR"]


def delete(runs: RunStore, analyses: RcaStore) -> tuple[bool, int]:
    return runs.delete("run-1", now=NOW), analyses.delete_of("run-1")


@pytest.mark.parametrize("large", [False, True])
def test_nothing_of_a_deleted_run_is_left(runs: RunStore, analyses: RcaStore, cloud: Cloud, *, large: bool) -> None:
    runs.put(large_run() if large else parsed(), now=NOW)
    run = runs.header("run-1", now=NOW)
    first, _ = analyses.create(run, force=False, now=NOW)
    work(analyses, first.rca_run_id)
    analyses.create(run, force=True, now=NOW)

    assert delete(runs, analyses) == (True, 2)

    assert everything(cloud) == []


def test_what_others_have_stays(runs: RunStore, analyses: RcaStore, cloud: Cloud) -> None:
    stored(runs)
    runs.put(parsed(run_id="run-10"), now=NOW)
    analyses.create(runs.header("run-10", now=NOW), force=False, now=NOW)
    before = [key for key in everything(cloud) if key[0] != "RUN#run-1"]

    delete(runs, analyses)

    assert everything(cloud) == before


@pytest.mark.parametrize("run_id", ["none", "", "x" * 3_000])
def test_what_is_not_there_is_not_deleted(runs: RunStore, analyses: RcaStore, run_id: str) -> None:
    assert not runs.delete(run_id, now=NOW)
    assert analyses.delete_of(run_id) == 0


def test_an_expired_run_is_not_there_and_goes_all_the_same(runs: RunStore, cloud: Cloud) -> None:
    stored(runs)

    assert not runs.delete("run-1", now=NOW + timedelta(days=31))

    assert everything(cloud) == []


def test_a_run_sent_again_after_its_deletion_is_new(runs: RunStore, analyses: RcaStore) -> None:
    run = stored(runs)
    old, _ = analyses.create(run, force=False, now=NOW)
    delete(runs, analyses)

    again = runs.put(parsed(model="m"), now=NOW + timedelta(minutes=1))

    assert (again.revision, again.created) == (1, True)
    rca, created = analyses.create(runs.header("run-1", now=NOW), force=False, now=NOW)
    assert created
    assert rca.rca_run_id != old.rca_run_id


@pytest.mark.parametrize("effect", ["before", "after"])
@pytest.mark.parametrize("nth", range(1, 8))
def test_a_deletion_that_stops_anywhere_shows_no_part_of_the_run_and_is_ended_by_its_repeat(
    runs: RunStore,
    analyses: RcaStore,
    other_runs: RunStore,
    other_analyses: RcaStore,
    tapped: Tapped,
    cloud: Cloud,
    effect: str,
    nth: int,
) -> None:
    runs.put(large_run(), now=NOW)
    rca, _ = analyses.create(runs.header("run-1", now=NOW), force=False, now=NOW)
    work(analyses, rca.rca_run_id)
    getattr(tapped, effect)(ANY, killed, nth=nth)
    with pytest.raises(Killed):
        delete(runs, analyses)

    try:
        seen = len(other_runs.get("run-1", now=NOW).run().steps)
    except NotFound:
        seen = 0
    delete(other_runs, other_analyses)

    assert seen == (500 if (effect, nth) == ("before", 1) else 0)
    # What a crash leaves of a body is named by no header, and expires.
    assert [key for key in everything(cloud) if not key[1].startswith("BODY#")] == []


def test_a_run_that_is_read_while_it_is_deleted_is_whole_or_not_found(
    runs: RunStore, other_runs: RunStore, tapped: Tapped
) -> None:
    runs.put(large_run(), now=NOW)
    tapped.before("batch_get_item", lambda: other_runs.delete("run-1", now=NOW))

    with pytest.raises(NotFound):
        runs.get("run-1", now=NOW)


def test_a_large_run_that_is_sent_while_it_is_deleted_is_stored_as_new(
    runs: RunStore, other_runs: RunStore, tapped: Tapped
) -> None:
    runs.put(large_run(seed=1), now=NOW)
    tapped.before("put_item", lambda: other_runs.delete("run-1", now=NOW), nth=1)

    result = runs.put(large_run(seed=2), now=NOW)

    assert (result.revision, result.created) == (1, True)
    assert len(other_runs.get("run-1", now=NOW).run().steps) == 500


def test_the_worker_of_a_deleted_analysis_leaves_no_report_behind(
    runs: RunStore, analyses: RcaStore, other_analyses: RcaStore, other_runs: RunStore, tapped: Tapped, cloud: Cloud
) -> None:
    rca, _ = analyses.create(stored(runs), force=False, now=NOW)
    claim = analyses.claim(rca.rca_run_id, lease=LEASE, now=NOW)
    assert isinstance(claim, Claim)
    tapped.before("put_item", lambda: delete(other_runs, other_analyses), nth=1)

    with pytest.raises(LeaseLost):
        analyses.finish(claim, b"{}", category="timeout", now=NOW)

    assert sort_keys(cloud, f"RCA#{rca.rca_run_id}") == []


@pytest.mark.fault(3)
def test_a_run_that_is_sent_again_while_it_is_deleted_keeps_its_body(
    runs: RunStore, other_runs: RunStore, tapped: Tapped
) -> None:
    # The header is gone; before its chunks are, the same content comes as revision 1 again.
    runs.put(large_run(), now=NOW)
    tapped.after("delete_item", lambda: other_runs.put(large_run(), now=NOW))

    runs.delete("run-1", now=NOW)

    assert other_runs.get("run-1", now=NOW).body == large_run().body


@pytest.mark.fault(3)
def test_a_run_that_was_deleted_and_sent_again_while_it_is_replaced_keeps_its_body(
    runs: RunStore, other_runs: RunStore, tapped: Tapped
) -> None:
    # A writer replaced revision 1; before it removes the old chunks, the run is deleted and comes as revision 1 again.
    runs.put(large_run(seed=1), now=NOW)

    def back_again() -> None:
        other_runs.delete("run-1", now=NOW)
        other_runs.put(large_run(seed=1), now=NOW)

    tapped.after("put_item", back_again)
    runs.put(large_run(seed=2), now=NOW)

    assert other_runs.get("run-1", now=NOW).body == large_run(seed=1).body
