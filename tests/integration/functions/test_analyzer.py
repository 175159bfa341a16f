"""RCA jobs, as Lambda delivers them from SQS: faults 7, 8, 12, 18."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rca_core.storage.rca_runs import Claim
from tests.integration.functions.jobs import (
    ANALYZER,
    GARBAGE,
    RCA_RUNS,
    RUN,
    detail,
    message_of,
    queued,
    records,
    store,
)
from tests.integration.functions.product import Product
from tests.support.runs import run_body, tool_call


def test_a_job_is_worked_from_its_first_record_to_its_report(product: Product, failed_run: dict[str, Any]) -> None:
    rca_run_id = queued(product, run=failed_run)

    assert product.work() == []

    found = records(product, rca_run_id)
    assert [(record.step, record.pct) for record in found] == [
        ("Starting RCA", 5),
        ("Collecting evidence", 30),
        ("Classifying failure", 55),
        ("Generating report", 85),
        ("RCA complete", 100),
    ]
    done = detail(product, rca_run_id)
    assert (done["status"], done["pct"], done["error_message"]) == ("done", 100, None)
    assert done["created_at"] <= done["started_at"] <= done["ended_at"]
    report = done["report"]
    assert (report["rca_run_id"], report["run_id"], report["revision"]) == (rca_run_id, failed_run["run_id"], 1)
    assert report["category"] == "tool_schema_mismatch"
    listed = product.get(f"/agent-runs/{failed_run['run_id']}").json()["rca_runs"]
    said = {name: report[name] for name in ("rca_run_id", "category", "cause", "revision")}
    confidence = report["hypotheses"][0]["confidence"]
    assert listed == [{**said, "status": "done", "confidence": confidence, "created_at": done["created_at"]}]


@pytest.mark.fault(7)
def test_a_message_that_comes_twice_makes_one_report(product: Product) -> None:
    rca_run_id = queued(product)
    [message] = product.receive()
    product.deliver(ANALYZER, [message])
    first = detail(product, rca_run_id)

    assert product.deliver(ANALYZER, [message]) == []

    assert detail(product, rca_run_id) == first
    assert len(records(product, rca_run_id)) == 5


@pytest.mark.fault(7)
def test_a_message_that_comes_twice_in_one_batch_makes_one_report(product: Product) -> None:
    rca_run_id = queued(product)
    queued(product)
    messages = product.receive()
    assert len(messages) == 2

    assert product.deliver(ANALYZER, messages) == []
    assert len(records(product, rca_run_id)) == 5


def test_a_finished_analysis_is_returned_and_not_sent_again(product: Product) -> None:
    rca_run_id = queued(product)
    product.work()

    again = product.post(RCA_RUNS).json()

    assert (again["rca_run_id"], again["status"], again["created"]) == (rca_run_id, "done", False)
    assert product.receive() == []


@pytest.mark.fault(12)
def test_poison_messages_fail_alone(product: Product) -> None:
    first, second = queued(product), queued(product, run=RUN | {"run_id": "run-2"})
    good = product.receive()

    failed = product.deliver(ANALYZER, [good[0], *map(message_of, GARBAGE), good[1]])

    assert failed == GARBAGE
    assert [detail(product, each)["status"] for each in (first, second)] == ["done", "done"]


@pytest.mark.fault(12)
def test_a_batch_of_nothing_but_poison_fails_whole_and_does_not_crash(product: Product) -> None:
    messages = [{**message_of("{"), "messageId": f"m-{number}"} for number in range(3)]

    assert product.deliver(ANALYZER, messages) == ["{", "{", "{"]


@pytest.mark.fault(15)
def test_a_job_without_an_analysis_is_done_with(product: Product) -> None:
    assert product.deliver(ANALYZER, [message_of('{"rca_run_id": "rca-none"}')]) == []


@pytest.mark.fault(8)
def test_a_job_that_another_worker_holds_comes_again(product: Product) -> None:
    rca_run_id = queued(product)
    now = datetime.now(UTC)
    claim = store(product).claim(rca_run_id, lease=timedelta(seconds=30), now=now)
    assert isinstance(claim, Claim)
    messages = product.receive()

    assert product.deliver(ANALYZER, messages) == [messages[0]["body"]]
    assert detail(product, rca_run_id)["pct"] == 5
    store(product).finish(claim, b"{}", category="unknown", now=now)
    assert product.deliver(ANALYZER, messages) == []


def test_a_lease_outlives_its_worker_and_not_by_much(product: Product) -> None:
    rca_run_id = queued(product)
    leases: list[datetime | None] = []
    module = product.module(ANALYZER)
    real = module.analyse

    def spy(claim: Claim, stored: Any) -> None:
        leases.append(store(product).get(rca_run_id, now=datetime.now(UTC)).lease_until)
        real(claim, stored)

    module.analyse = spy  # type: ignore[attr-defined]
    product.deliver(ANALYZER, product.receive(), milliseconds=20_000)

    [lease] = leases
    assert lease is not None
    assert timedelta(seconds=15) < lease - datetime.now(UTC) < timedelta(seconds=30)


def test_a_run_with_as_many_failures_as_it_can_have_is_analysed(product: Product) -> None:
    calls = [
        tool_call(
            f"c{number}", tool_name=f"tool-{number}", status="failed", error_class="E" * 200, error_message="m" * 2_000
        )
        for number in range(10_000)
    ]
    rca_run_id = queued(product, run=run_body(tool_calls=calls))

    assert product.work(milliseconds=120_000) == []
    assert detail(product, rca_run_id)["status"] == "done"
