"""A run made ready to look at: its children once, in the order in which they happened, by id and by tool."""

from collections.abc import Iterator
from functools import cached_property

from rca_core.analysis.observe.order import Place, in_order, places
from rca_core.telemetry import AgentRun, GuardrailEvent, Step, ToolCall


class RunView:
    """One run, indexed; every stage of an analysis looks at the same view."""

    def __init__(self, run: AgentRun) -> None:
        self.run = run
        self.where: dict[tuple[str, str], Place] = places(run)
        self.steps: list[Step]
        self.calls: list[ToolCall]
        self.events: list[GuardrailEvent]
        self.steps, self.calls, self.events = in_order(run, self.where)
        self.step = {step.step_id: step for step in run.steps}
        self.call = {call.call_id: call for call in run.tool_calls}
        self.event = {event.event_id: event for event in run.guardrail_events}

    @cached_property
    def model_steps(self) -> list[Step]:
        """Return the steps in which a model answered: said to be, or with the reason why it stopped."""
        return [step for step in self.steps if step.kind == "llm" or step.finish_reason]

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """Return what the run was asked, as far as that was recorded."""
        texts = (self.run.input_summary, *(step.input_summary for step in self.steps))
        return tuple(text for text in texts if text)

    def calls_before(self, call: ToolCall) -> Iterator[ToolCall]:
        """Yield the calls that happened before one, the earliest first."""
        place = self.where["tool_call", call.call_id]
        for each in self.calls:
            if self.where["tool_call", each.call_id] >= place:
                return
            yield each
