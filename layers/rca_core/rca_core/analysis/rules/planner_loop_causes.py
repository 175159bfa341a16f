"""What to tell about agents that went on without getting anywhere: see planner_loop.py for the rules."""
# ruff: noqa: E501 - a sentence in one piece reads better than wrapped

from typing import Final

from rca_core.analysis.rules.model import ActionTemplate, Cause


def _cause(code: str, title: str, description: str, check: str) -> Cause:
    return Cause(
        "planner_loop",
        code,
        title,
        description,
        (
            check,
            "Read what the planner of {agent} was given before each repetition: whether the result of {target} reached it.",
            "Replay the run with a lower limit of rounds and see which decision repeats.",
        ),
        "Let {agent} notice that a call repeats without a new result, and stop or change its plan; keep a limit of rounds that ends with an answer.",
        (
            ActionTemplate(
                "code_change",
                "Stop {agent} when it repeats itself",
                "Refuse a call of {target} whose arguments and result equal an earlier one's, and tell the planner so.",
                "agent-team",
                "high",
                3,
            ),
            ActionTemplate(
                "test",
                "Test that {agent} ends where {target} gives nothing new",
                "Add a test in which {target} keeps giving the same result, and assert that {agent} ends with an answer that says so.",
                "agent-team",
                "medium",
                7,
            ),
        ),
    )


CAUSES: Final = (
    _cause(
        "iteration_limit",
        "{agent} ran into its limit of rounds",
        "{where} ended at the limit of rounds, before the task was done. It said {quote}.",
        "List the calls of the run in order and mark where they stop bringing anything new.",
    ),
    _cause(
        "stuck_loop",
        "{agent} was stuck in a loop",
        "{where} was ended because it repeated itself. It said {quote}.",
        "List the calls of the run in order and mark the first repetition.",
    ),
    _cause(
        "repeated_calls",
        "{agent} kept making the same call of {target}",
        "{agent} made the same call of {target} {repetitions} times with the same arguments, and nothing new came of it.",
        "Compare the arguments and results of the repeated calls of {target}.",
    ),
    _cause(
        "call_cycle",
        "{agent} went round in a cycle of calls",
        "{agent} went through the same cycle of calls {repetitions} times, starting with {target}, with the same arguments each time.",
        "Compare the arguments and results of each pass through the cycle.",
    ),
    _cause(
        "retry_storm",
        "{target} was retried without success",
        "{where} was retried {retries} times and still failed; the telemetry does not say why the single attempts failed.",
        "Find the error of each single attempt of {ref}: the telemetry keeps only their number.",
    ),
)
