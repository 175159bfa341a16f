"""POST /agent-runs, as API Gateway calls it."""

import gzip
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.functions.product import Product, is_problem
from tests.support.logs import entries
from tests.support.runs import run_body, step, tool_call

PATH = "/agent-runs"


def test_a_new_run_is_stored(product: Product) -> None:
    answer = product.post(PATH, run_body())

    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == {
        "run_id": "run-1",
        "revision": 1,
        "created": True,
        "changed": True,
        "rca_run_id": None,
        "warnings": [],
    }


def test_the_same_again_changes_nothing_and_less_replaces_it(product: Product) -> None:
    body = run_body(steps=[step("s1"), step("s2")])
    product.post(PATH, body)

    again = product.post(PATH, body).json()
    less = product.post(PATH, run_body(steps=[step("s1")])).json()

    assert (again["revision"], again["created"], again["changed"]) == (1, False, False)
    assert (less["revision"], less["created"], less["changed"]) == (2, False, True)


def test_what_was_changed_on_the_way_is_said(product: Product) -> None:
    warnings = product.post(PATH, run_body(team="x", error_message="m" * 30_000)).json()["warnings"]

    assert [(warning["code"], warning["field"], warning["count"]) for warning in warnings] == [
        ("cut", "error_message", 1),
        ("unknown_field", "team", 1),
    ]


def test_a_run_without_an_id_gets_one_each_time(product: Product) -> None:
    first, second = (product.post(PATH, run_body(run_id=None)).json()["run_id"] for _ in range(2))

    assert first.startswith("run-")
    assert first != second


def test_a_durable_answer_can_be_read_at_once(product: Product) -> None:
    run_id = product.post(PATH, run_body(run_id=None)).json()["run_id"]

    assert product.get(f"/agent-runs/{run_id}").status == 200


def test_a_trailing_slash_is_the_same_route(product: Product) -> None:
    assert product.post("/agent-runs/", run_body()).status == 200


def test_a_compressed_body_is_accepted(product: Product) -> None:
    body = gzip.compress(json.dumps(run_body(steps=[step()])).encode())

    answer = product.post(PATH, body, {"Content-Encoding": "gzip"})

    assert answer.status == 200


# ---------------------------------------------------------------- refusals
def test_wrong_fields_are_named(product: Product) -> None:
    answer = product.post(PATH, run_body(status="?", steps=[step(retries=-1)]), query="strict=true")

    document = is_problem(answer, 422, "invalid-input")
    assert [error["loc"] for error in document["errors"]] == [["steps", 0, "retries"], ["status"]]
    assert list(document["errors"][0]) == ["loc", "msg", "type"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 10_000,
        b'{"status": "ok"}',
        run_body(agent_name=None),
        run_body(run_id="a/b"),
        run_body(steps=[step(f"s{number}") for number in range(10_001)]),
    ],
)
def test_what_is_no_run_is_refused_before_any_write(product: Product, body: Any) -> None:
    is_problem(product.post(PATH, body), 422, "invalid-input")

    assert product.operations["IngestFunction"] == []


def test_nothing_that_was_sent_is_echoed(product: Product) -> None:
    answer = product.post(PATH, run_body(run_id="s3cret/run", agent_name=["s3cret"], status="s3cret"))

    assert b"s3cret" not in answer.body


def test_a_bomb_is_too_large(product: Product) -> None:
    bomb = gzip.compress(b" " * 30_000_000)

    is_problem(product.post(PATH, bomb, {"Content-Encoding": "gzip"}), 413, "payload-too-large")


def test_a_run_that_grows_past_what_can_be_stored_is_too_large(product: Product) -> None:
    # 1e15 is read as a number and written as 1000000000000000.0, four times as long.
    numbers = "[" + ",".join(["1e15"] * 3_900_000) + "]"
    body = json.dumps(run_body(attributes={"n": 0})).replace("0}", numbers + "}").encode()
    assert len(body) < 20 * 1024 * 1024

    is_problem(product.post(PATH, gzip.compress(body, 1), {"Content-Encoding": "gzip"}), 413, "payload-too-large")
    assert product.operations["IngestFunction"] == []


@pytest.mark.parametrize(
    "headers", [{"Content-Type": "text/plain"}, {"Content-Encoding": "br"}, {"Content-Type": "multipart/form-data"}]
)
def test_other_forms_are_not_served(product: Product, headers: dict[str, str]) -> None:
    is_problem(product.post(PATH, run_body(), headers), 415, "unsupported-media-type")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Ingest-Secret": "wrong"},
        {"Authorization": "Bearer s3cret-out"},
        {"X-Access-Secret": "s3cret-in"},
    ],
)
def test_without_the_secret_of_this_side_nothing_is_stored(guarded: Product, headers: dict[str, str]) -> None:
    answer = guarded.post(PATH, run_body(), headers)

    is_problem(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer realm=")
    assert "X-Ingest-Secret" in answer.json()["detail"]
    assert guarded.operations["IngestFunction"] == []


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Ingest-Secret": "s3cret-in"},
        {"x-ingest-secret": "s3cret-in"},
        {"X-INGEST-SECRET": "s3cret-in"},
        {"X-Api-Key": "s3cret-in"},
        {"Authorization": "Bearer s3cret-in"},
    ],
)
def test_the_secret_opens_by_any_of_its_headers(guarded: Product, headers: dict[str, str]) -> None:
    assert guarded.post(PATH, run_body(), headers).status == 200


def test_access_is_checked_before_the_body_is_looked_at(guarded: Product) -> None:
    is_problem(guarded.post(PATH, b"{", {"Content-Type": "text/plain"}), 401, "unauthenticated")


def test_a_stack_without_secrets_is_closed(closed: Product) -> None:
    is_problem(closed.post(PATH, run_body()), 403, "closed")


# ---------------------------------------------------------------- storage
def aws_error(code: str) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": "s3cret"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
    return ClientError(response, "PutItem")


def failing(product: Product, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(**_: Any) -> None:
        raise error

    monkeypatch.setattr(product.cloud.dynamodb, "put_item", fail)


@pytest.mark.fault(16)
def test_a_throttled_table_says_when_to_come_back(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(product, monkeypatch, aws_error("ThrottlingException"))

    answer = product.post(PATH, run_body())

    is_problem(answer, 503, "unavailable")
    assert int(answer.headers["retry-after"]) >= 1


@pytest.mark.fault(17)
def test_a_writer_that_keeps_losing_is_a_conflict(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    real = product.cloud.dynamodb.put_item

    def lose(**params: Any) -> Any:
        if "ConditionExpression" in params:
            raise aws_error("ConditionalCheckFailedException")
        return real(**params)

    monkeypatch.setattr(product.cloud.dynamodb, "put_item", lose)

    is_problem(product.post(PATH, run_body()), 409, "conflict")


def test_a_defect_of_ours_is_logged_and_not_explained(
    product: Product, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(product, monkeypatch, aws_error("AccessDeniedException"))

    answer = product.post(PATH, run_body(), {"X-Request-ID": "req-7"})

    is_problem(answer, 500, "internal-error")
    assert b"s3cret" not in answer.body
    assert b"Traceback" not in answer.body
    lines = entries(capsys.readouterr().out)
    assert [line["request_id"] for line in lines if line["level"] == "ERROR"] == ["req-7"]


# ---------------------------------------------------------------- request ids and logs
@pytest.mark.parametrize("header", ["X-Request-ID", "x-request-id"])
def test_a_request_id_is_echoed_and_logged(product: Product, capsys: pytest.CaptureFixture[str], header: str) -> None:
    answer = product.post(PATH, run_body(), {header: "req-1"})

    assert answer.headers["x-request-id"] == "req-1"
    lines = entries(capsys.readouterr().out)
    assert lines
    assert {line["request_id"] for line in lines} == {"req-1"}


@pytest.mark.parametrize("given", ["a b", "x" * 200, "a\r\nSet-Cookie: x=y", "\x1b[2J", ""])
def test_an_unsafe_request_id_is_replaced(product: Product, capsys: pytest.CaptureFixture[str], given: str) -> None:
    answer = product.post(PATH, run_body(), {"X-Request-ID": given})

    assert len(answer.headers["x-request-id"]) == 36
    assert "Set-Cookie" not in capsys.readouterr().out


def test_no_secret_is_logged(guarded: Product, capsys: pytest.CaptureFixture[str]) -> None:
    guarded.post(PATH, run_body(), {"X-Ingest-Secret": "s3cret-in"})
    guarded.post(PATH, run_body(), {"X-Ingest-Secret": "wr0ng"})
    guarded.post(PATH, b"{", {"X-Ingest-Secret": "s3cret-in"})

    logged = capsys.readouterr()
    assert logged.out
    assert not [word for word in ("s3cret", "wr0ng") if word in logged.out + logged.err]


def test_a_log_entry_stays_one_line(product: Product, capsys: pytest.CaptureFixture[str]) -> None:
    product.post(PATH, run_body(run_id="run-1", agent_name="a\nb\r\nc"))
    product.http("PUT", "/agent-runs/a%0Ab")

    assert len(entries(capsys.readouterr().out)) == 3


# ---------------------------------------------------------------- messages out of order
@pytest.mark.fault(38)
@pytest.mark.parametrize("started", [{}, {"started_at": "2026-01-15T09:00:00Z"}, {"started_at": None}])
def test_a_late_word_that_a_run_is_under_way_does_not_replace_its_end(product: Product, started: Any) -> None:
    product.post(PATH, run_body(error_type="RateLimitError", cost={"total_cost_usd": 0.4}))

    late = product.post(PATH, run_body(status="running") | started).json()

    assert (late["changed"], late["revision"], late["rca_run_id"]) == (False, 1, None)
    assert ("stale_running", "status") in [(each["code"], each["field"]) for each in late["warnings"]]
    run = product.get(f"{PATH}/run-1").json()
    assert (run["status"], run["error_type"], run["cost"]["total_cost_usd"]) == ("failure", "RateLimitError", 0.4)


def test_a_run_that_starts_anew_under_the_same_id_is_stored(product: Product) -> None:
    product.post(PATH, run_body())

    again = product.post(PATH, run_body(status="running", started_at="2026-01-15T11:00:00Z")).json()

    assert (again["changed"], again["warnings"]) == (True, [])
    assert product.get(f"{PATH}/run-1").json()["status"] == "running"


def test_a_run_is_followed_from_its_start_to_its_end(product: Product) -> None:
    for number, status in enumerate(["running", "running", "success"]):
        told = product.post(PATH, run_body(status=status, steps=[step(f"s{n}") for n in range(number)])).json()
        assert (told["changed"], told["warnings"]) == (True, [])


def test_a_run_that_never_says_when_it_started_stays_the_same_when_it_is_sent_again(product: Product) -> None:
    body = run_body(started_at=None, ended_at=None)

    first, second = (product.post(PATH, body).json() for _ in range(2))
    third = product.post(PATH, body | {"model": "m"}).json()

    assert [each["changed"] for each in (first, second, third)] == [True, False, True]
    assert [each["revision"] for each in (first, second, third)] == [1, 1, 2]


@pytest.mark.parametrize(
    ("statuses", "count"),
    [
        (["failure"], 1),
        (["failure", "success"], 0),
        (["success", "failure", "failure"], 2),
        ([429], 1),
        (["running"], 0),
    ],
)
def test_failed_calls_that_nothing_made_good_are_counted(product: Product, statuses: list[Any], count: int) -> None:
    calls = [
        tool_call(f"c{number}", **({"status_code": each} if isinstance(each, int) else {"status": each}))
        for number, each in enumerate(statuses)
    ]
    product.post(PATH, run_body(status="success", tool_calls=[*calls, tool_call("other", tool_name="other")]))

    assert product.get(f"{PATH}/run-1").json()["unrecovered_failures"] == count
    assert product.get(PATH).json()["items"][0]["unrecovered_failures"] == count
