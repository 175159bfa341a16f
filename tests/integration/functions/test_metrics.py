"""What the functions tell monitors: values in CloudWatch's embedded format, at the end of a call that has any."""

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from rca_core.analysis import pipeline
from rca_core.emf import NAMESPACE
from rca_core.telemetry.statuses import RunStatus
from tests.integration.functions.automatic import unreachable
from tests.integration.functions.jobs import ANALYZER, GARBAGE, change_run, message_of, new_analysis, queued, store
from tests.integration.functions.product import Product, context
from tests.support.logs import metrics
from tests.support.runs import run_body

Printed = pytest.CaptureFixture[str]


def told(capsys: Printed) -> dict[tuple[str, ...], list[float]]:
    """Return what monitors were told since the last time."""
    return metrics(capsys.readouterr().out)


# ---------------------------------------------------------------- runs
@pytest.mark.parametrize("status", get_args(RunStatus))
def test_a_stored_run_is_counted_by_its_status(product: Product, capsys: Printed, status: str) -> None:
    product.post("/agent-runs", run_body(status=status))

    assert told(capsys) == {("RunsIngested", status): [1]}


@pytest.mark.fault(1)
def test_a_run_that_is_sent_again_is_not_counted_again(product: Product, capsys: Printed) -> None:
    product.post("/agent-runs", run_body())
    product.post("/agent-runs", run_body())

    assert told(capsys) == {("RunsIngested", "failure"): [1]}


def test_reading_and_refusing_tell_monitors_nothing(guarded: Product, capsys: Printed) -> None:
    for path in ("/", "/openapi.json", "/docs", "/agent-runs", "/agent-runs/none", "/nowhere"):
        guarded.get(path, {"Authorization": "Bearer s3cret-out"})
        guarded.get(path)
    guarded.post("/agent-runs", b"{", {"X-Ingest-Secret": "s3cret-in"})
    guarded.post("/agent-runs", run_body())

    assert told(capsys) == {}


# ---------------------------------------------------------------- analyses
def test_an_analysis_is_counted_by_its_category_and_timed_as_it_shows(product: Product, capsys: Printed) -> None:
    rca_run_id = queued(product)
    told(capsys)

    assert product.work() == []

    found = told(capsys)
    rca = store(product).get(rca_run_id, now=datetime.now(UTC))
    assert rca.started_at
    assert rca.ended_at
    assert found == {
        ("QueueAgeMs",): found["QueueAgeMs",],
        ("RcaOutcomes", "timeout"): [1],
        ("RcaDurationMs",): [pytest.approx((rca.ended_at - rca.created_at) / timedelta(milliseconds=1), abs=1)],
        ("RcaProcessingMs",): [pytest.approx((rca.ended_at - rca.started_at) / timedelta(milliseconds=1), abs=1)],
    }


@pytest.mark.parametrize(("sent", "expected"), [(-90, 90_000), (60, 0)])
def test_the_age_of_a_job_is_told_and_never_negative(
    product: Product, capsys: Printed, monkeypatch: pytest.MonkeyPatch, sent: int, expected: int
) -> None:
    now = datetime.now(UTC)
    message = message_of('{"rca_run_id": "rca-none"}')
    message["attributes"]["SentTimestamp"] = str(int((now.timestamp() + sent) * 1000))
    monkeypatch.setattr(product.module(ANALYZER), "now", lambda: now)

    product.deliver(ANALYZER, [message])

    assert told(capsys) == {("QueueAgeMs",): [pytest.approx(expected, abs=1)]}


def test_an_attempt_that_fails_is_counted_and_so_is_each_after_it(
    product: Product, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued(product)
    messages = product.receive()
    with monkeypatch.context() as broken:
        broken.delattr(pipeline, "classify")
        told(capsys)
        product.deliver(ANALYZER, messages)
        product.deliver(ANALYZER, messages)

    found = told(capsys)

    assert found["RcaAttemptsFailed",] == [1, 1]
    assert ("RcaOutcomes", "timeout") not in found


def test_an_analysis_is_given_up_once(product: Product, capsys: Printed) -> None:
    queued(product)
    messages = product.receive()
    told(capsys)

    product.deliver("DeadLetterFunction", [*messages, *map(message_of, GARBAGE)])
    product.deliver("DeadLetterFunction", messages)

    assert told(capsys) == {("RcaGivenUp",): [1]}


def test_the_orphans_of_a_batch_are_counted_in_one_line(product: Product, capsys: Printed) -> None:
    waiting = [queued(product, run=run_body(run_id=f"run-{number}")) for number in range(3)]
    done = queued(product, run=run_body(run_id="run-3"))
    product.deliver(ANALYZER, [message_of(json.dumps({"rca_run_id": done}))])
    told(capsys)

    product.invoke("OrphanFunction", {"Records": [new_analysis(each) for each in (*waiting, done)]})

    output = capsys.readouterr().out
    assert metrics(output) == {("OrphansEnqueued",): [1, 1, 1]}
    assert output.count('"_aws"') == 1


# ---------------------------------------------------------------- what is wrong inside
@pytest.mark.fault(31)
def test_a_damaged_run_is_counted_by_every_reader_of_it(product: Product, capsys: Printed) -> None:
    queued(product)
    change_run(product, body=b"x")
    told(capsys)

    assert product.get("/agent-runs/run-1/timeline").status == 500
    assert told(capsys) == {("CorruptBody",): [1], ("ServerErrors", "corrupt-body"): [1]}

    assert product.work() != []
    found = told(capsys)
    assert (found["CorruptBody",], found["RcaAttemptsFailed",]) == ([1], [1])


def test_an_answer_5xx_is_counted_by_the_code_of_its_problem(
    product: Product, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(product.module("IngestFunction"), "runs", None)
    monkeypatch.delattr(product.module("ApiFunction"), "index")

    assert product.post("/agent-runs", run_body()).status == 500
    assert product.get("/agent-runs").status == 500

    assert told(capsys) == {("ServerErrors", "internal-error"): [1, 1]}


# ---------------------------------------------------------------- the format
def test_a_line_is_in_cloudwatchs_embedded_format_and_names_the_stack(product: Product, capsys: Printed) -> None:
    before = datetime.now(UTC)

    product.post("/agent-runs", run_body())

    [line] = [line for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    document: dict[str, Any] = json.loads(line)
    since = document["_aws"].pop("Timestamp") / 1000 - before.timestamp()
    assert -1 < since < 60
    assert document == {
        "_aws": {
            "CloudWatchMetrics": [
                {
                    "Namespace": NAMESPACE,
                    "Dimensions": [["service", "status"]],
                    "Metrics": [{"Name": "RunsIngested", "Unit": "Count"}],
                }
            ]
        },
        "service": "stack",
        "status": "failure",
        "RunsIngested": [1.0],
    }


def test_metrics_that_cannot_be_written_break_no_request(
    product: Product, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capsys: Printed
) -> None:
    product.module("IngestFunction")
    real = sys.stdout.write

    def full(text: str) -> int:
        if "_aws" in text:
            raise OSError("no space left")
        return real(text)

    with monkeypatch.context() as broken:
        broken.setattr(sys.stdout, "write", full)
        assert product.post("/agent-runs", run_body()).status == 200
    assert "metrics were lost" in caplog.text

    told(capsys)
    product.post("/agent-runs", run_body(run_id="run-2"))
    assert told(capsys) == {("RunsIngested", "failure"): [1]}  # what was lost does not come later


def test_what_a_call_noted_is_written_if_it_fails_too(
    product: Product, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = product.module("IngestFunction")
    monkeypatch.setattr(module, "serve", _note_and_fail(module))

    with pytest.raises(ZeroDivisionError):
        module.handler({}, context(1_000))

    assert told(capsys) == {("RunsIngested", "failure"): [1]}


def _note_and_fail(module: Any) -> Any:
    def serve(*_: Any) -> None:
        module.meter.add(module.Metric.RUNS_INGESTED, of="failure")
        raise ZeroDivisionError

    return serve


# ---------------------------------------------------------------- automatic analyses
def test_what_becomes_of_automatic_analyses_is_counted_by_decision(
    automatic: Product, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(22):
        automatic.post("/agent-runs", run_body(run_id=f"run-{number}", error_type="OutOfPaper"))
    with monkeypatch.context() as broken:
        broken.setattr(automatic.cloud.dynamodb, "update_item", unreachable)
        automatic.post("/agent-runs", run_body(run_id="run-23", error_type="OutOfInk"))

    decisions = {name[1]: sum(values) for name, values in told(capsys).items() if name[0] == "AutomaticAnalyses"}
    assert decisions == {"started": 20, "skipped": 2, "failed": 1}
