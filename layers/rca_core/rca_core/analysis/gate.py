"""The anti-hallucination policy: whether the telemetry of a run allows any statement about why it failed."""

from typing import Final

from rca_core.analysis import generic
from rca_core.telemetry import AgentRun

NO_DETAILS: Final = "Limited telemetry: no tool failures or specific error details captured"
GENERIC_ONLY: Final = "Limited telemetry: only a generic error message, and every tool call succeeded or was recovered"


def insufficient_reason(run: AgentRun, *, has_known_cause: bool, has_failed_tool_call: bool) -> str | None:
    """Return why the evidence does not suffice, or None if it does.

    First kind: no tool calls, no error type, no guardrail event. Second kind: nothing but a generic error message, and
    no tool call failed without being recovered. A text, a pattern or a history that a rule explains
    (`has_known_cause`) is itself a specific detail, so neither kind holds.
    """
    if has_known_cause:
        return None
    if not run.tool_calls and not run.error_type and not run.guardrail_events:
        return NO_DETAILS
    if has_failed_tool_call or not (generic.says_nothing(run.error_message) and generic.names_nothing(run.error_type)):
        return None
    return GENERIC_ONLY
