"""A run that is sent again unchanged is kept for the whole retention from then, with all that belongs to it."""

from datetime import timedelta
from typing import Any

import pytest

from rca_core.errors import NotFound
from rca_core.storage.codec import expiry, from_item
from rca_core.storage.listing import RunIndex
from rca_core.storage.outcomes import Outcome, OutcomeStore
from rca_core.storage.progress import Stage
from rca_core.storage.rca_runs import Claim, RcaStore
from rca_core.storage.run_filter import RunFilter
from rca_core.storage.runs import RunStore
from rca_core.telemetry.ingest import ParsedRun
from tests.conftest import Cloud
from tests.integration.faults.invariants import items
from tests.integration.storage.conftest import RETENTION_DAYS
from tests.integration.storage.items import NOW, chunks, read
from tests.support.runs import Told, incompressible, large_run, parsed, step, told
from tests.support.wire import Tapped

DAY = timedelta(days=1)
LAST_BUT_ONE = NOW + timedelta(days=RETENTION_DAYS - 1)
OVER = NOW + timedelta(days=RETENTION_DAYS + 1)
MEDIUM = parsed(steps=[step(f"s{n}", output_summary=incompressible(n, 2_000)) for n in range(30)])
RUNS = {"small": parsed(), "medium": MEDIUM, "large": large_run(steps=400)}
EACH = pytest.mark.parametrize("run", RUNS.values(), ids=RUNS.keys())


def all_of(cloud: Cloud, *partitions: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the items of partitions as plain values, without bodies."""
    found = {(pk, sk): from_item(item) for pk in partitions for sk, item in items(cloud, pk).items()}
    return {key: {name: value for name, value in item.items() if name != "body"} for key, item in found.items()}


def analysed(runs: RunStore, analyses: RcaStore, run: ParsedRun) -> str:
    """Store a run, and work an analysis of it."""
    runs.put(run, now=NOW)
    rca, _ = analyses.create(runs.header("run-1", now=NOW), force=False, now=NOW)
    claim = analyses.claim(rca.rca_run_id, lease=DAY, now=NOW)
    assert isinstance(claim, Claim)
    analyses.progress(claim, Stage.GENERATING, now=NOW)
    outcome = Outcome(
        run_created_at=NOW,
        revision=1,
        ordinal=0,
        rca_run_id=rca.rca_run_id,
        category="timeout",
        cause="slow",
        fingerprint="f" * 16,
    )
    analyses.finish(claim, b"{}", category="timeout", outcome=outcome, now=NOW)
    return rca.rca_run_id


@EACH
def test_a_run_sent_again_before_it_expires_lives_on_unchanged(
    cloud: Cloud, runs: RunStore, index: RunIndex, run: ParsedRun
) -> None:
    first = runs.put(run, now=NOW)
    before = runs.get("run-1", now=NOW)

    again = runs.put(run, now=LAST_BUT_ONE)

    assert told(again) == Told(revision=1, created=False, changed=False)
    assert again == first._replace(created=False, changed=False)
    assert runs.get("run-1", now=OVER) == before
    assert [each.run_id for each in index.page(RunFilter(), limit=9, cursor=None, now=OVER).items] == ["run-1"]
    kept = {item["expires_at"] for item in all_of(cloud, "RUN#run-1").values()}
    assert kept == {expiry(LAST_BUT_ONE, RETENTION_DAYS)}
    assert len(chunks(cloud)) == from_item(read(cloud, "RUN")).get("chunks", 0)
    with pytest.raises(NotFound):
        runs.get("run-1", now=LAST_BUT_ONE + timedelta(days=RETENTION_DAYS))


@EACH
@pytest.mark.parametrize("later", [timedelta(), timedelta(hours=23), -timedelta(hours=23)], ids=str)
def test_a_repeat_within_a_day_writes_nothing(
    cloud: Cloud, runs: RunStore, tapped: Tapped, run: ParsedRun, later: timedelta
) -> None:
    runs.put(run, now=NOW)
    before = all_of(cloud, "RUN#run-1", "CALENDAR")
    tapped.requests.clear()

    runs.put(run, now=NOW + later)

    assert all_of(cloud, "RUN#run-1", "CALENDAR") == before
    # One write on the guess that it is new, or one read.
    assert len(tapped.requests) == 1


def test_a_retention_of_a_day_is_prolonged_after_half_of_it(cloud: Cloud) -> None:
    runs = RunStore(cloud.dynamodb, cloud.table, retention_days=1)
    runs.put(parsed(), now=NOW)

    runs.put(parsed(), now=NOW + timedelta(hours=11))
    assert from_item(read(cloud, "RUN"))["expires_at"] == expiry(NOW, 1)
    runs.put(parsed(), now=NOW + timedelta(hours=12))
    assert from_item(read(cloud, "RUN"))["expires_at"] == expiry(NOW + timedelta(hours=12), 1)


def test_a_shorter_retention_shortens_nothing(cloud: Cloud, runs: RunStore) -> None:
    runs.put(parsed(), now=NOW)

    RunStore(cloud.dynamodb, cloud.table, retention_days=1).put(parsed(), now=NOW + DAY)

    assert from_item(read(cloud, "RUN"))["expires_at"] == expiry(NOW, RETENTION_DAYS)


def test_its_analyses_reports_records_and_outcome_live_as_long(
    cloud: Cloud, runs: RunStore, analyses: RcaStore
) -> None:
    rca_run_id = analysed(runs, analyses, parsed())
    before = all_of(cloud, "RUN#run-1", f"RCA#{rca_run_id}")

    runs.put(parsed(), now=LAST_BUT_ONE)

    after = all_of(cloud, "RUN#run-1", f"RCA#{rca_run_id}")
    until = expiry(LAST_BUT_ONE, RETENTION_DAYS)
    # Six records, states and reports, the list's entry, the outcome and the header: nothing but their time changed.
    assert after == {key: {**item, "expires_at": until} for key, item in before.items()}
    assert {sk.partition("#")[0] for _, sk in after} == {"RUN", "RCA", "OUTCOME", "PROGRESS", "REPORT"}
    assert [each.status for each in analyses.listed("run-1", now=OVER)] == ["done"]
    assert OutcomeStore(cloud.dynamodb, cloud.table, retention_days=RETENTION_DAYS).find("run-1", now=OVER)


def test_what_was_meant_to_go_is_not_kept(cloud: Cloud, runs: RunStore, analyses: RcaStore) -> None:
    runs.put(parsed(), now=NOW)
    rca, _ = analyses.create(runs.header("run-1", now=NOW), force=False, now=NOW)
    claim = analyses.claim(rca.rca_run_id, lease=DAY, now=NOW)
    assert isinstance(claim, Claim)
    analyses.fail_without_run(claim, now=NOW)
    before = all_of(cloud, f"RCA#{rca.rca_run_id}")

    runs.put(parsed(), now=NOW + DAY)

    assert all_of(cloud, f"RCA#{rca.rca_run_id}") == before
    assert analyses.listed("run-1", now=NOW + DAY) == []


def test_the_day_of_a_run_is_listed_as_long_as_it_by_a_process_that_lives_for_long(
    runs: RunStore, index: RunIndex
) -> None:
    for days in range(RETENTION_DAYS + 10):
        runs.put(parsed(), now=NOW + timedelta(days=days))

    late = NOW + timedelta(days=2 * RETENTION_DAYS + 8)
    assert [each.run_id for each in index.page(RunFilter(), limit=9, cursor=None, now=late).items] == ["run-1"]
