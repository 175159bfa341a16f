"""OpenAI Agents: a trace processor. The errors of tools, which traces leave out, are read where they are handled."""

import sys
from functools import cache, wraps
from typing import Any, Final

from agents import tool as tools
from agents.tracing import add_trace_processor
from agents.tracing.processor_interface import TracingProcessor

from smart_sre.adapters.tracked import Node, Tracked
from smart_sre.client import Client, harmless
from smart_sre.problems import error_fields
from smart_sre.responses import first, response_fields, usage_fields

Json = dict[str, Any]

_HANDLING: Final = "maybe_invoke_function_tool_failure_error_function"
_UNNAMED: Final = "Agent workflow"
_KINDS: Final = {"agent": "agent", "response": "llm", "generation": "llm"}


@cache
def install(agent_name: str | None = None) -> None:
    """Record every run of this process, beside the processors that there are."""
    processor = SmartSREProcessor(agent_name)
    add_trace_processor(processor)
    _read_errors(processor)


class SmartSREProcessor(TracingProcessor):
    """Records traces."""

    def __init__(self, agent_name: str | None = None, client: Client | None = None) -> None:
        """Make a processor; `agent_name` names its runs instead of their first agent."""
        self._named = agent_name
        self._tracked = Tracked(agent_name, client)

    @harmless
    def on_trace_start(self, trace: Any) -> None:
        """Begin a run."""
        name = None if trace.name == _UNNAMED else trace.name
        group = first(trace, "group_id")
        self._tracked.open(trace.trace_id, name, trace_id=trace.trace_id, correlation_ids=[group] if group else None)

    @harmless
    def on_trace_end(self, trace: Any) -> None:
        """End a run."""
        self._tracked.close(trace.trace_id)

    @harmless
    def on_span_start(self, span: Any) -> None:
        """Begin what a span stands for."""
        data, parent = span.span_data, span.parent_id or span.trace_id
        kind = data.type
        if kind == "function":
            self._tracked.begin(span.span_id, parent, "tool_calls", tool_name=data.name)
        elif kind in ("agent", "response", "generation", "handoff", "mcp_tools"):
            self._tracked.begin(span.span_id, parent, "steps", name=_name(data), kind=_KINDS.get(kind, "other"))
            if kind == "agent":
                self._met(span.trace_id, data)
        else:
            # A task, a turn, a guardrail: nothing of its own, but what happens in it is told of.
            self._tracked.follow(span.span_id, parent)

    @harmless
    def on_span_end(self, span: Any) -> None:
        """End what a span stands for."""
        data, kind, error = span.span_data, span.span_data.type, _error(span.error)
        if kind == "guardrail" and data.triggered:
            self._guardrail(span.trace_id, data.name, "tripwire triggered")
        if (blocked := error.pop("guardrail", None)) and isinstance(blocked, str):
            self._guardrail(span.trace_id, blocked, error.get("error_message", ""))
        node = self._tracked.node(span.span_id)
        if node and node.entry:
            if kind == "function":
                # What was read where the error was handled says more than the span does.
                error = {} if node.entry.done else _of_tool(error)
                self._tracked.finish(span.span_id, args_json=data.input, result_summary=data.output, **error)
            else:
                told = _told(data)
                self._tracked.finish(span.span_id, **told, **error)
                if kind == "agent" and error and "parent_step_id" not in node.entry.fields:
                    self._failed(span.trace_id, error)
                self._asked_and_answered(span.trace_id, told)
        elif error:
            # A turn that failed: the run ends without a word of it.
            self._failed(span.trace_id, error)

    @harmless
    def tool_failed(self, context: Any, error: Any) -> None:
        """Note the error of a tool that the framework is about to hide."""
        from agents.tracing import get_current_span

        span = get_current_span()
        node = self._tracked.node(span.span_id) if span else None
        if node and node.entry and node.entry.group == "tool_calls":
            told = {"call_id": first(context, "tool_call_id"), "args_json": first(context, "tool_arguments")}
            node.entry.finish(**error_fields(error, name="error_class"), **told)

    def shutdown(self) -> None:
        """Do nothing: what ended is sent by its client."""

    def force_flush(self) -> None:
        """Do nothing, for the same reason."""

    def _met(self, trace_id: str, data: Any) -> None:
        run: Node | None = self._tracked.node(trace_id)
        if run and run.owner and not self._named and run.recording.agent_name == "agent":
            run.recording.set(agent_name=data.name, available_tools=data.tools or None)

    def _asked_and_answered(self, trace_id: str, told: Json) -> None:
        """Note what the first model call was asked, and what the last one answered, as the run's own."""
        if (run := self._tracked.node(trace_id)) and run.owner:
            run.recording.set(output_summary=told["output_summary"])
            run.recording.set_first(input_summary=told["input_summary"])

    def _failed(self, trace_id: str, error: Json) -> None:
        if (run := self._tracked.node(trace_id)) and run.owner:
            run.recording.decide("failure", **error)

    def _guardrail(self, trace_id: str, name: str, message: str) -> None:
        run = self._tracked.node(trace_id)
        # A guardrail's span and its turn's both tell of it.
        if run and name not in run.recording.names("guardrail_events"):
            run.recording.event(name=name, type="policy_block", action="blocked", message=message)


def _read_errors(processor: SmartSREProcessor) -> None:
    """Read errors on their way to the function that words them for the model; it goes on as before."""
    original = getattr(tools, _HANDLING, None)
    if original is None:
        return

    @wraps(original)
    async def handled(*args: Any, **kwargs: Any) -> Any:
        processor.tool_failed(kwargs.get("context"), kwargs.get("error"))
        return await original(*args, **kwargs)

    for name, module in list(sys.modules.items()):
        if name.startswith("agents.") and getattr(module, _HANDLING, None) is original:
            setattr(module, _HANDLING, handled)


def _name(data: Any) -> str:
    if data.type == "handoff":
        return f"handoff to {data.to_agent}"
    return str(first(data, "name", "model") or data.type)


def _told(data: Any) -> Json:
    told: Json = {"input_summary": first(data, "input"), "output_summary": first(data, "output")}
    if response := first(data, "response"):
        told = {**told, **response_fields(response), "output_summary": first(response, "output_text")}
    if model := first(data, "model"):
        told["model"] = model
    return {**told, **usage_fields(first(data, "usage"))}


def _error(error: Any) -> Json:
    """Return what a span's error says; the name of a guardrail apart."""
    if not error:
        return {}
    data = error.get("data") or {}
    detail = data.get("error") or data.get("tool_name") or ""
    message = str(error.get("message") or "error")
    said = {"error_message": f"{message}: {detail}" if detail else message, "error_type": "AgentsError"}
    if "guardrail" in data:
        return {**said, "error_type": "GuardrailTripwireTriggered", "guardrail": data["guardrail"]}
    others = {name: value for name, value in data.items() if name not in ("error", "tool_name")}
    return {**said, "attributes": others} if others else said


def _of_tool(error: Json) -> Json:
    known = dict(error)
    if "error_type" in known:
        known["error_class"] = known.pop("error_type")
    return known
