"""What to tell about a service that failed or could not be reached."""
# ruff: noqa: E501 - a sentence in one piece reads better than wrapped

from typing import Final

from rca_core.analysis.rules.model import ActionTemplate, Cause


def _cause(code: str, title: str, description: str, check: str) -> Cause:
    return Cause(
        "upstream_error",
        code,
        title,
        description,
        (
            check,
            "Check the status and the logs of {target} around {when}.",
            "See whether other runs that used {target} at that time failed in the same way.",
        ),
        "Retry {target} with backoff and a cap, fall back to another source where there is one, and let {agent} say that the service is unavailable.",
        (
            ActionTemplate(
                "runbook",
                "Follow up the failure of {target} with its owner",
                "Report to the owner of {target} what happened at {when}: {quote}.",
                "platform-team",
                "high",
                2,
            ),
            ActionTemplate(
                "code_change",
                "Make {agent} survive an outage of {target}",
                "Add bounded retries with backoff and a circuit breaker around {target}, and a fallback or an honest answer.",
                "agent-team",
                "medium",
                7,
            ),
        ),
    )


CAUSES: Final = (
    _cause(
        "http_5xx",
        "{target} failed on its side",
        "{where} failed{status} inside {target}, not because of what was asked: {quote}.",
        "Repeat {ref} with the same arguments ({arguments}) and see whether {target} still fails.",
    ),
    _cause(
        "overloaded",
        "{target} was overloaded",
        "{where} was turned away{status} because {target} was overloaded: {quote}.",
        "Look up the capacity and the status page of {target} for {when}.",
    ),
    _cause(
        "connection_refused",
        "{target} could not be reached",
        "{where} failed because the connection was refused, closed or could not be secured: {quote}.",
        "Open a connection from environment {environment} to the address that {target} uses.",
    ),
    _cause(
        "dns",
        "The host of {target} could not be resolved",
        "{where} failed because a host name did not resolve: {quote}.",
        "Resolve the host name of {target} from environment {environment}.",
    ),
)
