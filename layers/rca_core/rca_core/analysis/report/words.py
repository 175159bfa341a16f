"""The words that templates are filled with: this run's tool, argument, status, step and times."""

import re
from typing import Final

from rca_core.analysis.diagnose.diagnosis import Explanation
from rca_core.analysis.history.words import change_words
from rca_core.analysis.model import Evidence
from rca_core.analysis.observe.canonical import canonical
from rca_core.analysis.observe.text import flatten
from rca_core.analysis.plain import plain, quote
from rca_core.telemetry import AgentRun, Step, ToolCall
from rca_core.telemetry.fields import rfc3339

_FIELD_PATTERNS: Final = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        r"(?:field|parameter|argument|param|property|properties|key|input)s?:? ?\(?['\"`]([\w.\[\]-]{1,60})['\"`]",
        r"(?:missing|required|unexpected|unknown|unrecognized)[^'\"`\n]{0,60}['\"`]([\w.\[\]-]{1,60})['\"`]",
        r"['\"`]([\w.\[\]-]{1,60})['\"`] (?:is|was|are|must|should|does|has)\b",
        r"^([\w.]{1,60})\n\s+(?:field required|input should|value error|extra inputs)",
        r"(?:^|['\"{:] ?)([\w.-]{1,60}) (?:must be|is required|is missing|should be|cannot be)\b",
        r"(?:field|parameter|argument|property):? ([a-z][\w.-]{0,59})\b(?! is| are| was)",
    )
)
_NOT_A_FIELD: Final = frozenset(
    (
        "message",
        "error",
        "detail",
        "msg",
        "field",
        "parameter",
        "argument",
        "value",
        "input",
        "this",
        "it",
        "which",
        "code",
        "type",
        "in",
        "for",
        "of",
        "name",
    )
)


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
    return {
        "agent": plain(run.agent_name),
        "model": plain(run.model) if run.model else "the model",
        "environment": plain(run.environment) if run.environment else "where it ran",
        "target": target,
        "where": _where(root, step),
        "ref": _ref(root),
        "status": f" with status {status}" if status else "",
        "quote": quote(root.snippet),
        "field": field_in(call.error_message or call.result_summary if call else root.snippet),
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


def field_in(text: str | None) -> str:
    """Return the argument that an error text names, or words for "one that it does not name"."""
    flat = flatten(text or "")
    for pattern in _FIELD_PATTERNS:
        for match in pattern.finditer(flat):
            if match[1].lower() not in _NOT_A_FIELD and not match[1].isdigit():
                return f"argument '{match[1]}'"
    return "the argument in question"


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
