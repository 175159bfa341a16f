"""A run as a list of events in the order they happened, for replay."""

from datetime import datetime
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict

from rca_core.telemetry.model import AgentRun, GuardrailEvent, Step, ToolCall

EventType = Literal["step", "tool_call", "guardrail"]


class TimelineEvent(BaseModel):
    """One event of a run; `timestamp` is null where the telemetry says nothing about its time."""

    model_config = ConfigDict(frozen=True)

    event_id: str
    event_type: EventType
    timestamp: datetime | None
    name: str
    status: str
    details: dict[str, Any]


def timeline(run: AgentRun) -> list[TimelineEvent]:
    """Return a run's events by time, then steps, tool calls, guardrail events, then in the order given.

    A tool call without a time takes its step's, a guardrail event its call's or its step's. An event whose time is
    unknown stands where the run starts.
    """
    starts = {step.step_id: step.started_at for step in run.steps}
    calls = {call.call_id: call.started_at or starts.get(call.step_id or "") for call in run.tool_calls}
    events = [_step(step) for step in run.steps]
    events += [_tool_call(call, calls[call.call_id]) for call in run.tool_calls]
    events += [
        _guardrail(event, event.created_at or calls.get(event.call_id or "") or starts.get(event.step_id or ""))
        for event in run.guardrail_events
    ]
    # The sort is stable: kinds and their given order survive among equal times.
    return sorted(events, key=lambda event: event.timestamp or run.started_at)


def _step(step: Step) -> TimelineEvent:
    return TimelineEvent(
        event_id=step.step_id,
        event_type="step",
        timestamp=step.started_at,
        name=step.name or step.step_id,
        status=step.status,
        details={field: getattr(step, field) for field in _STEP_DETAILS},
    )


def _tool_call(call: ToolCall, at: datetime | None) -> TimelineEvent:
    return TimelineEvent(
        event_id=call.call_id,
        event_type="tool_call",
        timestamp=at,
        name=call.tool_name,
        status=call.status,
        details={field: getattr(call, field) for field in _CALL_DETAILS},
    )


def _guardrail(event: GuardrailEvent, at: datetime | None) -> TimelineEvent:
    return TimelineEvent(
        event_id=event.event_id,
        event_type="guardrail",
        timestamp=at,
        name=event.name or event.type,
        status="triggered",
        details={field: getattr(event, field) for field in _EVENT_DETAILS},
    )


def _details(model: type[BaseModel], *shown: str) -> tuple[str, ...]:
    """Return the fields of a child that its event does not show by themselves."""
    return tuple(field for field in model.model_fields if field not in shown)


_STEP_DETAILS: Final = _details(Step, "step_id", "name", "status", "started_at")
_CALL_DETAILS: Final = _details(ToolCall, "call_id", "tool_name", "status", "started_at")
_EVENT_DETAILS: Final = _details(GuardrailEvent, "event_id", "name", "created_at")
