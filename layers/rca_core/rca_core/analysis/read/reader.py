"""What each piece of evidence refers to, read as facts that rules can match."""

from typing import Final

import re2

from rca_core.analysis.model import Evidence
from rca_core.analysis.observe.evidence import RETRY_STORM
from rca_core.analysis.observe.tool_names import runs_programs
from rca_core.analysis.observe.view import RunView
from rca_core.analysis.read import facts, generic
from rca_core.analysis.read.facts import Facts
from rca_core.analysis.read.own_words import message_of, says_why
from rca_core.analysis.read.wording_text import Said
from rca_core.analysis.rules.model import PROGRAM
from rca_core.telemetry import AgentRun, GuardrailEvent, Step, ToolCall

# Numbers that make two texts of one failure differ; a status code is no such number.
_COUNTER = re2.compile(r"[0-9]+")
_OPENING = re2.compile(r"[^0-9#]*")  # what `_alike` leaves as it is
_TOLD_BY: Final = 300
"""Characters at the start of a text by which it is told from others."""


class Reader:
    """Finds what each piece of evidence refers to, and reads it."""

    def __init__(self, view: RunView) -> None:
        self.run = view.run
        self.calls, self.steps, self.events = view.call, view.step, view.event

    def key(self, evidence: Evidence) -> tuple[object, ...]:
        """Return what two pieces of evidence share when they say the same, their counters aside."""
        if evidence.kind == "tool_call":
            call = self.calls[evidence.ref_id]
            texts = (_alike(message_of(call)), _alike(call.result_summary), call.retries >= RETRY_STORM)
            return ("tool_call", evidence.attributes["observation"], call.error_class, call.status_code, *texts)
        if evidence.kind == "step":
            step = self.steps[evidence.ref_id]
            said = (_alike(message_of(step)), _alike(step.output_summary), step.retries >= RETRY_STORM)
            return ("step", step.error_type, step.status_code, *said)
        return (evidence.evidence_id,)

    def opening(self, evidence: Evidence) -> tuple[object, ...]:
        """Return a part of the key that is quick to tell, to pass over what was not seen before."""
        if evidence.kind != "tool_call":
            return (evidence.kind,)
        call = self.calls[evidence.ref_id]
        text = _OPENING.match((call.error_message or "")[:40])
        return (call.error_class, call.status_code, text[0] if text else "")

    def facts(self, evidence: Evidence) -> Facts:
        """Return what a piece of evidence says."""
        if evidence.kind == "tool_call":
            return _tool_facts(self.calls[evidence.ref_id], evidence)
        if evidence.kind == "step":
            return _step_facts(self.steps[evidence.ref_id])
        if evidence.kind == "guardrail":
            return _guardrail_facts(self.events[evidence.ref_id])
        return _run_facts(self.run, evidence)

    def said(self, evidence: Evidence) -> Said | None:
        """Return the text of a piece of evidence for the wording's reader; None where its words decide nothing."""
        if evidence.kind == "tool_call":
            return (
                None if evidence.attributes["observation"] == "empty_result" else _said_by(self.calls[evidence.ref_id])
            )
        if evidence.kind == "step":
            return _said_by_step(self.steps[evidence.ref_id])
        if evidence.kind == "run" and evidence.attributes["observation"] == "run_error":
            return _said_by_run(self.run)
        if evidence.kind == "run" and evidence.attributes["observation"] == "final_answer":
            return Said.of(scope="run", status="success", result_summary=self.run.output_summary)
        return None


def _said_by(call: ToolCall) -> Said | None:
    said = Said.of(
        scope="tool",
        status="success" if call.status == "success" else "failure",
        tool_name=call.tool_name,
        error_class=call.error_class,
        error_message=message_of(call),
        status_code=call.status_code,
        result_summary=call.result_summary,
    )
    return said if said.text or said.error_class else None


def _said_by_step(step: Step) -> Said | None:
    if not says_why(step):
        return None
    said = Said.of(
        scope="step",
        status="success" if step.status == "success" else "failure",
        error_class=step.error_type,
        error_message=message_of(step),
        status_code=step.status_code,
        result_summary=None if generic.says_nothing(step.output_summary) else step.output_summary,
    )
    return said if said.text or said.error_class else None


def _said_by_run(run: AgentRun) -> Said | None:
    if generic.was_ended_from_outside(run.error_type, run.error_message):
        return None
    message = message_of(run)
    if generic.says_nothing(message) and generic.names_nothing(run.error_type):
        return None
    return Said.of(scope="run", status="failure", error_class=run.error_type, error_message=message)


def _unless_a_status(number: re2._Match) -> str:
    digits = str(number[0])
    return digits if len(digits) == 3 and digits[0] in "45" else "#"


def _alike(text: str | None) -> str:
    return _COUNTER.sub(_unless_a_status, text[:_TOLD_BY]) if text else ""


def _tool_facts(call: ToolCall, evidence: Evidence) -> Facts:
    observation = evidence.attributes["observation"]
    if observation == "empty_result":
        return Facts(None, frozenset({"observedemptyresult"}), "", "tool")
    read = facts.read(call.error_class, message_of(call), call.result_summary, call.status_code, scope="tool")
    names = read.names | {"observedretrystorm"} if call.retries >= RETRY_STORM else read.names
    return Facts(read.status, names, read.text, _scope(call, read.text))


def _scope(call: ToolCall, text: str) -> str:
    """Return `program` where a tool ran what the agent wrote and shows where that failed, else `tool`."""
    return PROGRAM if runs_programs(call.tool_name) and "traceback (most recent call last)" in text else "tool"


def _step_facts(step: Step) -> Facts:
    storm = frozenset({"observedretrystorm"} if step.retries >= RETRY_STORM else ())
    if not says_why(step):
        return Facts(None, storm, "", "run")
    output = None if generic.says_nothing(step.output_summary) else step.output_summary
    read = facts.read(step.error_type, message_of(step), output, step.status_code, scope="run")
    return Facts(read.status, read.names | storm, read.text, read.scope)


def _run_facts(run: AgentRun, evidence: Evidence) -> Facts:
    if evidence.attributes["observation"] == "final_answer":
        return facts.read(None, run.output_summary, None, None, scope="run")
    if evidence.attributes["observation"] != "run_error":
        observed = str(evidence.attributes["observation"]).replace("_", "")
        return Facts(None, frozenset({f"observed{observed}"}), "", "run")
    if generic.was_ended_from_outside(run.error_type, run.error_message):
        return Facts(None, frozenset(), "", "run")
    message = None if generic.says_nothing(said := message_of(run)) else said
    return facts.read(run.error_type, message, None, None, scope="run")


_OUTPUT_WORDS: Final = ("output", "response", "answer", "completion")
_CALL_WORDS: Final = ("tool", "argument", "parameter", "param ", "field", "call")


def _guardrail_facts(event: GuardrailEvent) -> Facts:
    if event.type == "pii_redaction":  # it did its work; the run went on with the text redacted
        return Facts(None, frozenset(), "", "guardrail")
    read = facts.read(None, event.message, None, None, scope="guardrail")
    names = set(read.names)
    if event.type == "policy_block":
        names.add("observedpolicyblock")
    elif event.type == "schema_validation":
        of_output = event.call_id is None and any(word in read.text for word in _OUTPUT_WORDS)
        of_call = event.call_id is not None or any(word in read.text for word in _CALL_WORDS)
        names.update(
            {"observedoutputguardrail"} if of_output and not of_call else {"observedschemaguardrail"} if of_call else ()
        )
    return Facts(None, frozenset(names), read.text, "guardrail")
