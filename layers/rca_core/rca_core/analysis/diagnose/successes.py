"""What succeeded later: the same tool, a tool for the same purpose, a tool given the same thing, a later step."""

from bisect import bisect_right
from typing import Final

from rca_core.analysis.model import Evidence
from rca_core.analysis.observe.order import Place
from rca_core.analysis.observe.tool_names import purposes
from rca_core.analysis.observe.view import RunView
from rca_core.telemetry import ToolCall

_ENDED: Final = ("success", "failure")
_LONG_VALUE: Final = 12
"""Characters from which two calls that share an argument value are taken to be after the same thing: a URL, a query."""


class Successes:
    """The last real success of each tool, purpose and argument value, and of each step name."""

    def __init__(self, view: RunView, tainted: frozenset[str]) -> None:
        run, calls = view.run, view.calls
        self.where = where = view.where
        self.by_tool: dict[str, Place] = {}
        self.by_purpose: dict[tuple[str, str], Place] = {}
        self.by_value: dict[str, Place] = {}
        for call in calls:
            if call.status != "success" or call.call_id in tainted:
                continue
            self.by_tool[call.tool_name] = where["tool_call", call.call_id]
            for value in _long_values(call):
                self.by_value[value] = where["tool_call", call.call_id]
        for tool, place in self.by_tool.items():
            for purpose in purposes(tool):
                self.by_purpose[purpose] = max(place, self.by_purpose.get(purpose, place))
        self.by_step: dict[str, Place] = {}
        for step in run.steps:
            if step.status == "success":
                place = where["step", step.step_id]
                self.by_step[step.name] = max(place, self.by_step.get(step.name, place))
        self.last_step = max(self.by_step.values(), default=None)
        ended = {status: [where["step", s.step_id] for s in run.steps if s.status == status] for status in _ENDED}
        self.succeeded = sorted(ended["success"])
        self.failed_steps = {step.step_id for step in run.steps if step.status == "failure"}
        self.last_failed_step = max(ended["failure"], default=None)

    def same_intent_after(self, call: ToolCall) -> bool:
        """Return whether the tool, a tool for the same purpose, or one given the same thing succeeded after a call."""
        if not self.by_tool:
            return False
        place = self.where["tool_call", call.call_id]
        same = (self.by_tool.get(call.tool_name), *(self.by_value.get(value) for value in _long_values(call)))
        # Of another tool for the same purpose a success beside the failure will do: both were asked at once.
        step = self.where.get(("step", call.step_id or ""), place)
        others = (self.by_purpose.get(purpose) for purpose in purposes(call.tool_name))
        return any(later is not None and later > place for later in same) or any(
            later is not None and later > min(place, step) for later in others
        )

    def same_step_after(self, step: Evidence) -> bool:
        """Return whether a step of the same name succeeded after a step."""
        later = self.by_step.get(str(step.attributes.get("name") or ""))
        return bool(step.attributes.get("name")) and later is not None and later > self.where["step", step.ref_id]

    def got_past(self, call: ToolCall, *, steps: int = 1) -> bool:
        """Return whether so many steps succeeded after the one in which a call failed, and none failed from it on.

        Steps tell, not calls: a call more or less that has nothing to do with a failure must not change its weight.
        """
        if self.last_failed_step is not None and self.last_failed_step >= self._step_of(call):
            return False
        return len(self.succeeded) - bisect_right(self.succeeded, self._step_of(call)) >= steps

    def broke_its_step(self, fault: Evidence) -> bool:
        """Return whether the step in which a call failed failed too."""
        return fault.attributes.get("step_id") in self.failed_steps

    def _step_of(self, call: ToolCall) -> Place:
        return self.where.get(("step", call.step_id or "")) or self.where["tool_call", call.call_id]

    def went_on_after(self, call_id: str, step_id: str | None) -> bool:
        """Return whether a later step succeeded than the one in which a call was made.

        Steps tell, not calls: a call more or less that has nothing to do with a failure must not change its weight.
        """
        if self.last_step is None:
            return False
        own_step = self.where.get(("step", step_id or ""))
        return self.last_step > own_step if own_step else self.last_step[0] > self.where["tool_call", call_id][0]


def _long_values(call: ToolCall) -> list[str]:
    if not isinstance(call.args_json, dict):
        return []
    return [value for value in call.args_json.values() if isinstance(value, str) and len(value) >= _LONG_VALUE]
