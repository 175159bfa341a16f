"""What a posted body becomes: docs/telemetry.md."""

import json
from typing import Any

import pytest

from rca_core.telemetry import AgentRun
from tests.support.runs import Body, guardrail, parse, parsed, run_body, step, tool_call


def only_step(**fields: Any) -> Any:
    return AgentRun.from_body(parsed(steps=[step(**fields)]).body).steps[0]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("success", "success"),
        ("ok", "success"),
        ("Completed", "success"),
        ("failure", "failure"),
        ("failed", "failure"),
        ("ERROR", "failure"),
        (" exception ", "failure"),
        ("timeout", "failure"),
        ("running", "running"),
        ("in_progress", "running"),
    ],
)
def test_status_synonyms_are_kept_in_one_form(sent: str, kept: str) -> None:
    run = AgentRun.from_body(parsed(status=sent, steps=[step(status=sent)], tool_calls=[tool_call(status=sent)]).body)

    assert (run.status, run.steps[0].status, run.tool_calls[0].status) == (kept, kept, kept)


def test_a_step_may_be_skipped() -> None:
    assert only_step(status="Skip").status == "skipped"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-01-15T10:00:00", "2026-01-15T10:00:00Z"),
        ("2026-01-15T10:00:00+05:30", "2026-01-15T04:30:00Z"),
        ("2026-01-15T10:00:00.25-02:00", "2026-01-15T12:00:00.250000Z"),
        ("2026-01-15T10:00:00Z", "2026-01-15T10:00:00Z"),
    ],
)
def test_times_are_kept_in_utc(sent: str, kept: str) -> None:
    body = json.loads(parsed(started_at=sent, steps=[step(started_at=sent)]).body)

    assert (body["started_at"], body["steps"][0]["started_at"]) == (kept, kept)


@pytest.mark.parametrize("body", [run_body(run_id=None), {**run_body(), "run_id": None}])
def test_a_run_without_an_id_is_given_one(body: Body) -> None:
    result = parse(body, run_id="run-made")

    assert result.run_id == "run-made"
    assert AgentRun.from_body(result.body).run_id == "run-made"


def test_a_run_keeps_the_id_it_came_with() -> None:
    every_character = "Az09._:-"

    assert parsed(run_id=every_character).run_id == every_character


def test_optional_fields_may_be_null_or_absent() -> None:
    nulls = {
        name: None for name in AgentRun.model_fields if name not in ("agent_name", "status", "started_at", "run_id")
    }
    children = {
        "steps": [dict.fromkeys(("name", "started_at", "retries", "latency_ms", "attributes"), None) | step()],
        "tool_calls": [dict.fromkeys(("step_id", "args_json", "status_code", "started_at"), None) | tool_call()],
        "guardrail_events": [dict.fromkeys(("step_id", "call_id", "created_at", "message"), None) | guardrail()],
    }

    assert parsed(**nulls).body == parsed().body
    assert (
        parsed(**children).body == parsed(steps=[step()], tool_calls=[tool_call()], guardrail_events=[guardrail()]).body
    )


def test_latency_is_computed_from_the_times_only_when_absent() -> None:
    times = {"started_at": "2026-01-15T10:00:00Z", "ended_at": "2026-01-15T10:00:02.5Z"}

    assert only_step(**times).latency_ms == 2500
    assert only_step(**times, latency_ms=None).latency_ms == 2500
    assert only_step(**times, latency_ms=0).latency_ms == 0
    assert only_step(**times, latency_ms=7).latency_ms == 7
    assert only_step(started_at=times["started_at"]).latency_ms is None


def test_a_step_that_ends_as_it_starts_is_accepted() -> None:
    assert only_step(started_at="2026-01-15T10:00:00Z", ended_at="2026-01-15T12:00:00+02:00").latency_ms == 0


def test_a_summary_over_its_limit_is_cut_in_the_middle_and_counted() -> None:
    long = "start" + "x" * 5_000 + "end"

    result = parsed(steps=[step("s1", output_summary=long), step("s2", output_summary=long), step("s3")])

    kept = AgentRun.from_body(result.body).steps[0].output_summary
    assert kept is not None
    assert kept.startswith("start")
    assert kept.endswith("end")
    assert len(kept) <= 2_000
    assert [(w["code"], w["field"], w["count"]) for w in result.warnings] == [("cut", "steps[].output_summary", 2)]


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"error_message": "m" * 20_001}, "error_message"),
        ({"agent_name": "n" * 257}, "agent_name"),
        ({"tool_calls": [tool_call(error_message="m" * 20_001)]}, "tool_calls[].error_message"),
        ({"tool_calls": [tool_call(result_summary="m" * 2_001)]}, "tool_calls[].result_summary"),
        ({"guardrail_events": [guardrail(message="m" * 20_001)]}, "guardrail_events[].message"),
    ],
)
def test_a_text_over_its_limit_is_never_refused(fields: Body, where: str) -> None:
    assert [warning["field"] for warning in parsed(**fields).warnings] == [where]


def test_a_text_at_its_limit_is_kept_whole() -> None:
    result = parsed(error_message="m" * 20_000, steps=[step(output_summary="é" * 2_000)])

    assert result.warnings == []
    assert AgentRun.from_body(result.body).steps[0].output_summary == "é" * 2_000


def test_unknown_fields_are_kept_in_attributes_and_named() -> None:
    result = parsed(
        team="search",
        attributes={"kept": True},
        steps=[step("s1", node=1), step("s2", node=[2])],
        cost={"currency": "EUR"},
    )

    run = AgentRun.from_body(result.body)
    assert run.attributes == {"kept": True, "team": "search"}
    assert [step.attributes for step in run.steps] == [{"node": 1}, {"node": [2]}]
    assert run.cost.attributes == {"currency": "EUR"}
    assert {(w["code"], w["field"], w["count"]) for w in result.warnings} == {
        ("unknown_field", "team", 1),
        ("unknown_field", "steps[].node", 2),
        ("unknown_field", "cost.currency", 1),
    }


def test_a_guardrail_event_may_have_unknown_fields_that_other_children_know() -> None:
    result = parsed(guardrail_events=[guardrail(status="whatever", ended_at="never")])

    assert AgentRun.from_body(result.body).guardrail_events[0].attributes == {"status": "whatever", "ended_at": "never"}


def test_warnings_stay_small_however_many_unknown_fields_there_are() -> None:
    names = {f"{'n' * 1_000}{number}": number for number in range(2_000)}

    result = parsed(**names)

    assert len(AgentRun.from_body(result.body).attributes) == 2_000
    assert sum(warning["count"] for warning in result.warnings) == 2_000
    assert len(json.dumps(result.warnings)) < 50_000


def test_the_order_of_known_keys_does_not_matter() -> None:
    child = step(name="n", started_at="2026-01-15T10:00:00Z", retries=1, attributes={"b": 1, "a": 2})
    body = run_body(model="m", steps=[child], cost={"tokens_prompt": 1, "total_cost_usd": 0.5})
    turned = dict(reversed(body.items())) | {
        "steps": [dict(reversed(child.items()))],
        "cost": dict(reversed(body["cost"].items())),
    }

    assert parse(turned).body == parse(body).body


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"steps": [], "guardrail_events": None}),
        ({"tool_calls": [tool_call()]}, {"steps": None, "tool_calls": [tool_call()]}),
        ({"model": "m"}, {"model": "m", "environment": None}),
        ({"status": "failed"}, {"status": "error"}),
        ({"started_at": "2026-01-15T10:00:00Z"}, {"started_at": "2026-01-15T12:00:00+02:00"}),
    ],
)
def test_equal_content_has_one_canonical_form(one: Body, other: Body) -> None:
    assert parsed(**one).body == parsed(**other).body


def test_a_computed_latency_stands_where_a_sent_one_does() -> None:
    times: Body = {"started_at": "2026-01-15T10:00:00Z", "ended_at": "2026-01-15T10:00:01Z", "attributes": {"a": 1}}

    assert parsed(steps=[step(**times)]).body == parsed(steps=[step(**times, latency_ms=1000)]).body


def test_every_agent_may_number_its_children_alike() -> None:
    children: Body = {
        "steps": [step("1")],
        "tool_calls": [tool_call("1", step_id="1")],
        "guardrail_events": [guardrail("1", step_id="1", call_id="1")],
    }

    assert AgentRun.from_body(parsed(**children).body).guardrail_events[0].call_id == "1"


def test_as_many_children_as_allowed_are_accepted() -> None:
    children = {
        "steps": [step(f"s{number}") for number in range(4_000)],
        "tool_calls": [tool_call(f"c{number}") for number in range(4_000)],
        "guardrail_events": [guardrail(f"g{number}") for number in range(2_000)],
    }

    assert len(AgentRun.from_body(parsed(**children).body).steps) == 4_000


def test_what_json_can_say_in_arguments_is_kept_as_it_is() -> None:
    arguments = {
        "null": None,
        "deep": [{"n": None}, []],
        "big": 2**70,
        "float": 0.1,
        "words": "NaN, Infinity",
    }

    result = parsed(tool_calls=[tool_call(args_json=arguments)])

    assert AgentRun.from_body(result.body).tool_calls[0].args_json == arguments
