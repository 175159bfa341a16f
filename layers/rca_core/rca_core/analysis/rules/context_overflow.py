"""The model's context or its output limit was too small for what was sent or asked."""
# ruff: noqa: E501 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.model import DECISIVE, LIKELY, STRONG, ActionTemplate, Cause, Rule, listed

_RATE: Final = (
    r"per (?:min|minute|hour|day|second)\b",
    r"\btpm\b",
    r"\brate.?limit",
    r"please wait",
    r"time frame",
    r"\bcontext deadline",
    r"try again (?:in|later)",
)

RULES: Final = (
    Rule(
        "context_overflow.name",
        "context_overflow",
        "prompt_too_long",
        DECISIVE + 1,
        names=listed(
            """
            contextlengthexceeded contextwindowexceeded contextoverflow contextwindowoverflow
            stringabovemaxlength inputtoolong prompttoolong modelcontextwindowexceeded contextlength
            contextlimitexceeded maxinputtokensexceeded tokenlimitexceeded contextwindow requesttoolarge
            contexttoolong
            """
        ),
        unless=_RATE,
    ),
    Rule(
        "context_overflow.length_name",
        "context_overflow",
        "output_truncated",
        DECISIVE + 1,
        names=listed(
            """
            lengthfinishreason maxtokensreached maxtokens maxoutputtokens incompleteoutput
            """
        ),
        unless=_RATE,
    ),
    Rule(
        "context_overflow.text",
        "context_overflow",
        "prompt_too_long",
        STRONG + 6,
        patterns=(
            r"\bmaximum (?:context|input|prompt|sequence|model) (?:length|size|window|tokens?)\b",
            r"\bcontext (?:length|window|size|limit)\b.{0,60}\b(?:exceed\w*|overflow\w*|too (?:long|large)|is full|reached)",
            r"\b(?:exceed\w*|overflow\w*|larger than|longer than|too (?:long|large|big) for|greater than|does not fit|fit in(?:to)?|surpass\w*)\b.{0,50}\b(?:context(?: (?:length|window|size|limit))?|token limit|max(?:imum)? (?:number of )?(?:input |allowed )?tokens?|model(?:'s)? (?:limit|context|maximum))\b",
            r"\b(?:prompt|input|conversation|history|messages?)\b(?: \(.{0,60}\))? (?:is|are|was|were) too (?:long|large)\b",
            r"\binput (?:length|tokens?|token count|is too long).{0,60}\bexceed\w*|\binput is too long for requested model\b",
            r"\b(?:reduce|shorten|decrease) (?:the |your )?(?:(?:length|size) of )?(?:the |your |either |input )?(?:messages|prompt|input|one|context|length)\b",
            r"\btokens?\b.{0,60}\bmust be <= ?\d+|\b(?:prompt|conversation|context) exceeds?\b",
            r"\btoo many (?:input |prompt |total )?tokens\b",
            r"\b\d+ tokens? > \d+|\bnumber of (?:input )?tokens\b.{0,40}\bexceed|\btokens?\b.{0,20}\bexceeds? (?:the )?(?:max|limit|model)",
            r"\b(?:token|context) limit (?:\w+ ){0,2}(?:exceeded|reached)\b|\bn_ctx\b|\bmax_model_len\b",
            r"上下文.{0,12}(?:超|过长|限制|长度)",
            r"(?:输入|提示词|prompt).{0,10}(?:过长|太长|超过.{0,10}(?:长度|限制|token))",
            r"コンテキスト.{0,12}(?:超|長)",
            r"longitud (?:máxima )?(?:de|del) contexto",
            r"kontext(?:länge|fenster).{0,20}überschr",
            r"longueur (?:maximale )?(?:de|du) contexte",
        ),
        unless=_RATE,
    ),
    Rule(
        "context_overflow.output_text",
        "context_overflow",
        "output_truncated",
        STRONG + 6,
        patterns=(
            r"\blength limit was reached\b",
            r"\b(?:max(?:imum)?[ _](?:output |completion |new )?tokens?)\b.{0,40}\b(?:reached|exceeded|hit|limit)\b",
            r"\b(?:finish|stop)_?reason['\"]?\s?[:=]\s?['\"]?(?:length|max_tokens|max_output_tokens)\b",
            r"\b(?:response|output|completion|generation|answer) (?:was |is )?(?:truncated|cut off|incomplete) (?:due to|because|at|by|as)\b.{0,40}(?:length|token|limit|max)",
        ),
        unless=_RATE,
    ),
    Rule("context_overflow.413", "context_overflow", "prompt_too_long", LIKELY, statuses=(413,), scopes=("run",)),
)


def _cause(code: str, title: str, description: str, mitigation: str) -> Cause:
    return Cause(
        "context_overflow",
        code,
        title,
        description,
        (
            "Compare the tokens of the request that failed with the limit that the message names ({tokens_note}).",
            "Find which step or tool result adds most of the tokens before {ref}.",
        ),
        mitigation,
        (
            ActionTemplate(
                "code_change",
                "Keep the prompts of {agent} within the context of {model}",
                mitigation,
                "agent-team",
                "high",
                5,
            ),
            ActionTemplate(
                "monitoring",
                "Track prompt tokens per step of {agent}",
                "Record prompt and completion tokens of each model call and alert before they near the limit of {model}.",
                "agent-team",
                "medium",
                7,
            ),
        ),
    )


CAUSES: Final = (
    _cause(
        "prompt_too_long",
        "The prompt did not fit the model's context",
        "{where} was refused{status} because the input is longer than {model} accepts: {quote}.",
        "Count tokens before each call of {model}; summarise or drop old turns and cut long tool results before they enter the prompt.",
    ),
    _cause(
        "output_truncated",
        "The model's output was cut by its length limit",
        "{where} ended because the output of {model} reached its length limit: {quote}.",
        "Raise the output limit of {model} for this step, or ask for less in one answer.",
    ),
)
