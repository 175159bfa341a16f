"""What goes wrong between a failed run and its own analysis, and who makes it good: faults 1, 5, 6, 16."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from tests.integration.functions.automatic import (
    ORPHANS,
    PATH,
    asked,
    changes,
    failed_runs,
    failing,
    listed,
    post,
    seen,
    sent,
    unreachable,
)
from tests.integration.functions.jobs import detail
from tests.integration.functions.product import Product
from tests.support.logs import entries
from tests.support.runs import run_body, step

MONDAY = datetime(2026, 1, 19, 10, 30, tzinfo=UTC)


def throttled(**_: Any) -> None:
    response: Any = {"Error": {"Code": "ThrottlingException"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
    raise ClientError(response, "-")


def denied(**_: Any) -> None:
    response: Any = {"Error": {"Code": "AccessDeniedException"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
    raise ClientError(response, "-")


def lost(**_: Any) -> None:
    raise ReadTimeoutError(endpoint_url="-")


@pytest.mark.fault(6, 16)
@pytest.mark.parametrize("fail", [unreachable, throttled, denied, lost])
@pytest.mark.parametrize(("operation", "nth"), [("update_item", 1), ("put_item", 3), ("put_item", 4), ("send", 1)])
def test_whatever_fails_after_the_run_is_stored_fails_its_analysis_only_until_the_next_chance(
    automatic: Product,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    operation: str,
    nth: int,
    fail: Callable[..., None],
) -> None:
    client = automatic.cloud.sqs if operation == "send" else automatic.cloud.dynamodb
    method = "send_message" if operation == "send" else operation

    with monkeypatch.context() as broken:
        broken.setattr(client, method, failing(getattr(client, method), nth, fail))
        answer = post(automatic)

    assert (answer["created"], answer["rca_run_id"]) == (True, None)
    lines = entries(capsys.readouterr().out)
    assert [line["run_id"] for line in lines if line["message"] == "automatic analysis not started"] == ["run-1"]

    rca_run_id = post(automatic)["rca_run_id"]

    assert [rca["rca_run_id"] for rca in listed(automatic)] == [rca_run_id]
    assert sent(automatic) == [rca_run_id]


# ---------------------------------------------------------------- from the stream
@pytest.mark.fault(5)
def test_a_run_whose_ingest_died_before_its_analysis_gets_it_from_the_stream(
    automatic: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(automatic.cloud.dynamodb, "update_item", unreachable)
        assert post(automatic)["rca_run_id"] is None

    assert seen(automatic, failed_runs(automatic)) == []

    [rca] = listed(automatic)
    assert automatic.work() == []
    assert detail(automatic, rca["rca_run_id"])["status"] == "done"
    assert post(automatic)["rca_run_id"] == rca["rca_run_id"]


def test_a_run_that_has_its_analysis_costs_the_stream_one_read(automatic: Product) -> None:
    post(automatic)
    automatic.work()

    assert seen(automatic, failed_runs(automatic)) == []

    assert asked(automatic, ORPHANS) == ["GetItem"]
    assert sent(automatic) == []


def test_an_analysis_that_was_not_listed_is_listed_by_the_stream(
    automatic: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        # The day, the run, the analysis, and then its place in the run's list.
        broken.setattr(automatic.cloud.dynamodb, "put_item", failing(automatic.cloud.dynamodb.put_item, 4))
        post(automatic)
    assert listed(automatic) == []

    assert seen(automatic, changes(automatic)) == []

    [rca] = listed(automatic)
    assert sent(automatic) == [rca["rca_run_id"]]


def test_what_the_bound_skipped_stays_skipped_when_the_stream_tells_of_it(automatic: Product, few: int) -> None:
    ids = [post(automatic, f"run-{number}")["rca_run_id"] for number in range(few + 4)]
    sent(automatic)

    assert seen(automatic, failed_runs(automatic)) == []

    assert ids[few:] == [None] * 4
    assert [listed(automatic, f"run-{number}") for number in range(few, few + 4)] == [[]] * 4
    # One question of the limit for the four, and no read of a run.
    assert asked(automatic, ORPHANS).count("UpdateItem") == 1
    assert asked(automatic, ORPHANS) == []


def test_a_run_that_had_its_place_keeps_it_when_others_filled_the_hour(
    automatic: Product, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        # It was admitted, and died before its analysis was there.
        broken.setattr("rca_core.storage.rca_creator.RcaCreator.create_first", unreachable)
        assert post(automatic, "first")["rca_run_id"] is None
    for number in range(few):
        post(automatic, f"run-{number}")
    assert post(automatic, "late")["rca_run_id"] is None

    assert seen(automatic, failed_runs(automatic)) == []

    assert len(listed(automatic, "first")) == 1
    assert listed(automatic, "late") == []


@pytest.mark.parametrize("then", ["deleted", "replaced", "deleted and sent again"])
def test_a_run_that_is_gone_or_replaced_by_then_is_left_alone(
    automatic: Product, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(automatic.cloud.dynamodb, "update_item", unreachable)
        post(automatic)
    records = failed_runs(automatic)
    if then != "replaced":
        assert automatic.http("DELETE", f"{PATH}/run-1").status == 204
    if then != "deleted":
        post(automatic, status="success")

    assert seen(automatic, records) == []

    assert sent(automatic) == []
    assert then == "deleted" or listed(automatic) == []


@pytest.mark.fault(6, 16)
@pytest.mark.parametrize(
    ("client", "method"),
    [("dynamodb", "get_item"), ("dynamodb", "update_item"), ("dynamodb", "put_item"), ("sqs", "send_message")],
)
def test_while_something_is_out_of_reach_the_record_comes_again(
    automatic: Product, monkeypatch: pytest.MonkeyPatch, client: str, method: str
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(automatic.cloud.dynamodb, "update_item", unreachable)
        post(automatic)
    [record] = failed_runs(automatic)
    with monkeypatch.context() as broken:
        broken.setattr(getattr(automatic.cloud, client), method, unreachable)
        assert seen(automatic, [record]) == [record["dynamodb"]["SequenceNumber"]]

    assert seen(automatic, changes(automatic)) == []

    [rca] = listed(automatic)
    assert set(sent(automatic)) == {rca["rca_run_id"]}


def test_the_stream_tells_of_failed_runs_only_small_and_large(automatic: Product) -> None:
    post(automatic, "fine", status="success")
    post(automatic, "going-on", status="running")
    post(automatic, "small")
    post(automatic, "fine", status="failure")
    post(automatic, "small", status="success")
    automatic.post(
        PATH, run_body(run_id="large", steps=[step(f"s{n}", output_summary=f"{n}" * 900) for n in range(600)])
    )

    keys = [record["dynamodb"]["Keys"]["PK"]["S"] for record in failed_runs(automatic)]

    assert keys == ["RUN#small", "RUN#fine", "RUN#large"]


def test_old_records_start_nothing(
    automatic: Product, monkeypatch: pytest.MonkeyPatch, at: Callable[[datetime], None]
) -> None:
    at(MONDAY)
    with monkeypatch.context() as broken:
        broken.setattr(automatic.cloud.dynamodb, "update_item", unreachable)
        post(automatic)
    records = failed_runs(automatic)

    at(MONDAY + timedelta(hours=25))

    assert seen(automatic, records) == []
    assert listed(automatic) == []
