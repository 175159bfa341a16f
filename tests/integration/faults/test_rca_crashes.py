"""Creating an analysis, cut off at every request: no false 200, one analysis, one report; faults 5, 7."""

import json

import pytest

from tests.conftest import Cloud
from tests.integration.faults.crashes import CRASHES, Cut, crashes
from tests.integration.faults.invariants import analyses_of, check_ended, check_resumed
from tests.integration.functions.product import Answer, Product, is_problem
from tests.integration.storage.items import NOW
from tests.support.runs import run_body, tool_call
from tests.support.wire import Tapped

RUN = run_body(tool_calls=[tool_call(status="failed", status_code=504, error_message="timed out")])


def sent(product: Product) -> list[str]:
    """Return the analyses whose jobs are in the queue."""
    return [json.loads(message["body"])["rca_run_id"] for message in product.receive()]


@pytest.mark.fault(5, 7)
@pytest.mark.parametrize("cut", CRASHES)
@pytest.mark.parametrize("before", ["none", "queued", "error"])
def test_an_analysis_whose_creation_is_cut_off_anywhere_is_one_analysis_with_one_report_after_a_repeat(
    cloud: Cloud, tapped: Tapped, tapped_product: Product, cut: Cut | None, before: str
) -> None:
    product = tapped_product

    def prepare(nth: int) -> str:
        run_id = f"run-{nth}"
        product.post("/agent-runs", RUN | {"run_id": run_id})
        if before != "none":
            earlier = product.post(f"/agent-runs/{run_id}/rca-runs").json()["rca_run_id"]
            assert sent(product) == [earlier]
            if before == "error":
                analyses_of(cloud).fail(earlier, "it broke", now=NOW)
        return run_id

    def create(run_id: str) -> Answer:
        return product.post(f"/agent-runs/{run_id}/rca-runs")

    for attempt in crashes(tapped, cut, prepare, create):
        answer, jobs = attempt.result, product.receive()
        if answer and answer.status == 200:
            # Durable and on its way before it is promised (I4).
            assert [json.loads(job["body"])["rca_run_id"] for job in jobs][:1] == [answer.json()["rca_run_id"]], attempt
        elif answer:
            is_problem(answer, 503, "unavailable")
            assert int(answer.headers["retry-after"]) >= 1

        again = create(attempt.subject).json()
        jobs += product.receive()

        rca_run_id = again["rca_run_id"]
        assert again["status"] == "queued"
        assert {json.loads(job["body"])["rca_run_id"] for job in jobs} == {rca_run_id}, attempt
        listed = product.get(f"/agent-runs/{attempt.subject}").json()["rca_runs"]
        assert [rca["status"] for rca in listed] == (["error"] if before == "error" else []) + ["queued"], attempt
        # A message too many does nothing.
        assert product.deliver("AnalyzerFunction", jobs) == []
        check_ended(cloud, rca_run_id, attempt.subject, NOW, reports=[1])
        check_resumed(product, rca_run_id, [])
        assert analyses_of(cloud).get(rca_run_id, now=NOW).attempt == 1
