"""Which failures something later made good: a retry, another way to the same end, an agent that went on."""

from collections.abc import Sequence
from typing import Final

from rca_core.analysis.diagnose.successes import Successes
from rca_core.analysis.model import Category, Evidence
from rca_core.analysis.observe.loops import identity
from rca_core.analysis.observe.tool_names import informs
from rca_core.analysis.observe.view import RunView
from rca_core.analysis.read.judge import Signal
from rca_core.telemetry import ToolCall

AFTER_NOTHING: Final = 2
"""Steps that succeed after an empty answer from which an agent is taken to have done without it."""
AFTER_FAILURE: Final = 3
"""The same after the failure of a tool that informs."""
# What a service finds wrong once the arguments fit.
_AFTER_VALIDATION: Final[frozenset[Category]] = frozenset(
    ("tool_permission", "retrieval_empty", "guardrail_block", "upstream_error")
)


def redone(view: RunView, evidence: Sequence[Evidence], successes: Successes) -> frozenset[str]:
    """Return the ids of the evidence of calls and steps whose like succeeded later.

    The same call that failed again later was not made good by what succeeded in between: that was after something else.
    """
    last: dict[tuple[str, str], ToolCall] = {}
    for call in view.calls:
        if call.status == "failure":
            last[identity(call)] = call
    return frozenset(
        each.evidence_id
        for each in evidence
        if (each.kind == "tool_call" and _repeated_well(view.call[each.ref_id], last, successes))
        or (each.kind == "step" and successes.same_step_after(each))
    )


def _repeated_well(call: ToolCall, last: dict[tuple[str, str], ToolCall], successes: Successes) -> bool:
    return successes.same_intent_after(last.get(identity(call), call))


def recovered(
    view: RunView,
    evidence: Sequence[Evidence],
    signals: dict[str, tuple[Signal, ...]],
    successes: Successes,
    again: frozenset[str],
) -> frozenset[str]:
    """Return the ids of the evidence that something later made good; `again` are those whose like succeeded later."""
    judge = _Judge(view, evidence, signals, successes, again)
    # In the order it happened: whether a guardrail's block was overcome depends on the call it stopped.
    for each in evidence:
        if each.evidence_id not in again and judge.recovered(each):
            judge.healed.add(each.evidence_id)
    return frozenset(judge.healed)


class _Judge:
    def __init__(
        self,
        view: RunView,
        evidence: Sequence[Evidence],
        signals: dict[str, tuple[Signal, ...]],
        successes: Successes,
        again: frozenset[str],
    ) -> None:
        self.signals = signals
        self.successes = successes
        self.run = view.run
        self.calls = view.call
        self.steps = view.step
        in_calls = [each for each in evidence if each.kind == "tool_call"]
        self.tainted = {each.ref_id for each in in_calls}
        self.last_failed = {self.calls[each.ref_id].tool_name: self.calls[each.ref_id] for each in in_calls}
        self.healed = set(again)

    def recovered(self, each: Evidence) -> bool:
        if each.kind == "tool_call":
            return self._answered(each)
        if each.kind == "guardrail":
            return self._guardrail(each)
        return each.attributes["observation"] in ("repeated_calls", "call_cycle") and self._left_the_loop(each)

    def _answered(self, each: Evidence) -> bool:
        if each.attributes["observation"] == "empty_result":
            return self.successes.got_past(self.calls[each.ref_id], steps=AFTER_NOTHING)
        if self._got_information_elsewhere(each) or self._corrected(each):
            return True
        if each.attributes["observation"] not in ("error_text", "message_only", "worded_result"):
            return False
        # A tool that answers "not found" in words leaves it to the agent what to do: going on is the answer.
        call = self.calls[each.ref_id]
        found = self.signals.get(each.evidence_id)
        in_words = not found or found[0].category == "retrieval_empty"
        return in_words and self.successes.went_on_after(call.call_id, call.step_id)

    def _got_information_elsewhere(self, each: Evidence) -> bool:
        """Return whether a tool that only gives information failed for the last time long before the run ended well.

        Several steps succeeded after it and none failed: the agent did without. What a tool should have done to the
        world nothing else does. A run that failed with the very error of the call did not do without it.
        """
        tool = str(each.attributes["tool_name"])
        last = self.last_failed[tool]
        if self.run.status == "failure" and last.error_message and last.error_message == self.run.error_message:
            return False
        return informs(tool) and self.successes.got_past(last, steps=AFTER_FAILURE)

    def _corrected(self, each: Evidence) -> bool:
        """Return whether a call that did not fit its schema was made again with other arguments and got past that."""
        call = self.calls[each.ref_id]
        last = self.last_failed[call.tool_name]
        found = self.signals.get(each.evidence_id)
        then = self.signals.get(f"ev_tool_{last.call_id}")
        if not found or not then:
            return False
        got_further = found[0].category == "tool_schema_mismatch" and then[0].category in _AFTER_VALIDATION
        return got_further and all(map(_says_arguments, (call, last))) and _arguments(call) != _arguments(last)

    def _guardrail(self, each: Evidence) -> bool:
        """Return whether what a guardrail stopped was then done in another way, or its step succeeded all the same."""
        call_id = each.attributes.get("call_id")
        if call_id in self.calls:
            succeeded = self.calls[call_id].status == "success" and call_id not in self.tainted
            return succeeded or f"ev_tool_{call_id}" in self.healed
        step = self.steps.get(str(each.attributes.get("step_id")))
        return step is not None and step.status == "success"

    def _left_the_loop(self, each: Evidence) -> bool:
        last = self.calls[str(each.attributes["last_call_id"])]
        return self.successes.went_on_after(last.call_id, last.step_id)


def _says_arguments(call: ToolCall) -> bool:
    return call.args_json is not None or call.args_hash is not None


def _arguments(call: ToolCall) -> tuple[object, str | None]:
    return call.args_json, call.args_hash
