"""Spans that come apart, out of order, twice and late, and more of them than are kept."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rca_core.telemetry import AgentRun
from rca_core.telemetry.otlp import spans as kept
from rca_core.telemetry.otlp.from_json import read_json
from rca_core.telemetry.otlp.from_protobuf import read_protobuf
from tests.support.read_traces import body_of, run_from
from tests.support.traces import TRACE, as_json, as_protobuf, model, request, root, shuffled, span, tool

WHOLE = request(
    *(model(n * 3 + 2) for n in range(20)),
    *(tool(n * 3 + 1, error="refused" if n % 4 == 0 else None) for n in range(20)),
    span(70, "tools/call track_parcel", {"mcp.method.name": "tools/call"}, parent=f"{1:016x}"),
    root(),
)


@given(seed=st.integers(0, 10_000), batches=st.integers(1, 40))
def test_batches_make_the_run_that_one_makes(seed: int, batches: int) -> None:
    assert body_of(*shuffled(WHOLE, batches=batches, seed=seed)) == body_of(WHOLE)


def test_json_and_protobuf_say_the_same() -> None:
    one, other = read_json(as_json(WHOLE)), read_protobuf(as_protobuf(WHOLE))

    assert one == other
    assert len(one.traces[TRACE].spans) == 42


def test_of_two_versions_of_a_span_the_one_that_ended_later_stays() -> None:
    early, late = tool(1, error="not yet"), tool(1, ms=90)

    for order in ((early, late), (late, early)):
        [call] = run_from(*order, root()).tool_calls
        assert (call.status, call.latency_ms) == ("success", 90)


def test_what_is_kept_of_too_many_spans_does_not_depend_on_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MAX_KEPT", 15)

    bodies = {body_of(*shuffled(WHOLE, batches=batches, seed=batches)) for batches in (1, 5, 30)}

    [body] = bodies
    run = AgentRun.from_body(body)
    assert [step.step_id for step in run.steps if step.kind == "agent"] == [f"{0xA0:016x}"]
    assert sum(call.status == "failure" for call in run.tool_calls) == 5


def test_a_credential_is_kept_nowhere() -> None:
    secret = "sk-proj-" + "a1B2c3D4e5F6g7H8" * 2
    given_ = {"gen_ai.tool.call.arguments": json.dumps({"api_key": secret}), "db.password": "hunter2hunter2"}
    read = request(tool(1, given=given_, error=f"401 for {secret}"), root())

    body = body_of(read).decode()

    assert secret not in body
    assert "hunter2" not in body
    assert AgentRun.from_body(body.encode()).tool_calls[0].args_hash


def test_making_an_agent_and_greeting_a_server_are_no_runs() -> None:
    made = span(1, "create_agent a", {"gen_ai.operation.name": "create_agent"}, parent=None, trace="a" * 32)
    met = span(2, "server/discover", {"mcp.method.name": "server/discover"}, parent=None, trace="b" * 32)

    assert not read_json(as_json(request(made, met))).traces


def test_a_run_id_of_one_s_own_parts_the_runs_of_one_trace() -> None:
    named = {"gen_ai.operation.name": "invoke_agent", "smart_sre.run_id": "run-7"}

    assert set(read_json(as_json(request(tool(1), root(named)))).traces) == {TRACE, "run-7"}
