"""GET /metrics, read as Prometheus reads it, of runs that went the whole way through the functions."""

from datetime import UTC, datetime

import pytest
from botocore.exceptions import EndpointConnectionError

from tests.integration.functions.jobs import RUN
from tests.integration.functions.product import Answer, Product, is_problem
from tests.support.openmetrics import families
from tests.support.runs import run_body, step, tool_call
from tests.support.table_stream import TableStream

HOSTILE = 'agent\n# EOF\n"} 99\\'


def count(product: Product) -> None:
    """Let the counters see what changed in the table."""
    changes = TableStream(product.cloud.dynamodb, product.cloud.table, "RollupFunction").records()
    product.invoke("RollupFunction", {"Records": changes})


def scraped(answer: Answer) -> dict[tuple[str, ...], float]:
    """Return the value of each sample: its metric's name, then its labels' values in the order of their names."""
    assert answer.status == 200
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families(answer.body.decode()).values()
        for sample in family.samples
    }


def test_prometheus_reads_what_the_runs_amount_to(product: Product) -> None:
    before = datetime.now(UTC)
    product.post("/agent-runs", RUN | {"environment": "prod"})
    product.post("/agent-runs/run-1/rca-runs")
    product.work()
    cost = {"tokens_prompt": 1_200, "tokens_completion": 34, "total_cost_usd": 0.25}
    fine = run_body(run_id="run-2", agent_name=HOSTILE, status="success", steps=[step(latency_ms=200)], cost=cost)
    product.post("/agent-runs", fine)
    product.post("/agent-runs", run_body(run_id="run-3", status="running", tool_calls=[tool_call()]))
    count(product)

    found = scraped(product.get("/metrics"))

    for window in ("1h", "24h"):
        assert found["smart_sre_runs", "success", window] == 1
        assert found["smart_sre_runs", "failure", window] == 1
        assert found["smart_sre_runs", "running", window] == 1
        assert found["smart_sre_success_ratio", window] == 0.5
        assert found["smart_sre_failures", "timeout", window] == 1
        assert found["smart_sre_agent_runs", HOSTILE, window] == 1
        assert found["smart_sre_agent_failures", "agent", window] == 1
        assert found["smart_sre_environment_failures", "prod", window] == 1
        assert (
            found["smart_sre_tool_failures", "search", window],
            found["smart_sre_tool_calls", "search", window],
        ) == (1, 2)
        assert found["smart_sre_step_latency_seconds", "0.95", window] == pytest.approx(0.2, rel=0.02)
        assert found["smart_sre_tokens", "prompt", window] == 1_200
        assert found["smart_sre_cost_usd", window] == 0.25
        assert found["smart_sre_as_of_timestamp_seconds", window] >= before.timestamp()


def test_a_run_that_is_deleted_is_taken_out(product: Product) -> None:
    product.post("/agent-runs", RUN)
    count(product)
    product.http("DELETE", "/agent-runs/run-1")
    count(product)

    assert scraped(product.get("/metrics"))["smart_sre_runs", "failure", "24h"] == 0


def test_a_new_stack_tells_of_no_runs(product: Product) -> None:
    found = scraped(product.get("/metrics"))

    assert found["smart_sre_runs", "success", "1h"] == 0
    assert ("smart_sre_success_ratio", "1h") not in found


def test_the_answer_says_that_it_is_openmetrics_and_comes_compressed_to_who_takes_that(product: Product) -> None:
    plain, packed = product.get("/metrics"), product.get("/metrics", {"Accept-Encoding": "gzip"})

    assert plain.headers["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    assert plain.headers["cache-control"] == "no-store"
    assert plain.body.endswith(b"\n# EOF\n")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-type"] == plain.headers["content-type"]


def test_a_scraper_needs_the_access_secret(guarded: Product) -> None:
    is_problem(guarded.get("/metrics"), 401, "unauthenticated")
    is_problem(guarded.get("/metrics", {"Authorization": "Bearer s3cret-in"}), 401, "unauthenticated")

    assert scraped(guarded.get("/metrics", {"Authorization": "Bearer s3cret-out"}))


def test_counters_out_of_reach_are_a_problem_not_zeros(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://table")

    monkeypatch.setattr(product.cloud.dynamodb, "query", unreachable)

    is_problem(product.get("/metrics"), 503, "unavailable")
