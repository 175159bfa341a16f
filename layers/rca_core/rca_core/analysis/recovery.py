"""Which failures something later made good: a retry, another way to the same end, an agent that went on."""

from collections.abc import Sequence

from rca_core.analysis.report_model import Evidence
from rca_core.analysis.signals import Signal
from rca_core.analysis.successes import Successes
from rca_core.telemetry import AgentRun


def recovered(
    evidence: Sequence[Evidence], signals: dict[str, tuple[Signal, ...]], run: AgentRun, successes: Successes
) -> frozenset[str]:
    """Return the ids of the evidence that something later made good; the evidence is in the order it happened."""
    judge = _Judge(evidence, signals, run, successes)
    for each in evidence:
        if judge.recovered(each):
            judge.healed.add(each.evidence_id)
    return frozenset(judge.healed)


class _Judge:
    def __init__(
        self, evidence: Sequence[Evidence], signals: dict[str, tuple[Signal, ...]], run: AgentRun, successes: Successes
    ) -> None:
        self.signals = signals
        self.successes = successes
        self.calls = {call.call_id: call for call in run.tool_calls}
        self.steps = {step.step_id: step for step in run.steps}
        self.tainted = {each.ref_id for each in evidence if each.kind == "tool_call"}
        self.healed: set[str] = set()

    def recovered(self, each: Evidence) -> bool:
        if each.kind == "tool_call":
            return self._call(each)
        if each.kind == "step":
            return self.successes.same_step_after(each)
        if each.kind == "guardrail":
            return self._guardrail(each)
        return each.attributes["observation"] in ("repeated_calls", "call_cycle") and self._left_the_loop(each)

    def _call(self, each: Evidence) -> bool:
        call = self.calls[each.ref_id]
        if self.successes.same_intent_after(call):
            return True
        if each.attributes["observation"] not in ("error_text", "message_only"):
            return False
        # A tool that answers "not found" in words leaves it to the agent what to do: going on is the answer.
        found = self.signals.get(each.evidence_id)
        in_words = not found or found[0].category == "retrieval_empty"
        return in_words and self.successes.went_on_after(call.call_id, call.step_id)

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
