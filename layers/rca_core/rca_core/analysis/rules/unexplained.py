"""What is said when a failure is there and no rule explains it: where it failed, and no cause."""
# ruff: noqa: E501 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.model import ActionTemplate, Cause

CAUSES: Final = (
    Cause(
        "unknown",
        "unexplained_failure",
        "{where} failed, cause not known",
        "{where} failed{status} and nothing recovered it. The telemetry says {quote}; no rule explains that, so no cause is claimed.",
        (
            "Read the full error of {ref} in the logs of {agent} around {when}.",
            "Repeat {ref} with the same arguments ({arguments}) and see whether it fails again.",
        ),
        "Find out what {quote} means before changing anything; then add a rule for it, so that the next run is explained.",
        (
            ActionTemplate(
                "runbook",
                "Investigate the failure of {ref}",
                "Find where {agent} got {quote} from, and record what it means.",
                "agent-team",
                "high",
                3,
            ),
            ActionTemplate(
                "code_change",
                "Give the failure of {ref} a code",
                "Record a structured error code and class where {ref} fails, so that this failure can be told from others.",
                "agent-team",
                "medium",
                7,
            ),
        ),
    ),
)
