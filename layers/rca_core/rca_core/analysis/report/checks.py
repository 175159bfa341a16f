"""How a hypothesis could be wrong, how one sees that it was mended, and what was not recorded that would have told."""

from collections.abc import Iterator
from typing import Final

from rca_core.analysis.diagnose.diagnosis import Diagnosis
from rca_core.analysis.model import Category
from rca_core.analysis.observe.view import RunView
from rca_core.analysis.plain import plain
from rca_core.telemetry import ToolCall

MAX_MISSING: Final = 5

_DISPROVED: Final[dict[Category, str]] = {
    "tool_schema_mismatch": "A call of {target} with the same arguments ({arguments}) that succeeds.",
    "rate_limited": "Usage figures of {target} that show no limit reached around {when}.",
    "tool_permission": "The same call of {target} succeeding with the same credential.",
    "timeout": "A log of {target} that shows an answer sent in time, or another error at {when}.",
    "planner_loop": "Results that differ between the repeated calls, so that {agent} was getting somewhere.",
    "retrieval_empty": "The data behind {target} holding what was asked for at {when}, under the same arguments.",
    "prompt_regression": "Runs of the earlier version that fail alike, or something else that changed with it.",
    "context_overflow": "A count of tokens at {ref} that is below the limit of {model}.",
    "guardrail_block": "A record of the guardrail that shows the content allowed.",
    "upstream_error": "Logs of {target} around {when} that show the request answered well.",
    "output_parse_error": "The full output at {ref}, if it can be read as what was expected.",
    "unknown": "Nothing is claimed that could be disproved: only where it failed.",
}
_VALIDATED: Final[dict[Category, str]] = {
    "tool_schema_mismatch": "Calls of {target} by {agent} are accepted in every run of a day.",
    "rate_limited": "Runs of {agent} at the usual load end without a limit of {target} being reached.",
    "tool_permission": "The call of {target} is answered, with no more rights than it needs.",
    "timeout": "The slowest calls of {target} stay below the time that {agent} waits.",
    "planner_loop": "Runs of {agent} with the same task end in fewer calls, none repeated with the same answer.",
    "retrieval_empty": "The same question gives a result, or {agent} says that there is none.",
    "prompt_regression": "Failures of the new version are no more frequent than those before it.",
    "context_overflow": "The tokens of each call of {model} stay below its limit, with what is asked in full.",
    "guardrail_block": "What should pass passes, and what should be blocked still is.",
    "upstream_error": "Runs of {agent} end well while {target} fails now and then.",
    "output_parse_error": "Outputs of {model} at this step are read in every run of a day.",
    "unknown": "The next such failure has a cause in its report.",
}


def would_disprove(category: Category, filled: dict[str, str]) -> str:
    """Return what, if it were found, would speak against a hypothesis."""
    return _DISPROVED[category].format_map(filled)


def validate_fix(category: Category, filled: dict[str, str]) -> str:
    """Return how one sees that a mitigation worked."""
    return _VALIDATED[category].format_map(filled)


def missing_evidence(view: RunView, diagnosis: Diagnosis) -> tuple[str, ...]:
    """Return what the telemetry of a failed run lacks, where its cause is not known for sure."""
    best = diagnosis.explanations[0] if diagnosis.explanations else None
    if view.run.status != "failure" or (best and best.confidence == "high"):
        return ()
    return tuple(_missing(view))[:MAX_MISSING]


def _missing(view: RunView) -> Iterator[str]:
    for call in view.calls:
        if call.status == "failure" and (lacking := _lacking_of(call)):
            yield f"{lacking} of call {plain(call.call_id)} of {plain(call.tool_name)}"
    for step in view.steps:
        if step.status == "failure" and not (step.error_message or step.error_type or step.output_summary):
            yield f"the error of step {plain(step.step_id)}"
    run = view.run
    kinds = (
        (run.tool_calls, "tool calls, with their arguments and results"),
        (run.steps, "the steps of the run"),
        (run.error_type or run.error_message, "the error that ended the run"),
    )
    yield from (name for there, name in kinds if not there)


def _lacking_of(call: ToolCall) -> str | None:
    if not call.error_message and not call.error_class:
        return "the error"
    if call.args_json is None:
        return "the arguments"
    return "a status code or an error class" if call.status_code is None and call.error_class is None else None
