"""RCA jobs, as Lambda delivers them from SQS: FAULTS.md 7-15, 24."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from rca_core.storage.progress import ProgressRecord, Stage, event_ids_between
from rca_core.storage.rca_runs import Claim, RcaStore
from tests.integration.functions.product import Product
from tests.support.runs import run_body, tool_call
from tests.support.wire import Killed, killed

ANALYZER = "AnalyzerFunction"
RCA_RUNS = "/agent-runs/run-1/rca-runs"
RUN = run_body(
    tool_calls=[tool_call(status="failed", error_class="TimeoutError", error_message="timed out", status_code=504)]
)


def store(product: Product) -> RcaStore:
    return RcaStore(product.cloud.dynamodb, product.cloud.table, retention_days=30)


def queued(product: Product, *, query: str = "", run: dict[str, Any] = RUN) -> str:
    """Store a run and ask for its analysis; return the analysis' id."""
    product.post("/agent-runs", run)
    rca: dict[str, Any] = product.post(f"/agent-runs/{run['run_id']}/rca-runs", query=query).json()
    return str(rca["rca_run_id"])


def detail(product: Product, rca_run_id: str) -> dict[str, Any]:
    document: dict[str, Any] = product.get(f"/agent-runs/rca-runs/{rca_run_id}").json()
    return document


def records(product: Product, rca_run_id: str) -> list[ProgressRecord]:
    rcas = store(product)
    last = rcas.get(rca_run_id, now=datetime.now(UTC)).last_event_id
    return rcas.records(rca_run_id, event_ids_between("0000#0000", last))


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
    assert listed == [{"rca_run_id": rca_run_id, "status": "done", "category": "tool_schema_mismatch"}]


def test_a_message_that_comes_twice_makes_one_report(product: Product) -> None:
    rca_run_id = queued(product)
    [message] = product.receive()
    product.deliver(ANALYZER, [message])
    first = detail(product, rca_run_id)

    assert product.deliver(ANALYZER, [message]) == []

    assert detail(product, rca_run_id) == first
    assert len(records(product, rca_run_id)) == 5


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


def message_of(body: str) -> dict[str, Any]:
    return {
        "messageId": f"m-{body}"[:100],
        "receiptHandle": "-",
        "body": body,
        "attributes": {},
        "eventSource": "aws:sqs",
    }


GARBAGE = [
    "",
    "{",
    "null",
    "[]",
    '{"rca_run_id": 7}',
    '{"rca_run_id": ""}',
    "{}",
    '{"rca_run_id": "' + "x" * 200 + '"}',
]


def test_poison_messages_fail_alone(product: Product) -> None:
    first, second = queued(product), queued(product, run=RUN | {"run_id": "run-2"})
    good = product.receive()

    failed = product.deliver(ANALYZER, [good[0], *map(message_of, GARBAGE), good[1]])

    assert failed == GARBAGE
    assert [detail(product, each)["status"] for each in (first, second)] == ["done", "done"]


def test_a_batch_of_nothing_but_poison_fails_whole_and_does_not_crash(product: Product) -> None:
    messages = [{**message_of("{"), "messageId": f"m-{number}"} for number in range(3)]

    assert product.deliver(ANALYZER, messages) == ["{", "{", "{"]


def test_a_job_without_an_analysis_is_done_with(product: Product) -> None:
    assert product.deliver(ANALYZER, [message_of('{"rca_run_id": "rca-none"}')]) == []


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


# ---------------------------------------------------------------- workers that die
def test_a_worker_killed_between_30_and_55_is_replaced_when_its_lease_runs_out(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    rca_run_id = queued(product)
    messages = product.receive()
    module = product.module(ANALYZER)
    with monkeypatch.context() as dying:
        dying.setattr(module, "classify", lambda *_args, **_more: killed())
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
    key = {"PK": {"S": "RUN#run-1"}, "SK": {"S": "RUN"}}
    product.cloud.dynamodb.update_item(
        TableName=product.cloud.table,
        Key=key,
        UpdateExpression="SET body = :b",
        ExpressionAttributeValues={":b": {"B": b"x"}},
    )
    messages = product.receive()

    assert product.deliver(ANALYZER, messages) == [messages[0]["body"]]
    product.deliver("DeadLetterFunction", messages)

    assert "CorruptBody" in detail(product, rca_run_id)["error_message"]


def test_the_report_names_the_revision_it_analysed(product: Product) -> None:
    first = queued(product)
    product.post("/agent-runs", RUN | {"model": "changed meanwhile"})

    product.work()

    assert detail(product, first)["report"]["revision"] == 2
    second = product.post(RCA_RUNS).json()
    assert second["created"]
    product.work()
    assert detail(product, second["rca_run_id"])["report"]["revision"] == 2


# ---------------------------------------------------------------- failures
def broken_rule(*_args: object, **_more: object) -> None:
    raise KeyError("s3cret telemetry")


def test_a_poison_run_comes_again_at_once_and_ends_as_an_error_with_the_reason(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    rca_run_id = queued(product)
    messages = product.receive()
    with monkeypatch.context() as poisoned:
        poisoned.setattr(product.module(ANALYZER), "classify", broken_rule)
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


def test_a_worker_whose_lease_passed_on_leaves_cleanly(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    rca_run_id = queued(product)
    module = product.module(ANALYZER)
    real = module.build_report

    def slow(*args: Any, **more: Any) -> Any:
        later = datetime.now(UTC) + timedelta(minutes=5)
        claim = store(product).claim(rca_run_id, lease=timedelta(seconds=30), now=later)
        assert isinstance(claim, Claim)
        store(product).finish(claim, b'{"by": "the other"}', category="unknown", now=later)
        return real(*args, **more)

    monkeypatch.setattr(module, "build_report", slow)

    assert product.work() == []
    assert detail(product, rca_run_id)["report"] == {"by": "the other"}


# ---------------------------------------------------------------- dead letters
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


# ---------------------------------------------------------------- sizes
def test_a_run_with_as_many_failures_as_it_can_have_is_analysed(product: Product) -> None:
    calls = [
        tool_call(
            f"c{number}", tool_name=f"tool-{number}", status="failed", error_class="E" * 200, error_message="m" * 2_000
        )
        for number in range(10_000)
    ]
    rca_run_id = queued(product, run=run_body(tool_calls=calls))

    assert product.work() == []
    assert detail(product, rca_run_id)["status"] == "done"
