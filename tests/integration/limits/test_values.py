"""Values that no agent should send, in every field: refused by name, or kept by a written rule. FAULTS.md 20."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from rca_core.analysis import analyze
from rca_core.telemetry import AgentRun
from rca_core.telemetry.wire import AgentRunBody, CostBody, GuardrailEventBody, StepBody, ToolCallBody
from tests.integration.functions.product import Product
from tests.integration.limits.asking import PATH, kept, places, refused, with_raw
from tests.support.runs import guardrail, parse, run_body, step, tool_call

pytestmark = pytest.mark.fault(20)

NOW = datetime(2026, 1, 20, tzinfo=UTC)
_SHAPES: dict[str, tuple[Any, Any]] = {
    "": (AgentRunBody, run_body()),
    "steps": (StepBody, step()),
    "tool_calls": (ToolCallBody, tool_call()),
    "guardrail_events": (GuardrailEventBody, guardrail()),
    "cost": (CostBody, {}),
}
FIELDS = [(group, field) for group, (shape, _) in _SHAPES.items() for field in shape.__annotations__]
# In JSON, since some of it cannot be said in Python.
ODD = (
    "null", "true", "false", "0", "-1", "1.5", "9223372036854775808", "-9223372036854775809", "1e308", "1e400",
    "-1e400", "1e-400", "NaN", "Infinity", "-Infinity", "1" * 5_000, '""', '" "', '"x"', '"\\u0000"', '"\\ud800"',
    '"\\udfff\\ud800"', '"NaN"', '"2026-13-45T99:99:99Z"', '"0001-01-01T00:00:00+14:00"', '"1e400"',
    '"9999-12-31T23:59:59-14:00"', "[]", "[[]]", "[null]", "[{}]", "[1]", '["x"]', "{}", '{"": ""}',
    '{"a": {"b": [NaN]}}', '{"__proto__": 1}', '"../../etc/passwd"',
)  # fmt: skip
FEW = ("NaN", "-Infinity", '"\\ud800"', "9223372036854775808", '"\\u0000"', "{}")


def body_with(group: str, field: str, text: str) -> bytes:
    """Return a run whose one field has a value, given as JSON."""
    _, least = _SHAPES[group]
    entry = {name: value for name, value in least.items() if name != field}
    inner = json.dumps(entry)[:-1] + (", " if entry else "") + f"{json.dumps(field)}: {text}" + "}"
    if not group:
        return inner.encode()
    return with_raw(f'"{group}": {inner if group == "cost" else f"[{inner}]"}')


@pytest.mark.parametrize("texts", [pytest.param(FEW, id="a few"), pytest.param(ODD, id="all", marks=pytest.mark.deep)])
@pytest.mark.parametrize(("group", "field"), FIELDS)
def test_an_odd_value_is_refused_by_the_name_of_its_field_or_kept_shown_and_analysed(
    product: Product, group: str, field: str, texts: tuple[str, ...]
) -> None:
    refusals = 0
    for text in texts:
        before = len(product.cloud.operations)
        raw = body_with(group, field, text)
        answer = product.post(PATH, raw)

        assert answer.status in (200, 422), (text, answer.body)
        if answer.status == 422:
            refusals += 1
            assert product.cloud.operations[before:] == [], text
            for place in places(answer.json()):
                # A text that is no Unicode is refused by the parser, before there are fields.
                assert not place or (group or field) == place[0], (text, place)
            continue
        run_id = answer.json()["run_id"]
        assert product.get(f"{PATH}/{run_id}").status == 200, text
        assert product.get(f"{PATH}/{run_id}/timeline").status == 200, text
        assert analyze(AgentRun.from_body(parse(raw).body), now=NOW).category, text
    assert refusals >= 3  # what is no JSON at all, in every field


# ---------------------------------------------------------------- texts
@pytest.mark.parametrize("escape", ["\\ud800", "\\udfff", "\\udfff\\ud800", "a\\ud83d", "\\ud83dx"])
@pytest.mark.parametrize("place", ["agent_name", "error_message", "odd"])
def test_half_a_character_is_refused(product: Product, escape: str, place: str) -> None:
    refused(product, with_raw(f'"{place}": "{escape}"'))


def test_half_a_character_in_a_key_is_refused(product: Product) -> None:
    refused(product, with_raw('"attributes": {"\\ud800": 1}'))


@pytest.mark.parametrize(
    "text", ["\x00", "a\x00b", "\x1b[2J", "\r\n", "\u2028", "\ufeff", "\u202e", "\ufffe", "\U0001d4b3", "‍", "x" * 1_000]
)
def test_a_text_of_any_characters_is_kept_as_it_is(product: Product, text: str) -> None:
    call = tool_call(tool_name=text, result_summary=text, error_class=text, error_message=text, args_json={text: text})
    body = run_body(
        agent_name=text,
        error_type=text,
        error_message=text,
        correlation_ids=[text],
        steps=[step(name=text, output_summary=text)],
        tool_calls=[{**call, "status": "failure"}],
        guardrail_events=[guardrail(message=text)],
    )

    events = kept(product, body)

    assert [event["details"]["error_message"] for event in events if event["event_type"] == "tool_call"] == [text]
    assert product.get(f"{PATH}/run-1").json()["error_message"] == text


# ---------------------------------------------------------------- identifiers and references
@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"steps": [step("a"), step("b"), step("a")]}, ["steps", 2, "step_id"]),
        ({"tool_calls": [tool_call("a"), tool_call("a")]}, ["tool_calls", 1, "call_id"]),
        ({"guardrail_events": [guardrail("a"), guardrail("a")]}, ["guardrail_events", 1, "event_id"]),
        ({"steps": [step("a")], "tool_calls": [tool_call(step_id="b")]}, ["tool_calls", 0, "step_id"]),
        ({"guardrail_events": [guardrail(step_id="b")]}, ["guardrail_events", 0, "step_id"]),
        ({"guardrail_events": [guardrail(call_id="b")]}, ["guardrail_events", 0, "call_id"]),
    ],
)
def test_identifiers_twice_and_references_to_nothing_are_refused(
    product: Product, fields: dict[str, Any], place: list[str | int]
) -> None:
    assert places(refused(product, run_body(**fields))) == [place]


def test_ten_thousand_unknown_references_are_refused_in_a_small_answer(product: Product) -> None:
    problem = refused(product, run_body(tool_calls=[tool_call(f"c{n}", step_id="none") for n in range(10_000)]))

    assert len(problem["errors"]) == 50
    assert len(json.dumps(problem)) < 10_000


# ---------------------------------------------------------------- times
@pytest.mark.parametrize("time", ["1970-01-01T00:00:00Z", "2100-12-31T23:59:59.999999Z"])
def test_the_first_and_the_last_year_are_kept(product: Product, time: str) -> None:
    steps = [step(started_at=time, ended_at=time)]

    assert [event["timestamp"] for event in kept(product, run_body(started_at=time, ended_at=time, steps=steps))] == [
        time
    ]
    listed = product.get(PATH, query="limit=10").json()["items"]
    assert [item["started_at"] for item in listed] == [time]


@pytest.mark.parametrize(
    "time",
    [
        "0001-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00+00:01",
        "2101-01-01T00:00:00Z",
        "2100-12-31T23:59:59-00:01",
        "9999-12-31T23:59:59.999999Z",
    ],
)
@pytest.mark.parametrize("place", ["run", "step", "call", "event"])
def test_a_time_outside_them_is_refused(product: Product, time: str, place: str) -> None:
    bodies = {
        "run": run_body(started_at=time),
        "step": run_body(steps=[step(started_at=time)]),
        "call": run_body(tool_calls=[tool_call(started_at=time)]),
        "event": run_body(guardrail_events=[guardrail(created_at=time)]),
    }

    assert [place[-1] for place in places(refused(product, bodies[place]))] in (["started_at"], ["created_at"])


@pytest.mark.parametrize("group", ["run", "step"])
def test_an_end_before_its_start_is_refused(product: Product, group: str) -> None:
    times = {"started_at": "2026-01-15T10:00:00Z", "ended_at": "2026-01-15T09:59:59.999999Z"}
    body = run_body(**times) if group == "run" else run_body(steps=[step(**times)])

    assert [place[-1] for place in places(refused(product, body))] == ["ended_at"]
