"""An agent run: the one declaration of its fields.

What is accepted (`wire`), how a value of the wrong form is mended (`mend`, `normalise`), what the timeline shows and
what the API's description says all follow from these models. They are what readers get: defaults filled, statuses and
times in one form.
"""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from rca_core.telemetry.fields import (
    Actions,
    AnyJson,
    CallId,
    ChildId,
    Count,
    GuardrailTypes,
    KeptRunStatus,
    KeptStatus,
    Kinds,
    Message,
    Milliseconds,
    Name,
    Names,
    OwnAttributes,
    Retries,
    RunId,
    Score,
    StatusCode,
    StepId,
    Summary,
    Usd,
    UtcTime,
)


class _Kept(BaseModel):
    # A body that cannot be read is named in a log, and not quoted there.
    model_config = ConfigDict(frozen=True, allow_inf_nan=False, protected_namespaces=(), hide_input_in_errors=True)


class Step(_Kept):
    """One step of a run: a plan, a model call, a node of a graph."""

    step_id: ChildId
    name: Name = ""
    kind: Kinds | None = None
    parent_step_id: StepId | None = None
    agent_name: Name | None = Field(None, description="whose step it is, in a system of several agents")
    model: Name | None = None
    status: KeptStatus
    started_at: UtcTime | None = None
    ended_at: UtcTime | None = None
    input_summary: Summary | None = None
    output_summary: Summary | None = None
    error_type: Name | None = None
    error_message: Message | None = None
    status_code: StatusCode | None = None
    finish_reason: Name | None = Field(None, description="why a model stopped, in its provider's word")
    retries: Retries = 0
    latency_ms: Milliseconds | None = Field(None, description="computed from the times when absent")
    tokens_prompt: Count | None = None
    tokens_completion: Count | None = None
    cost_usd: Usd | None = None
    attributes: OwnAttributes = Field(default_factory=dict)


class ToolCall(_Kept):
    """One call of a tool, as the agent saw it."""

    call_id: ChildId
    step_id: StepId | None = None
    tool_name: Name
    status: KeptStatus
    args_json: AnyJson = None
    args_hash: Name | None = None
    result_summary: Summary | None = None
    result_count: Count | None = Field(None, description="what a search or a lookup found")
    top_score: Score | None = Field(None, description="the best match of a search")
    error_class: Name | None = None
    error_message: Message | None = None
    status_code: StatusCode | None = None
    retries: Retries = 0
    latency_ms: Milliseconds | None = None
    started_at: UtcTime | None = None
    ended_at: UtcTime | None = None
    attributes: OwnAttributes = Field(default_factory=dict)


class GuardrailEvent(_Kept):
    """One intervention of a guardrail."""

    event_id: ChildId
    type: GuardrailTypes
    name: Name | None = None
    action: Actions | None = None
    message: Message | None = None
    step_id: StepId | None = None
    call_id: CallId | None = None
    created_at: UtcTime | None = None
    attributes: OwnAttributes = Field(default_factory=dict)


class Cost(_Kept):
    """What a run used: tokens, and US dollars where the agent knows them; summed from the steps when absent."""

    tokens_prompt: Count | None = None
    tokens_completion: Count | None = None
    total_cost_usd: Usd | None = None
    attributes: OwnAttributes = Field(default_factory=dict)


class AgentRun(_Kept):
    """One run of an agent with everything that happened in it; children keep the order they were sent in."""

    run_id: RunId
    agent_name: Name
    agent_version: Name | None = None
    model: Name | None = None
    environment: Name | None = None
    started_at: UtcTime
    ended_at: UtcTime | None = Field(None, description="null while it runs")
    status: KeptRunStatus
    error_type: Name | None = None
    error_message: Message | None = None
    trace_id: Name | None = None
    correlation_ids: Names = ()
    input_summary: Summary | None = Field(None, description="what was asked")
    output_summary: Summary | None = Field(None, description="what was answered")
    available_tools: Names = Field((), description="names of the tools that the agent could have called")
    steps: tuple[Step, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    guardrail_events: tuple[GuardrailEvent, ...] = ()
    cost: Cost = Field(default_factory=Cost)
    attributes: OwnAttributes = Field(default_factory=dict)

    @classmethod
    def from_body(cls, body: bytes) -> Self:
        """Return the run that a canonical body holds; `ValidationError` if it is not one."""
        return cls.model_validate_json(body)
