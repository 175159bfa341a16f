"""Analyses over HTTP: docs/api.md; faults 6, 7, 9."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from tests.integration.functions.product import RCA_RUNS, STREAM_URL, Answer, Product, age, created, is_problem
from tests.support.runs import incompressible, run_body, step, tool_call


def test_an_analysis_is_created_queued_and_sent_to_a_worker(stored: Product) -> None:
    rca = created(stored)

    assert (rca["status"], rca["created"]) == ("queued", True)
    assert rca["stream_url"] == f"{STREAM_URL}rca-runs/{rca['rca_run_id']}/stream"
    assert [json.loads(message["body"]) for message in stored.receive()] == [{"rca_run_id": rca["rca_run_id"]}]
    document = stored.get(f"/agent-runs/rca-runs/{rca['rca_run_id']}").json()
    assert age(document.pop("created_at")) < 60
    assert document == {
        "rca_run_id": rca["rca_run_id"],
        "run_id": "run-1",
        "revision": 1,
        "status": "queued",
        "step": "Queued",
        "pct": 0,
        "message": "Waiting for a worker",
        "started_at": None,
        "ended_at": None,
        "error_message": None,
        "stream_url": rca["stream_url"],
        "report": None,
    }


def test_a_queued_analysis_is_returned_and_sent_again(stored: Product) -> None:
    first, second = created(stored), created(stored)

    assert second == first | {"created": False}
    assert len(stored.receive()) == 2


def test_force_creates_another(stored: Product) -> None:
    first, second = created(stored), created(stored, query="force=true")

    assert second["created"]
    assert second["rca_run_id"] != first["rca_run_id"]
    listed = stored.get("/agent-runs/run-1").json()["rca_runs"]
    assert [rca["rca_run_id"] for rca in listed] == [first["rca_run_id"], second["rca_run_id"]]


@pytest.mark.parametrize("query", ["force=perhaps", "forced=true"])
def test_a_wrong_force_creates_nothing(stored: Product, query: str) -> None:
    is_problem(stored.post(RCA_RUNS, query=query), 422, "invalid-input")

    assert stored.receive() == []


@pytest.mark.fault(9)
def test_a_new_revision_can_be_analysed_at_once(stored: Product) -> None:
    first = created(stored)
    stored.post("/agent-runs", run_body())

    second = created(stored)

    assert second["created"]
    assert stored.get(f"/agent-runs/rca-runs/{second['rca_run_id']}").json()["revision"] == 2
    assert second["rca_run_id"] != first["rca_run_id"]


@pytest.mark.parametrize(
    "error",
    [
        ClientError(
            {"Error": {"Code": "RequestThrottled"}, "ResponseMetadata": {"HTTPStatusCode": 403}},  # type: ignore[typeddict-item]
            "SendMessage",
        ),
        ReadTimeoutError(endpoint_url="-"),
    ],
)
def test_a_queue_that_fails_leaves_the_analysis_queued_and_the_next_request_sends_it(
    stored: Product, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(**_: Any) -> None:
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(stored.cloud.sqs, "send_message", fail)
        answer = stored.post(RCA_RUNS)
    is_problem(answer, 503, "unavailable")
    assert int(answer.headers["retry-after"]) >= 1
    assert [rca["status"] for rca in stored.get("/agent-runs/run-1").json()["rca_runs"]] == ["queued"]

    again = created(stored)

    assert again["created"] is False
    assert [json.loads(message["body"])["rca_run_id"] for message in stored.receive()] == [again["rca_run_id"]]


def test_an_unknown_run_cannot_be_analysed(stored: Product) -> None:
    is_problem(stored.post("/agent-runs/none/rca-runs"), 404, "not-found")
    is_problem(stored.post(f"/agent-runs/{'x' * 3_000}/rca-runs"), 404, "not-found")


@pytest.mark.parametrize("path", ["/agent-runs/rca-runs/{}", "/rca-runs/{}/stream"])
@pytest.mark.parametrize("rca_run_id", ["rca-none", "run-1", "x" * 3_000])
def test_an_unknown_analysis_is_not_found(stored: Product, path: str, rca_run_id: str) -> None:
    is_problem(stored.get(path.format(rca_run_id)), 404, "not-found")


def test_a_follower_is_sent_to_the_stream(stored: Product) -> None:
    rca = created(stored)

    answer = stored.get(f"/rca-runs/{rca['rca_run_id']}/stream")

    assert answer.status == 307
    assert answer.headers["location"] == rca["stream_url"]
    assert answer.headers["cache-control"] == "no-store"


def test_a_follower_of_a_guarded_stack_is_given_a_token_that_opens_the_stream(guarded: Product) -> None:
    access = {"Authorization": "Bearer s3cret-out"}
    guarded.post("/agent-runs", run_body(), {"X-Ingest-Secret": "s3cret-in"})
    rca = guarded.post(RCA_RUNS, headers=access).json()

    answer = guarded.get(f"/rca-runs/{rca['rca_run_id']}/stream", access)

    for address in (answer.headers["location"], rca["stream_url"]):
        url = urlsplit(address)
        assert "s3cret" not in address
        assert list(parse_qs(url.query)) == ["token"]
        assert guarded.stream(url.path, query=url.query).status == 200


def test_a_timeline_larger_than_lambda_may_answer_can_be_read_compressed(product: Product) -> None:
    steps = [step(f"s{number}", output_summary=incompressible(number, 2_000)) for number in range(4_000)]
    product.post("/agent-runs", run_body(steps=steps))

    packed = product.get("/agent-runs/run-1/timeline", {"Accept-Encoding": "gzip"})

    assert packed.status == 200
    assert len(packed.body) > 6 * 1024 * 1024
    assert len(packed.json()) == 4_000


# ---------------------------------------------------------------- compared
def analysed(product: Product, **fields: Any) -> str:
    """Store run-1 with these fields and have it analysed; return the id of its analysis."""
    product.post("/agent-runs", run_body(**fields))
    rca_run_id: str = created(product, query="force=true")["rca_run_id"]
    product.work()
    return rca_run_id


def comparison(product: Product, after: str, before: str) -> Answer:
    return product.get(f"/agent-runs/rca-runs/{after}/comparison", query=f"before={before}")


def test_two_analyses_of_a_run_are_compared(product: Product) -> None:
    first = analysed(product, error_message="no idea")
    second = analysed(product, tool_calls=[tool_call(status="failed", status_code=504, error_message="timed out")])

    document = comparison(product, second, first).json()

    assert (document["before"], document["after"], document["same"]) == (first, second, False)
    assert {"field": "category", "before": "unknown", "after": "timeout"} in document["differences"]
    assert {"field": "revision", "before": 1, "after": 2} in document["made_with"]
    assert comparison(product, second, second).json()["same"] is True
    listed = product.get("/agent-runs/run-1").json()["rca_runs"]
    assert [(each["category"], each["revision"]) for each in listed] == [("unknown", 1), ("timeout", 2)]
    assert [bool(each["cause"]) for each in listed] == [True, True]


def test_an_analysis_of_another_run_is_not_compared(product: Product) -> None:
    first = analysed(product)
    product.post("/agent-runs", run_body(run_id="other"))
    other = product.post("/agent-runs/other/rca-runs").json()["rca_run_id"]
    product.work()

    for before in (other, "rca-none", "x" * 128):
        problem = is_problem(comparison(product, first, before), 422, "invalid-input")
        assert [error["loc"] for error in problem["errors"]] == [["query", "before"]]
    is_problem(comparison(product, "rca-none", first), 404, "not-found")


def test_an_analysis_without_a_report_is_not_compared(product: Product) -> None:
    done, queued = analysed(product), created(product, query="force=true")["rca_run_id"]

    for after, before, loc in ((done, queued, ["query", "before"]), (queued, done, ["path", "rca_run_id"])):
        problem = is_problem(comparison(product, after, before), 422, "invalid-input")
        assert [error["loc"] for error in problem["errors"]] == [loc]


@pytest.mark.parametrize(("query", "name"), [("", "before"), ("before=", "before"), ("before=a&with=b", "with")])
def test_a_comparison_names_a_wrong_parameter(product: Product, query: str, name: str) -> None:
    problem = is_problem(product.get("/agent-runs/rca-runs/rca-1/comparison", query=query), 422, "invalid-input")

    assert [error["loc"] for error in problem["errors"]] == [["query", name]]
