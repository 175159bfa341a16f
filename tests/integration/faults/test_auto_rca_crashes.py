"""A failed run's ingest, cut off at every request from its first write to its own analysis' job; faults 1, 5, 6."""

import json
from typing import Any

import pytest

from rca_core.telemetry.symptom import symptom
from tests.conftest import Cloud
from tests.integration.faults.crashes import CRASHES, Cut, crashes, unreachable
from tests.integration.faults.invariants import analyses_of, check_ended, check_resumed, items, version
from tests.integration.functions.automatic import ORPHANS, seen
from tests.integration.functions.product import Answer, Product
from tests.integration.storage.items import NOW
from tests.support.runs import parse, run_body, tool_call
from tests.support.table_stream import TableStream
from tests.support.wire import Tapped

RUN = run_body(tool_calls=[tool_call(status="failed", status_code=504, error_message="timed out")])
Records = list[dict[str, Any]]
SYMPTOM = f"SYMPTOM#{symptom(parse(RUN).run)}"


def check_analysed_once(cloud: Cloud, product: Product, run_id: str, jobs: list[str]) -> str:
    """Check that a run has one analysis, which ends with one report though its job came more than once; return it."""
    [rca] = product.get(f"/agent-runs/{run_id}").json()["rca_runs"]
    rca_run_id: str = rca["rca_run_id"]
    assert {json.loads(job)["rca_run_id"] for job in jobs} == {rca_run_id}
    while messages := product.receive():
        assert product.deliver("AnalyzerFunction", messages) == []
    check_ended(cloud, rca_run_id, run_id, NOW, reports=[1])
    check_resumed(product, rca_run_id, [])
    assert analyses_of(cloud).get(rca_run_id, now=NOW).attempt == 1
    return rca_run_id


def waiting(cloud: Cloud) -> list[str]:
    """Return the jobs in the queue, and leave them there."""
    answer = cloud.sqs.receive_message(QueueUrl=cloud.queue_url, MaxNumberOfMessages=10, VisibilityTimeout=0)
    return [message["Body"] for message in answer.get("Messages", [])]


@pytest.mark.fault(1, 5, 6)
@pytest.mark.parametrize("cut", CRASHES)
@pytest.mark.parametrize("made_good_by", ["client", "stream", "both"])
def test_a_failed_run_whose_ingest_is_cut_off_anywhere_is_analysed_once_by_whoever_comes_next(
    cloud: Cloud, tapped: Tapped, automatic_tapped: Product, cut: Cut | None, made_good_by: str
) -> None:
    product, admitted = automatic_tapped, set[str]()
    stream = TableStream(cloud.dynamodb, cloud.table, ORPHANS)

    def ingest(run_id: str) -> Answer:
        return product.post("/agent-runs", RUN | {"run_id": run_id})

    for attempt in crashes(tapped, cut, lambda nth: f"run-{nth}", ingest):
        run_id, answer = attempt.subject, attempt.result
        stored = version(cloud, run_id, NOW) is not None
        if answer and answer.status == 200:
            assert stored, attempt
            if rca_run_id := answer.json()["rca_run_id"]:
                assert [json.loads(job)["rca_run_id"] for job in waiting(cloud)][:1] == [rca_run_id], attempt
        if made_good_by != "client":
            assert seen(product, stream.records()) == [], attempt
        if made_good_by != "stream" or not stored:
            again = ingest(run_id).json()
            assert again["changed"] is not stored, attempt
            assert again["rca_run_id"], attempt

        admitted.add(check_analysed_once(cloud, product, run_id, waiting(cloud)))
        # Nobody took a second place in the hour, though several asked for one.
        assert {each for hour in items(cloud, SYMPTOM).values() for each in hour["analyses"]["SS"]} == admitted, attempt


@pytest.mark.fault(6)
@pytest.mark.parametrize("cut", CRASHES)
def test_the_stream_s_reader_cut_off_anywhere_is_given_the_record_again_and_starts_one_analysis(
    cloud: Cloud, tapped: Tapped, automatic_tapped: Product, cut: Cut | None
) -> None:
    product = automatic_tapped
    stream = TableStream(cloud.dynamodb, cloud.table, ORPHANS)

    def prepare(nth: int) -> Records:
        tapped.before("update_item", unreachable)
        assert product.post("/agent-runs", RUN | {"run_id": f"run-{nth}"}).json()["rca_run_id"] is None
        return stream.records()

    for attempt in crashes(tapped, cut, prepare, lambda records: seen(product, records)):
        if attempt.result != []:
            assert seen(product, attempt.subject) == [], attempt
        # What the reader began shows in the stream, too.
        assert seen(product, stream.records()) == [], attempt

        check_analysed_once(cloud, product, f"run-{attempt.number}", waiting(cloud))
        stream.records()
