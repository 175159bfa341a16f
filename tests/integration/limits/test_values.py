"""Values that no agent should send, in every field: kept by a written rule, and only what names the run is refused."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from rca_core.analysis import analyze
from rca_core.telemetry import AgentRun
from rca_core.telemetry.wire import CHILDREN, COST, RUN, Shape
from tests.integration.functions.product import Product
from tests.integration.limits.asking import PATH, kept, places, refused, with_raw
from tests.support.runs import guardrail, parse, run_body, step, tool_call

pytestmark = pytest.mark.fault(20)

NOW = datetime(2026, 1, 20, tzinfo=UTC)
_SHAPES: dict[str, tuple[Shape, Any]] = {
    "": (RUN, run_body()),
    "steps": (CHILDREN["steps"], step()),
    "tool_calls": (CHILDREN["tool_calls"], tool_call()),
    "guardrail_events": (CHILDREN["guardrail_events"], guardrail()),
    "cost": (COST, {}),
}
FIELDS = [(group, field) for group, (shape, _) in _SHAPES.items() for field in shape.fields]
_NAMES = ("run_id", "agent_name")
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
def test_an_odd_value_is_kept_shown_and_analysed_or_names_no_run(
    product: Product, group: str, field: str, texts: tuple[str, ...]
) -> None:
    for text in texts:
        before = len(product.cloud.operations)
        raw = body_with(group, field, text)
        answer = product.post(PATH, raw)

        if answer.status == 422:
            assert not group, text
            assert field in _NAMES, text
            assert product.cloud.operations[before:] == [], text
            assert [place[0] for place in places(answer.json())] == [field], text
            continue
        assert answer.status == 200, (text, answer.body)
        run_id = answer.json()["run_id"]
        assert product.get(f"{PATH}/{run_id}").status == 200, text
        assert product.get(f"{PATH}/{run_id}/timeline").status == 200, text
        assert analyze(AgentRun.from_body(parse(raw).body), now=NOW).category, text


# ---------------------------------------------------------------- texts
@pytest.mark.parametrize("escape", ["\\ud800", "\\udfff", "\\udfff\\ud800", "a\\ud83d", "\\ud83dx"])
@pytest.mark.parametrize("place", ["agent_name", "error_message", "odd"])
def test_half_a_character_costs_a_character(product: Product, escape: str, place: str) -> None:
    events = kept(product, with_raw(f'"{place}": "{escape}", "steps": [{{"step_id": "s", "name": "{escape}"}}]'))

    assert "\ufffd" in events[0]["name"]


@pytest.mark.parametrize(
    "text", ["\x1b[2J", "\r\n", "\u2028", "\ufeff", "\u202e", "\ufffe", "\U0001d4b3", "‍", "x" * 1_000]
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
def test_ten_thousand_unknown_references_are_told_in_a_small_answer(product: Product) -> None:
    body = run_body(tool_calls=[tool_call(f"c{n}", step_id="none") for n in range(10_000)])

    told = product.post(PATH, body).json()["warnings"]
    problem = refused(product, body, query="strict=true")

    assert [(each["code"], each["field"], each["count"]) for each in told] == [
        ("unknown_reference", "tool_calls[].step_id", 10_000)
    ]
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
def test_a_time_outside_them_is_kept_as_the_nearest_or_not(product: Product, time: str, place: str) -> None:
    bodies = {
        "run": run_body(started_at=time),
        "step": run_body(steps=[step(started_at=time)]),
        "call": run_body(tool_calls=[tool_call(started_at=time)]),
        "event": run_body(guardrail_events=[guardrail(created_at=time)]),
    }

    told = product.post(PATH, bodies[place]).json()["warnings"]

    assert told[0]["code"] == "out_of_range"
    assert told[0]["field"].endswith(("started_at", "created_at"))
    assert product.get(f"{PATH}/run-1/timeline").status == 200
