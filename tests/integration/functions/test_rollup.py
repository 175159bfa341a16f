"""From changes of runs to GET /metrics/overview and GET /failures."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from rca_core.errors import Unavailable
from tests.integration.functions.counting import ROLLUP, Counting
from tests.integration.functions.jobs import change_run, message_of
from tests.integration.functions.product import Product, is_problem
from tests.support.logs import metrics
from tests.support.runs import run_body, step, tool_call

TIMED_OUT = tool_call(tool_name="pay", status="failed", status_code=504, error_message="timed out")


@pytest.fixture
def counting(product: Product) -> Counting:
    """Return the counters of a product."""
    return Counting(product)


def post(product: Product, run_id: str = "run-1", **fields: Any) -> None:
    """Post a run."""
    assert product.post("/agent-runs", run_body(run_id=run_id, **fields)).status == 200


def analysed(product: Product, run_id: str) -> dict[str, Any]:
    """Have a run analysed; return the report."""
    rca = product.post(f"/agent-runs/{run_id}/rca-runs").json()
    product.work()
    report: dict[str, Any] = product.get(f"/agent-runs/rca-runs/{rca['rca_run_id']}").json()["report"]
    return report


# ---------------------------------------------------------------- what is counted
def test_runs_are_summed_up_by_how_they_ended_what_they_used_and_what_failed_in_them(
    product: Product, counting: Counting
) -> None:
    cost = {"tokens_prompt": 100, "tokens_completion": 20, "total_cost_usd": 0.1}
    post(product, "run-1", status="success", environment="prod", steps=[step(latency_ms=100)], cost=cost)
    post(product, "run-2", status="success", environment="prod", steps=[step(latency_ms=8_500)], cost=cost)
    post(
        product,
        "run-3",
        agent_name="other",
        agent_version="2.1.0",
        tool_calls=[TIMED_OUT, tool_call("call-2", tool_name="pay")],
        cost=cost,
    )
    post(product, "run-4", status="running", agent_version="1")

    found = counting.overview()

    assert (found["total_runs"], found["successes"], found["failures"], found["running"]) == (4, 2, 1, 1)
    assert found["success_rate"] == 66.67
    assert found["failures_by_category"] == {"not_analysed": 1}
    assert found["top_failing_tools"] == [{"tool": "pay", "count": 1, "calls": 2}]
    assert found["tokens"] == {"prompt": 300, "completion": 60}
    assert found["total_cost_usd"] == 0.3
    assert found["p95_step_latency_ms"] == pytest.approx(8_500, rel=0.02)
    assert found["step_latency_ms"]["p50"] == pytest.approx(100, rel=0.02)
    assert found["by_agent"] == [
        {"agent_name": "other", "runs": 1, "failures": 1},
        {"agent_name": "agent", "runs": 3, "failures": 0},
    ]
    assert found["by_environment"] == [
        {"environment": None, "runs": 2, "failures": 1},
        {"environment": "prod", "runs": 2, "failures": 0},
    ]
    assert found["by_version"] == [
        {"agent_name": "other", "agent_version": "2.1.0", "runs": 1, "failures": 1},
        {"agent_name": "agent", "agent_version": "1", "runs": 1, "failures": 0},
    ]
    assert counting.overview("agent_name=other")["by_version"] == found["by_version"][:1]
    assert counting.overview("agent_name=other")["total_runs"] == 1
    assert counting.overview("environment=prod")["total_runs"] == 2
    assert counting.overview("agent_name=other&environment=prod")["total_runs"] == 0


def test_successes_with_failed_calls_that_nothing_made_good_are_counted(product: Product, counting: Counting) -> None:
    good = tool_call("call-2", tool_name=TIMED_OUT["tool_name"])
    post(product, "run-1", status="success", tool_calls=[TIMED_OUT])
    post(product, "run-2", status="success", tool_calls=[TIMED_OUT, good])
    post(product, "run-3", tool_calls=[TIMED_OUT])

    found = counting.overview()

    assert (found["unrecovered_successes"], found["unrecovered_failures"]) == (1, 2)


def test_without_runs_there_is_an_overview_all_the_same(counting: Counting) -> None:
    found = counting.overview("hours=168")

    assert (found["total_runs"], found["success_rate"], found["p95_step_latency_ms"]) == (0, None, None)
    assert (found["top_failing_tools"], found["as_of"], found["total_cost_usd"]) == ([], None, 0)


@pytest.mark.parametrize("query", ["hours=0", "hours=721", "hours=x", "agent_name=", "hour=1"])
def test_a_wrong_window_is_refused_by_name(product: Product, query: str) -> None:
    document = is_problem(product.get("/metrics/overview", query=query), 422, "invalid-input")

    assert [error["loc"] for error in document["errors"]] == [["query", query.partition("=")[0]]]


@pytest.mark.parametrize("query", ["", "group_by=model", "group_by=tool&bucket=week", "group_by=tool&hours=2161"])
def test_wrong_trends_are_refused(product: Product, query: str) -> None:
    is_problem(product.get("/metrics/trends", query=query), 422, "invalid-input")


@pytest.mark.parametrize(
    ("group_by", "group", "agent"),
    [("agent", "agent", None), ("tool", "pay", None), ("version", "2.1.0", "agent"), ("category", "timeout", None)],
)
def test_trends_show_each_group_over_time(
    product: Product, counting: Counting, group_by: str, group: str, agent: str | None
) -> None:
    post(product, "run-1", agent_version="2.1.0", tool_calls=[TIMED_OUT])
    post(product, "run-2", agent_version="2.1.0", status="success", tool_calls=[tool_call(tool_name="pay")])
    analysed(product, "run-1")
    counting.catch_up()

    found = product.get("/metrics/trends", query=f"group_by={group_by}&hours=3").json()

    assert len(found["buckets"]) == 4
    [trend] = found["groups"]
    assert (trend["group"], trend["agent_name"]) == (group, agent)
    assert (sum(trend["total"]), sum(trend["failures"])) == (2, 1)
    assert (len(trend["total"]), len(trend["failures"])) == (4, 4)
    daily = product.get("/metrics/trends", query=f"group_by={group_by}&hours=24&bucket=day").json()
    assert len(daily["buckets"]) in (2, 3)
    assert sum(daily["groups"][0]["failures"]) == 1


# ---------------------------------------------------------------- failures that recur
def test_an_analysed_failure_is_counted_by_its_category_and_among_the_failures(
    product: Product, counting: Counting
) -> None:
    for run_id in ("run-1", "run-2"):
        post(product, run_id, agent_version="2.1.0", tool_calls=[TIMED_OUT])
        report = analysed(product, run_id)
        counting.catch_up()

    assert counting.overview()["failures_by_category"] == {"timeout": 2}
    [failure] = product.get("/failures").json()["items"]
    assert failure["fingerprint"] == report["fingerprint"]
    assert (failure["count"], failure["category"], failure["tool"], failure["status"]) == (2, "timeout", "pay", "open")
    assert (failure["first_version"], failure["agents"]) == ("2.1.0", ["agent"])
    last_runs = product.get(f"/failures/{failure['fingerprint']}").json()["last_runs"]
    assert {each["run_id"] for each in last_runs} == {"run-1", "run-2"}
    # The second was analysed when the first was known.
    assert report["recurrence"]["seen"] == 1
    assert "2.1.0" in report["summary"]


def test_a_resolved_failure_that_comes_back_is_reopened(product: Product, counting: Counting) -> None:
    post(product, "run-1", tool_calls=[TIMED_OUT])
    fingerprint = analysed(product, "run-1")["fingerprint"]
    counting.catch_up()
    path = f"/failures/{fingerprint}"
    assert product.http("PATCH", path, b'{"status":"resolved"}', {"Content-Type": "application/json"}).status == 200

    counting.tell(counting.told)
    assert product.get(path).json()["status"] == "resolved"
    post(product, "run-2", tool_calls=[TIMED_OUT])
    analysed(product, "run-2")
    counting.catch_up()

    assert product.get(path).json()["status"] == "reopened"


def test_what_is_known_of_a_failure_outlives_its_only_run_being_sent_again(
    product: Product, counting: Counting
) -> None:
    post(product, tool_calls=[TIMED_OUT])
    fingerprint = analysed(product, "run-1")["fingerprint"]
    counting.catch_up()
    path = f"/failures/{fingerprint}"
    first_seen = product.get(path).json()["first_seen"]
    product.http("PATCH", path, b'{"status":"resolved"}', {"Content-Type": "application/json"})

    # Not analysed yet, it shows no failure that has a name.
    post(product, tool_calls=[TIMED_OUT], model="another")
    counting.catch_up()
    assert product.get("/failures").json()["items"] == []
    analysed(product, "run-1")
    counting.catch_up()

    [failure] = product.get("/failures").json()["items"]
    assert (failure["count"], failure["status"], failure["first_seen"]) == (1, "reopened", first_seen)


def test_a_failure_whose_last_run_is_deleted_is_listed_no_more(product: Product, counting: Counting) -> None:
    post(product, "run-1", tool_calls=[TIMED_OUT])
    analysed(product, "run-1")
    counting.catch_up()
    assert len(product.get("/failures").json()["items"]) == 1

    assert product.http("DELETE", "/agent-runs/run-1").status == 204
    counting.catch_up()

    assert product.get("/failures").json()["items"] == []


# ---------------------------------------------------------------- changes and repeats
@pytest.mark.fault(1, 21)
def test_a_run_sent_twice_and_told_of_many_times_is_counted_once(product: Product, counting: Counting) -> None:
    post(product, tool_calls=[TIMED_OUT])
    post(product, tool_calls=[TIMED_OUT])
    analysed(product, "run-1")
    before = counting.overview()

    counting.tell(counting.told)
    for record in counting.told:
        counting.tell([record])

    after = counting.overview()
    assert before == after
    assert after["total_runs"] == 1


@pytest.mark.fault(22)
def test_what_a_run_was_counted_for_is_gone_whole_when_it_changes(product: Product, counting: Counting) -> None:
    post(product, agent_name="old", environment="test", tool_calls=[TIMED_OUT], cost={"total_cost_usd": 5})
    analysed(product, "run-1")
    assert counting.overview()["failures_by_category"] == {"timeout": 1}

    post(product, agent_name="new", status="success", tool_calls=[tool_call(tool_name="mail")])

    found = counting.overview()
    assert (found["total_runs"], found["successes"], found["failures"]) == (1, 1, 0)
    assert (found["failures_by_category"], found["top_failing_tools"], found["total_cost_usd"]) == ({}, [], 0)
    assert [each["agent_name"] for each in found["by_agent"]] == ["new"]
    assert counting.overview("agent_name=old")["total_runs"] == 0
    assert product.get("/failures").json()["items"] == []


def test_a_deleted_run_counts_for_nothing(product: Product, counting: Counting) -> None:
    post(product, tool_calls=[TIMED_OUT])
    counting.catch_up()

    product.http("DELETE", "/agent-runs/run-1")

    assert counting.overview()["total_runs"] == 0
    # Nor does it when its whole story is told again.
    counting.tell(counting.told)
    assert counting.overview()["total_runs"] == 0


@pytest.mark.fault(14)
def test_old_jobs_that_come_again_change_no_counter(product: Product, counting: Counting) -> None:
    post(product, tool_calls=[TIMED_OUT])
    rca_run_id = product.post("/agent-runs/run-1/rca-runs").json()["rca_run_id"]
    product.work()
    before = counting.overview()

    assert product.deliver("AnalyzerFunction", [message_of(json.dumps({"rca_run_id": rca_run_id}))] * 10) == []

    assert counting.overview() == before


# ---------------------------------------------------------------- what goes wrong
def test_a_run_that_cannot_be_counted_holds_up_no_other(
    product: Product, counting: Counting, capsys: pytest.CaptureFixture[str]
) -> None:
    for run_id in ("run-1", "run-2"):
        post(product, run_id)
    change_run(product, profile="{")
    capsys.readouterr()
    counting.catch_up()

    told = capsys.readouterr().out
    assert metrics(told)[("RollupRefused",)] == [1]
    assert "run cannot be counted" in told
    assert counting.overview()["total_runs"] == 1


def test_while_storage_is_busy_the_changes_come_again(
    product: Product, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(product)

    def unreachable(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="-")

    with monkeypatch.context() as broken:
        broken.setattr(product.cloud.dynamodb, "transact_write_items", unreachable)
        with pytest.raises(Unavailable):
            counting.catch_up()

    counting.tell(counting.told)
    assert counting.overview()["total_runs"] == 1


# ---------------------------------------------------------------- what it costs
def test_many_runs_share_one_write_of_their_counters(product: Product, counting: Counting) -> None:
    for number in range(60):
        post(product, f"run-{number}", status="success", agent_name=f"agent-{number % 3}")
    counting.catch_up()

    asked = Counter(name for name, _ in product.operations[ROLLUP])
    [transaction] = [params for name, params in product.operations[ROLLUP] if name == "TransactWriteItems"]
    # 60 ledgers, the hour of everyone, and of three agents.
    assert len(transaction["TransactItems"]) == 64
    assert asked["TransactWriteItems"] == 1


def test_an_overview_asks_once_a_day_of_its_window(product: Product, counting: Counting) -> None:
    post(product)
    counting.overview("hours=168")

    asked = [name for name, _ in product.operations["ApiFunction"]]
    # In the last hour of a day the next one belongs to it, too: some clock may be there already.
    assert asked == ["Query"] * (9 if datetime.now(UTC).hour == 23 else 8)


def test_the_lag_is_told_to_monitors(product: Product, counting: Counting, capsys: pytest.CaptureFixture[str]) -> None:
    post(product)
    capsys.readouterr()

    counting.catch_up()

    [lag] = metrics(capsys.readouterr().out)[("RollupLagSeconds",)]
    assert 0 <= lag < 60


def test_a_day_of_drift_is_found_and_repaired_by_the_scrub(
    product: Product, counting: Counting, capsys: pytest.CaptureFixture[str]
) -> None:
    post(product)
    counting.catch_up()
    product.http("DELETE", "/agent-runs/run-1")
    capsys.readouterr()

    # Of the deletion, the stream tells nobody.
    product.invoke("ScrubFunction", {}, milliseconds=900_000)

    told = metrics(capsys.readouterr().out)
    assert (told[("DriftFound",)], told[("DriftRepaired",)]) == ([1], [1])
    assert json.loads(product.get("/metrics/overview").body)["total_runs"] == 0
