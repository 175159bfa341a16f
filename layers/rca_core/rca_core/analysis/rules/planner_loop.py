"""The agent went on without getting anywhere."""
# ruff: noqa: E501 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.model import CLEAR, DECISIVE, LIKELY, STRONG, ActionTemplate, Cause, Rule, listed

_ROUNDS: Final = r"(?:iterations?|turns?|steps?|rounds?|loops?|hops|cycles|handoffs?|tool[ -]?calls?|function[ -]?calls?|llm calls|model calls|auto[ -]?repl(?:y|ies))"
# Loops of programs and solvers, and retries of one request: not the agent going round.
_NOT_THE_AGENT: Final = (
    r"while loop",
    r"for loop",
    r"recursion depth",
    r"converge",
    r"solver",
    r"optimi[sz]er",
    r"lbfgs",
    r"max retries exceeded with url",
    r"redirects",
    r"interpretererror",
    r"event loop",
)

RULES: Final = (
    Rule(
        "planner_loop.name",
        "planner_loop",
        "iteration_limit",
        DECISIVE,
        names=listed(
            """
            maxturnsexceeded graphrecursion graphrecursionlimit agentstuckinloop iterationlimitcrossed
            maxiterations maxiterationsexceeded maxiterationsreached maxstepsexceeded maxstepsreached
            agentmaxsteps maxturns errormaxturns maxturnsreached recursionlimit recursionlimitexceeded
            loopdetected agentloop toolcalllimitexceeded iterationlimit iterationlimitexceeded
            steplimitexceeded maxloops eventloopmaxcyclesexceeded maxcyclesexceeded toolloop infiniteloop plannerloop maxmessagetermination
            maxroundsexceeded agentlimitexceeded modelcalllimitexceeded
            """
        ),
        unless=(r"while loop",),
    ),
    Rule(
        "planner_loop.text",
        "planner_loop",
        "iteration_limit",
        STRONG,
        patterns=(
            rf"\bmax(?:imum)?[ _-]?(?:number of |allowed |agent |reasoning |conversation |consecutive |auto[ -]?replies? ){{0,3}}{_ROUNDS}\b.{{0,40}}\b(?:exceed\w*|reach\w*|hit)\b",
            rf"\b(?:exceed\w*|reach\w*|hit|hits|in|after|within) (?:the |its )?max(?:imum)?[ _-]?(?:number of |allowed |agent |reasoning ){{0,3}}{_ROUNDS}\b",
            rf"\b(?:exceed\w*|reached|hit) (?:the |its )?{_ROUNDS} (?:limit|budget)\b|\b{_ROUNDS} (?:limit|budget) (?:of \d+ )?(?:was |has been |is )?(?:reached|exceeded|crossed|exhausted)\b",
            rf"\bagent exceeded \d+ {_ROUNDS}\b|\bexceeded (?:the )?max(?:imum)? {_ROUNDS}\b",
            r"\bstopped due to (?:an? )?(?:max(?:imum)? )?(?:iterations?|steps?|turns?)\b",
            r"\brecursion limit of \d+ reached\b|\bwithout hitting a stop condition\b",
            rf"\btoo many (?:consecutive |repeated )?{_ROUNDS}\b",
            r"\b(?:turn|step|iteration|loop|round|recursion|handoff|tool[ -]?call) limit of \d+|\b(?:reached|hit|exceeded) the (?:turn|step|iteration|round|recursion) limit",
            r"\b(?:request|tool_calls?)_limit of \d+",
            r"\bnext request would exceed the request_limit",
            r"达到?最大.{0,6}(?:迭代|轮|步|次数)",
            r"最大(?:反復|ステップ)",
            r"maximale anzahl.{0,12}(?:iterationen|schritte)",
            r"número máximo de (?:iteraciones|pasos|iterações)",
            r"nombre maximal d'itérations",
        ),
        unless=_NOT_THE_AGENT,
    ),
    Rule(
        "planner_loop.stuck",
        "planner_loop",
        "stuck_loop",
        STRONG,
        patterns=(
            r"\bstuck in an? (?:infinite |endless )?loop\b",
            r"\b(?:infinite|endless) (?:agent |tool |reasoning )?loop\b",
            r"\bneed more steps to process\b|\bsame (?:tool|action|call|step|response)s? (?:was |were )?repeated\b",
            r"\b(?:loop|looping|repetition) (?:was |has been |is )?detected\b|\bdetected an? (?:\w+ )?loop\b",
            r"\b(?:repeat\w*|called|calling|same) (?:the )?(?:exact )?(?:same|identical) (?:tool|action|call|function|step)",
            r"\bagent (?:is|was|keeps|kept) (?:looping|repeating)\b|\brepeating the same (?:response|output|message)",
        ),
        unless=_NOT_THE_AGENT,
    ),
    # Signals that the evidence itself carries, without any text: see loops.py.
    Rule("planner_loop.repeated", "planner_loop", "repeated_calls", CLEAR + 5, names=("observedrepeatedcalls",)),
    Rule("planner_loop.cycle", "planner_loop", "call_cycle", CLEAR + 5, names=("observedcallcycle",)),
    Rule("planner_loop.retries", "planner_loop", "retry_storm", LIKELY - 10, names=("observedretrystorm",)),
)


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
