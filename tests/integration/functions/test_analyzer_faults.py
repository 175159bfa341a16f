"""Workers that die, runs that change or go, writes that fail: faults 9-11, 13, 15, 24."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from rca_core.analysis import pipeline
from rca_core.storage.progress import Stage
from rca_core.storage.rca_runs import Claim, RcaStore
from tests.integration.functions.jobs import ANALYZER, RCA_RUNS, RUN, change_run, detail, queued, records, store
from tests.integration.functions.product import Product
from tests.support.runs import run_body, step
from tests.support.wire import Killed, killed


# ---------------------------------------------------------------- workers that die
def test_a_worker_killed_between_30_and_55_is_replaced_when_its_lease_runs_out(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    rca_run_id = queued(product)
    messages = product.receive()
    module = product.module(ANALYZER)
    with monkeypatch.context() as dying:
        dying.setattr(pipeline, "classify", lambda *_args, **_more: killed())
        with pytest.raises(Killed):
            product.deliver(ANALYZER, messages)
    assert detail(product, rca_run_id)["status"] == "running"
    assert product.deliver(ANALYZER, messages) == [messages[0]["body"]]

    monkeypatch.setattr(module, "now", lambda: datetime.now(UTC) + timedelta(minutes=1))
    assert product.deliver(ANALYZER, messages) == []

    assert detail(product, rca_run_id)["status"] == "done"
    found = records(product, rca_run_id)
    assert [record.pct for record in found] == [5, 30, 55, 5, 30, 55, 85, 100]
    assert [record.id for record in found] == sorted({record.id for record in found})
    assert found[-1].message == "RCA complete (attempt 2)"


@pytest.mark.fault(10)
def test_a_batch_cut_off_after_some_jobs_does_not_redo_them(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    rca_run_ids = [queued(product, run=RUN | {"run_id": f"run-{number}"}) for number in range(4)]
    messages = sorted(
        product.receive(), key=lambda message: rca_run_ids.index(json.loads(message["body"])["rca_run_id"])
    )
    module = product.module(ANALYZER)
    real, worked = module.analyse, []

    def timing_out(claim: Claim, stored: Any) -> None:
        worked.append(claim.rca_run_id)
        if len(worked) == 3:
            raise Killed
        real(claim, stored)

    monkeypatch.setattr(module, "analyse", timing_out)
    with pytest.raises(Killed):
        product.deliver(ANALYZER, messages)
    monkeypatch.setattr(module, "now", lambda: datetime.now(UTC) + timedelta(minutes=1))
    assert product.deliver(ANALYZER, messages) == []

    assert worked == [*rca_run_ids[:3], *rca_run_ids[2:]]
    assert {detail(product, each)["status"] for each in rca_run_ids} == {"done"}


# ---------------------------------------------------------------- runs that change or go
@pytest.mark.fault(15)
def test_a_run_that_was_deleted_ends_its_analysis_as_an_error(product: Product) -> None:
    rca_run_id = queued(product)
    key = {"PK": {"S": "RUN#run-1"}, "SK": {"S": "RUN"}}
    product.cloud.dynamodb.delete_item(TableName=product.cloud.table, Key=key)

    assert product.work() == []

    ended = detail(product, rca_run_id)
    assert (ended["status"], ended["report"]) == ("error", None)
    assert "deleted" in ended["error_message"]


def test_a_damaged_run_is_retried_and_its_reason_kept(product: Product) -> None:
    rca_run_id = queued(product)
    change_run(product, body=b"x")
    messages = product.receive()

    assert product.deliver(ANALYZER, messages) == [messages[0]["body"]]
    product.deliver("DeadLetterFunction", messages)

    assert "CorruptBody" in detail(product, rca_run_id)["error_message"]


@pytest.mark.fault(9)
def test_the_report_names_the_revision_it_analysed(product: Product) -> None:
    first = queued(product)
    product.post("/agent-runs", RUN | {"model": "changed meanwhile"})

    product.work()

    assert detail(product, first)["report"]["revision"] == 2
    second = product.post(RCA_RUNS).json()
    assert second["created"]
    product.work()
    assert detail(product, second["rca_run_id"])["report"]["revision"] == 2


@pytest.mark.fault(9)
def test_a_run_that_is_sent_anew_while_it_is_analysed_is_reported_as_it_was_read(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = queued(product)
    product.module(ANALYZER)
    real = vars(pipeline)["build_report"]

    def meanwhile(*args: Any, **more: Any) -> Any:
        assert product.post("/agent-runs", run_body(steps=[step()])).json()["revision"] == 2
        return real(*args, **more)

    with monkeypatch.context() as sent_anew:
        sent_anew.setattr(pipeline, "build_report", meanwhile)
        assert product.work() == []

    report = detail(product, first)["report"]
    assert (report["revision"], report["category"]) == (1, "timeout")
    second = product.post(RCA_RUNS).json()
    assert second["created"]
    assert product.work() == []
    assert detail(product, second["rca_run_id"])["report"]["revision"] == 2
    assert detail(product, first)["report"] == report


@pytest.mark.fault(15)
def test_the_job_of_a_run_that_expired_ends_its_analysis_as_an_error(product: Product) -> None:
    rca_run_id = queued(product)
    # DynamoDB deletes late: the run is still there, past its time.
    change_run(product, expires_at=1)

    assert product.work() == []

    ended = detail(product, rca_run_id)
    assert (ended["status"], ended["report"]) == ("error", None)
    assert "expired" in ended["error_message"]


@pytest.mark.fault(15)
def test_the_job_of_an_analysis_that_expired_is_dropped(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    queued(product)
    messages = product.receive()
    monkeypatch.setattr(product.module(ANALYZER), "now", lambda: datetime.now(UTC) + timedelta(days=31))

    assert product.deliver(ANALYZER, messages) == []


# ---------------------------------------------------------------- failures
def broken_rule(*_args: object, **_more: object) -> None:
    raise KeyError("s3cret telemetry")


def test_a_poison_run_comes_again_at_once_and_ends_as_an_error_with_the_reason(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    rca_run_id = queued(product)
    messages = product.receive()
    with monkeypatch.context() as poisoned:
        poisoned.setattr(pipeline, "classify", broken_rule)
        for attempt in (1, 2):
            assert product.deliver(ANALYZER, messages) == [messages[0]["body"]]
            assert store(product).get(rca_run_id, now=datetime.now(UTC)).attempt == attempt

    assert product.deliver("DeadLetterFunction", messages) == []

    ended = detail(product, rca_run_id)
    assert (ended["status"], ended["error_message"]) == ("error", "The analysis failed: KeyError in attempt 2.")
    assert "s3cret" not in json.dumps(ended)
    last = product.stream(f"/rca-runs/{rca_run_id}/stream").body
    assert json.loads(last.rpartition(b"data: ")[2])["status"] == "error"
    # The next request is not held up by the failed one.
    again = product.post(RCA_RUNS).json()
    assert again["created"]
    assert product.work() == []
    assert detail(product, again["rca_run_id"])["status"] == "done"


@pytest.mark.fault(24)
def test_a_progress_record_that_cannot_be_written_stops_nothing(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    rca_run_id = queued(product)
    module = product.module(ANALYZER)
    real = RcaStore.progress

    def flaky(self: RcaStore, claim: Claim, stage: Stage, *, now: datetime) -> None:
        if stage is not Stage.CLASSIFYING:
            real(self, claim, stage, now=now)
            return
        with monkeypatch.context() as broken:
            broken.setattr(product.cloud.dynamodb, "update_item", unreachable)
            real(self, claim, stage, now=now)

    def unreachable(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="-")

    monkeypatch.setattr(module.RcaStore, "progress", flaky)

    assert product.work() == []

    assert [record.pct for record in records(product, rca_run_id)] == [5, 30, 85, 100]
    assert detail(product, rca_run_id)["status"] == "done"


def test_an_end_that_cannot_be_written_comes_again(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    rca_run_id = queued(product)
    messages = product.receive()
    module = product.module(ANALYZER)
    real = product.cloud.dynamodb.update_item

    def fails_at_the_end(**params: Any) -> Any:
        if params["ExpressionAttributeValues"].get(":pct") == {"N": "100"}:
            raise ReadTimeoutError(endpoint_url="-")
        return real(**params)

    with monkeypatch.context() as broken:
        broken.setattr(product.cloud.dynamodb, "update_item", fails_at_the_end)
        assert product.deliver(ANALYZER, messages) == [messages[0]["body"]]
    assert (detail(product, rca_run_id)["status"], detail(product, rca_run_id)["report"]) == ("running", None)

    monkeypatch.setattr(module, "now", lambda: datetime.now(UTC) + timedelta(minutes=1))
    assert product.deliver(ANALYZER, messages) == []
    assert detail(product, rca_run_id)["status"] == "done"


@pytest.mark.fault(11)
def test_a_worker_whose_lease_passed_on_leaves_cleanly(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    rca_run_id = queued(product)
    product.module(ANALYZER)
    real = vars(pipeline)["build_report"]

    def slow(*args: Any, **more: Any) -> Any:
        later = datetime.now(UTC) + timedelta(minutes=5)
        claim = store(product).claim(rca_run_id, lease=timedelta(seconds=30), now=later)
        assert isinstance(claim, Claim)
        store(product).finish(claim, b'{"by": "the other"}', category="unknown", now=later)
        return real(*args, **more)

    monkeypatch.setattr(pipeline, "build_report", slow)

    assert product.work() == []
    assert detail(product, rca_run_id)["report"] == {"by": "the other"}
