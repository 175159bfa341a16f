"""Runs by what else their headers tell, and by what analyses found of them."""

from typing import Any

import pytest

from rca_core.storage.listing import RunIndex
from rca_core.storage.outcomes import Outcome, OutcomeStore
from rca_core.storage.run_filter import RunFilter
from rca_core.storage.runs import RunStore
from tests.conftest import Cloud
from tests.integration.storage.conftest import RETENTION_DAYS
from tests.integration.storage.items import NOW, write
from tests.integration.storage.listed import all_pages, every_id, store
from tests.support.runs import tool_call
from tests.support.wire import Tapped

HASH = "0123456789abcdef"


@pytest.fixture
def varied(runs: RunStore) -> None:
    """Store runs that differ in what can be filtered by."""
    failed, made_good = tool_call("a", status="failure"), tool_call("b")
    store(runs, "d1-01", agent_version="1", environment="prod", ended_at="2026-01-01T12:00:03Z")
    store(runs, "d1-02", status="success", tool_calls=[failed], cost={"total_cost_usd": 0.5}, correlation_ids=["Abc-1"])
    store(runs, "d1-03", status="success", tool_calls=[failed, made_good], agent_version="2", trace_id="TRACE-7")
    store(
        runs, "d2-01", agent_name="other", agent_version="2", error_message="Out of PAPER", cost={"total_cost_usd": 2}
    )


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"agent_version": "2"}, ["d2-01", "d1-03"]),
        ({"agent_version": "2", "agent_name": "agent"}, ["d1-03"]),
        ({"without_environment": True}, ["d2-01", "d1-03", "d1-02"]),
        ({"without_environment": True, "environment": "prod"}, []),
        ({"unrecovered_failures": True}, ["d1-02"]),
        ({"unrecovered_failures": True, "status": "success"}, ["d1-02"]),
        ({"unrecovered_failures": True, "status": "failure"}, []),
        ({"unrecovered_failures": False}, ["d2-01", "d1-03", "d1-01"]),
        ({"min_duration_ms": 2000}, ["d1-01"]),
        ({"min_duration_ms": 2000.5}, []),
        ({"min_cost_usd": 0.5}, ["d2-01", "d1-02"]),
        ({"min_cost_usd": 0.75, "agent_name": "other"}, ["d2-01"]),
        ({"failing_tool": "search", "agent_name": "agent"}, ["d1-03", "d1-02"]),
        ({"failing_tool": "fetch", "agent_name": "agent"}, []),
        ({"text": "paper"}, ["d2-01"]),
        ({"text": "D1-0"}, ["d1-03", "d1-02", "d1-01"]),
        ({"text": "abc"}, ["d1-02"]),
        ({"text": "trace-7"}, ["d1-03"]),
        ({"text": "OTHER", "status": "failure"}, ["d2-01"]),
        ({"text": "nowhere"}, []),
    ],
)
@pytest.mark.usefixtures("varied")
def test_filters_and_their_combinations(index: RunIndex, wanted: dict[str, Any], found: list[str]) -> None:
    assert every_id(index, RunFilter(**wanted)) == found


# ---------------------------------------------------------------- findings
def found(cloud: Cloud, runs: RunStore, run_id: str, **fields: Any) -> None:
    """Note what an analysis of a stored run found."""
    header = runs.header(run_id, now=NOW)
    outcome = {
        "run_created_at": header.created_at,
        "revision": header.revision,
        "ordinal": 0,
        "rca_run_id": f"rca-{run_id}",
        "category": "timeout",
        "cause": "read_timeout",
        "fingerprint": HASH,
    }
    store = OutcomeStore(cloud.dynamodb, cloud.table, retention_days=RETENTION_DAYS)
    store.note(run_id, Outcome.model_validate(outcome | fields), NOW)


@pytest.fixture
def analysed(cloud: Cloud, runs: RunStore) -> None:
    """Store runs of which some were analysed, one in a version that was replaced since."""
    store(runs, "d1-01", "d1-02", "d1-03", "d1-04")
    store(runs, "d1-05", status="success")
    found(cloud, runs, "d1-01")
    found(cloud, runs, "d1-02", category="rate_limited", fingerprint="f" * 16)
    found(cloud, runs, "d1-03")
    store(runs, "d1-03", error_message="another")
    found(cloud, runs, "d1-05")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"category": "timeout"}, ["d1-01"]),
        ({"category": "rate_limited", "agent_name": "agent"}, ["d1-02"]),
        ({"category": "not_analysed"}, ["d1-04", "d1-03"]),
        ({"category": "unknown"}, []),
        ({"category": "timeout", "status": "success"}, []),
        ({"category": "timeout", "status": "failure"}, ["d1-01"]),
        ({"fingerprint": HASH}, ["d1-01"]),
        ({"fingerprint": HASH, "category": "rate_limited"}, []),
    ],
)
@pytest.mark.usefixtures("analysed")
def test_failed_runs_are_found_by_what_their_version_s_analysis_found(
    index: RunIndex, wanted: dict[str, Any], expected: list[str]
) -> None:
    assert every_id(index, RunFilter(**wanted)) == expected


@pytest.mark.usefixtures("analysed")
def test_findings_are_read_if_asked_for_and_of_what_is_shown_only(index: RunIndex, tapped: Tapped) -> None:
    assert index.page(RunFilter(), limit=10, cursor=None, now=NOW).findings is None
    assert tapped.made("batch_get_item") == []

    page = index.page(RunFilter(), limit=3, cursor=None, findings=True, now=NOW)

    assert [each.run_id for each in page.items] == ["d1-05", "d1-04", "d1-03"]
    assert page.findings == {}
    [request] = tapped.made("batch_get_item")
    [asked] = request["RequestItems"].values()
    assert {key["PK"]["S"] for key in asked["Keys"]} == {"RUN#d1-04", "RUN#d1-03"}
    assert asked["ConsistentRead"] is False
    findings = index.page(RunFilter(), limit=10, cursor=None, findings=True, now=NOW).findings
    assert findings is not None
    assert {run_id: each.category for run_id, each in findings.items()} == {
        "d1-01": "timeout",
        "d1-02": "rate_limited",
    }


def test_a_damaged_finding_is_passed_over(cloud: Cloud, runs: RunStore, index: RunIndex) -> None:
    store(runs, "d1-01")
    found(cloud, runs, "d1-01")
    write(cloud, {"PK": {"S": "RUN#d1-01"}, "SK": {"S": "OUTCOME"}, "category": {"N": "7"}})

    assert index.page(RunFilter(), limit=3, cursor=None, findings=True, now=NOW).findings == {}
    assert every_id(index, RunFilter(category="not_analysed")) == ["d1-01"]


# ---------------------------------------------------------------- what it costs
@pytest.mark.parametrize("limit", [1, 3])
def test_pages_by_findings_hold_each_run_once(cloud: Cloud, runs: RunStore, index: RunIndex, limit: int) -> None:
    names = [f"d{day}-{second:02d}" for day in (3, 2) for second in (5, 4, 3, 2, 1)]
    store(runs, *names)
    for name in names[::2]:
        found(cloud, runs, name)

    pages = all_pages(index, RunFilter(category="timeout"), limit=limit)

    assert [name for page in pages for name in page] == names[::2]


def test_a_page_reads_no_more_findings_than_ten_reads_of_its_index_bring(
    runs: RunStore, index: RunIndex, tapped: Tapped
) -> None:
    store(runs, *(f"d1-{second:02d}" for second in range(30)))
    tapped.requests.clear()

    page = index.page(RunFilter(category="timeout"), limit=1, cursor=None, now=NOW)

    assert (page.items, page.next_cursor is None) == ([], False)
    asked = [len(keys["Keys"]) for made in tapped.made("batch_get_item") for keys in made["RequestItems"].values()]
    assert sum(asked) == 20


def test_whether_there_is_anything_newer_costs_two_reads_of_what_is_newer(
    runs: RunStore, index: RunIndex, tapped: Tapped
) -> None:
    store(runs, *(f"d1-{second:02d}" for second in range(30)))
    newest = runs.header("d1-29", now=NOW)
    tapped.requests.clear()

    assert [
        each.run_id for each in index.page(RunFilter(since=newest.started_at), limit=50, cursor=None, now=NOW).items
    ] == ["d1-29"]

    assert [name for name, _ in tapped.requests] == ["query", "query"]
    store(runs, "d1-30", "d2-01")
    assert every_id(index, RunFilter(since=newest.started_at)) == ["d2-01", "d1-30", "d1-29"]
