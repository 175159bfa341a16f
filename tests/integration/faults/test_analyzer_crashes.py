"""The analyzer, cut off at every request it makes, then given its message again: I5, I7; fault 7."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rca_core.analysis import analyze, pipeline
from rca_core.storage.progress import RcaRun
from rca_core.telemetry import AgentRun
from tests.conftest import Cloud
from tests.integration.faults.crashes import CRASHES, Cut, crashes
from tests.integration.faults.invariants import analyses_of, check_ended, check_outcome, check_resumed, follow
from tests.integration.functions.product import Product
from tests.support.failures import write_failure
from tests.support.runs import parse, run_body, tool_call
from tests.support.wire import Tapped

ANALYZER, DEAD_LETTERS = "AnalyzerFunction", "DeadLetterFunction"
# Nothing explains it: its analysis reads the agent's earlier runs too, the most that an analysis can ask of AWS.
UNEXPLAINED = run_body(tool_calls=[tool_call(status="failed", error_message="frobnicated")])
# Its failure was seen before, in more runs than are listed: its analysis asks for its own earlier outcome, too.
_REPORT = analyze(AgentRun.from_body(parse(UNEXPLAINED).body), now=datetime.now(UTC))
FAILURE = int(str(_REPORT.fingerprint), 16)
Messages = list[dict[str, Any]]


def queue(product: Product, run_id: str) -> Messages:
    """Store a run and ask for its analysis; return the job."""
    product.post("/agent-runs", UNEXPLAINED | {"run_id": run_id})
    product.post(f"/agent-runs/{run_id}/rca-runs")
    return product.receive()


def analysis_of(messages: Messages) -> str:
    rca_run_id: str = json.loads(messages[0]["body"])["rca_run_id"]
    return rca_run_id


def ended(cloud: Cloud, messages: Messages) -> bool:
    return analyses_of(cloud).get(analysis_of(messages), now=datetime.now(UTC)).ended


def state(cloud: Cloud, rca_run_id: str) -> tuple[RcaRun, bytes | None]:
    analyses = analyses_of(cloud)
    return analyses.get(rca_run_id, now=datetime.now(UTC)), analyses.report(rca_run_id)


def delete_run(cloud: Cloud, messages: Messages) -> None:
    run_id = analyses_of(cloud).get(analysis_of(messages), now=datetime.now(UTC)).run_id
    key = {"PK": {"S": f"RUN#{run_id}"}, "SK": {"S": "RUN"}}
    cloud.dynamodb.delete_item(TableName=cloud.table, Key=key)


def broken(*_args: object, **_more: object) -> None:
    raise KeyError("a defect of a rule")


@pytest.mark.fault(7)
@pytest.mark.parametrize("cut", CRASHES)
@pytest.mark.parametrize("course", ["explained", "broken", "deleted", "dead"])
def test_a_worker_cut_off_anywhere_is_followed_by_one_that_ends_the_analysis_once(
    cloud: Cloud, tapped: Tapped, tapped_product: Product, monkeypatch: pytest.MonkeyPatch, cut: Cut | None, course: str
) -> None:
    product, module = tapped_product, tapped_product.module(ANALYZER)
    function = DEAD_LETTERS if course == "dead" else ANALYZER
    write_failure(cloud, FAILURE, seen=datetime.now(UTC), count=20)

    def prepare(nth: int) -> Messages:
        messages = queue(product, f"run-{nth}")
        if course == "deleted":
            delete_run(cloud, messages)
        return messages

    def deliver(messages: Messages) -> list[str]:
        with monkeypatch.context() as defect:
            if course == "broken":
                defect.setattr(pipeline, "classify", broken)
            return product.deliver(function, messages)

    for attempt in crashes(tapped, cut, prepare, deliver):
        messages, comes_again = attempt.subject, attempt.result != []
        rca_run_id, run_id = analysis_of(messages), f"run-{attempt.number}"
        # What is done with is ended; anything else comes again (I5).
        assert comes_again or ended(cloud, messages), attempt
        seen = follow(product, rca_run_id)

        with monkeypatch.context() as later:
            later.setattr(module, "now", lambda: datetime.now(UTC) + timedelta(minutes=1))
            assert product.deliver(function, messages) == [], attempt
            status = {"deleted": "error", "dead": "error"}.get(course, "done")
            assert analyses_of(cloud).get(rca_run_id, now=datetime.now(UTC)).status == status, attempt
            check_ended(cloud, rca_run_id, run_id, module.now(), reports=[1])
            if status == "done":
                check_outcome(cloud, rca_run_id, run_id, module.now())
            check_resumed(product, rca_run_id, seen)
            before = state(cloud, rca_run_id)

            assert product.deliver(ANALYZER, messages * 2) == [], attempt
            assert state(cloud, rca_run_id) == before, attempt
