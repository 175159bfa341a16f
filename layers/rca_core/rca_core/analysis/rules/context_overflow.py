"""The model's context or its output limit was too small for what was sent or asked."""
# ruff: noqa: E501 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.model import DECISIVE, LIKELY, STRONG, ActionTemplate, Cause, Rule, listed
from rca_core.analysis.rules.unrelated import COMPILER, TESTS

_RATE: Final = (
    r"per (?:min|minute|hour|day|second)\b",
    r"\btpm\b",
    r"\brate.?limit",
    r"please wait",
    r"time frame",
    r"\bcontext deadline",
    r"try again (?:in|later)",
)

# Tokens of other kinds, or of a plan.
_NOT_A_PROMPT: Final = (
    r"\b(?:daily|monthly|weekly|hourly|free tier|quota|budget|balance|wallet|transfer\w*|stak\w+|mint\w*|withdraw\w*|erc-?20|gas|credits?)\b",
    r"\b(?:csrf|bearer|jwt|refresh|access|push|device|session)[ _-]tokens?\b",
    *COMPILER,
    *TESTS,
)
_MANY: Final = r"(?:\d[\d,._']{1,12}\d|\d{1,4} ?k\b)"
_TOO_LARGE: Final = r"(?:too (?:large|long|big|many)|exceed\w*|above|over the|more than|greater than|larger than|longer than|beyond|larger|bigger than|surpass\w*|overflow\w*|oversi[sz]ed)"
_BOUND: Final = r"(?:less than|fewer than|no more than|not more than|at most|no longer than|up to|shorter than|max(?:imum)?|limit(?:ed)?|cap(?:ped)?|allows?|allowed|accepts?|supports?|only|not exceed|<=?|under|below|between 1 and)"

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
            r"\b(?:ran|run|running) out of (?:room|space)\b.{0,30}\bcontext\b|\bcontext (?:window|length)\b.{0,30}\b(?:is|was) (?:now )?(?:full|used up|exhausted|too small)\b|\b(?:no|not enough|insufficient) (?:room|space) (?:left )?in (?:the |its )?(?:\w+(?:['\u2019]s)? ){0,2}context\b",
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
    # A number of tokens or of text against a bound, in any wording.
    Rule(
        "context_overflow.bound",
        "context_overflow",
        "prompt_too_long",
        STRONG + 1,
        patterns=(
            rf"\b{_BOUND}\b.{{0,40}}\b{_MANY} ?(?:\w+ )?tokens?\b",
            r"\bcontext (?:\w+ )?of (?:at most|up to|only|just) \d|\bcontext (?:size|length|window)\b.{0,20} -\d{2}|\b(?:no|not enough|insufficient|too little|no more|little) (?:room|space|capacity)\b.{0,30}\b(?:context|prompt|window)\b|tokens?\b.{0,60}\b(?:above|over|beyond|past|more than|exceed\w*)\b.{0,30}\b(?:window|context)\b",
            rf"\btokens?\b.{{0,60}}\b{_TOO_LARGE}\b.{{0,60}}(?:\d{{3}}|\blimit\b|\bmax\w*|\ballowed\b|\bcontext\b|\bmodel\b|\bwindow\b)",
            rf"\b{_MANY} ?(?:\w+ )?tokens?\b.{{0,80}}\b{_BOUND}\b.{{0,40}}\b\d{{3}}",
            rf"\b(?:max\w*|allowed|limit\w*)\b.{{0,20}}\btokens?\b.{{0,60}}\b(?:is|was|of|:|=) ?{_MANY}",
            r"\brange of input length\b|\binput[ _]length\b.{0,40}\b(?:should|must|cannot|exceed\w*|too)\b|\b(?:input|prompt|query|text|sequence)\b.{0,40}\b(?:too long|too large|exceeds?|longer than|larger than)\b.{0,60}\b(?:tokens?|context|model|embedding|sequence|window)\b",
            r"\bmax_(?:\w{1,12}_)?tokens\b.{0,60}\b(?:at least|greater than|positive|>=? ?[01])\b.{0,60}\b(?:got|received|given|was|input_value)\W{0,4}-\d",
            r"\b(?:cannot|can't|could not|couldn't|does not|doesn't|do not|don't|won't|will not|unable to|not|no longer|to) fit\b.{0,60}\b(?:context|window|prompt|model|tokens?)\b",
            r"\b(?:context|prompt|attention) ?(?:window|size|length|budget|space)?\b.{0,40}\b(?:is full|was full|exhausted|used up|overflow\w*|overrun|ran out|running out|too small|insufficient|no room)\b|\b(?:exhaust\w*|overr[au]n\w*|outgr[eo]w\w*|ran out of|run out of|fill(?:s|ed)|blew|larger than|bigger than|past|beyond|more than|longer than|outside) (?:up )?(?:the |its )?(?:\w+(?:['\u2019]s)? ){0,2}context\b",
            r"\b(?:response|result|results|output|answer|content|contents|file|page|document|snapshot|observation|return(?:ed)? value|payload|transcript|history|text|chunk|batch|request|body)\b.{0,60}\b(?:too (?:large|long|big|many)|exceed\w*|over)\b.{0,60}\b(?:(?<!auth )tokens?|context|(?:the|for|language|a) model|llm|prompt)\b",
            r"\b(?:position(?:al)? embeddings?|max_position_embeddings|kv[ -]cache|n_positions|n_ctx|max_seq_len\w*|max_model_len)\b|\bsize of tensor a \(\d{3,}\) must match the size of tensor b \((?:512|514|1024|2048|4096|8192)\) at non-singleton dimension 1\b",
            r"\bstring too long\b.{0,40}\bmaximum length \d{5}|\b(?:requested|needs?|requires?|used) \d{3,} (?:\w+ )?tokens?\b.{0,60}\b(?:only|left|remain\w*|available|window|limit)\b",
            r"\b(?:shorten|truncate|trim|split|chunk|reduce|summari[sz]e) (?:the |your )?(?:\w+ )?(?:prompt|messages|input|conversation|history|context|documents?)\b.{0,80}\b(?:tokens?|context|limit)\b",
            r"(?:token|トークン|토큰).{0,12}(?:超|초과|过长|上限|制限|超出)|(?:超过|超出|超過).{0,12}(?:token|トークン|上下文|最大长度|最大長)|输入.{0,6}长度.{0,10}(?:超|限)",
            r"(?:supera|excede|sobrepasa|dépasse|überschreitet|overschrijdt|przekracza|превыша\w+|a\u015f\u0131yor).{0,60}(?:tokens?|context\w*|kontext\w*|contexte|contexto|контекст\w*|токен\w*)",
        ),
        unless=(*_RATE, *_NOT_A_PROMPT),
    ),
    Rule(
        "context_overflow.name_parts",
        "context_overflow",
        "prompt_too_long",
        STRONG + 1,
        patterns=(
            r"(?:context|prompt|input|sequence|conversation|history|message)s?_?(?:window|length|size|limit|token|tokens|text)?_?(?:toolong|too_long|toolarge|too_large|toobig|overflow|exceeded|exceeds)\w{0,20}",
            r"(?:response|result|output|content|snapshot|observation)_?(?:is_?)?(?:toolong|too_long|toolarge|too_large|toobig|tokens?_?exceeded)\w{0,12}",
            r"(?:max|maximum|input|prompt|total|context)_?(?:\w{1,16}_?)?tokens?_?(?:count_?|limit_?)?(?:exceeded|reached|overflow|limit_?error)\w{0,12}|\btoo_?many_?tokens\w{0,12}|\btokens?_?limit_?(?:exceeded|reached|error|exception)",
        ),
        unless=(*_RATE, *_NOT_A_PROMPT, r"header|cookie|\buri\b|\burl\b"),
    ),
    Rule(
        "context_overflow.output_text",
        "context_overflow",
        "output_truncated",
        STRONG + 6,
        patterns=(
            r"\blength limit was reached\b|\boutput (?:is|was) incomplete\b.{0,40}\b(?:max_tokens|length)\b|\bincompleteoutputexception\b",
            r"\b(?:output|response|answer|completion|generation|reply|json|message)\b.{0,40}\b(?:truncated|cut(?: off| short)?|incomplete|stopped)\b.{0,40}\b(?:max_(?:\w{1,12}_)?tokens|(?:token|length|output) (?:limit|cap)|max(?:imum)? (?:length|tokens))",
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
