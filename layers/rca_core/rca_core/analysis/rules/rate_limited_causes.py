"""What to tell about a limit that was reached."""
# ruff: noqa: E501 - a sentence in one piece reads better than wrapped

from typing import Final

from rca_core.analysis.rules.model import ActionTemplate, Cause

CAUSES: Final = (
    Cause(
        "rate_limited",
        "throttled",
        "Rate limit reached at {target}",
        "{where} was refused{status} because {target} was asked too often: {quote}. The request itself is not what was refused; the pace is.",
        (
            "Read the rate-limit headers (limit, remaining, reset) of {target}'s answers around {when}.",
            "Count how many runs of {agent} called {target} in the same minute as {ref}.",
            "Check whether {ref} was retried at once or after a wait ({retries_note}).",
        ),
        "Wait as long as {target} asks, then retry with exponential backoff and jitter; limit how many calls of {target} run at once.",
        (
            ActionTemplate(
                "code_change",
                "Back off from {target} when it throttles",
                "Make {agent} honour Retry-After and retry {target} with exponential backoff and jitter, with a cap on attempts.",
                "agent-team",
                "high",
                3,
            ),
            ActionTemplate(
                "change_config",
                "Bound concurrent calls to {target}",
                "Set a client-side limit for {target} below the one it enforces, or ask its owner for a higher one.",
                "platform-team",
                "medium",
                7,
            ),
        ),
    ),
    Cause(
        "rate_limited",
        "quota_exhausted",
        "Quota used up at {target}",
        "{where} was refused{status} because the account's allowance at {target} is used up: {quote}. Retrying cannot succeed before the quota is raised or renewed.",
        (
            "Look up the usage and the limits of the account that {agent} uses at {target}.",
            "Check when the quota of {target} renews, and compare with {when}.",
        ),
        "Raise or renew the quota of {target}, or switch {agent} to an account that has some; stop retrying until then.",
        (
            ActionTemplate(
                "change_config",
                "Raise the quota at {target}",
                "Raise the plan or add credit for the account that {agent} uses at {target}.",
                "platform-team",
                "critical",
                1,
            ),
            ActionTemplate(
                "monitoring",
                "Alert before the quota of {target} runs out",
                "Track the usage of {target} against its quota and alert at a share that leaves time to act.",
                "platform-team",
                "medium",
                7,
            ),
        ),
    ),
)
