"""CrewAI: the events of its bus, read as they are emitted: its handlers run in a pool, in whatever order."""

from functools import cache, wraps
from typing import Any, Final

from crewai.events import crewai_event_bus

from smart_sre.adapters.tracked import Tracked
from smart_sre.client import harmless
from smart_sre.responses import first, usage_fields

Json = dict[str, Any]

_ROOTS: Final = frozenset({"crew_kickoff_started", "flow_started", "lite_agent_execution_started"})
_STEPS: Final = {
    "task_started": "chain",
    "agent_execution_started": "agent",
    "lite_agent_execution_started": "agent",
    "crew_kickoff_started": "chain",
    "method_execution_started": "chain",
    "llm_call_started": "llm",
}
_TOOL_ERRORS: Final = frozenset({"tool_usage_error", "tool_execution_error"})
# Said apart from any call that began: the tool is not there, or its arguments are not to be read.
_TOOL_REFUSALS: Final = frozenset({"tool_selection_error", "tool_validate_input_error"})


@cache
def install(agent_name: str | None = None) -> None:
    """Record every crew, flow and agent of this process."""
    events = _Events(agent_name)
    emit = crewai_event_bus.emit

    @wraps(emit)
    def emitted(source: Any, event: Any) -> Any:
        # Its id and its parent's are set by the bus.
        outcome = emit(source, event)
        events.read(source, event)
        return outcome

    crewai_event_bus.emit = emitted


class _Events:
    def __init__(self, agent_name: str | None) -> None:
        self._tracked = Tracked(agent_name)

    @harmless
    def read(self, source: Any, event: Any) -> None:
        """Note what an event says."""
        kind: str = event.type
        ended = event.started_event_id
        if kind.endswith("_started"):
            self._begin(kind, source, event)
        elif kind in _TOOL_ERRORS and ended:
            self._tracked.finish(ended, error_class=_class(event.error), error_message=str(event.error))
        elif kind == "tool_usage_finished" and ended:
            self._tracked.finish(ended, result_summary=event.output, **_failure(event.failure))
        elif kind in _TOOL_REFUSALS:
            self._refused(event, str(event.error))
        elif kind == "tool_failure_detected":
            self._detected(event)
        elif kind == "llm_guardrail_completed" and not event.success:
            self._flagged(event)
        elif ended:
            self._end(kind, ended, event)

    def _begin(self, kind: str, source: Any, event: Any) -> None:
        key, parent = event.event_id, event.parent_event_id
        if self._tracked.node(parent) is None:
            if kind in _ROOTS:
                self._tracked.open(key, _name(kind, source, event), input_summary=first(event, "inputs", "messages"))
            return
        if kind == "tool_usage_started":
            self._tracked.begin(key, parent, "tool_calls", tool_name=event.tool_name, args_json=event.tool_args)
        elif kind in _STEPS:
            known = {
                "agent_name": event.agent_role,
                "kind": _STEPS[kind],
                "input_summary": first(event, "task_prompt", "messages"),
            }
            self._tracked.begin(
                key, parent, "steps", name=_name(kind, source, event), model=first(event, "model"), **known
            )
        else:
            self._tracked.follow(key, parent)

    def _end(self, kind: str, started: str, event: Any) -> None:
        error = first(event, "error")
        output = first(event, "output", "response", "result")
        told: Json = {"output_summary": first(output, "raw") or output}
        if kind.endswith(("_failed", "_error")) or error:
            told |= {
                "error_message": str(error or kind),
                "error_type": _class(error) or _class(first(event, "error_type")),
            }
        node = self._tracked.node(started)
        if node and node.entry:
            usage = {"finish_reason": first(event, "finish_reason"), **usage_fields(first(event, "usage"))}
            self._tracked.finish(started, **told, **usage)
        elif node and node.owner:
            if "error_message" in told:
                node.recording.decide("failure", **{name: told[name] for name in ("error_message", "error_type")})
            self._tracked.close(started, output_summary=told["output_summary"])

    def _refused(self, event: Any, message: str, **told: Any) -> None:
        key = f"{event.event_id}/call"
        self._tracked.begin(
            key, event.parent_event_id, "tool_calls", tool_name=event.tool_name, args_json=event.tool_args
        )
        self._tracked.finish(key, status="failure", error_message=message, **told)

    def _detected(self, event: Any) -> None:
        """Note a failure that no event of a call told of; one that did is not told of twice."""
        above = self._tracked.node(event.parent_event_id)
        if above and not above.recording.failed("tool_calls", tool_name=event.tool_name):
            told = _failure(event.failure)
            self._refused(event, told.pop("error_message"), **{k: v for k, v in told.items() if k != "status"})

    def _flagged(self, event: Any) -> None:
        # The task is tried again; if that is in vain, it says so itself.
        if above := self._tracked.node(event.parent_event_id) or self._tracked.node(event.started_event_id):
            name = event.guardrail_name or event.guardrail_type or "guardrail"
            message = event.error or str(event.result)
            above.recording.event(
                name=name, type="schema_validation", action="flagged", message=message, step_id=above.step_id
            )


def _name(kind: str, source: Any, event: Any) -> str:
    if kind == "task_started":
        return str(event.task_name or "task")
    info = first(event, "agent_info")
    found = first(event, "crew_name", "flow_name", "method_name", "model") or first(info, "role")
    return str(found or first(first(event, "agent") or source, "role", "name") or kind.removesuffix("_started"))


def _class(error: Any) -> str | None:
    if isinstance(error, type):
        return error.__qualname__
    return type(error).__qualname__ if isinstance(error, BaseException) else None


def _failure(failure: Any) -> Json:
    if failure is None:
        return {}
    reason = first(failure.reason, "value")
    return {
        "status": "failure",
        "error_message": failure.message,
        "attributes": {"reason": reason, "code": first(failure, "code")},
    }
