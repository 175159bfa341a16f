"""What frameworks make of a tool that failed, and what is read from it: a small trace for each form."""

import json
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from tests.support.read_traces import run_from
from tests.support.traces import ROOT, Json, exception, model, root, span, tool
from tests.unit.analysis.builders import report_of

LATE = "the depot did not answer within 9 s"


class Form(NamedTuple):
    """A failed call of `track_parcel` in the form of one framework, and what has to be read from it."""

    spans: list[Json]
    calls: int = 1
    args: Any = MappingProxyType({"parcel": "P7"})
    message: str | None = LATE
    kind: str | None = "TimeoutError"
    agent: str = "parcels-agent"
    call_id: str | None = None


def oi(kind: str, **given: Any) -> Json:
    """Return attributes as OpenInference names them."""
    return {"openinference.span.kind": kind} | {name.replace("__", "."): each for name, each in given.items()}


def asked(**given: Any) -> Json:
    """Return what OpenInference records of a model that asked for the tool."""
    message = "llm.output_messages.0.message."
    call = message + "tool_calls.0.tool_call."
    return oi("LLM", llm__model_name="small-1") | {
        message + "role": "assistant",
        call + "id": "call-9",
        call + "function.name": "track_parcel",
        call + "function.arguments": '{"parcel": "P7"}',
        **given,
    }


SCHEMA = '{"properties": {"parcel": {"type": "string"}}, "required": ["parcel"], "type": "object"}'
FORMS = {
    "OpenTelemetry": Form(
        [tool(1, error=LATE, events=exception("TimeoutError", LATE)), root()],
        call_id="call-1",
    ),
    "OpenTelemetry without contents": Form(
        [
            span(
                1,
                "execute_tool track_parcel",
                {
                    "gen_ai.operation.name": "execute_tool",
                    "gen_ai.tool.name": "track_parcel",
                    "error.type": "TimeoutError",
                },
                error="",
            ),
            root(),
        ],
        args=None,
        message=None,
    ),
    "LangChain, OpenInference": Form(
        [
            span(1, "Chat", asked(), ok=True),
            span(
                3,
                "track_parcel",
                oi("TOOL", tool__name="track_parcel", input__value="P7"),
                parent=f"{2:016x}",
                error=f"TimeoutError('{LATE}')Traceback (most recent call last):\n  File x",
                events=exception("TimeoutError", LATE),
            ),
            span(2, "tools", oi("CHAIN"), error=f"TimeoutError('{LATE}')"),
            root(
                oi("AGENT", metadata='{"lc_agent_name": "parcels-agent"}'),
                name="LangGraph",
                error=f"TimeoutError('{LATE}')",
            ),
        ],
        call_id="call-9",
    ),
    "LangChain, OpenLLMetry": Form(
        [
            span(
                1,
                "execute_tool track_parcel",
                {
                    "traceloop.span.kind": "tool",
                    "gen_ai.operation.name": "execute_tool",
                    "gen_ai.tool.name": "track_parcel",
                    "gen_ai.tool.call.arguments": json.dumps(
                        {"input_str": "{'parcel': 'P7'}", "tags": [], "metadata": {}}
                    ),
                    "gen_ai.task.status": "failure",
                    "error.type": "TimeoutError",
                },
                error=LATE,
            ),
            root(
                {"traceloop.span.kind": "workflow", "traceloop.association.properties.lc_agent_name": "parcels-agent"}
            ),
        ],
    ),
    "LlamaIndex, OpenInference": Form(
        [
            span(1, "Custom.achat", asked(), ok=True),
            span(
                2,
                "FunctionTool.acall",
                oi(
                    "TOOL",
                    tool__name="track_parcel",
                    tool__parameters=SCHEMA,
                    input__value='{"kwargs": {"parcel": "P7"}}',
                    output__value=json.dumps(
                        {
                            "blocks": [{"text": f"TimeoutError: {LATE}"}],
                            "tool_name": "t",
                            "raw_input": {},
                            "raw_output": "x",
                            "is_error": True,
                        }
                    ),
                ),
                ok=True,
            ),
            root(oi("AGENT", agent__name="parcels-agent")),
        ],
        call_id="call-9",
    ),
    "OpenAI Agents, OpenInference": Form(
        [
            span(
                1,
                "track_parcel",
                oi("TOOL", tool__name="track_parcel", tool__parameters=SCHEMA, input__value='{"parcel": "P7"}'),
                parent=f"{3:016x}",
                error="Error running tool (non-fatal): "
                f"{{'tool_name': 'track_parcel', 'error': \"TimeoutError: {LATE}\"}}",
            ),
            span(3, "parcels-agent", oi("AGENT", agent__name="parcels-agent"), parent=ROOT, ok=True),
            root(oi("AGENT"), name="Agent workflow", ok=True),
        ],
    ),
    "MCP": Form(
        [
            span(
                1,
                "tools/call track_parcel",
                {
                    "mcp.method.name": "tools/call",
                    "gen_ai.tool.name": "track_parcel",
                    "gen_ai.operation.name": "execute_tool",
                    "error.type": "tool_error",
                },
                error=f"Error calling tool 'track_parcel': {LATE}",
            ),
            span(2, "MCP send tools/call track_parcel", {"mcp.method.name": "tools/call"}, parent=f"{1:016x}"),
            span(
                4,
                "tools/call track_parcel",
                {
                    "mcp.method.name": "tools/call",
                    "gen_ai.tool.name": "track_parcel",
                    "gen_ai.operation.name": "execute_tool",
                },
                parent=f"{2:016x}",
                error=LATE,
                events=exception("TimeoutError", LATE),
            ),
            root(),
        ],
        args=None,
    ),
    "MCP, a result with isError": Form(
        [
            span(
                1,
                "tools/call track_parcel",
                {
                    "mcp.method.name": "tools/call",
                    "gen_ai.tool.name": "track_parcel",
                    "gen_ai.tool.call.result": json.dumps(
                        {"content": [{"type": "text", "text": f"TimeoutError: {LATE}"}], "isError": True}
                    ),
                },
            ),
            root(),
        ],
        args=None,
    ),
    "Agno, OpenInference": Form(
        [
            span(
                1,
                "track_parcel",
                oi("TOOL", tool__name="track_parcel", tool__parameters='{"parcel": "P7"}', output__value=LATE),
                error=LATE,
            ),
            root(oi("AGENT", agent__name="parcels-agent", graph__node__id="9f3a"), name="parcels-agent.run", ok=True),
        ],
        kind=None,
    ),
    "smolagents, OpenInference": Form(
        [
            span(
                2,
                "SimpleTool",
                oi(
                    "TOOL",
                    tool__name="track_parcel",
                    input__value='{"args": ["P7"], "sanitize_inputs_outputs": false, "kwargs": {}}',
                ),
                parent=f"{1:016x}",
                error=f"TimeoutError: {LATE}",
                events=exception("TimeoutError", LATE),
            ),
            span(1, "Step 1", oi("CHAIN"), error=f"AgentExecutionError: failed due to: TimeoutError: {LATE}"),
            root(oi("AGENT"), name="parcels-agent.run", ok=True),
        ],
        args=["P7"],
    ),
    "Google ADK": Form(
        [
            span(
                1,
                "execute_tool track_parcel",
                {
                    "gen_ai.operation.name": "execute_tool",
                    "gen_ai.tool.name": "track_parcel",
                    "error.type": "TOOL_ERROR",
                    "gen_ai.tool.call.id": "<not specified>",
                    "gcp.vertex.agent.tool_call_args": '{"parcel": "P7"}',
                    "gcp.vertex.agent.tool_response": json.dumps({"error": LATE}),
                },
                error="TOOL_ERROR",
            ),
            root({"gen_ai.operation.name": "invoke_agent"}),
        ],
        kind=None,
    ),
    "Strands": Form(
        [
            span(
                1,
                "execute_tool track_parcel",
                {
                    "gen_ai.operation.name": "execute_tool",
                    "gen_ai.tool.name": "track_parcel",
                    "gen_ai.tool.status": "error",
                },
                events=[
                    ("gen_ai.tool.message", {"role": "tool", "content": '{"parcel": "P7"}', "id": "call-3"}),
                    (
                        "gen_ai.choice",
                        {"message": json.dumps([{"text": f"Error: TimeoutError - {LATE}"}]), "id": "call-3"},
                    ),
                ],
            ),
            root(),
        ],
    ),
    "Langfuse": Form(
        [
            span(
                1,
                "track_parcel",
                {
                    "langfuse.observation.type": "tool",
                    "langfuse.observation.level": "ERROR",
                    "langfuse.observation.input": '{"args": [], "kwargs": {"parcel": "P7"}}',
                    "langfuse.observation.status_message": LATE,
                },
                error=LATE,
                events=exception("TimeoutError", LATE),
            ),
            root({"langfuse.observation.type": "agent"}, name="parcels-agent"),
        ],
    ),
    "AutoGen twice": Form(
        [
            span(
                1,
                "parcels-agent.track_parcel",
                oi("TOOL", tool__name="track_parcel", input__value='{"parcel": "P7"}', output__value=LATE),
                ok=True,
                ms=40,
            ),
            span(
                2,
                "execute_tool track_parcel",
                {
                    "gen_ai.operation.name": "execute_tool",
                    "gen_ai.tool.name": "track_parcel",
                    "gen_ai.tool.call.id": "call-5",
                },
                parent=f"{1:016x}",
                error=f"TimeoutError: {LATE}",
                events=exception("TimeoutError", LATE),
            ),
            root(),
        ],
        call_id="call-5",
    ),
    "Vercel AI SDK": Form(
        [
            span(
                1,
                "ai.toolCall",
                {
                    "ai.operationId": "ai.toolCall",
                    "ai.toolCall.name": "track_parcel",
                    "ai.toolCall.id": "call-6",
                    "ai.toolCall.args": '{"parcel": "P7"}',
                },
                error=LATE,
                events=exception("TimeoutError", LATE),
            ),
            root(),
        ],
        call_id="call-6",
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_failed_call_is_read_in_every_form(name: str) -> None:
    form = FORMS[name]

    run = run_from(*form.spans)

    assert (run.status, run.agent_name) == ("failure", form.agent)
    assert len(run.tool_calls) == form.calls
    [call] = run.tool_calls
    assert (call.tool_name, call.status) == ("track_parcel", "failure")
    assert call.args_json == form.args
    assert call.error_message == form.message
    assert (call.error_class or "").rpartition(".")[2] == (form.kind or "")
    assert form.call_id is None or call.call_id == form.call_id


def test_a_placeholder_is_kept_only_where_nothing_else_was_told() -> None:
    redacted = (
        "{'message': 'Error running tool', 'data': {'error': 'Tool execution failed. Error details are redacted.'}}"
    )

    [call] = run_from(tool(1, error=redacted, given={"error.type": "_OTHER"}), root()).tool_calls

    assert call.error_class is None
    assert call.error_message == "Tool execution failed. Error details are redacted."
    assert call.attributes["type_told"] == "_OTHER"


def test_calls_that_older_spans_of_models_ask_for_are_matched() -> None:
    told = "gen_ai.completion.0.tool_calls.0."
    asked = {f"{told}id": "call-8", f"{told}name": "track_parcel", f"{told}arguments": '{"parcel": "P7"}'}
    unnamed = span(2, "track_parcel.tool", {"traceloop.span.kind": "tool", "traceloop.entity.name": "track_parcel"})

    [call] = run_from(model(1, given=asked), unnamed, root()).tool_calls

    assert (call.call_id, call.args_json) == ("call-8", {"parcel": "P7"})


def test_tokens_are_counted_once() -> None:
    twice = {"gen_ai.usage.input_tokens": 200, "gen_ai.usage.output_tokens": 20}
    inner = model(2, parent=f"{1:016x}")

    run = run_from(model(1, ms=40), inner, model(5), root({"gen_ai.operation.name": "invoke_agent", **twice}))

    assert (run.cost.tokens_prompt, run.cost.tokens_completion) == (200, 20)
    assert [step.kind for step in run.steps] == ["agent", "llm", "llm"]


def test_what_an_agent_sums_up_counts_where_no_model_says_anything() -> None:
    outer = {"gen_ai.operation.name": "invoke_agent", "gen_ai.aggregated_usage.input_tokens": 70}
    inner = span(1, "invoke_agent other", outer)

    assert run_from(inner, root(outer)).cost.tokens_prompt == 70


def test_an_empty_retrieval_is_a_call_that_found_nothing() -> None:
    search = span(1, "Shelf.run", oi("RETRIEVER", input__value='{"query": "rates"}', output__value='{"documents": []}'))

    run = run_from(search, model(2), root())

    [call] = run.tool_calls
    assert (call.tool_name, call.result_count, call.args_json) == ("Shelf", 0, {"query": "rates"})
    assert run.status == "failure"
    assert "retrieval" in run.attributes["status_inferred_from"]


def test_scores_and_counts_of_a_retrieval_are_kept() -> None:
    found = {"retrieval.documents.0.document.score": 0.2, "retrieval.documents.1.document.score": 0.7}

    run = run_from(span(1, "Shelf", oi("RETRIEVER", **found)), root())

    assert [(call.result_count, call.top_score) for call in run.tool_calls] == [(2, 0.7)]
    assert run.status == "success"


def test_a_tripwire_is_an_event_of_a_guardrail() -> None:
    turn = span(1, "turn", oi("CHAIN"), error="Guardrail tripwire triggered: {'guardrail': 'card numbers'}")

    run = run_from(turn, span(2, "card numbers", oi("GUARDRAIL"), ok=True, parent=f"{1:016x}"), root(ok=True))

    assert [(event.name, event.action) for event in run.guardrail_events] == [("card numbers", "blocked")]
    assert run.status == "failure"


@pytest.mark.parametrize(
    ("verdict", "action", "status"),
    [("deny", "blocked", "failure"), ("modify", "redacted", "success"), ("allow", None, "success")],
)
def test_a_guardrail_that_passes_all_is_no_event(verdict: str, action: str | None, status: str) -> None:
    given = {"gen_ai.operation.name": "apply_guardrail", "microsoft.security.decision.type": verdict}

    run = run_from(span(1, "apply_guardrail pii", given), root())

    assert [event.action for event in run.guardrail_events] == ([action] if action else [])
    assert run.status == status


def test_the_status_of_a_request_within_a_tool_is_the_tool_s() -> None:
    inner = span(
        2, "GET", {"http.request.method": "GET", "http.response.status_code": 429}, parent=f"{1:016x}", error=""
    )

    [call] = run_from(tool(1, error="refused"), inner, root()).tool_calls

    assert call.status_code == 429


def test_an_error_that_passed_many_spans_is_told_once() -> None:
    chain = span(1, "tools", oi("CHAIN"), error=LATE)

    run = run_from(tool(2, error=LATE, parent=f"{1:016x}"), chain, root(error=LATE))

    assert [step.error_message for step in run.steps] == [None, None]
    assert {step.attributes["propagated_from"] for step in run.steps} == {f"{2:016x}"}
    assert (run.error_type, run.error_message) == ("TimeoutError", LATE)


def test_the_agent_s_name_falls_back_to_the_service() -> None:
    assert run_from(root({}, name="LangGraph")).agent_name == "parcels"
    assert run_from(root({}, name="job"), resource={"service.name": "unknown_service:python"}).agent_name == "job"


@pytest.mark.parametrize(
    "given",
    [
        # LangGraph, asked with a pair of a role and a text.
        '{"messages": [["system", "Be brief."], ["user", "Where is P7?"]]}',
        '{"messages": [{"role": "user", "content": "Where is P7?"}]}',
        # LlamaIndex: the state that its workflow starts with.
        '{"init_state": {"is_running": false, "workers": {"init_run": {"queue": []}}}, "start_event": "StartEvent()"}',
    ],
)
def test_what_the_run_was_asked_is_found(given: str) -> None:
    conversation = '[{"role": "user", "content": "Where is P7?"}]'
    asked_model = model(1, given={"gen_ai.input.messages": conversation})

    assert run_from(asked_model, root(oi("AGENT", input__value=given))).input_summary == "Where is P7?"


def test_the_tool_that_ended_a_run_is_its_cause_however_many_turns_went_well_after_it() -> None:
    lookup = tool(1, name="parcel_lookup", error=LATE)
    turns = [span(number, "turn", oi("CHAIN")) for number in range(2, 8)]

    report = report_of(run_from(lookup, *turns, root()))

    assert (report.category, report.root_evidence_id) == ("timeout", "ev_tool_call-1")
