"""An agent run as it is kept and analysed: defaults filled, statuses and times in one form."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from rca_core.telemetry.fields import (
    ChildId,
    Count,
    GuardrailType,
    KeptRunStatus,
    KeptStatus,
    Milliseconds,
    Retries,
    RunId,
    StatusCode,
    Usd,
    UtcTime,
)


class _Kept(BaseModel):
    # A body that cannot be read is named in a log, and not quoted there.
    model_config = ConfigDict(frozen=True, allow_inf_nan=False, protected_namespaces=(), hide_input_in_errors=True)

    attributes: dict[str, Any] = Field(default_factory=dict)


class Step(_Kept):
    """One step of a run: a plan, a model call, a node of a graph."""

    step_id: ChildId
    name: str = ""
    status: KeptStatus
    started_at: UtcTime | None = None
    ended_at: UtcTime | None = None
    input_summary: str | None = None
    output_summary: str | None = None
    retries: Retries = 0
    latency_ms: Milliseconds | None = None


class ToolCall(_Kept):
    """One call of a tool, as the agent saw it."""

    call_id: ChildId
    step_id: ChildId | None = None
    tool_name: str
    status: KeptStatus
    args_json: Any = None
    args_hash: str | None = None
    result_summary: str | None = None
    error_class: str | None = None
    error_message: str | None = None
    status_code: StatusCode | None = None
    retries: Retries = 0
    latency_ms: Milliseconds | None = None
    started_at: UtcTime | None = None


class GuardrailEvent(_Kept):
    """One intervention of a guardrail."""

    event_id: ChildId
    type: GuardrailType
    message: str | None = None
    step_id: ChildId | None = None
    call_id: ChildId | None = None
    created_at: UtcTime | None = None


class Cost(_Kept):
    """What a run used: tokens, and US dollars where the agent knows them."""

    tokens_prompt: Count | None = None
    tokens_completion: Count | None = None
    total_cost_usd: Usd | None = None


class AgentRun(_Kept):
    """One run of an agent with everything that happened in it; children keep the order they were sent in."""

    run_id: RunId
    agent_name: str
    agent_version: str | None = None
    model: str | None = None
    environment: str | None = None
    started_at: UtcTime
    ended_at: UtcTime | None = None
    status: KeptRunStatus
    error_type: str | None = None
    error_message: str | None = None
    trace_id: str | None = None
    correlation_ids: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    guardrail_events: tuple[GuardrailEvent, ...] = ()
    cost: Cost = Field(default_factory=Cost)

    @classmethod
    def from_body(cls, body: bytes) -> Self:
        """Return the run that a canonical body holds; `ValidationError` if it is not one."""
        return cls.model_validate_json(body)
