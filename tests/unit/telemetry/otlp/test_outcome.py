"""How a run ended, inferred from all of its spans."""

import pytest

from tests.support.read_traces import run_from
from tests.support.traces import Json, model, root, span, tool

FAILED = "the depot is closed"


@pytest.mark.parametrize(
    ("spans", "status"),
    [
        ([tool(1), root()], "success"),
        ([tool(1, error=FAILED), root()], "failure"),
        ([tool(1, error=FAILED), tool(2), root()], "success"),
        ([tool(1), tool(2, error=FAILED), root()], "failure"),
        ([tool(1, error=FAILED), tool(2, name="other"), root()], "failure"),
        ([tool(1, error=FAILED), tool(2), root(error="gave up")], "failure"),
        ([model(1, error="overloaded"), model(2), root()], "success"),
        ([model(1), model(2, error="overloaded"), root()], "failure"),
        (
            [span(1, "invoke_agent sub", {"gen_ai.operation.name": "invoke_agent"}, error="gave up"), tool(2), root()],
            "failure",
        ),
        (
            [span(1, "turn", {"openinference.span.kind": "CHAIN"}, error="Tool not found: {'tool': 'x'}"), root()],
            "failure",
        ),
        ([span(1, "Step 1", {}, error="no code in it"), span(2, "Step 2", {}), root()], "success"),
        ([span(1, "GET", {"http.request.method": "GET"}, error="500"), tool(2), root()], "success"),
    ],
)
def test_a_run_failed_if_a_failure_stands(spans: list[Json], status: str) -> None:
    assert run_from(*spans).status == status


def test_a_step_that_names_a_tool_is_made_good_by_that_tool_only() -> None:
    step = span(1, "Step 1", {}, error="Error executing tool 'track_parcel' with arguments {'x': 1}")
    declared = {"gen_ai.operation.name": "invoke_agent", "smolagents.tools_names": ["track_parcel", "answer"]}

    assert run_from(step, tool(2, name="answer"), root(declared)).status == "failure"
    assert run_from(step, tool(2), root(declared)).status == "success"


def test_what_was_inferred_is_told() -> None:
    run = run_from(tool(1, given={"gen_ai.tool.call.result": '{"error": "depot closed"}'}), root())

    assert run.status == "failure"
    assert run.attributes["status_inferred_from"].startswith("a tool call failed, as its result says")
    assert "not ERROR" in run.tool_calls[0].attributes["status_inferred_from"]


@pytest.mark.parametrize(
    "result", ['{"error": null, "state": "ok"}', '{"errors": []}', "no error here", '{"status": "failed"}']
)
def test_a_result_that_only_speaks_of_errors_is_none(result: str) -> None:
    assert run_from(tool(1, given={"gen_ai.tool.call.result": result}), root()).status == "success"


def test_a_run_is_under_way_until_its_root_came_or_its_trace_fell_silent() -> None:
    spans = [tool(1, error=FAILED), model(2)]

    running, ended = run_from(*spans), run_from(*spans, silent=True)

    assert (running.status, running.ended_at, running.error_message) == ("running", None, None)
    assert (ended.status, ended.error_message) == ("failure", FAILED)
    assert "silent" in ended.attributes["status_inferred_from"]


def test_a_parent_in_another_service_makes_a_root() -> None:
    entry = root(flags=0x300)
    entry["parentSpanId"] = "00000000000000ff"

    assert run_from(tool(1), entry).status == "success"
    assert run_from(tool(1), {**entry, "flags": 0x100}).status == "running"
    assert run_from(tool(1), {**entry, "flags": 0, "kind": 2}).status == "success"


def test_calls_of_one_tool_within_each_other_are_one_and_the_last_attempt_counts() -> None:
    outer = tool(1, ms=90)
    attempts = [tool(2, error=FAILED, parent=f"{1:016x}"), tool(4, parent=f"{1:016x}")]

    [call] = run_from(outer, *attempts, root()).tool_calls

    assert call.status == "success"


def test_repeated_calls_count_their_retries() -> None:
    calls = run_from(tool(1, error=FAILED), tool(2, error=FAILED), tool(3), tool(4), root()).tool_calls

    assert [call.retries for call in calls] == [0, 1, 2, 0]
