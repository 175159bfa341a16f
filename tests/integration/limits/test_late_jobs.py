"""Jobs, dead letters and orphans while storage is slow or out of reach: none is cut off by Lambda. Faults 10, 16."""

from datetime import UTC, datetime
from typing import Any

import pytest

from rca_core.analysis import pipeline
from tests.integration.functions.jobs import ANALYZER, RUN, detail, new_analysis, queued, store
from tests.integration.functions.product import Product
from tests.integration.limits.outage import Outage
from tests.support.template import functions

DEAD_LETTERS, ORPHANS = "DeadLetterFunction", "OrphanFunction"
SLOW = 4.9
"""Seconds: just not a timeout."""

pytestmark = pytest.mark.fault(10, 16)


def seconds_of(function: str) -> int:
    """Return the time that the template gives a function."""
    seconds: int = functions()[function]["Timeout"]
    return seconds


def events_of(product: Product, function: str, jobs: int) -> list[dict[str, Any]]:
    """Return what a function is given about so many analyses that wait."""
    rca_run_ids = [queued(product, run=RUN | {"run_id": f"run-{number}"}) for number in range(jobs)]
    messages = product.receive()
    return messages if function != ORPHANS else [new_analysis(each) for each in rca_run_ids]


def failed(product: Product, function: str, events: list[dict[str, Any]]) -> list[str]:
    """Call a function with the time that it has; return what it says comes again."""
    answer = product.invoke(function, {"Records": events}, milliseconds=seconds_of(function) * 1000)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


@pytest.mark.parametrize(("function", "jobs"), [(ANALYZER, 1), (DEAD_LETTERS, 10), (ORPHANS, 10)])
def test_a_function_that_cannot_reach_storage_says_so_in_time(
    product: Product, outage: Outage, function: str, jobs: int
) -> None:
    events = events_of(product, function, jobs)
    outage.hangs()

    again = failed(product, function, events)

    assert len(again) == jobs
    assert outage.clock.now < seconds_of(function)
    outage.ends()
    assert failed(product, function, events) == []


@pytest.mark.parametrize("function", [DEAD_LETTERS, ORPHANS])
def test_a_batch_for_which_storage_is_too_slow_ends_in_time_and_the_rest_comes_again(
    product: Product, outage: Outage, function: str
) -> None:
    events = events_of(product, function, jobs=10)
    queue_url = product.parked_url if function == DEAD_LETTERS else product.cloud.queue_url
    outage.drags(1.5)

    again = failed(product, function, events)

    assert 0 < len(again) < 10
    assert outage.clock.now < seconds_of(function)
    outage.ends()
    assert len(product.receive(queue_url)) == 10 - len(again)


def test_an_analysis_for_which_storage_is_too_slow_is_given_back_in_time_with_the_reason(
    product: Product, outage: Outage
) -> None:
    rca_run_id = queued(product)
    messages = product.receive()
    outage.drags(SLOW)

    assert failed(product, ANALYZER, messages) == [messages[0]["messageId"]]

    assert outage.clock.now < seconds_of(ANALYZER)
    outage.ends()
    late = store(product).get(rca_run_id, now=datetime.now(UTC))
    assert (late.status, late.last_error) == ("running", "Unavailable in attempt 1")
    # At once: no lease holds the next delivery up.
    assert failed(product, ANALYZER, messages) == []
    assert detail(product, rca_run_id)["status"] == "done"


def test_an_analysis_that_takes_too_long_itself_is_given_back_in_time_with_the_reason(
    product: Product, outage: Outage, monkeypatch: pytest.MonkeyPatch
) -> None:
    rca_run_id = queued(product)
    messages = product.receive()
    product.module(ANALYZER)
    real = vars(pipeline)["classify"]

    def slow(*args: Any, **more: Any) -> Any:
        outage.clock.wait(15)
        return real(*args, **more)

    with monkeypatch.context() as slowed:
        slowed.setattr(pipeline, "classify", slow)
        assert failed(product, ANALYZER, messages) == [messages[0]["messageId"]]

    late = store(product).get(rca_run_id, now=datetime.now(UTC))
    assert (late.status, late.last_error) == ("running", "Unavailable in attempt 1")
    assert failed(product, ANALYZER, messages) == []
    assert detail(product, rca_run_id)["status"] == "done"
