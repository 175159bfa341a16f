"""Jobs that failed for good: FAULTS.md 12-14."""

from tests.integration.functions.jobs import ANALYZER, GARBAGE, detail, message_of, queued
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


def test_a_redriven_job_of_a_failed_analysis_is_done_with(product: Product) -> None:
    rca_run_id = queued(product)
    messages = product.receive()
    product.deliver("DeadLetterFunction", messages)

    assert product.deliver(ANALYZER, messages) == []
    assert detail(product, rca_run_id)["status"] == "error"
