"""Damaged items, and items of another version, among those that are listed: each is left out alone."""

from datetime import timedelta

import pytest

from rca_core.storage.failures import FailureFilter, FailureIndex, Sort
from rca_core.storage.keys import BY_AGENT
from rca_core.storage.listing import RunIndex
from rca_core.storage.progress import Stage
from rca_core.storage.rca_runs import Claim, RcaStore
from rca_core.storage.run_filter import RunFilter
from rca_core.storage.runs import RunStore
from tests.conftest import Cloud
from tests.integration.storage.items import NOW, read, write
from tests.support.damage import damaged, newer
from tests.support.failures import write_failure
from tests.support.runs import parsed, step
from tests.support.template import properties

# Index keys are what an item is found by: without them it is in no list.
INDEX_KEYS = ("agent_name", "day", "started_at", "listed", "last_seen")


@pytest.mark.fault(35, 36)
def test_a_damaged_run_is_left_out_of_lists_and_histories(cloud: Cloud, runs: RunStore, index: RunIndex) -> None:
    for number in range(3):
        runs.put(parsed(run_id=f"run-{number}", steps=[step(name="plan")]), now=NOW)
    header = read(cloud, "RUN", "RUN#run-1")
    for what, item in [("newer", newer(header)), *damaged(header, keep=INDEX_KEYS)]:
        write(cloud, item)
        for wanted in (RunFilter(), RunFilter(agent_name="agent")):
            listed = [each.run_id for each in index.page(wanted, limit=9, cursor=None, now=NOW).items]
            assert {"run-0", "run-2"} <= set(listed), what
            assert "run-1" in listed or what != "newer"
        found = index.profiles("agent", None, before=NOW + timedelta(days=1), limit=9, now=NOW)
        assert {"run-0", "run-2"} <= {each.run_id for each in found}, what


def test_what_tells_a_history_is_in_its_index() -> None:
    [by_agent] = [each for each in properties("Table")["GlobalSecondaryIndexes"] if each["IndexName"] == BY_AGENT]

    assert "environment" in by_agent["Projection"]["NonKeyAttributes"]


@pytest.mark.fault(36)
def test_a_day_that_is_none_hides_no_other(cloud: Cloud, runs: RunStore, index: RunIndex) -> None:
    runs.put(parsed(), now=NOW)
    for sk in ("DAY#2026-01-15x", "DAY#2026-01-32", "DAY#2026-01-14T"):
        write(cloud, {"PK": {"S": "CALENDAR"}, "SK": {"S": sk}})

    assert [each.run_id for each in index.page(RunFilter(), limit=9, cursor=None, now=NOW).items] == ["run-1"]


@pytest.mark.fault(35, 36)
@pytest.mark.parametrize("sort", ["recent", pytest.param("count", marks=pytest.mark.deep)])
def test_a_damaged_failure_or_symptom_is_left_out_of_the_list(cloud: Cloud, sort: Sort) -> None:
    failures = FailureIndex(cloud.dynamodb, cloud.table)
    fingerprints = [write_failure(cloud, number, expires_at=4_000_000_000) for number in range(3)]
    key = f"FINGERPRINT#{fingerprints[1]}"
    failure = read(cloud, "FINGERPRINT", key)
    for what, item in [("newer", newer(failure)), *damaged(failure, keep=(*INDEX_KEYS, "expires_at"))]:
        write(cloud, item)
        page = failures.page(FailureFilter(), sort=sort, limit=9, cursor=None, now=NOW)
        listed = {each.fingerprint for each in page.items}
        assert {fingerprints[0], fingerprints[2]} <= listed, what
        assert fingerprints[1] in listed or what != "newer"
    write(cloud, failure | {"symptoms": {"L": [{"S": "s-1"}]}})
    for symptom in ({}, {"count": {"S": "x"}}, {"count": {"N": "3"}, "expires_at": {"S": "x"}}):
        write(cloud, {"PK": {"S": "SYMPTOM#s-1"}, "SK": {"S": "SYMPTOM"}, **symptom})
        assert len(failures.page(FailureFilter(), sort=sort, limit=9, cursor=None, now=NOW).items) == 3


@pytest.mark.fault(35, 36)
def test_a_damaged_analysis_or_record_hides_no_other(cloud: Cloud, runs: RunStore, analyses: RcaStore) -> None:
    runs.put(parsed(), now=NOW)
    header = runs.header("run-1", now=NOW)
    first, second = (analyses.create(header, force=True, now=NOW + timedelta(seconds=n))[0] for n in range(2))
    claim = analyses.claim(first.rca_run_id, lease=timedelta(hours=1), now=NOW)
    assert isinstance(claim, Claim)
    analyses.progress(claim, Stage.GENERATING, now=NOW)
    entry = read(cloud, first.list_sk)
    for what, item in [("newer", newer(entry)), *damaged(entry)]:
        write(cloud, item)
        assert second.rca_run_id in {each.rca_run_id for each in analyses.listed("run-1", now=NOW)}, what
    record = read(cloud, "PROGRESS#0001#0001", f"RCA#{first.rca_run_id}")
    for what, item in [("newer", newer(record)), *damaged(record)]:
        write(cloud, item)
        found = analyses.records(first.rca_run_id, ["0001#0001", "0001#0004"])
        assert [each.id for each in found][-1] == "0001#0004", what
        assert len(found) == 2 or what != "newer"
