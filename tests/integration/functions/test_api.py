"""Every HTTP route but ingest, as API Gateway calls it: CONTRACT.md."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from rca_core.telemetry import AgentRun
from rca_core.telemetry.timeline import timeline
from tests.integration.functions.product import STREAM_URL, Product
from tests.integration.functions.test_ingest import is_problem
from tests.support.runs import incompressible, parse, run_body, step, tool_call

RCA_RUNS = "/agent-runs/run-1/rca-runs"


@pytest.fixture
def stored(product: Product) -> Product:
    """Return the product with run-1 stored."""
    assert product.post("/agent-runs", run_body(steps=[step()])).status == 200
    return product


def created(product: Product, *, query: str = "") -> dict[str, Any]:
    answer = product.post(RCA_RUNS, query=query)
    assert answer.status == 200
    rca: dict[str, Any] = answer.json()
    return rca


def age(text: str) -> float:
    return (datetime.now(UTC) - datetime.fromisoformat(text)).total_seconds()


# ---------------------------------------------------------------- the rest of the API
@pytest.mark.parametrize("path", ["/", "//", ""])
def test_the_api_says_that_it_answers(product: Product, path: str) -> None:
    answer = product.get(path)

    assert (answer.status, answer.json()) == (200, {"status": "ok", "service": "agentops-smart-sre"})


def test_the_description_is_served(closed: Product) -> None:
    assert closed.get("/openapi.json").json()["openapi"].startswith("3.1")
    page = closed.get("/docs", {"Accept-Encoding": "gzip"})
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-encoding"] == "gzip"
    assert b"AgentOps Smart SRE" in page.body


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nothing"),
        ("GET", "/agent-runs/run-1/nothing"),
        ("GET", "/rca-runs"),
        ("POST", "/rca-runs/x/y/z"),
        ("GET", "/agent-runs/a/b/c/d"),
        ("GET", "/é"),
        ("GET", "/%00"),
    ],
)
def test_an_unknown_route_is_not_found(product: Product, method: str, path: str) -> None:
    document = is_problem(product.http(method, path), 404, "not-found")

    assert "route" in document["detail"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/agent-runs"),
        ("POST", "/agent-runs/run-1"),
        ("POST", "/agent-runs/run-1/timeline"),
        ("PATCH", "/agent-runs/rca-runs/rca-1"),
        ("HEAD", "/"),
        ("DELETE", "/docs/"),
    ],
)
def test_a_known_path_with_another_method_is_not_served(product: Product, method: str, path: str) -> None:
    is_problem(product.http(method, path), 405, "method-not-allowed")


@pytest.mark.parametrize(
    "path",
    [
        "/agent-runs/run-1",
        "/agent-runs/run-1/timeline",
        "/agent-runs",
        "/docs",
        "/openapi.json",
    ],
)
def test_a_trailing_slash_is_the_same_route(stored: Product, path: str) -> None:
    plain, slashed = stored.get(path), stored.get(path + "/")

    assert slashed.status == 200
    assert slashed.body == plain.body


GUARDED_ROUTES = [
    ("GET", "/agent-runs"),
    ("GET", "/agent-runs/run-1"),
    ("GET", "/agent-runs/run-1/timeline"),
    ("POST", RCA_RUNS),
    ("GET", "/agent-runs/rca-runs/rca-1"),
    ("GET", "/rca-runs/rca-1/stream"),
]


@pytest.mark.parametrize(("method", "path"), GUARDED_ROUTES)
@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer wrong"}, {"X-Api-Key": "s3cret-in"}, {"X-Ingest-Secret": "s3cret-out"}]
)
def test_a_guarded_route_needs_the_secret_of_its_side(
    guarded: Product, method: str, path: str, headers: dict[str, str]
) -> None:
    is_problem(guarded.http(method, path, headers=headers), 401, "unauthenticated")

    assert guarded.operations["ApiFunction"] == []


@pytest.mark.parametrize(("method", "path"), GUARDED_ROUTES)
def test_a_stack_without_secrets_is_closed(closed: Product, method: str, path: str) -> None:
    is_problem(closed.http(method, path), 403, "closed")


@pytest.mark.parametrize(("method", "path"), GUARDED_ROUTES[1:])
@pytest.mark.parametrize("headers", [{"authorization": "Bearer s3cret-out"}, {"X-API-KEY": "s3cret-out"}])
def test_the_secret_opens(guarded: Product, method: str, path: str, headers: dict[str, str]) -> None:
    assert guarded.http(method, path, headers=headers).status == 404


@pytest.mark.parametrize("path", ["/", "/docs", "/docs/", "/openapi.json"])
def test_what_describes_the_api_is_public(guarded: Product, path: str) -> None:
    assert guarded.get(path).status == 200


def test_a_request_id_is_echoed_everywhere(product: Product) -> None:
    for path in ("/", "/nothing", "/agent-runs/none", "/agent-runs"):
        assert product.get(path, {"X-Request-Id": "req-9"}).headers["x-request-id"] == "req-9"


# ---------------------------------------------------------------- runs
def test_a_run_shows_its_header_and_analyses(product: Product) -> None:
    body = run_body(
        agent_version="1",
        model="m",
        environment="prod",
        error_type="E",
        error_message="broke",
        ended_at="2026-01-15T10:00:01Z",
        trace_id="t",
        correlation_ids=["c"],
        steps=[step()],
        tool_calls=[tool_call()],
        cost={"tokens_prompt": 5, "total_cost_usd": 0.25},
    )
    product.post("/agent-runs", body)

    document = product.get("/agent-runs/run-1").json()

    assert age(document.pop("created_at")) < 60
    assert age(document.pop("updated_at")) < 60
    children = ("steps", "tool_calls", "guardrail_events")
    assert document == {name: value for name, value in body.items() if name not in children} | {
        "duration_ms": 1000,
        "step_count": 1,
        "tool_call_count": 1,
        "guardrail_event_count": 0,
        "cost": {"tokens_prompt": 5, "tokens_completion": None, "total_cost_usd": 0.25},
        "revision": 1,
        "rca_runs": [],
    }
    rca = created(product)
    expected = [{"rca_run_id": rca["rca_run_id"], "status": "queued", "category": None}]
    assert product.get("/agent-runs/run-1").json()["rca_runs"] == expected


@pytest.mark.parametrize("run_id", ["none", "rca-runs", "x" * 3_000, "run-1%00", "%C3%A9", "run-1%20"])
@pytest.mark.parametrize("rest", ["", "/timeline"])
def test_an_unknown_run_is_not_found(stored: Product, run_id: str, rest: str) -> None:
    is_problem(stored.get(f"/agent-runs/{run_id}{rest}"), 404, "not-found")


def test_an_id_with_every_character_it_may_have_can_be_asked_for(product: Product) -> None:
    product.post("/agent-runs", run_body(run_id="A:b_c.d-9"))

    assert product.get("/agent-runs/A:b_c.d-9").status == 200
    assert product.get("/agent-runs/A%3Ab_c.d-9").status == 200


def test_a_timeline_is_the_runs_events(product: Product) -> None:
    body = run_body(steps=[step("s1", started_at="2026-01-15T10:00:00Z")], tool_calls=[tool_call(step_id="s1")])
    product.post("/agent-runs", body)

    events = product.get("/agent-runs/run-1/timeline").json()

    kept = timeline(AgentRun.from_body(parse(body).body))
    assert events == [event.model_dump(mode="json") for event in kept]
    assert [event["event_id"] for event in events] == ["s1", "call-1"]
    assert events[0]["timestamp"] == "2026-01-15T10:00:00Z"


def test_a_run_without_events_has_an_empty_timeline(product: Product) -> None:
    product.post("/agent-runs", run_body())

    assert product.get("/agent-runs/run-1/timeline").body == b"[]"


def test_a_timeline_is_compressed_for_those_who_accept_it(stored: Product) -> None:
    plain = stored.get("/agent-runs/run-1/timeline")
    packed = stored.get("/agent-runs/run-1/timeline", {"Accept-Encoding": "gzip, br"})

    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.body == plain.body


def test_a_damaged_run_is_never_served(stored: Product, capsys: pytest.CaptureFixture[str]) -> None:
    key = {"PK": {"S": "RUN#run-1"}, "SK": {"S": "RUN"}}
    stored.cloud.dynamodb.update_item(
        TableName=stored.cloud.table,
        Key=key,
        UpdateExpression="SET body = :b",
        ExpressionAttributeValues={":b": {"B": b"x"}},
    )

    document = is_problem(stored.get("/agent-runs/run-1/timeline"), 500, "corrupt-body")

    assert "run-1" not in document["detail"]
    errors = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["error_code"] for line in errors if line["level"] == "ERROR"] == ["corrupt-body"]


# ---------------------------------------------------------------- lists
def test_runs_are_listed_a_page_at_a_time(product: Product) -> None:
    for number in range(5):
        product.post("/agent-runs", run_body(run_id=f"run-{number}", started_at=f"2026-01-15T10:00:0{number}Z"))

    first = product.get("/agent-runs", query="limit=3").json()
    second = product.get("/agent-runs", query=f"limit=3&cursor={first['next_cursor']}").json()

    found = [run["run_id"] for page in (first, second) for run in page["items"]]
    assert found == ["run-4", "run-3", "run-2", "run-1", "run-0"]
    assert second["next_cursor"] is None
    header = product.get("/agent-runs/run-4").json()
    header.pop("rca_runs")
    assert first["items"][0] == header


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("agent_name=a", ["run-1", "run-0"]),
        ("agent_name=a%20b%2Fc", ["run-2"]),
        ("status=error", ["run-2", "run-0"]),
        ("environment=prod", ["run-1"]),
        ("agent_name=a&status=success&environment=prod", ["run-1"]),
        ("since=2026-01-15T10:00:01Z", ["run-2", "run-1"]),
        ("since=2026-01-15T12:00:01%2B02:00&until=2026-01-15T10:00:02", ["run-1"]),
        ("until=2026-01-15T10:00:01Z", ["run-0"]),
        ("since=2026-01-16T00:00:00Z&until=2026-01-15T00:00:00Z", []),
        ("cursor=", ["run-2", "run-1", "run-0"]),
    ],
)
def test_lists_are_filtered(product: Product, query: str, found: list[str]) -> None:
    fields: list[dict[str, Any]] = [
        {"agent_name": "a"},
        {"agent_name": "a", "status": "ok", "environment": "prod"},
        {"agent_name": "a b/c"},
    ]
    for number, more in enumerate(fields):
        product.post("/agent-runs", run_body(run_id=f"run-{number}", started_at=f"2026-01-15T10:00:0{number}Z") | more)

    page = product.get("/agent-runs", query=query)

    assert [run["run_id"] for run in page.json()["items"]] == found


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("status=skipped", "status"),
        ("since=soon", "since"),
        ("cursor=garbage", "cursor"),
        ("agent=a", "agent"),
        ("limit=1&limit=2", "limit"),
        ("agent_name=", "agent_name"),
    ],
)
def test_a_wrong_parameter_is_named(product: Product, query: str, name: str) -> None:
    document = is_problem(product.get("/agent-runs", query=query), 422, "invalid-input")

    assert [error["loc"] for error in document["errors"]] == [["query", name]]


# ---------------------------------------------------------------- analyses
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
