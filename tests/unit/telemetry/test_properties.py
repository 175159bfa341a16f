"""What holds for every body, whatever is in it."""

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rca_core.errors import InvalidInput
from rca_core.telemetry import AgentRun
from rca_core.telemetry.fields import rfc3339
from rca_core.telemetry.timeline import timeline
from tests.support.runs import Body, parse, run_body

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
numbers = st.integers(-(2**70), 2**70) | st.floats()
anything = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
finite = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
_KNOWN = sorted(AgentRun.model_fields)
_CHILD = ["step_id", "call_id", "event_id", "status", "started_at", "ended_at", "retries", "latency_ms", "args_json"]


@given(st.binary(max_size=200))
def test_bytes_are_a_run_or_refused(raw: bytes) -> None:
    accept_or_refuse(raw)


@given(anything)
def test_any_json_is_a_run_or_refused(value: Any) -> None:
    accept_or_refuse(json.dumps(value).encode())


@given(
    st.dictionaries(st.sampled_from(_KNOWN), anything, max_size=6),
    st.lists(st.dictionaries(st.sampled_from(_CHILD), anything, max_size=5), max_size=4),
)
def test_any_value_in_a_known_field_is_kept_or_refused(fields: Body, children: list[Body]) -> None:
    body = run_body(steps=children, tool_calls=children, guardrail_events=children) | fields

    accept_or_refuse(json.dumps(body).encode())


def accept_or_refuse(raw: bytes) -> None:
    try:
        result = parse(raw)
    except InvalidInput as error:
        refused = error.errors
    else:
        run = AgentRun.from_body(result.body)
        assert run.run_id == result.run_id
        assert len(timeline(run)) == len(run.steps) + len(run.tool_calls) + len(run.guardrail_events)
        return
    assert 1 <= len(refused) <= 50
    json.dumps(refused, allow_nan=False)


# ---------------------------------------------------------------- a valid body is read back equal
statuses = st.sampled_from(["success", "failure", "running", "skipped"])
counts = st.integers(0, 1000)
latencies = st.integers(1, 10**12) | st.floats(0.001, 10**12)
instants = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(rfc3339)  # noqa: DTZ001


def optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Body]:
    return st.fixed_dictionaries({}, optional=fields)


steps = optional(
    started_at=instants, input_summary=texts, output_summary=texts, retries=counts, latency_ms=latencies,
    attributes=st.dictionaries(texts, finite, max_size=2),
)  # fmt: skip
calls = optional(
    args_json=finite, args_hash=texts, result_summary=texts, error_class=texts, error_message=texts,
    status_code=st.integers(0, 999), retries=counts, latency_ms=latencies, started_at=instants,
)  # fmt: skip
guards = optional(message=texts, created_at=instants)
runs = optional(
    agent_version=texts, model=texts, environment=texts, error_type=texts, error_message=texts, trace_id=texts,
    correlation_ids=st.lists(texts, max_size=3), attributes=st.dictionaries(texts, finite, max_size=3),
    cost=optional(
        tokens_prompt=st.integers(0, 2**53), tokens_completion=counts,
        total_cost_usd=st.floats(0, 10**9),
    ),
)  # fmt: skip


@st.composite
def valid_bodies(draw: st.DrawFn) -> Body:
    step_ids = [f"step-{n}" for n in range(draw(st.integers(0, 3)))]
    call_ids = [f"call-{n}" for n in range(draw(st.integers(0, 3)))]
    event_ids = [f"guard-{n}" for n in range(draw(st.integers(0, 2)))]
    some_step = {"step_id": draw(st.sampled_from(step_ids))} if step_ids else {}
    some_call = {"call_id": draw(st.sampled_from(call_ids))} if call_ids else {}
    kind = st.sampled_from(["pii_redaction", "policy_block", "schema_validation", "other"])
    return {
        "run_id": "run-1",
        "agent_name": draw(texts.filter(bool)),
        "status": draw(st.sampled_from(["success", "failure", "running"])),
        "started_at": draw(instants),
        "steps": [
            {"step_id": name, "name": draw(texts.filter(bool)), "status": draw(statuses), **draw(steps)}
            for name in step_ids
        ],
        "tool_calls": [
            {
                "call_id": name,
                "tool_name": draw(texts.filter(bool)),
                "status": draw(statuses),
                **draw(calls),
                **some_step,
            }
            for name in call_ids
        ],
        "guardrail_events": [
            {"event_id": name, "type": draw(kind), **draw(guards), **some_step, **some_call} for name in event_ids
        ],
        **draw(runs),
    }


@given(valid_bodies())
def test_a_valid_run_is_read_back_as_it_was_sent(body: Body) -> None:
    result = parse(body)

    read = AgentRun.from_body(result.body).model_dump(mode="json")
    assert result.warnings == []
    assert covers(read, body)


@given(valid_bodies())
def test_a_canonical_body_is_its_own_canonical_form(body: Body) -> None:
    canonical = parse(body).body

    assert parse(canonical).body == canonical


def covers(read: Any, sent: Any) -> bool:
    """Tell whether what was read holds all that was sent, with nothing but defaults beside it."""
    if isinstance(sent, dict):
        return all(name in read and covers(read[name], value) for name, value in sent.items())
    if isinstance(sent, list):
        return len(read) == len(sent) and all(map(covers, read, sent))
    return bool(read == sent)
