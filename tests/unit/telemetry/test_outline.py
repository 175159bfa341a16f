"""The outline that a waterfall is drawn from, and the fields of one event: docs/api.md."""

import json
from typing import Any

import pytest

from rca_core.analysis import analyze
from rca_core.errors import InvalidInput, NotFound
from rca_core.telemetry import AgentRun
from rca_core.telemetry.outline import EventOutline, fields_at, outlines
from rca_core.telemetry.timeline import timeline
from tests.support.runs import ARRIVAL, guardrail, parsed, step, tool_call


def at(second: int) -> str:
    return f"2026-01-15T10:00:{second:02d}Z"


def stored(**fields: Any) -> bytes:
    return parsed(**fields).body


def outlined(**fields: Any) -> dict[str, EventOutline]:
    items, total = outlines(AgentRun.from_body(stored(**fields)), offset=0, limit=10_000)
    assert total == len(items)
    return {each.path: each for each in items}


def test_an_outline_has_what_a_bar_takes_and_no_text() -> None:
    found = outlined(
        steps=[
            step(
                "s1",
                kind="llm",
                started_at=at(1),
                ended_at=at(4),
                model="m",
                tokens_prompt=7,
                tokens_completion=3,
                cost_usd=0.5,
                output_summary="é" * 40,
                error_type="Broken",
                error_message="secret of the text",
            )
        ],
    )

    assert found["steps/s1"].model_dump(mode="json") == {
        "path": "steps/s1",
        "event_id": "s1",
        "event_type": "step",
        "parent": None,
        "agent_name": "agent",
        "name": "work",
        "status": "success",
        "kind": "llm",
        "timestamp": at(1),
        "ended_at": at(4),
        "duration_ms": 3000,
        "model": "m",
        "tokens_prompt": 7,
        "tokens_completion": 3,
        "cost_usd": 0.5,
        "retries": 0,
        "status_code": None,
        "error": "Broken",
        "output_chars": 40,
    }


def test_the_order_and_the_parts_are_those_of_the_timeline() -> None:
    run = AgentRun.from_body(
        stored(
            steps=[step(f"s{number}", started_at=at(9 - number)) for number in range(5)],
            tool_calls=[tool_call(f"c{number}", step_id=f"s{number}") for number in range(5)],
        )
    )
    events = [(each.event_id, each.timestamp) for each in timeline(run)]

    parts = [outlines(run, offset=offset, limit=4) for offset in (0, 4, 8, 12)]

    assert [(each.event_id, each.timestamp) for items, _ in parts for each in items] == events
    assert [(len(items), total) for items, total in parts] == [(4, 10), (4, 10), (2, 10), (0, 10)]


def test_an_event_names_what_it_is_part_of() -> None:
    found = outlined(
        steps=[step("s1"), step("s2", parent_step_id="s1")],
        tool_calls=[tool_call("c1", step_id="s2"), tool_call("c2")],
        guardrail_events=[guardrail("g1", call_id="c1", step_id="s2"), guardrail("g2", step_id="s1"), guardrail("g3")],
    )

    assert {path: each.parent for path, each in found.items()} == {
        "steps/s1": None,
        "steps/s2": "steps/s1",
        "tool_calls/c1": "steps/s2",
        "tool_calls/c2": None,
        "guardrail_events/g1": "tool_calls/c1",
        "guardrail_events/g2": "steps/s1",
        "guardrail_events/g3": None,
    }


def test_an_event_stands_in_the_lane_of_the_nearest_agent_around_it() -> None:
    found = outlined(
        agent_name="crew",
        steps=[
            step("s3", parent_step_id="s2"),
            step("s2", parent_step_id="s1", agent_name="writer"),
            step("s1", agent_name="chief"),
            step("s4"),
        ],
        tool_calls=[tool_call("c1", step_id="s3"), tool_call("c2")],
        guardrail_events=[guardrail("g1", call_id="c1"), guardrail("g2", step_id="s1")],
    )

    assert {each.event_id: each.agent_name for each in found.values()} == {
        "s1": "chief",
        "s2": "writer",
        "s3": "writer",
        "s4": "crew",
        "c1": "writer",
        "c2": "crew",
        "g1": "writer",
        "g2": "chief",
    }


@pytest.mark.parametrize(
    ("fields", "ended", "duration"),
    [
        ({"started_at": at(1), "ended_at": at(3)}, at(3), 2000),
        ({"started_at": at(1), "latency_ms": 1500}, "2026-01-15T10:00:02.500000Z", 1500),
        ({"started_at": at(1)}, None, None),
        ({"latency_ms": 20}, None, 20),
        ({"ended_at": at(3)}, at(3), None),
    ],
)
def test_an_end_and_a_duration_follow_from_each_other(
    fields: dict[str, Any], ended: str | None, duration: float | None
) -> None:
    for path, more in (("steps/s1", {"steps": [step("s1", **fields)]}), ("tool_calls/c1", {})):
        found = outlined(**(more or {"tool_calls": [tool_call("c1", **fields)]}))[path].model_dump(mode="json")
        assert (found["ended_at"], found["duration_ms"]) == (ended, duration)


# ---------------------------------------------------------------- fields
def test_the_fields_of_an_event_are_the_stored_ones() -> None:
    body = stored(tool_calls=[tool_call("c1", args_json={"q": [1, {"a": None}]}, error_message="é😀 broke", odd=[1])])
    [kept] = json.loads(body)["tool_calls"]

    assert fields_at(body, "tool_calls/c1") == kept
    assert kept["args_json"] == {"q": [1, {"a": None}]}
    assert kept["attributes"] == {"odd": [1]}


def test_without_a_path_the_fields_are_the_runs_own_and_whole() -> None:
    body = stored(error_message="e" * 5_000, output_summary="done", steps=[step()], tool_calls=[tool_call()])

    fields = fields_at(body, "")

    assert not {"steps", "tool_calls", "guardrail_events"} & set(fields)
    assert (len(fields["error_message"]), fields["output_summary"]) == (5_000, "done")


@pytest.mark.parametrize("child_id", ["a/b", "/", "a/error_message", "é😀", "tool_calls/c1", " "])
def test_an_id_with_any_character_is_found(child_id: str) -> None:
    body = stored(tool_calls=[tool_call("other"), tool_call(child_id, result_summary="it")])
    kept = json.loads(body)["tool_calls"][1]

    assert fields_at(body, f"tool_calls/{kept['call_id']}")["result_summary"] == "it"


def test_a_step_and_a_call_of_one_id_are_two() -> None:
    body = stored(steps=[step("x")], tool_calls=[tool_call("x")])

    assert "tool_name" in fields_at(body, "tool_calls/x")
    assert "tool_name" not in fields_at(body, "steps/x")


@pytest.mark.parametrize("path", ["tool_calls/none", "steps/c1", "guardrail_events/c1"])
def test_what_the_run_does_not_have_is_not_found(path: str) -> None:
    with pytest.raises(NotFound):
        fields_at(stored(tool_calls=[tool_call("c1")]), path)


@pytest.mark.parametrize("path", ["tool_calls", "tool_calls/", "/c1", "cost/total", "attributes/a", "error_message"])
def test_what_is_no_path_is_refused_by_name(path: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        fields_at(stored(tool_calls=[tool_call("c1")]), path)

    assert refused.value.errors[0]["loc"] == ["query", "path"]


def test_every_highlight_of_a_report_leads_to_its_characters() -> None:
    message = "😀 422 Unprocessable: missing required field 'customer_id'"
    body = stored(
        error_message="the tool 😀 failed: missing required field 'customer_id'",
        tool_calls=[tool_call("c/1", status="failure", status_code=422, args_json={"a": 1}, error_message=message)],
    )
    report = analyze(AgentRun.from_body(body), now=ARRIVAL)
    marks = [mark for hypothesis in report.hypotheses for mark in hypothesis.highlights]

    marked = []
    for mark in marks:
        path, _, field = mark.path.rpartition("/")
        marked.append(fields_at(body, path)[field][mark.start : mark.end])
    assert any("field" in text for text in marked), marked
    assert all(marked)
