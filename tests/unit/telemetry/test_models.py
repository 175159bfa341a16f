"""What is sent is derived from what is kept: no field is declared twice, none is without a kind."""

import pytest
from pydantic import BaseModel

from rca_core.telemetry import AgentRun, Cost, GuardrailEvent, Step, ToolCall
from rca_core.telemetry.wire import CHILDREN, COST, ENTRY_BODIES, RUN, RUN_BODY, Shape

SHAPES = [
    (RUN, AgentRun),
    (CHILDREN["steps"], Step),
    (CHILDREN["tool_calls"], ToolCall),
    (CHILDREN["guardrail_events"], GuardrailEvent),
    (COST, Cost),
]


@pytest.mark.parametrize(("shape", "kept"), SHAPES)
def test_what_is_sent_has_the_fields_of_what_is_kept(shape: Shape, kept: type[BaseModel]) -> None:
    assert list(shape.fields) == list(kept.model_fields)


@pytest.mark.parametrize(("shape", "kept"), SHAPES)
def test_every_field_that_holds_no_entries_has_a_kind(shape: Shape, kept: type[BaseModel]) -> None:
    without = {name for name, kind in shape.fields.items() if kind is None}

    assert without <= {"run_id", "steps", "tool_calls", "guardrail_events", "cost"}
    assert kept.model_fields.keys() - without


def test_only_the_name_of_the_agent_has_to_be_sent() -> None:
    described = RUN_BODY.json_schema()

    assert described["required"] == ["agent_name"]
    assert all("required" not in ENTRY_BODIES[group].json_schema() for group in ENTRY_BODIES)
