"""An agent run as agents send it, typed for a validator that makes plain dictionaries.

Dictionaries, not models: a run with thousands of children is validated, put right in place and written without an
object per child, at half the CPU. `rca_core.telemetry.run` is what readers get; a test holds the two to one set of
fields.
"""

from datetime import datetime
from typing import Annotated, Any, NotRequired, TypeVar

from pydantic import ConfigDict, Field, TypeAdapter, with_config
from pydantic_core import CoreConfig, SchemaSerializer
from typing_extensions import TypedDict

from rca_core.telemetry.fields import (
    MAX_CHILDREN,
    STATUS_SYNONYMS,
    ChildId,
    Count,
    GuardrailType,
    Milliseconds,
    Retries,
    RunId,
    StatusCode,
    Usd,
)

# Unknown fields are kept, numbers are finite.
_CONFIG = ConfigDict(extra="allow", allow_inf_nan=False)

# Bounded in the type, so that validation stops there: a body may hold millions of entries, each with its errors.
_T = TypeVar("_T")
_Bounded = Annotated[list[_T], Field(max_length=MAX_CHILDREN)]

_SYNONYMS = sorted(STATUS_SYNONYMS)
_RUN_SYNONYMS = [synonym for synonym in _SYNONYMS if STATUS_SYNONYMS[synonym] != "skipped"]

# Described in lower case only; understood in any.
_StatusText = Annotated[
    str,
    Field(
        description="success, failure, running or skipped, or a synonym of one",
        json_schema_extra={"enum": list(_SYNONYMS)},
    ),
]
_RunStatusText = Annotated[
    str,
    Field(
        description="success, failure or running, or a synonym of one", json_schema_extra={"enum": list(_RUN_SYNONYMS)}
    ),
]


@with_config(_CONFIG)
class StepBody(TypedDict):
    """One step of a run: a plan, a model call, a node of a graph."""

    step_id: ChildId
    name: NotRequired[str | None]
    status: _StatusText
    started_at: NotRequired[datetime | None]
    ended_at: NotRequired[datetime | None]
    input_summary: NotRequired[str | None]
    output_summary: NotRequired[str | None]
    retries: NotRequired[Retries | None]
    latency_ms: NotRequired[Milliseconds | None]
    attributes: NotRequired[dict[str, Any] | None]


@with_config(_CONFIG)
class ToolCallBody(TypedDict):
    """One call of a tool, as the agent saw it."""

    call_id: ChildId
    step_id: NotRequired[ChildId | None]
    tool_name: Annotated[str, Field(min_length=1)]
    status: _StatusText
    args_json: NotRequired[Any]
    args_hash: NotRequired[str | None]
    result_summary: NotRequired[str | None]
    error_class: NotRequired[str | None]
    error_message: NotRequired[str | None]
    status_code: NotRequired[StatusCode | None]
    retries: NotRequired[Retries | None]
    latency_ms: NotRequired[Milliseconds | None]
    started_at: NotRequired[datetime | None]
    attributes: NotRequired[dict[str, Any] | None]


@with_config(_CONFIG)
class GuardrailEventBody(TypedDict):
    """One intervention of a guardrail."""

    event_id: ChildId
    type: GuardrailType
    message: NotRequired[str | None]
    step_id: NotRequired[ChildId | None]
    call_id: NotRequired[ChildId | None]
    created_at: NotRequired[datetime | None]
    attributes: NotRequired[dict[str, Any] | None]


@with_config(_CONFIG)
class CostBody(TypedDict):
    """What a run used: tokens, and US dollars where the agent knows them."""

    tokens_prompt: NotRequired[Count | None]
    tokens_completion: NotRequired[Count | None]
    total_cost_usd: NotRequired[Usd | None]
    attributes: NotRequired[dict[str, Any] | None]


@with_config(_CONFIG)
class AgentRunBody(TypedDict):
    """What happened in one run of an agent; `run_id` is made when it is absent or null."""

    run_id: NotRequired[RunId | None]
    agent_name: Annotated[str, Field(min_length=1)]
    agent_version: NotRequired[str | None]
    model: NotRequired[str | None]
    environment: NotRequired[str | None]
    started_at: datetime
    ended_at: NotRequired[datetime | None]
    status: _RunStatusText
    error_type: NotRequired[str | None]
    error_message: NotRequired[str | None]
    trace_id: NotRequired[str | None]
    correlation_ids: NotRequired[_Bounded[str] | None]
    steps: NotRequired[_Bounded[StepBody] | None]
    tool_calls: NotRequired[_Bounded[ToolCallBody] | None]
    guardrail_events: NotRequired[_Bounded[GuardrailEventBody] | None]
    cost: NotRequired[CostBody | None]
    attributes: NotRequired[dict[str, Any] | None]


AGENT_RUN_BODY: TypeAdapter[AgentRunBody] = TypeAdapter(AgentRunBody)

# A number that JSON cannot hold, deep in an argument, is spelled out, so that it can be found and refused.
_SERIALIZER = SchemaSerializer(AGENT_RUN_BODY.core_schema, CoreConfig(ser_json_inf_nan="constants"))


def write_body(run: AgentRunBody) -> bytes:
    """Return a run as JSON: known fields in one order whatever order they were sent in, without the null ones."""
    in_order = {name: run[name] for name in AgentRunBody.__annotations__ if name in run}  # type: ignore[literal-required]
    return _SERIALIZER.to_json(in_order, exclude_none=True)
