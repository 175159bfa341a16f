"""Jobs that failed for good: faults 12-14."""

import json

import pytest

from tests.integration.functions.jobs import ANALYZER, GARBAGE, RUN, detail, message_of, queued, records
from tests.integration.functions.product import Product


def test_a_dead_letter_that_never_started_ends_as_an_error(product: Product) -> None:
    rca_run_id = queued(product)

    assert product.deliver("DeadLetterFunction", product.receive()) == []

    ended = detail(product, rca_run_id)
    assert (ended["status"], ended["error_message"]) == ("error", "The analysis did not finish in time.")


def test_a_dead_letter_of_a_finished_analysis_changes_nothing(product: Product) -> None:
    rca_run_id = queued(product)
    messages = product.receive()
    product.deliver(ANALYZER, messages)
    before = detail(product, rca_run_id)

    assert product.deliver("DeadLetterFunction", messages * 2) == []
    assert detail(product, rca_run_id) == before


def test_a_dead_letter_without_an_analysis_is_done_with(product: Product) -> None:
    assert product.deliver("DeadLetterFunction", [message_of('{"rca_run_id": "rca-none"}')]) == []


def test_garbage_stays_among_the_dead_letters_for_people_to_see(product: Product) -> None:
    rca_run_id = queued(product)

    assert product.deliver("DeadLetterFunction", [*map(message_of, GARBAGE), *product.receive()]) == GARBAGE
    assert detail(product, rca_run_id)["status"] == "error"


@pytest.mark.fault(13)
def test_a_failed_job_is_parked_and_its_redrive_after_a_fix_gives_a_report(product: Product) -> None:
    rca_run_id = queued(product)
    product.deliver("DeadLetterFunction", product.receive())
    assert detail(product, rca_run_id)["status"] == "error"
    assert product.receive() == []

    assert product.deliver(ANALYZER, [message_of(json.dumps({"rca_run_id": rca_run_id}))]) == []
    assert detail(product, rca_run_id)["status"] == "error"  # a repeat of the job that failed revives nothing

    assert product.deliver(ANALYZER, product.receive(product.parked_url)) == []

    ended = detail(product, rca_run_id)
    assert (ended["status"], ended["error_message"], ended["report"]["category"]) == ("done", None, "timeout")
    assert product.get("/agent-runs/run-1").json()["rca_runs"][-1]["status"] == "done"
    ids = [record.id for record in records(product, rca_run_id)]
    assert ids == sorted(ids)
    assert ids[0] == "0001#0001"  # the record of its failure


@pytest.mark.fault(13)
def test_a_redriven_job_that_fails_again_ends_as_an_error_again(product: Product) -> None:
    rca_run_id = queued(product)
    product.deliver("DeadLetterFunction", product.receive())
    product.http("DELETE", "/agent-runs/run-1")
    product.post("/agent-runs", RUN)
    again = queued(product)
    product.deliver("DeadLetterFunction", product.receive())

    for _ in range(2):
        product.deliver("DeadLetterFunction", product.receive(product.parked_url))

    assert product.get(f"/agent-runs/rca-runs/{rca_run_id}").status == 404
    assert detail(product, again)["status"] == "error"


@pytest.mark.fault(14)
def test_a_redriven_job_of_a_finished_analysis_is_a_no_op_and_parked_no_more(product: Product) -> None:
    rca_run_id = queued(product)
    messages = product.receive()
    product.deliver(ANALYZER, messages)
    before = detail(product, rca_run_id)

    assert product.deliver(ANALYZER, messages) == []
    assert product.deliver("DeadLetterFunction", messages) == []

    assert detail(product, rca_run_id) == before
    assert product.receive(product.parked_url) == []
