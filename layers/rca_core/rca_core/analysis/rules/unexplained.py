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
    Cause(
        "unknown",
        "unfinished_call",
        "{where} never ended, cause not known",
        "{where} had no end when the run ended, so the telemetry does not say what became of it, nor why the run stopped there.",
        (
            "Look at what {target} did from {when} on: whether it answered, hung or was cut off.",
            "Repeat {ref} with the same arguments ({arguments}) and see whether it comes back.",
        ),
        "Find out what {target} was doing when the run ended before changing anything.",
        (
            ActionTemplate(
                "runbook",
                "Find out what became of {ref}",
                "Read the logs of {target} from {when} on, and those of whatever ended {agent}.",
                "agent-team",
                "high",
                3,
            ),
            ActionTemplate(
                "code_change",
                "Record how every call of {target} ends",
                "End calls of {target} as failed when the run is ended, with the reason and how long they took.",
                "agent-team",
                "medium",
                7,
            ),
        ),
    ),
    Cause(
        "unknown",
        "silent_failure",
        "{where} failed and recorded no reason",
        "{where} failed{status} and nothing recovered it. The telemetry holds no error text for it, so no cause is claimed.",
        (
            "Read what {target} and {agent} logged around {when}.",
            "Repeat {ref} with the same arguments ({arguments}) and see what error it gives.",
        ),
        "Record the error of {target} where it fails: without it the next failure will say no more than this one.",
        (
            ActionTemplate(
                "code_change",
                "Record why {target} fails",
                "Store the error class, the message and the status code with every failed call and step of {agent}.",
                "agent-team",
                "high",
                3,
            ),
            ActionTemplate(
                "runbook",
                "Investigate the failure of {ref}",
                "Find out from the logs of {target} what happened at {when}.",
                "agent-team",
                "medium",
                5,
            ),
        ),
    ),
    Cause(
        "unknown",
        "ended_from_outside",
        "The run was ended from outside",
        "{where} was ended, not by an error of its own: {quote}. What made it end is not in the telemetry.",
        (
            "Find out who or what ended {agent} around {when}: a person, a deployment, or the host for want of memory.",
            "Look at what {agent} was doing last, and for how long.",
        ),
        "Find out what ended the run before changing the agent.",
        (
            ActionTemplate(
                "runbook",
                "Find out what ended {agent} at {when}",
                "Read the events and the memory use of the host, and who cancelled runs at that time.",
                "platform-team",
                "high",
                2,
            ),
            ActionTemplate(
                "monitoring",
                "Record why runs of {agent} are ended",
                "End runs with who asked for it and the signal or limit that did it.",
                "agent-team",
                "medium",
                7,
            ),
        ),
    ),
)
