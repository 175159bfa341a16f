"""Recurring failures from ingest to GET /failures: runs posted, analysed, counted through the table's stream."""

import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rca_core.storage.codec import from_item, to_item
from rca_core.storage.rollups.scrub import Scrub
from tests.integration.functions.counting import Counting
from tests.integration.functions.product import Product
from tests.support.failures import write_failure
from tests.support.runs import run_body, tool_call

TIMED_OUT = [
    tool_call(tool_name="pay", status="failed", status_code=504, error_message="order 17 timed out after 30 s")
]
REFUSED = [tool_call(tool_name="crm", status="failed", status_code=403, error_message="403 Forbidden")]
LONG_NAME = "é" * 250


@pytest.fixture
def counting(product: Product) -> Counting:
    """Return the counters of a product."""
    return Counting(product)


def post(product: Product, run_id: str, **fields: Any) -> None:
    """Store a failed run."""
    assert product.post("/agent-runs", run_body(run_id=run_id, **fields)).status == 200


def analysed(product: Product, run_id: str, **fields: Any) -> None:
    """Store a failed run and have it analysed."""
    post(product, run_id, **fields)
    assert product.post(f"/agent-runs/{run_id}/rca-runs").status == 200
    assert product.work() == []


def listed(product: Product, query: str = "") -> list[dict[str, Any]]:
    answer = product.get("/failures", query=query)
    assert answer.status == 200
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_failures_tell_how_often_since_when_in_whom_and_how_many_more_look_like_them(
    product: Product, counting: Counting
) -> None:
    analysed(product, "run-1", agent_name="shop", agent_version="2.1.0", tool_calls=TIMED_OUT)
    analysed(product, "run-2", agent_name=LONG_NAME, agent_version="7", tool_calls=TIMED_OUT)
    post(product, "run-3", agent_name="shop", agent_version="2.2.0", tool_calls=TIMED_OUT)
    analysed(product, "run-4", agent_name="shop", tool_calls=REFUSED)
    counting.catch_up()

    [refused, timed_out] = listed(product)

    assert (refused["category"], refused["tool"], refused["count"], refused["also_seen"]) == (
        *("tool_permission", "crm"),
        *(1, 0),
    )
    assert (timed_out["category"], timed_out["tool"], timed_out["count"], timed_out["also_seen"]) == (
        *("timeout", "pay"),
        *(2, 1),
    )
    assert "17" not in timed_out["message"]
    assert (timed_out["first_agent"], timed_out["first_version"], timed_out["last_version"]) == ("shop", "2.1.0", "7")
    assert timed_out["first_seen"] < timed_out["last_seen"] < refused["last_seen"]
    assert [each["category"] for each in listed(product, "sort=count")] == ["timeout", "tool_permission"]
    assert [each["category"] for each in listed(product, "agent_name=shop")] == ["tool_permission", "timeout"]
    assert listed(product, f"agent_name={'%C3%A9' * 250}") == [timed_out]
    detail = product.get(f"/failures/{timed_out['fingerprint']}").json()
    assert [each["run_id"] for each in detail["last_runs"]] == ["run-1", "run-2"]


def test_a_failure_leads_straight_to_the_reports_of_its_runs(product: Product, counting: Counting) -> None:
    for run_id in ("run-1", "run-2"):
        analysed(product, run_id, tool_calls=TIMED_OUT)
    counting.catch_up()
    [failure] = listed(product)
    path = f"/failures/{failure['fingerprint']}"

    for seen in product.get(path).json()["last_runs"]:
        analysis = product.get(f"/agent-runs/rca-runs/{seen['rca_run_id']}").json()
        assert (analysis["run_id"], analysis["report"]["fingerprint"]) == (seen["run_id"], failure["fingerprint"])

    again = product.post("/agent-runs/run-1/rca-runs", query="force=true").json()["rca_run_id"]
    assert product.work() == []
    counting.catch_up()
    shown = product.get(path).json()
    assert {each["run_id"]: each["rca_run_id"] for each in shown["last_runs"]}["run-1"] == again
    assert (shown["count"], len(shown["last_runs"])) == (2, 2)


def test_what_was_counted_before_analyses_were_kept_by_name_is_still_shown_scrubbed_and_taken_back(
    product: Product, counting: Counting
) -> None:
    analysed(product, "run-1", tool_calls=TIMED_OUT)
    analysed(product, "run-2", tool_calls=TIMED_OUT)
    counting.catch_up()
    [failure] = listed(product)
    path = f"/failures/{failure['fingerprint']}"
    ledger = {"PK": "RUN#run-1", "SK": "LEDGER"}
    held = json.loads(zlib.decompress(_item(product, ledger)["held"]))
    del held["showing"]["found"]["rca_run_id"]
    _update(product, ledger, held=zlib.compress(json.dumps(held).encode()))
    counter = {"PK": f"FINGERPRINT#{failure['fingerprint']}", "SK": "FINGERPRINT"}
    runs = [{name: run[name] for name in ("run_id", "seen_at")} for run in _item(product, counter)["last_runs"]]
    _update(product, counter, last_runs=runs, count=7)

    assert [each["rca_run_id"] for each in product.get(path).json()["last_runs"]] == [None, None]
    later = datetime.now(UTC) + timedelta(hours=1)
    scrub = Scrub(product.cloud.dynamodb, product.cloud.table, retention_days=30)
    assert scrub.run(now=lambda: later, until=later + timedelta(minutes=1)).counters == 1
    assert product.get(path).json()["count"] == 2
    assert product.http("DELETE", "/agent-runs/run-1").status == 204
    counting.catch_up()

    assert [each["run_id"] for each in product.get(path).json()["last_runs"]] == ["run-2"]
    assert product.get(path).json()["count"] == 1


def _item(product: Product, key: dict[str, str]) -> dict[str, Any]:
    return from_item(product.cloud.dynamodb.get_item(TableName=product.cloud.table, Key=to_item(key))["Item"])


def _update(product: Product, key: dict[str, str], **fields: Any) -> None:
    product.cloud.dynamodb.put_item(TableName=product.cloud.table, Item=to_item(_item(product, key) | fields))


def test_a_run_that_is_analysed_after_all_is_counted_once(product: Product, counting: Counting) -> None:
    analysed(product, "run-1", tool_calls=TIMED_OUT)
    post(product, "run-2", tool_calls=TIMED_OUT)
    counting.catch_up()
    assert [(each["count"], each["also_seen"]) for each in listed(product)] == [(1, 1)]

    analysed(product, "run-2", tool_calls=TIMED_OUT)
    counting.catch_up()

    assert [(each["count"], each["also_seen"]) for each in listed(product)] == [(2, 0)]


def test_what_is_said_of_a_failure_outlives_what_is_counted_of_it(product: Product, counting: Counting) -> None:
    analysed(product, "run-1", tool_calls=TIMED_OUT)
    analysed(product, "run-2", tool_calls=TIMED_OUT)
    counting.catch_up()
    path = f"/failures/{listed(product)[0]['fingerprint']}"
    resolved = product.http("PATCH", path, b'{"status": "resolved"}').json()

    # A run that was ingested before.
    product.http("DELETE", "/agent-runs/run-2")
    counting.catch_up()

    shown = product.get(path).json()
    assert (shown["count"], shown["status"], shown["resolved_at"]) == (1, "resolved", resolved["resolved_at"])


def test_tests_write_failures_as_the_rollup_does(product: Product, counting: Counting) -> None:
    analysed(product, "run-1", agent_version="1", tool_calls=TIMED_OUT)
    counting.catch_up()
    [counted] = listed(product)

    def stored(fingerprint: str) -> dict[str, type]:
        key = {"PK": {"S": f"FINGERPRINT#{fingerprint}"}, "SK": {"S": "FINGERPRINT"}}
        item = product.cloud.dynamodb.get_item(TableName=product.cloud.table, Key=key)["Item"]
        return {name: type(value) for name, value in from_item(item).items()}

    assert stored(write_failure(product.cloud, 7)) == stored(counted["fingerprint"])
