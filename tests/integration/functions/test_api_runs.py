"""Runs, timelines and lists over HTTP: docs/api.md."""

from typing import Any

import pytest

from rca_core.telemetry import AgentRun
from rca_core.telemetry.timeline import timeline
from tests.integration.functions.jobs import change_run
from tests.integration.functions.product import Product, age, created, is_problem
from tests.support.logs import entries
from tests.support.runs import parse, run_body, step, tool_call


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
        "unrecovered_failures": 0,
        "cost": {"tokens_prompt": 5, "tokens_completion": None, "total_cost_usd": 0.25},
        "revision": 1,
        "rca_runs": [],
    }
    rca = created(product)
    [listed] = product.get("/agent-runs/run-1").json()["rca_runs"]
    assert age(listed.pop("created_at")) < 60
    unknown = dict.fromkeys(("category", "cause", "confidence"))
    assert listed == {"rca_run_id": rca["rca_run_id"], "status": "queued", "revision": 1, **unknown}


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


def test_a_body_is_the_stored_run_and_changes_nothing_when_it_is_posted_again(product: Product) -> None:
    sent = run_body(
        status="halfway",
        odd={"a": [1]},
        steps=[step("s1", latency_ms="fast", tokens_prompt=3), step("s1")],
        tool_calls=[tool_call(step_id="none", args_json={"q": "x"})],
    )
    product.post("/agent-runs", sent)

    answer = product.get("/agent-runs/run-1/body")
    again = product.post("/agent-runs", answer.body).json()

    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.body == parse(sent).body
    assert (again["changed"], again["revision"], again["warnings"]) == (False, 1, [])


def test_there_is_no_body_of_no_run(product: Product) -> None:
    is_problem(product.get("/agent-runs/none/body"), 404, "not-found")


@pytest.mark.fault(31)
def test_a_damaged_run_is_never_served(stored: Product, capsys: pytest.CaptureFixture[str]) -> None:
    change_run(stored, body=b"x")

    document = is_problem(stored.get("/agent-runs/run-1/timeline"), 500, "corrupt-body")

    assert "run-1" not in document["detail"]
    lines = entries(capsys.readouterr().out)
    assert [line["error_code"] for line in lines if line["level"] == "ERROR"] == ["corrupt-body"]


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
    assert first["items"][0] == header | {"finding": None}


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
        ("fingerprint=x", "fingerprint"),
        ("failing_tool=search", "failing_tool"),
        ("min_duration_ms=-1", "min_duration_ms"),
        ("min_cost_usd=NaN", "min_cost_usd"),
        ("text=", "text"),
        ("text=" + "x" * 201, "text"),
        ("unrecovered_failures=some", "unrecovered_failures"),
    ],
)
def test_a_wrong_parameter_is_named(product: Product, query: str, name: str) -> None:
    document = is_problem(product.get("/agent-runs", query=query), 422, "invalid-input")

    assert [error["loc"] for error in document["errors"]] == [["query", name]]


def test_failed_runs_are_listed_with_what_their_analyses_found(product: Product) -> None:
    call = tool_call(status="failed", status_code=504, error_message="timed out")
    for number in range(3):
        product.post("/agent-runs", run_body(run_id=f"run-{number}", tool_calls=[call]))
    rca = product.post("/agent-runs/run-1/rca-runs").json()
    product.work()

    [listed] = product.get("/agent-runs", query="category=timeout").json()["items"]

    report = product.get(f"/agent-runs/rca-runs/{rca['rca_run_id']}").json()["report"]
    assert listed["run_id"] == "run-1"
    assert listed["finding"] == {name: report[name] for name in ("rca_run_id", "category", "cause", "fingerprint")}
    same = product.get("/agent-runs", query=f"fingerprint={report['fingerprint']}").json()["items"]
    assert same == [listed]
    others = product.get("/agent-runs", query="category=not_analysed").json()["items"]
    assert [each["run_id"] for each in others] == ["run-2", "run-0"]
    everyone = product.get("/agent-runs", query="findings=true").json()["items"]
    assert [each["finding"] for each in everyone] == [None, listed["finding"], None]


# ---------------------------------------------------------------- deletion
def test_a_deleted_run_is_gone_with_its_analyses(product: Product) -> None:
    product.post("/agent-runs", run_body())
    rca = created(product)
    product.work()

    answer = product.http("DELETE", "/agent-runs/run-1")

    assert (answer.status, answer.body) == (204, b"")
    for path in ("/agent-runs/run-1", "/agent-runs/run-1/timeline", f"/agent-runs/rca-runs/{rca['rca_run_id']}"):
        is_problem(product.get(path), 404, "not-found")
    is_problem(product.post("/agent-runs/run-1/rca-runs"), 404, "not-found")
    assert product.get("/agent-runs").json()["items"] == []
    is_problem(product.http("DELETE", "/agent-runs/run-1"), 404, "not-found")


@pytest.mark.fault(15)
def test_the_job_of_a_deleted_run_is_dropped(product: Product) -> None:
    product.post("/agent-runs", run_body())
    created(product)
    product.http("DELETE", "/agent-runs/run-1")

    assert product.work() == []
    assert product.receive() == []
