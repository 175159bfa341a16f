"""The order, times and details of a run's events: docs/telemetry.md."""

from typing import Any

from rca_core.telemetry import AgentRun
from rca_core.telemetry.timeline import TimelineEvent, timeline
from tests.support.runs import guardrail, parsed, step, tool_call


def at(second: int) -> str:
    return f"2026-01-15T10:00:{second:02d}Z"


def events(**fields: Any) -> list[TimelineEvent]:
    return timeline(AgentRun.from_body(parsed(**fields).body))


def ids(found: list[TimelineEvent]) -> list[str]:
    return [event.event_id for event in found]


def test_a_run_without_events_has_an_empty_timeline() -> None:
    assert events() == []


def test_events_stand_in_the_order_of_their_times() -> None:
    found = events(
        steps=[step("s2", started_at=at(30)), step("s1", started_at=at(10))],
        tool_calls=[tool_call("c1", started_at=at(20))],
        guardrail_events=[guardrail("g1", created_at=at(5))],
    )

    assert ids(found) == ["g1", "s1", "c1", "s2"]


def test_at_one_time_steps_stand_before_calls_before_guardrail_events_each_as_given() -> None:
    found = events(
        guardrail_events=[guardrail("g2", created_at=at(1)), guardrail("g1", created_at=at(1))],
        tool_calls=[tool_call("c2", started_at=at(1)), tool_call("c1", started_at=at(1))],
        steps=[step("s2", started_at=at(1)), step("s1", started_at=at(1))],
    )

    assert ids(found) == ["s2", "s1", "c2", "c1", "g2", "g1"]


def test_a_call_without_a_time_takes_its_steps() -> None:
    found = events(
        steps=[step("s1", started_at=at(10)), step("s2", started_at=at(20))],
        tool_calls=[tool_call("later", step_id="s2"), tool_call("sooner", step_id="s1")],
    )

    assert ids(found) == ["s1", "sooner", "s2", "later"]
    assert found[1].timestamp == found[0].timestamp


def test_a_guardrail_event_without_a_time_takes_its_calls_or_its_steps() -> None:
    found = events(
        steps=[step("s1", started_at=at(10)), step("s2", started_at=at(30))],
        tool_calls=[tool_call("c1", started_at=at(20))],
        guardrail_events=[guardrail("by-step", step_id="s2"), guardrail("by-call", step_id="s2", call_id="c1")],
    )

    assert ids(found) == ["s1", "c1", "by-call", "s2", "by-step"]


def test_an_event_of_unknown_time_stands_at_the_runs_start_and_claims_no_time() -> None:
    found = events(
        ended_at=at(9), steps=[step("timed", started_at=at(1)), step("untimed")], tool_calls=[tool_call("call")]
    )

    assert [(event.event_id, event.timestamp) for event in found][:2] == [("untimed", None), ("call", None)]
    assert ids(found)[2] == "timed"


def test_the_details_of_a_step_are_all_its_fields_but_those_its_event_shows() -> None:
    sent = {
        "kind": "llm",
        "parent_step_id": "s0",
        "agent_name": "writer",
        "model": "large",
        "ended_at": at(2),
        "input_summary": "in",
        "output_summary": "out",
        "error_type": "TimeoutError",
        "error_message": "too slow",
        "status_code": 504,
        "finish_reason": "length",
        "retries": 3,
        "latency_ms": 7,
        "tokens_prompt": 5,
        "tokens_completion": 6,
        "cost_usd": 0.25,
        "attributes": {"node": 1},
    }

    event = events(steps=[step("s0"), step("s1", name="Plan", started_at=at(0), **sent)])[1]

    assert (event.event_type, event.name, event.status) == ("step", "Plan", "success")
    assert event.model_dump(mode="json")["details"] == sent


def test_the_details_of_a_tool_call_are_all_its_fields_but_those_its_event_shows() -> None:
    sent = {
        "step_id": "s1",
        "args_json": {"q": 1},
        "args_hash": "hash",
        "result_summary": "none",
        "result_count": 0,
        "top_score": -0.5,
        "error_class": "TimeoutError",
        "error_message": "too slow",
        "status_code": 504,
        "retries": 2,
        "latency_ms": 1200.5,
        "ended_at": at(3),
        "attributes": {"odd": [1]},
    }

    event = events(steps=[step("s1")], tool_calls=[tool_call("c1", status="error", started_at=at(1), **sent)])[1]

    assert (event.event_type, event.name, event.status) == ("tool_call", "search", "failure")
    assert event.model_dump(mode="json")["details"] == sent


def test_the_details_of_a_guardrail_event_are_all_its_fields_but_those_its_event_shows() -> None:
    sent = {"type": "policy_block", "action": "blocked", "message": "no", "step_id": "s1", "call_id": "c1"}

    event = events(
        steps=[step("s1")], tool_calls=[tool_call("c1")], guardrail_events=[guardrail("g1", name="pii", **sent)]
    )[2]

    assert (event.event_type, event.name, event.status) == ("guardrail", "pii", "triggered")
    assert event.details == {**sent, "attributes": {}}


def test_a_guardrail_event_without_a_name_is_named_by_its_type() -> None:
    assert events(guardrail_events=[guardrail("g1")])[0].name == "policy_block"
