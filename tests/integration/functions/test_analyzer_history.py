"""A run that says nothing about why it failed, told by its agent's earlier runs."""

from typing import Any

from tests.integration.functions.jobs import detail, queued
from tests.integration.functions.product import Product
from tests.support.runs import run_body, step, tool_call


def drafted(number: int, version: str, output: str, status: str) -> dict[str, Any]:
    return run_body(
        run_id=f"run-{number:02d}",
        agent_version=version,
        status=status,
        error_message="Task failed" if status == "failure" else None,
        started_at=f"2026-01-15T10:{number:02d}:00Z",
        steps=[step(name="Draft", output_summary=output)],
        tool_calls=[tool_call()],
    )


def test_a_silent_failure_is_explained_by_outputs_that_changed_with_the_version(product: Product) -> None:
    for number in range(12):
        product.post("/agent-runs", drafted(number, "1.0", '{"text": "a reply"}', "success"))
    for number in range(12, 20):
        product.post("/agent-runs", drafted(number, "1.1", "Sure! Here is a reply.", "failure"))

    rca_run_id = queued(product, run=drafted(20, "1.1", "Sure! This is a reply.", "failure"))

    assert product.work() == []
    report = detail(product, rca_run_id)["report"]
    assert (report["category"], report["cause"]) == ("prompt_regression", "output_changed")
    assert report["root_evidence_id"] == "ev_baseline_output"
    assert "JSON objects in 0 of 8 runs, before it in 12 of 12" in report["hypotheses"][0]["description"]


def test_only_runs_of_the_same_environment_are_compared(product: Product) -> None:
    # In staging the new version fails as it always does; production has none of that behind it.
    for number in range(12):
        product.post("/agent-runs", drafted(number, "1.0", '{"text": "a reply"}', "success") | {"environment": "prod"})
    for number in range(12, 20):
        product.post(
            "/agent-runs", drafted(number, "1.1", "Sure! Here is a reply.", "failure") | {"environment": "staging"}
        )

    rca_run_id = queued(product, run=drafted(20, "1.1", "Sure! This is a reply.", "failure") | {"environment": "prod"})

    assert product.work() == []
    assert detail(product, rca_run_id)["report"]["category"] == "unknown"
