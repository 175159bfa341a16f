"""What succeeded later: the same tool, a tool for the same purpose, a tool given the same thing, a later step."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from rca_core.analysis.order import Place
from rca_core.analysis.report_model import Evidence
from rca_core.analysis.rules.model import listed
from rca_core.telemetry import AgentRun, ToolCall

_WORD = re.compile(r"[A-Za-z][a-z]*|[A-Z]+|\d+")
# Words of tool names that do not say what the tool is about.
_COMMON_WORDS: Final = frozenset(
    listed(
        """
        get find by details detail list search fetch id info data api tool lookup look up query for the of and with from
        in v name all
        """
    )
)
_LONG_VALUE: Final = 12
"""Characters from which two calls that share an argument value are taken to be after the same thing: a URL, a query."""


class Successes:
    """The last real success of each tool, purpose and argument value, and of each step name."""

    def __init__(
        self, run: AgentRun, calls: Iterable[ToolCall], tainted: frozenset[str], where: dict[tuple[str, str], Place]
    ) -> None:
        self.where = where
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
            for purpose in _purposes(tool):
                self.by_purpose[purpose] = max(place, self.by_purpose.get(purpose, place))
        self.by_step: dict[str, Place] = {}
        for step in run.steps:
            if step.status == "success":
                place = where["step", step.step_id]
                self.by_step[step.name] = max(place, self.by_step.get(step.name, place))
        self.last_step = max(self.by_step.values(), default=None)

    def same_intent_after(self, call: ToolCall) -> bool:
        """Return whether the tool, a tool for the same purpose, or one given the same thing succeeded after a call."""
        if not self.by_tool:
            return False
        place = self.where["tool_call", call.call_id]
        found = (
            self.by_tool.get(call.tool_name),
            *(self.by_purpose.get(purpose) for purpose in _purposes(call.tool_name)),
            *(self.by_value.get(value) for value in _long_values(call)),
        )
        return any(later is not None and later > place for later in found)

    def same_step_after(self, step: Evidence) -> bool:
        """Return whether a step of the same name succeeded after a step."""
        later = self.by_step.get(str(step.attributes.get("name") or ""))
        return bool(step.attributes.get("name")) and later is not None and later > self.where["step", step.ref_id]

    def went_on_after(self, call_id: str, step_id: str | None) -> bool:
        """Return whether a later step succeeded than the one in which a call was made.

        Steps tell, not calls: a call more or less that has nothing to do with a failure must not change its weight.
        """
        if self.last_step is None:
            return False
        own_step = self.where.get(("step", step_id or ""))
        return self.last_step > own_step if own_step else self.last_step[0] > self.where["tool_call", call_id][0]


@lru_cache(maxsize=1_000)
def _purposes(tool: str) -> tuple[tuple[str, str], ...]:
    """Return (verb, thing) pairs: `find_user_id_by_email` and `find_user_by_zip` are both for (find, user)."""
    words = [word.lower() for word in _WORD.findall(tool)]
    return tuple((words[0], word) for word in sorted(set(words[1:]) - _COMMON_WORDS)) if words else ()


def _long_values(call: ToolCall) -> list[str]:
    if not isinstance(call.args_json, dict):
        return []
    return [value for value in call.args_json.values() if isinstance(value, str) and len(value) >= _LONG_VALUE]
