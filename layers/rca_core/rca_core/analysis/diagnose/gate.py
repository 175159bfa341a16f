"""The anti-hallucination policy: whether the telemetry of a run allows any statement about why it failed."""

from typing import Final

from rca_core.analysis.read import generic
from rca_core.telemetry import AgentRun

NO_DETAILS: Final = "Limited telemetry: no tool failures or specific error details captured"
GENERIC_ONLY: Final = "Limited telemetry: only a generic error message, and every tool call succeeded or was recovered"


def insufficient_reason(
    run: AgentRun, *, has_known_cause: bool, has_failed_tool_call: bool, has_telling_step: bool = False
) -> str | None:
    """Return why the evidence does not suffice, or None if it does.

    It suffices if a tool call failed or never ended and nothing made it good, or if a failed step says why. First kind
    of insufficient: no tool calls, no error type, no guardrail event. Second kind: nothing but a generic error message.
    A text, a pattern or a history that a rule explains (`has_known_cause`) is itself a specific detail.
    """
    if has_known_cause or has_failed_tool_call or has_telling_step:
        return None
    if not run.tool_calls and not run.error_type and not run.guardrail_events:
        return NO_DETAILS
    if not (generic.says_nothing(run.error_message) and generic.names_nothing(run.error_type)):
        return None
    return GENERIC_ONLY
