"""What is sent and what is kept are two descriptions of one thing."""

from typing import Any

import pytest
from pydantic import BaseModel

from rca_core.telemetry import AgentRun, Cost, GuardrailEvent, Step, ToolCall
from rca_core.telemetry.wire import AgentRunBody, CostBody, GuardrailEventBody, StepBody, ToolCallBody


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (AgentRunBody, AgentRun),
        (StepBody, Step),
        (ToolCallBody, ToolCall),
        (GuardrailEventBody, GuardrailEvent),
        (CostBody, Cost),
    ],
)
def test_what_is_sent_has_the_fields_of_what_is_kept(sent: Any, kept: type[BaseModel]) -> None:
    assert set(sent.__annotations__) == set(kept.model_fields)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (AgentRunBody, AgentRun),
        (StepBody, Step),
        (ToolCallBody, ToolCall),
        (GuardrailEventBody, GuardrailEvent),
        (CostBody, Cost),
    ],
)
def test_what_must_be_kept_must_be_sent(sent: Any, kept: type[BaseModel]) -> None:
    required = {name for name, field in kept.model_fields.items() if field.is_required()}

    assert required - {"run_id"} == set(sent.__required_keys__)
