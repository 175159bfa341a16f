"""The words that templates are filled with: this run's tool, argument, status, step and times."""

from typing import Final

from rca_core.analysis.diagnose.diagnosis import Explanation
from rca_core.analysis.history.words import change_words
from rca_core.analysis.model import Evidence
from rca_core.analysis.observe.canonical import canonical
from rca_core.analysis.plain import plain, quote
from rca_core.analysis.read.roles import BlamedArgument
from rca_core.telemetry import AgentRun, Step, ToolCall
from rca_core.telemetry.fields import rfc3339

MAX_NAMED: Final = 3
# By cause: the kind of argument that it is about, how its title goes on, and what stands for a name where none is
# certain, at first and later.
_MISSING: Final = (
    "missing",
    "argument {names}",
    "arguments {names}",
    "an argument that it requires",
    "the argument that is missing",
)
_UNEXPECTED: Final = (
    "unexpected",
    "an argument that it does not know: {names}",
    "arguments that it does not know: {names}",
    "an argument that it does not know",
    "the argument that it does not know",
)
_WRONG_TYPE: Final = (
    "wrong_type",
    "a wrong type of {names}",
    "wrong types of {names}",
    "an argument of a wrong type",
    "the argument of a wrong type",
)
_WRONG_VALUE: Final = (
    "wrong_value",
    "a value that it refused for {names}",
    "values that it refused for {names}",
    "a value that it refused",
    "the argument whose value it refused",
)
_OF_CAUSE: Final = {
    "missing_argument": _MISSING,
    "unexpected_argument": _UNEXPECTED,
    "wrong_type": _WRONG_TYPE,
    "invalid_value": _WRONG_VALUE,
}


def words(explanation: Explanation, run: AgentRun) -> dict[str, str]:
    """Return every word a template may use, each of them always there."""
    root = explanation.root
    call = (
        next((each for each in run.tool_calls if each.call_id == root.ref_id), None)
        if root.kind == "tool_call"
        else None
    )
    step_id = root.ref_id if root.kind == "step" else str(root.attributes.get("step_id") or "")
    step = next((each for each in run.steps if each.step_id == step_id), None) if step_id else None
    target = _target(root, run)
    status = root.attributes.get("status_code")
    latency = root.attributes.get("latency_ms")
    retries = root.attributes.get("retries") or 0
    blamed = explanation.blamed
    return {
        "agent": plain(run.agent_name),
        "model": plain(run.model) if run.model else "the model",
        "environment": plain(run.environment) if run.environment else "where it ran",
        "target": target,
        "where": _where(root, step),
        "ref": _ref(root),
        # An answer that tells of an error in its text may come with a status that says all is well.
        "status": f" with status {status}" if status and not 200 <= status < 300 else "",
        "quote": quote(root.snippet),
        **argument_words(explanation),
        "no_such_tool": f": '{plain(blamed.unknown_tool)}'" if blamed and blamed.unknown_tool else "",
        "arguments": _arguments(call),
        "when": rfc3339(root.occurred_at or run.started_at),
        "retries": str(retries),
        "retries_note": f"the telemetry counts {retries} retries" if retries else "the telemetry counts no retries",
        "latency_note": f" after {latency} ms" if latency else "",
        "step_note": f"It failed in {_step_name(step)}." if step else "",
        "version_note": f" (version {plain(run.agent_version)})" if run.agent_version else "",
        "tokens_note": f"the run counts {run.cost.tokens_prompt} prompt tokens"
        if run.cost.tokens_prompt
        else "the run counts no tokens",
        "repetitions": str(root.attributes.get("repetitions", "several")),
        **change_words(explanation.evidence),
    }


def again(explanation: Explanation) -> str:
    """Return a sentence about the failures of the same kind after the first, nothing where there is none."""
    alike = [each for each in explanation.evidence if each.kind == explanation.root.kind]
    if len(alike) == 1 or explanation.root.kind == "baseline":
        return ""
    tool = alike[-1].attributes.get("tool_name")
    last = _ref(alike[-1]) + (f" of {plain(str(tool))}" if tool else "")
    return f" It happened again at {last}." if len(alike) == 2 else f" It kept happening, last at {last}."


def named_arguments(explanation: Explanation) -> tuple[BlamedArgument, ...]:
    """Return the arguments that a hypothesis names: those in the role that its cause is about, three at most."""
    kind = _OF_CAUSE.get(explanation.cause, ("",))[0]
    blamed = explanation.blamed.arguments if explanation.blamed else ()
    return tuple(each for each in blamed if each.kind == kind)[:MAX_NAMED]


def argument_words(explanation: Explanation) -> dict[str, str]:
    """Return the words for the arguments of a refusal; without a certain name, words that do without it.

    `with_what` ends a title, `field` and `field_is` stand in a sentence, the latter as its subject with its verb.
    """
    of_cause = _OF_CAUSE.get(explanation.cause)
    names = [f"'{plain(each.name)}'" for each in named_arguments(explanation)]
    if explanation.blamed and (unsent := explanation.blamed.unsent_field):
        field = f"field '{plain(unsent)}'"
        return {"with_what": field, "field": field, "field_is": f"{field} is"}
    if of_cause is None:
        return {"with_what": "arguments", "field": "the arguments", "field_is": "the arguments are"}
    _, one, several, unnamed, unnamed_later = of_cause
    if not names:
        return {"with_what": unnamed, "field": unnamed_later, "field_is": f"{unnamed} is"}
    told = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    field = f"argument{'s' if len(names) > 1 else ''} {told}"
    return {
        "with_what": (one if len(names) == 1 else several).format_map({"names": told}),
        "field": field,
        "field_is": f"{field} {'is' if len(names) == 1 else 'are'}",
    }


def _target(root: Evidence, run: AgentRun) -> str:
    tool = root.attributes.get("tool_name")
    if tool:
        return plain(str(tool))
    if root.kind == "step":
        return f"step {plain(str(root.attributes.get('name') or root.ref_id))}"
    if root.kind == "guardrail":
        return f"guardrail {root.attributes.get('type')}"
    return f"a service that {plain(run.agent_name)} called"


def _where(root: Evidence, step: Step | None) -> str:
    inside = f" in {_step_name(step)}" if step else ""
    if root.kind == "tool_call":
        return f"Call {plain(root.ref_id)} of {plain(str(root.attributes['tool_name']))}{inside}"
    if root.kind == "step":
        return f"S{_step_name(step)[1:]}" if step else f"Step {plain(root.ref_id)}"
    if root.kind == "guardrail":
        return f"Guardrail event {plain(root.ref_id)}{inside}"
    return f"Run {root.ref_id}"


def _step_name(step: Step | None) -> str:
    if step is None:
        return "the step"
    return f"step {plain(step.step_id)} ({plain(step.name)})" if step.name else f"step {plain(step.step_id)}"


def _ref(root: Evidence) -> str:
    return {"tool_call": "call", "step": "step", "guardrail": "guardrail event"}.get(
        root.kind, "run"
    ) + f" {plain(root.ref_id)}"


def _arguments(call: ToolCall | None) -> str:
    if call is None or call.args_json is None:
        return "not recorded"
    return plain(canonical(call.args_json, readable=True) or "too deeply nested to show", 160)
