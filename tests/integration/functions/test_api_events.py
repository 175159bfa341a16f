"""A run's events as a waterfall takes them, over HTTP: docs/api.md."""

import pytest

from tests.integration.functions.jobs import change_run
from tests.integration.functions.product import Product, is_problem
from tests.support.runs import incompressible, run_body, step, tool_call


@pytest.fixture
def eventful(product: Product) -> Product:
    """Return the product with a run of three events."""
    body = run_body(
        output_summary="nothing",
        steps=[step("s1", started_at="2026-01-15T10:00:00Z", agent_name="chief")],
        tool_calls=[tool_call("c/1", step_id="s1", args_json={"q": "x"}, error_message="broke"), tool_call("c2")],
    )
    assert product.post("/agent-runs", body).status == 200
    return product


def test_events_come_a_part_at_a_time_with_how_many_there_are(eventful: Product) -> None:
    whole = eventful.get("/agent-runs/run-1/events").json()
    parts = [eventful.get("/agent-runs/run-1/events", query=f"limit=2&offset={offset}").json() for offset in (0, 2, 4)]

    assert {(each["run_id"], each["revision"], each["total"]) for each in (whole, *parts)} == {("run-1", 1, 3)}
    assert [each["path"] for each in whole["items"]] == ["steps/s1", "tool_calls/c/1", "tool_calls/c2"]
    assert [len(part["items"]) for part in parts] == [2, 1, 0]
    assert [each for part in parts for each in part["items"]] == whole["items"]
    assert whole["items"][1]["agent_name"] == "chief"


def test_an_event_s_path_leads_to_its_fields(eventful: Product) -> None:
    answer = eventful.get("/agent-runs/run-1/fields", query="path=tool_calls/c%2F1").json()

    assert (answer["run_id"], answer["revision"], answer["path"]) == ("run-1", 1, "tool_calls/c/1")
    assert answer["fields"]["args_json"] == {"q": "x"}
    assert answer["fields"]["error_message"] == "broke"
    own = eventful.get("/agent-runs/run-1/fields").json()
    assert (own["path"], own["fields"]["output_summary"]) == ("", "nothing")


@pytest.mark.parametrize("path", ["events", "fields"])
def test_of_an_unknown_run_there_is_nothing(eventful: Product, path: str) -> None:
    is_problem(eventful.get(f"/agent-runs/none/{path}"), 404, "not-found")


def test_an_event_that_the_run_does_not_have_is_not_found(eventful: Product) -> None:
    is_problem(eventful.get("/agent-runs/run-1/fields", query="path=steps/none"), 404, "not-found")


@pytest.mark.parametrize(
    ("route", "query", "name"),
    [
        ("events", "limit=0", "limit"),
        ("events", "limit=10001", "limit"),
        ("events", "offset=-1", "offset"),
        ("events", "cursor=x", "cursor"),
        ("fields", "path=tool_calls", "path"),
        ("fields", "path=" + "x" * 601, "path"),
        ("fields", "event=x", "event"),
    ],
)
def test_a_wrong_parameter_is_named(eventful: Product, route: str, query: str, name: str) -> None:
    problem = is_problem(eventful.get(f"/agent-runs/run-1/{route}", query=query), 422, "invalid-input")

    assert [error["loc"] for error in problem["errors"]] == [["query", name]]


@pytest.mark.fault(31)
@pytest.mark.parametrize("route", ["events", "fields"])
def test_a_damaged_run_is_never_served(eventful: Product, route: str) -> None:
    change_run(eventful, body=b"x")

    is_problem(eventful.get(f"/agent-runs/run-1/{route}"), 500, "corrupt-body")


def test_the_longest_run_is_outlined_in_one_answer(product: Product) -> None:
    steps = [
        step(f"s{number}", output_summary=incompressible(number, 60), started_at="2026-01-15T10:00:00Z")
        for number in range(10_000)
    ]
    assert product.post("/agent-runs", run_body(steps=steps)).status == 200

    for headers in ({}, {"Accept-Encoding": "gzip"}):
        answer = product.get("/agent-runs/run-1/events", headers, query="limit=10000")
        assert answer.status == 200
        assert len(answer.json()["items"]) == 10_000
