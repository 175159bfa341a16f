"""What is refused: what is no run at all, always; with `strict`, whatever would be mended, each field named."""

import json
import tracemalloc
from typing import Any

import pytest

from rca_core.errors import FieldError, InvalidInput
from rca_core.telemetry import AgentRun
from tests.support.runs import Body, guardrail, parse, run_body, step, tool_call

TIME = "2026-01-15T10:00:00Z"


def refused(body: Any) -> list[FieldError]:
    with pytest.raises(InvalidInput) as caught:
        parse(body, strict=True)
    return caught.value.errors


def places(body: Any) -> list[list[str | int]]:
    return [error["loc"] for error in refused(body)]


@pytest.mark.parametrize(
    ("fields", "loc"),
    [
        # required
        ({"agent_name": None}, ["agent_name"]),
        ({"agent_name": ""}, ["agent_name"]),
        ({"status": None}, ["status"]),
        ({"started_at": None}, ["started_at"]),
        ({"steps": [{"name": "n", "status": "ok"}]}, ["steps", 0, "step_id"]),
        ({"steps": [step(""), step("b")]}, ["steps", 0, "step_id"]),
        ({"tool_calls": [{"call_id": "c", "status": "ok"}]}, ["tool_calls", 0, "tool_name"]),
        # statuses and enumerations
        ({"status": "wat"}, ["status"]),
        ({"status": "skipped"}, ["status"]),
        ({"steps": [step(), step("b", status="?")]}, ["steps", 1, "status"]),
        ({"guardrail_events": [guardrail(type="other kind")]}, ["guardrail_events", 0, "type"]),
        # identifiers
        ({"run_id": ""}, ["run_id"]),
        ({"run_id": "a/b"}, ["run_id"]),
        ({"run_id": "a\n"}, ["run_id"]),
        ({"run_id": "é"}, ["run_id"]),
        ({"run_id": "a" * 129}, ["run_id"]),
        ({"run_id": 7}, ["run_id"]),
        ({"run_id": "rca-runs"}, ["run_id"]),
        ({"run_id": "."}, ["run_id"]),
        ({"run_id": ".."}, ["run_id"]),
        ({"steps": [step("x" * 513)]}, ["steps", 0, "step_id"]),
        ({"steps": [step("a"), step("b"), step("a")]}, ["steps", 2, "step_id"]),
        ({"tool_calls": [tool_call("a"), tool_call("a")]}, ["tool_calls", 1, "call_id"]),
        ({"guardrail_events": [guardrail("a"), guardrail("a")]}, ["guardrail_events", 1, "event_id"]),
        # references
        ({"tool_calls": [tool_call(step_id="none")]}, ["tool_calls", 0, "step_id"]),
        ({"guardrail_events": [guardrail(step_id="none")]}, ["guardrail_events", 0, "step_id"]),
        ({"guardrail_events": [guardrail(call_id="none")]}, ["guardrail_events", 0, "call_id"]),
        ({"steps": [step("s")], "guardrail_events": [guardrail(call_id="s")]}, ["guardrail_events", 0, "call_id"]),
        # times
        ({"started_at": "yesterday"}, ["started_at"]),
        ({"started_at": True}, ["started_at"]),
        ({"started_at": "1969-12-31T23:59:59Z"}, ["started_at"]),
        ({"started_at": "2101-01-01T00:00:00Z"}, ["started_at"]),
        ({"started_at": "0001-01-01T00:00:00+10:00"}, ["started_at"]),
        ({"started_at": "9999-12-31T23:59:59-10:00"}, ["started_at"]),
        ({"ended_at": "2026-01-15T09:59:59Z"}, ["ended_at"]),
        ({"ended_at": "2026-01-15T10:30:00+01:00"}, ["ended_at"]),
        ({"steps": [step(started_at=TIME, ended_at="2026-01-15T09:00:00")]}, ["steps", 0, "ended_at"]),
        ({"tool_calls": [tool_call(started_at="1900-01-01T00:00:00Z")]}, ["tool_calls", 0, "started_at"]),
        ({"guardrail_events": [guardrail(created_at="x")]}, ["guardrail_events", 0, "created_at"]),
        # numbers
        ({"steps": [step(retries=-1)]}, ["steps", 0, "retries"]),
        ({"steps": [step(retries=2**63)]}, ["steps", 0, "retries"]),
        ({"steps": [step(retries=1.5)]}, ["steps", 0, "retries"]),
        ({"steps": [step(latency_ms=-0.5)]}, ["steps", 0, "latency_ms"]),
        ({"steps": [step(latency_ms="fast")]}, ["steps", 0, "latency_ms"]),
        ({"tool_calls": [tool_call(status_code=-1)]}, ["tool_calls", 0, "status_code"]),
        ({"tool_calls": [tool_call(status_code=1000)]}, ["tool_calls", 0, "status_code"]),
        ({"cost": {"tokens_prompt": -1}}, ["cost", "tokens_prompt"]),
        ({"cost": {"tokens_completion": 2**63}}, ["cost", "tokens_completion"]),
        ({"cost": {"total_cost_usd": -0.01}}, ["cost", "total_cost_usd"]),
        ({"cost": {"total_cost_usd": "free"}}, ["cost", "total_cost_usd"]),
        # types
        ({"steps": {"a": step()}}, ["steps"]),
        ({"steps": [1]}, ["steps", 0]),
        ({"correlation_ids": [1]}, ["correlation_ids", 0]),
        ({"model": 7}, ["model"]),
        ({"cost": []}, ["cost"]),
        ({"attributes": []}, ["attributes"]),
        ({"steps": [step(input_summary={"a": 1})]}, ["steps", 0, "input_summary"]),
    ],
)
def test_a_wrong_field_is_named(fields: Body, loc: list[str | int]) -> None:
    assert places(run_body(**fields)) == [loc]


@pytest.mark.parametrize("name", ["agent_name", "status", "started_at"])
def test_a_missing_field_is_named(name: str) -> None:
    body = run_body()
    del body[name]

    assert places(body) == [[name]]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
@pytest.mark.parametrize(
    ("text", "loc"),
    [
        ('"cost": {"total_cost_usd": ?}', ["cost", "total_cost_usd"]),
        ('"steps": [{"step_id": "s", "name": "n", "status": "ok", "latency_ms": ?}]', ["steps", 0, "latency_ms"]),
        ('"steps": [{"step_id": "s", "name": "n", "status": "ok", "retries": ?}]', ["steps", 0, "retries"]),
        (
            '"tool_calls": [{"call_id": "c", "tool_name": "t", "status": "ok", "args_json": {"a": [0, {"b": ?}]}}]',
            ["tool_calls", 0, "args_json", "a", 1, "b"],
        ),
        ('"attributes": {"x": ?}', ["attributes", "x"]),
        ('"attributes": {"odd": {"in": [?]}}', ["attributes", "odd", "in", 0]),
    ],
)
def test_a_number_that_is_not_finite_is_refused_wherever_it_stands(
    number: str, text: str, loc: list[str | int]
) -> None:
    raw = json.dumps(run_body())[:-1] + ", " + text.replace("?", number) + "}"

    assert places(raw.encode()) == [loc]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" ",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"7",
        b"\xff\xfe\x00garbage",
        b'{"agent_name": "\xff"}',
        b'{"agent_name": "\\ud800", "status": "ok", "started_at": "2026-01-15T10:00:00Z"}',
        b'{"odd": "\\udfff"}',
        b'{"run_id": ' + b"1" * 10_000 + b"}",
        b"[" * 10_000 + b"]" * 10_000,
        b'{"args_json": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    ],
)
def test_what_is_no_run_at_all_is_refused(raw: bytes) -> None:
    assert refused(raw)


@pytest.mark.parametrize("depth", range(190, 205))
def test_a_body_is_refused_or_can_be_read_back_however_deep_it_nests(depth: int) -> None:
    nested = "[" * depth + "]" * depth
    for text in (f'"odd": {nested}', f'"steps": [{{"step_id": "s", "name": "n", "status": "ok", "odd": {nested}}}]'):
        raw = (json.dumps(run_body())[:-1] + ", " + text + "}").encode()
        try:
            body = parse(raw).body
        except InvalidInput:
            continue
        assert AgentRun.from_body(body)


def test_too_many_children_are_refused() -> None:
    body = run_body(steps=[step(f"s{n}") for n in range(5_001)], tool_calls=[tool_call(f"c{n}") for n in range(5_000)])

    assert [error["type"] for error in refused(body)] == ["too_long"]


@pytest.mark.parametrize("group", ["steps", "correlation_ids"])
def test_wrong_entries_are_counted_out_before_they_take_memory(group: str) -> None:
    # A body may hold millions of wrong entries: an error for each would take gigabytes.
    raw = json.dumps(run_body(**{group: [0] * 200_000})).encode()
    tracemalloc.start()
    try:
        errors = refused(raw)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert [(error["loc"], error["type"]) for error in errors] == [([group], "too_long")]
    assert peak < 20_000_000


def test_at_most_fifty_errors_are_named() -> None:
    wrong = run_body(steps=[0] * 200)
    unknown = run_body(tool_calls=[tool_call(f"c{n}", step_id="none") for n in range(200)])
    infinite = json.dumps(run_body(attributes={"a": [0] * 200})).replace("0,", "NaN,").encode()

    assert len(refused(wrong)) == 50
    assert len(refused(unknown)) == 50
    assert len(refused(infinite)) == 50


def test_errors_do_not_echo_what_was_sent() -> None:
    secret = "s3cret-" + "x" * 1_000
    body = run_body(
        run_id=secret, status=secret, started_at=secret, steps=[step(secret, status=secret)], model={"key": secret}
    )

    assert "s3cret" not in json.dumps(refused(body))


def test_keys_of_what_was_sent_are_cut_where_they_name_a_place() -> None:
    raw = json.dumps(run_body(attributes={"k" * 100_000: "?"})).replace('"?"', "NaN").encode()

    assert len(json.dumps(refused(raw))) < 1_000


def test_several_wrong_fields_are_named_at_once() -> None:
    body = run_body(status="?", ended_at="2026-01-15T09:00:00Z", steps=[step(), step()])

    assert places(body) == [["steps", 1, "step_id"], ["status"], ["ended_at"]]


def test_the_detail_names_the_first_field_and_counts_the_rest() -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(run_body(steps=[step("a", retries=-1), step("b", retries=-1)]), strict=True)

    assert caught.value.detail.startswith("steps.0.retries: ")
    assert caught.value.detail.endswith("(and 1 more)")
