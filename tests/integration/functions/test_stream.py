"""GET /rca-runs/{rca_run_id}/stream, as the function URL calls it."""

import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from rca_core.web.lambda_stream import Prelude
from tests.integration.functions.product import Product, http_event, is_problem
from tests.support.logs import entries
from tests.support.runs import run_body

ACCESS = {"Authorization": "Bearer s3cret-out"}


def create(product: Product, headers: dict[str, str] | None = None) -> str:
    """Store a run, ask for its analysis, return the analysis' path."""
    product.post("/agent-runs", run_body(), {"X-Ingest-Secret": "s3cret-in"})
    rca_run_id = product.post("/agent-runs/run-1/rca-runs", headers=headers).json()["rca_run_id"]
    return f"/rca-runs/{rca_run_id}/stream"


def percents(body: bytes) -> list[int]:
    return [json.loads(line)["pct"] for line in re.findall(rb"^data: (.+)$", body, re.MULTILINE)]


def ids(body: bytes) -> list[str]:
    return [found.decode() for found in re.findall(rb"^id: (.+)$", body, re.MULTILINE)]


def test_the_handler_is_a_generator_that_says_the_head_before_any_byte(product: Product) -> None:
    pieces = product.invoke("StreamFunction", http_event("GET", create(product), None, {}), milliseconds=5_000)

    head = next(pieces)
    assert isinstance(head, Prelude)
    assert all(isinstance(piece, bytes) for piece in pieces)


def test_a_queued_analysis_says_so_at_once(product: Product) -> None:
    answer = product.stream(create(product), {"X-Request-ID": "req-1"})

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store, no-transform"
    assert answer.headers["x-accel-buffering"] == "no"
    assert answer.headers["x-request-id"] == "req-1"
    assert percents(answer.body) == [0]
    assert answer.body.splitlines()[-1].startswith(b"retry: ")


def test_a_finished_analysis_is_replayed_whole(product: Product) -> None:
    path = create(product)
    product.work()

    answer = product.stream(path)

    assert percents(answer.body) == [5, 30, 55, 85, 100]
    assert json.loads(answer.body.rpartition(b"data: ")[2])["status"] == "done"


@pytest.mark.fault(25)
@pytest.mark.parametrize("header", ["last-event-id", "Last-Event-ID"])
def test_a_client_resumes_behind_what_it_saw_until_there_is_nothing_more(product: Product, header: str) -> None:
    path = create(product)
    product.work()
    every = ids(product.stream(path).body)

    for place, last in enumerate(every[:-1]):
        assert ids(product.stream(path, {header: last}).body) == every[place + 1 :]
    end = product.stream(path, {header: every[-1]})
    assert (end.status, end.body) == (204, b"")
    assert "x-request-id" in end.headers


@pytest.mark.fault(26)
@pytest.mark.parametrize("cursor", ["garbage", "9999#9999", "é", "0001"])
def test_a_cursor_that_was_never_given_out_starts_over(product: Product, cursor: str) -> None:
    path = create(product)
    product.work()

    assert percents(product.stream(path, {"Last-Event-ID": cursor}).body) == [5, 30, 55, 85, 100]


@pytest.mark.fault(26)
@pytest.mark.parametrize(
    "path", ["/rca-runs/rca-none/stream", f"/rca-runs/{'x' * 3000}/stream", "/", "/rca-runs/stream"]
)
def test_an_unknown_analysis_or_path_is_not_found(product: Product, path: str) -> None:
    is_problem(product.stream(path), 404, "not-found")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD"])
def test_other_methods_are_not_served(product: Product, method: str) -> None:
    answer = product.stream(create(product), method=method)

    is_problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET"


def test_a_trailing_slash_is_the_same_stream(product: Product) -> None:
    assert product.stream(create(product) + "/").status == 200


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({}, ""),
        ({"Authorization": "Bearer wrong"}, ""),
        ({"X-Api-Key": "s3cret-in"}, ""),
        ({}, "token="),
        ({}, "token=garbage"),
        ({}, "token=9999999999.abc"),
        ({}, "Token=s3cret-out"),
    ],
)
def test_a_guarded_stream_opens_to_its_token_or_the_secret_only(
    guarded: Product, headers: dict[str, str], query: str
) -> None:
    path = create(guarded, ACCESS)
    guarded.operations.pop("StreamFunction", None)

    answer = guarded.stream(path, headers, query=query)

    is_problem(answer, 401, "unauthenticated")
    assert guarded.operations["StreamFunction"] == []
    assert guarded.stream(path, ACCESS).status == 200


def test_a_token_of_another_analysis_opens_nothing(guarded: Product) -> None:
    path = create(guarded, ACCESS)
    forced = guarded.post("/agent-runs/run-1/rca-runs", headers=ACCESS, query="force=true").json()
    token = forced["stream_url"].rpartition("?")[2]

    is_problem(guarded.stream(path, query=token), 401, "unauthenticated")


def test_who_may_not_look_is_not_told_what_exists(guarded: Product) -> None:
    assert guarded.stream(create(guarded, ACCESS)).status == guarded.stream("/rca-runs/rca-none/stream").status == 401


def test_a_stack_without_secrets_streams_nothing(closed: Product) -> None:
    is_problem(closed.stream("/rca-runs/rca-1/stream"), 403, "closed")


def test_a_storage_that_fails_is_unavailable(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    path = create(product)

    def fail(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="-")

    monkeypatch.setattr(product.cloud.dynamodb, "get_item", fail)
    answer = product.stream(path)

    is_problem(answer, 503, "unavailable")
    assert "retry-after" in answer.headers


def test_a_defect_of_ours_is_logged_and_not_explained(
    product: Product, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = create(product)

    def fail(**_: Any) -> None:
        response: Any = {"Error": {"Code": "AccessDeniedException"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
        raise ClientError(response, "GetItem")

    monkeypatch.setattr(product.cloud.dynamodb, "get_item", fail)

    is_problem(product.stream(path, {"X-Request-ID": "req-8"}), 500, "internal-error")
    lines = entries(capsys.readouterr().out)
    assert "req-8" in [line.get("request_id") for line in lines if line["level"] == "ERROR"]


def test_no_token_is_logged(guarded: Product, capsys: pytest.CaptureFixture[str]) -> None:
    path = create(guarded, ACCESS)
    token = guarded.get(path, ACCESS).headers["location"].rpartition("?")[2]
    guarded.stream(path, query=token)

    logged = capsys.readouterr().out
    assert "stream opened" in logged
    assert token.rpartition(".")[2] not in logged
    assert "s3cret" not in logged


@pytest.mark.fault(27)
def test_a_stream_ends_before_lambda_stops_it(product: Product) -> None:
    # With five seconds left there is time for what there is, and none to wait for more.
    waited = product.stream(create(product), milliseconds=5_000)

    assert waited.status == 200
    assert percents(waited.body) == [0]
