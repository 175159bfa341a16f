"""Analyses that were written and not enqueued: fault 6."""

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from tests.integration.functions.jobs import ANALYZER, RUN, detail, new_analysis, queued
from tests.integration.functions.product import Product

pytestmark = pytest.mark.fault(6)
ORPHANS = "OrphanFunction"


def rescued(product: Product, *rca_run_ids: str) -> list[str]:
    """Let the function see new analyses; return the sequence numbers of those that come again."""
    answer = product.invoke(ORPHANS, {"Records": [new_analysis(each) for each in rca_run_ids]})
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def unsent(product: Product, monkeypatch: pytest.MonkeyPatch) -> str:
    """Ask for an analysis while the queue cannot be reached; return its id."""
    product.post("/agent-runs", RUN)
    with monkeypatch.context() as broken:
        broken.setattr(product.cloud.sqs, "send_message", _unreachable)
        assert product.post("/agent-runs/run-1/rca-runs").status == 503
    [rca] = product.get("/agent-runs/run-1").json()["rca_runs"]
    assert rca["status"] == "queued"
    return str(rca["rca_run_id"])


def _unreachable(**_: Any) -> None:
    raise EndpointConnectionError(endpoint_url="https://queue")


def test_an_analysis_whose_message_was_never_sent_is_enqueued_and_worked(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    rca_run_id = unsent(product, monkeypatch)
    assert product.receive() == []

    assert rescued(product, rca_run_id) == []
    assert product.work() == []

    assert detail(product, rca_run_id)["status"] == "done"


def test_while_the_queue_cannot_be_reached_the_record_comes_again(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    rca_run_id = unsent(product, monkeypatch)
    with monkeypatch.context() as broken:
        broken.setattr(product.cloud.sqs, "send_message", _unreachable)
        assert rescued(product, rca_run_id) == [f"n-{rca_run_id}"]

    assert rescued(product, rca_run_id) == []
    assert len(product.receive()) == 1


def test_what_a_worker_took_up_is_left_to_it(product: Product) -> None:
    rca_run_id = queued(product)
    product.deliver(ANALYZER, product.receive())

    assert rescued(product, rca_run_id) == []
    assert product.receive() == []


def test_an_analysis_that_is_gone_is_passed_over(product: Product) -> None:
    assert rescued(product, "rca-none") == []
    assert product.receive() == []


def test_a_job_too_many_does_nothing(product: Product) -> None:
    rca_run_id = queued(product)

    assert rescued(product, rca_run_id) == []

    messages = product.receive()
    assert len(messages) == 2
    assert product.deliver(ANALYZER, messages) == []
    assert detail(product, rca_run_id)["status"] == "done"
