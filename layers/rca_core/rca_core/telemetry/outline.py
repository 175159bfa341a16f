"""A run as little as a waterfall takes: its events without what they say, and one of them whole."""

import json
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from rca_core.errors import FieldError, InvalidInput, NotFound
from rca_core.telemetry.model import AgentRun
from rca_core.telemetry.timeline import EventType, TimelineEvent, timeline

_GROUPS: Final[dict[EventType, str]] = {"step": "steps", "tool_call": "tool_calls", "guardrail": "guardrail_events"}
_IDS: Final = {"steps": "step_id", "tool_calls": "call_id", "guardrail_events": "event_id"}
_MILLISECOND: Final = timedelta(milliseconds=1)


class EventOutline(BaseModel):
    """One event without its texts. `path` is where highlights find it: `tool_calls/call-1`; `parent`, what it is
    part of.

    `agent_name` is whose event it is: its own, else its parent's, else the run's. `error` is the type or class of its
    error, `output_chars` the length of what came out of it.
    """

    model_config = ConfigDict(frozen=True)

    path: str
    event_id: str
    event_type: EventType
    parent: str | None
    agent_name: str
    name: str
    status: str
    kind: str | None
    timestamp: datetime | None
    ended_at: datetime | None
    duration_ms: float | None
    model: str | None
    tokens_prompt: int | None
    tokens_completion: int | None
    cost_usd: float | None
    retries: int
    status_code: int | None
    error: str | None
    output_chars: int


class Outline(BaseModel):
    """A part of a run's events in the order they happened; `total` is how many there are.

    `revision` is of the run: where it differs from one part to the next, the run was replaced between them.
    """

    run_id: str
    revision: int
    total: int
    items: list[EventOutline]


class EventFields(BaseModel):
    """The fields of an event, or of the run without its events, as they are stored: whole, under their own names.

    A highlight's `path` is this one and the name of a field. It marks that field's text from `start` to `end`, counted
    in Unicode code points. It is of the report's revision of the run.
    """

    run_id: str
    revision: int
    path: str = Field(description="of an event, as in its outline; empty for the run")
    fields: dict[str, Any]


def outlines(run: AgentRun, *, offset: int, limit: int) -> tuple[list[EventOutline], int]:
    """Return a part of a run's events, in the order of its timeline, and how many there are."""
    events = timeline(run)
    lanes = _Lanes(run)
    return [_outline(event, lanes) for event in events[offset : offset + limit]], len(events)


def fields_at(body: bytes, path: str) -> dict[str, Any]:
    """Return the fields of what a path names in a canonical body. Raises `NotFound`, `InvalidInput`."""
    run: dict[str, Any] = json.loads(body)
    if not path:
        return {name: value for name, value in run.items() if name not in _IDS}
    group, _, child_id = path.partition("/")
    if group not in _IDS or not child_id:
        msg = "is not a path of an event, as in tool_calls/call-1"
        raise InvalidInput([FieldError(loc=["query", "path"], msg=msg, type="path")])
    found: dict[str, Any] | None = next((each for each in run.get(group, ()) if each[_IDS[group]] == child_id), None)
    if found is None:
        raise NotFound(f"the run has no event {path!r}")
    return found


class _Lane(NamedTuple):
    agent_name: str | None
    parent: str | None


class _Lanes:
    """Whose step each step is: its own agent's, else that of the nearest step around it that names one."""

    def __init__(self, run: AgentRun) -> None:
        self._run = run
        self._steps = {step.step_id: _Lane(step.agent_name, step.parent_step_id) for step in run.steps}
        self._calls = {call.call_id: call.step_id for call in run.tool_calls}
        self._known: dict[str, str] = {}

    def of_step(self, step_id: str | None) -> str:
        """Return the agent of a step; the run's for what is in none."""
        passed: dict[str, None] = {}
        agent: str | None = None
        while step_id is not None and agent is None and step_id not in passed:
            passed[step_id] = None
            lane = self._steps.get(step_id, _Lane(None, None))
            agent, step_id = self._known.get(step_id) or lane.agent_name, lane.parent
        found = agent or self._run.agent_name
        self._known.update(dict.fromkeys(passed, found))
        return found

    def step_of_call(self, call_id: str | None) -> str | None:
        """Return the step that a call is part of."""
        return self._calls.get(call_id or "")


def _outline(event: TimelineEvent, lanes: _Lanes) -> EventOutline:
    told = event.details
    step_id = event.event_id if event.event_type == "step" else told.get("step_id")
    if event.event_type == "guardrail" and step_id is None:
        step_id = lanes.step_of_call(told["call_id"])
    begins, ended, duration = event.timestamp, told.get("ended_at"), told.get("latency_ms")
    if duration is None and begins and ended:
        duration = max(0.0, (ended - begins) / _MILLISECOND)
    if ended is None and begins and duration is not None:
        ended = begins + timedelta(milliseconds=duration)
    return EventOutline(
        path=f"{_GROUPS[event.event_type]}/{event.event_id}",
        event_id=event.event_id,
        event_type=event.event_type,
        parent=_parent(event),
        agent_name=lanes.of_step(step_id),
        name=event.name,
        status=event.status,
        kind=told.get("kind") or told.get("type"),
        timestamp=begins,
        ended_at=ended,
        duration_ms=duration,
        model=told.get("model"),
        tokens_prompt=told.get("tokens_prompt"),
        tokens_completion=told.get("tokens_completion"),
        cost_usd=told.get("cost_usd"),
        retries=told.get("retries", 0),
        status_code=told.get("status_code"),
        error=told.get("error_type") or told.get("error_class"),
        output_chars=len(told.get("output_summary") or told.get("result_summary") or ""),
    )


def _parent(event: TimelineEvent) -> str | None:
    told = event.details
    around = (("tool_calls", told.get("call_id")), ("steps", told.get("step_id") or told.get("parent_step_id")))
    return next((f"{group}/{child_id}" for group, child_id in around if child_id), None)
