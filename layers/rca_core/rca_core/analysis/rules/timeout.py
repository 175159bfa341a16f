"""Something took longer than it was given."""
# ruff: noqa: E501 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.model import CLEAR, DECISIVE, STRONG, ActionTemplate, Cause, Rule, listed

# Texts that speak of a timeout as a setting, a column or an API, where nothing timed out.
_NOT_A_TIMEOUT: Final = (
    r"timeout context manager",
    r"no such column",
    r"column .{0,10}timeout",
    r"unexpected keyword argument",
    r"(?:unknown|invalid|unsupported|unrecognized) (?:\w+ )?(?:parameter|argument|option|field|property|value)",
    r"timeout['\"]? (?:must|should|value|parameter|is required|is not)",
    r"would exceed context deadline",
)

RULES: Final = (
    Rule("timeout.gateway_status", "timeout", "gateway", DECISIVE, statuses=(504, 524)),
    Rule("timeout.status", "timeout", "request", STRONG, statuses=(408, 522)),
    Rule(
        "timeout.name",
        "timeout",
        "request",
        STRONG + 6,
        names=listed(
            """
            timeout readtimeout connecttimeout timeoutexpired apitimeout deadlineexceeded gatewaytimeout
            requesttimeout timedout sockettimeout servertimeout pooltimeout writetimeout etimedout
            esockettimedout executiontimeout tooltimeout tasktimedout connectiontimeout sockettimedout
            querytimeout modeltimeout steptimeout nodetimeout serverselectiontimeout lockwaittimeout
            operationtimedout toolexecutiontimeout agenttimeout asynctimeout softtimelimitexceeded
            timelimitexceeded workflowtimeout
            """
        ),
        unless=_NOT_A_TIMEOUT,
    ),
    Rule(
        "timeout.gateway_text",
        "timeout",
        "gateway",
        DECISIVE,
        patterns=(r"\bgateway time-?out\b", r"\bupstream request timeout\b"),
        unless=_NOT_A_TIMEOUT,
    ),
    Rule(
        "timeout.limiter_deadline",
        "timeout",
        "deadline_exceeded",
        STRONG,
        patterns=(r"\b(?:context )?deadline[ _]exceeded\b", r"\bdeadline (?:\w+ ){0,3}(?:exceeded|expired|passed)\b"),
        unless=(r"would exceed context deadline",),
    ),
    Rule(
        "timeout.text",
        "timeout",
        "request",
        STRONG - 3,
        patterns=(
            r"(?<![a-z])timed[ _-]?out\b",
            r"\btimeout of \d+ ?(?:ms|s|sec|seconds?|min|minutes?|hours?)\b",
            r"\btime[ -]?out (?:error|exceeded|reached|expired|occurred|after|while|waiting|of \d|was reached|elapsed|period)\b|\btimeout(?:error)?\.{3}",
            r"\b(?:request|connection|read|connect|query|statement|execution|operation|socket|response|lock wait|i/o|call|tool|task|command|idle|server|step|navigation|script) time-?out\b",
            r"\bexceeded (?:the |its |a )?(?:[\w.-]+ ){0,4}?(?:timeout|time limit|deadline|time budget)\b|\b(?:timeout|time limit|time budget) (?:of .{1,20} )?(?:was |has been )?(?:exceeded|reached|expired|elapsed)\b",
            r"\btook too long\b|\bno (?:response|progress|answer|reply|output) (?:\w+ )?(?:within|after|for) \d|\bexceed\w* (?:the |its )?max(?:imum)? (?:\w+ ){0,2}?(?:time|duration|runtime)\b|\bdid not (?:respond|complete|finish|return|answer) (?:with)?in\b",
            r"\baborted due to time-?out\b|\bcancell?(?:ed|ing) (?:\w+ ){0,2}due to (?:\w+ )?timeout\b|\btimeout,? (?:aborting|giving up|cancelled|terminated)",
            r"超时",
            r"タイムアウト",
            r"tiempo de espera",
            r"(?:délai|temps) (?:d'attente|imparti)? ?.{0,12}(?:dépassé|expiré|écoulé)",
            r"zeitüberschreitung",
            r"превышено время|время ожидания|тайм-?аут",
            r"시간.{0,4}초과",
            r"tempo (?:limite|de espera) .{0,12}(?:excedido|esgotado)|tempo esgotado",
        ),
        unless=_NOT_A_TIMEOUT,
    ),
    Rule(
        "timeout.name_suffix",
        "timeout",
        "request",
        CLEAR + 5,
        patterns=(r"^[\w.]{0,80}time(?:out|dout)(?:error|exception|expired)?:",),
        unless=_NOT_A_TIMEOUT,
    ),
    Rule(
        "timeout.bare",
        "timeout",
        "request",
        CLEAR,
        patterns=(r"^(?:error: )?time-?out[.!]?$", r"^[\w.]{0,60}timeout(?:error|exception)?:? ?$"),
        unless=_NOT_A_TIMEOUT,
    ),
)


def _cause(code: str, title: str, description: str) -> Cause:
    return Cause(
        "timeout",
        code,
        title,
        description,
        (
            "Compare the latency of {ref}{latency_note} with the usual latency of {target}.",
            "Check the health of {target} around {when}, and whether other callers saw it slow.",
            "Find which timeout ended {ref}: the client's, the gateway's or {target}'s own.",
        ),
        "Give {target} a deadline that fits its real latency, make it do less per call, and retry it only where it is safe to repeat.",
        (
            ActionTemplate(
                "change_config",
                "Set the deadline of {target} from its measured latency",
                "Measure the p95 latency of {target}, set the timeout of {agent} above it, and keep it below the deadline of the step.",
                "agent-team",
                "high",
                3,
            ),
            ActionTemplate(
                "monitoring",
                "Track the latency of {target}",
                "Record latency and timeouts of {target} per call and alert when the p95 nears the timeout.",
                "platform-team",
                "medium",
                7,
            ),
        ),
    )


CAUSES: Final = (
    _cause(
        "gateway",
        "A gateway gave up waiting for {target}",
        "{where} ended{status}{latency_note}: a gateway in front of {target} stopped waiting for its answer. It said {quote}.",
    ),
    _cause(
        "request",
        "{target} did not finish in time",
        "{where} ran into a timeout{status}{latency_note}. It said {quote}.",
    ),
    _cause(
        "deadline_exceeded",
        "The deadline passed before {target} answered",
        "{where} was ended by its deadline{status}{latency_note}. It said {quote}.",
    ),
)
