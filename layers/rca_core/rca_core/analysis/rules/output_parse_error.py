"""What the model wrote, or what a tool was sent, could not be read in the form that was asked for."""
# ruff: noqa: E501 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.model import CLEAR, DECISIVE, STRONG, Rule, listed
from rca_core.analysis.rules.output_parse_causes import CAUSES
from rca_core.analysis.rules.output_parse_formats import FAILED, NOT_AN_ANSWER, READ, RESPONSE_TEXTS

__all__ = ["CAUSES", "RULES"]

# An answer that was cut or blocked cannot be parsed either; and arguments are another matter.
_OTHER: Final = (
    r"content filter",
    r"length limit",
    r"max_tokens",
    r"context (?:length|window)",
    r"\bfunction \S{1,80} arguments:",
    r"(?:tool|function)[ _](?:call )?(?:arguments|inputs?)\b",
    r"\btool \S{1,60} not found",
    r"\btool call validation failed\b",
)
_SPEAKER: Final = r"(?:llms?|lm|language model|model|ai|assistant|agent|planner|router|supervisor|director|evaluator|judge|grader|chat ?bot|gpt[\w.-]{0,12}|claude[\w.-]{0,12}|gemini[\w.-]{0,12}|mistral[\w.-]{0,12}|llama[\w.-]{0,12}|cohere|completion|generation)"
_ANSWER: Final = r"(?:output|response|answer|completion|text|generation|reply|message|result|content|turn)"
_FORM: Final = r"(?:format|schema|structure|layout|grammar|template|signature|json|xml|yaml|type)"

RULES: Final = (
    Rule(
        "output_parse_error.name",
        "output_parse_error",
        "unparsable_output",
        STRONG,
        names=listed(
            """
            outputparser outputparsing outputparsingfailure converter agentparsing modelbehavior
            ainoobjectgenerated noobjectgenerated aijsonparse aitypevalidation structuredoutput
            structuredoutputvalidation responseparse llmparse outputvalidation parseroutput jsonoutputparse
            responsevalidationfailure invalidllmresponse jsonvalidatefailed bamlvalidation
            """
        ),
        unless=_OTHER,
    ),
    # Names of exceptions by what they are made of.
    Rule(
        "output_parse_error.output_name",
        "output_parse_error",
        "unparsable_output",
        STRONG - 1,
        patterns=(
            r"(?:output|response|llm|answer|completion|agent|action|planner|plan|structured|adapter|reply|generation)_?(?:text|json|xml|object|format|schema|code)?_?(?:pars|decod|deseriali|extract|coerc|convers)\w{0,16}(?:error|exception|failure|failed)\b",
            r"\b(?:error_?|failed_?(?:to_?)?|invalid_?|malformed_?|unparsable_?|bad_?)(?:pars\w{0,8}_?)?(?:llm|model|structured|agent)_?(?:output|response|answer|completion)(?:error|exception)?\b",
            r"\b(?:invalid|malformed|unparsable|incomplete)_?(?:output|answer|completion)_?(?:format)?_?(?:error|exception)\b",
        ),
        unless=_OTHER,
    ),
    Rule(
        "output_parse_error.retries",
        "output_parse_error",
        "output_validation_retries",
        DECISIVE - 2,
        patterns=(
            r"\bfailed to (?:parse|decode|extract|produce|generate)\b.{1,60}?\bafter (?:\w+ ){0,2}(?:retries|attempts|tries)\b|^(?:\w+: )?failed to parse\b.{0,20}\btext:",
            r"\bexceeded max(?:imum)? (?:output )?retries\b.{0,30}\b(?:result|output|response) validation\b|\bexceeded max(?:imum)? (?:output|result) retries\b",
            r"\bmax retries exceeded\. total attempts\b|\binstructorretry",
            r"\b(?:failed to|could not) validate (?:the )?(?:output|response|structured)\b|\boutput validation (?:failed|error)\b",
            r"\b(?:output|result|response|answer)\b.{0,30}\b(?:failed|did not pass|invalid)\b.{0,20}\bvalidat\w{1,5}\b.{0,30}\b(?:after|in|within) \d+ (?:attempts|tries|retries)\b",
        ),
        unless=_OTHER,
    ),
    Rule(
        "output_parse_error.retries_name",
        "output_parse_error",
        "output_validation_retries",
        DECISIVE - 2,
        names=("instructorretry",),
    ),
    Rule(
        "output_parse_error.text",
        "output_parse_error",
        "unparsable_output",
        STRONG - 1,
        patterns=(
            r"\b(?:could not|couldn't|cannot|can't|unable to|failed to|error|not able to) (?:parse|parsing|decode|convert|deserialize) (?:the |an? )?(?:(?:json|yaml|xml|answer|action|from|in|raw|llm|lm|model|ai|agent|assistant|gpt|final|structured)(?:['\u2019]s)? ){0,5}(?:output|response|answer|completion|text|generation|reply)\b",
            rf"\b{FAILED} (?:to )?{READ}\b.{{0,60}}\b(?:from|in|of|by) (?:the )?(?:raw )?{_SPEAKER}(?:['\u2019]s)?\b",
            rf"\b{FAILED} (?:to )?{READ} (?:\S{{1,40}} ){{0,4}}?{_SPEAKER}(?:['\u2019]s)? {_ANSWER}\b",
            r"\bparsing (?:llm|model|agent) output\b|\b(?:llm|model) output (?:\w+ ){0,3}(?:pars|invalid|malformed|not valid)",
            r"\binvalid json output\b|\boutput_parsing_failure\b|\boutputparser expected\b|\boutput parsing (?:error|failed)\b|\boutput parser\b",
            r"\b(?:model|llm|ai|assistant|agent) (?:response|output|answer|completion) (?:was |is )?(?:not (?:a )?valid|invalid|malformed|unparsable)\b",
            r"\b(?:response|output|completion|answer) (?:is|was) not (?:a )?valid (?:json|yaml|xml|python)\b",
            r"\b(?:model|llm|ai) (?:returned|produced|output|generated) (?:an? )?(?:invalid|malformed|non-json|unparsable|empty)\b",
            r"\bmissing 'action:' after 'thought|\bmissing 'action input:' after|\binvalid format: (?:missing|'action)|\binvalid or incomplete (?:response|structured output)",
            r"\bno (?:valid )?json (?:object |block |blob )?(?:could be |was )?(?:found|extracted|decoded) in (?:the )?(?:response|output|completion|text|llm|model)",
            r"\bcode snippet is invalid, because the regex pattern\b|\bcould not extract (?:\w+ ){0,3}(?:from|json)|\bno object generated\b",
            rf"\b(?:{_SPEAKER}|structured|expected|final|generated) {_ANSWER}\b.{{0,40}}\b(?:(?:did|does|do) ?(?:not|n't)|doesnt|fail(?:s|ed) to) (?:fit|match|conform|comply|adhere|follow|satisfy|respect|obey)(?: to| with| in)?(?: the| its| an?)? (?:[\w-]+ ){{0,3}}{_FORM}\b",
            r"\b(?:did|does) not (?:conform|match|adhere) (?:to )?(?:the )?(?:expected |response |output )(?:format|schema|structure)\b",
            # The answer lacks what was to be in it.
            rf"\bno (?:[\w-]+ ){{0,3}}?(?:tool[ _](?:calls?|uses?)|function[ _]calls?|structured (?:output|data|response)|json(?: \w+)?|xml(?: \w+)?|code (?:block|snippet)s?|action|tags?) (?:\S{{1,20}} ){{0,3}}?(?:found|returned|produced|present|detected|extracted|generated|parsed) (?:in|from|by) (?:the )?(?:\w+(?:['\u2019]s)? ){{0,3}}?(?:{_SPEAKER}|{_ANSWER})\b",
            rf"\b{_SPEAKER}\b.{{0,24}}\b(?:did not|didn't|does not|doesn't|failed to|never|refused to) (?:return|produce|call|give|make|generate|emit|output|write|respond|reply|answer|provide|use|include|contain)\b.{{0,40}}\b(?:tool calls?|function calls?|function|structured|structure|json|xml|yaml|schema|format|tags?|fields?|keys|code block|parse?able|valid)\b",
            rf"\b{_SPEAKER}\b.{{0,24}}\b(?:replied|answered|responded|returned|produced|wrote|gave|generated|output|emitted)\b.{{0,24}}\b(?:plain[ -]text|prose|markdown|free[ -](?:form )?text|natural language|non-json|unstructured text|instead of (?:a )?(?:json|xml|tool call|structured))",
            rf"\b{_SPEAKER}(?:['\u2019]s)? {_ANSWER}\b.{{0,30}}\b(?:lack(?:s|ed|ing)?|miss(?:es|ed|ing)|has no|had no|without|omit(?:s|ted)|contain(?:s|ed) no|has neither)\b.{{0,60}}\b(?:tags?|fields?|keys?|json|xml|sections?|blocks?|actions?|score|format|delimiters?|tool calls?|markers?|properties)\b",
            rf"\b{_SPEAKER}\b.{{0,40}}\b{_ANSWER}\b.{{0,30}}\b(?:(?:could not|couldn't|cannot|can't|can not) be|was not|is not|isn't|wasn't) (?:\w+ )?(?:pars|decod|deseriali|read|interpret|convert|coerc|mapp|cast|understood|well-formed)\w*",
            rf"\b{_SPEAKER}(?:['\u2019]s)? {_ANSWER} (?:is |was |seems |looks )?(?:\w+ )?(?:malformed|invalid|garbled|unparsable|unparseable|unreadable|unusable|broken|ill-formed|unstructured)\b",
            rf"\b{_SPEAKER}\b.{{0,24}}\b(?:replied|answered|responded|returned|produced|wrote|gave|sent)\b.{{0,40}}\b(?:instead of|where|rather than|but|while)\b.{{0,40}}\b(?:tool_use|tool call|json|structured|function call|xml|schema|an object)\b",
            rf"\b(?:{_SPEAKER}|{_ANSWER})\b.{{0,40}}\b(?:wasn't|isn't|is not|was not|are not|not) (?:a |an )?(?:valid|well-formed|proper|parse?able) (?:json|xml|yaml|python|markdown table|object)\b",
            r"\bexpected (?:a |an |exactly |at least )?(?:one |single )?(?:structured output|tool call|function call|tool use)\b.{0,40}\b(?:but|got|found|received)\b",
            r"\b(?:could not|couldn't|cannot|unable to|failed to) (?:find|extract|locate) (?:\S{1,30} ){0,5}(?:json|xml|between [<\[`]|code ?blocks?|code fence|answer tags?|final answer|<\w{1,30}> tags?)",
            rf"\bexpected to find\b.{{0,60}}\b(?:in|from) (?:the )?{_SPEAKER}\b|\bmissing\b.{{0,40}}\b(?:fields?|keys?|sections?|tags?)\b.{{0,20}}\b(?:in|from) (?:the )?{_SPEAKER}(?:['\u2019]s)? {_ANSWER}\b",
            r"\bfailed to generate (?:a |an |valid )*(?:json|structured|xml|yaml|object)\b|\bjson_validate_failed\b|\bfailed to call a function\. please adjust\b",
            r"\b(?:none or )?empty (?:response|output|answer|completion) from (?:the )?(?:llm|model|language model)\b|\binvalid response from (?:the )?(?:llm|model)\b|\bfailed to parse\b.{0,80}\binto (?:java|class|type|an? |the )",
            r"\bjson(?:\.decoder\.)?\.?jsondecodeerror\b.{0,5}.{0,200}\b(?:llm|completion|model output|model response)\b",
            r"\b(?:unexpected|invalid|wrong|bad) (?:response|output|answer|completion) (?:format|structure|shape)\b.{0,40}\b(?:llm|model|agent|assistant)\b",
            r"\b(?:plan|planner|action input|final answer|thought|decision)\b.{0,40}\b(?:is|was) not (?:a )?valid\b",
            r"^\w{0,40}(?:output|response|planner|llm|action|answer|completion)\w{0,10}pars\w{1,5}(?:error|exception|failure)?:",
            r"\b(?:output|completion|llm response|model response) could not be (?:parsed|decoded|read)\b",
            r"\b(?:model|llm|agent|assistant)(?:'s)? (?:output|response|reply|answer)\b.{0,40}\b(?:did not|does not|doesn't|didn't) contain\b",
            r"\b(?:malformed|invalid|unparsable|unexpected) (?:response|output|answer|completion) (?:from|by) (?:the )?(?:model|llm|agent|assistant)\b",
            r"\b(?:model|llm|agent|assistant|planner) did not (?:return|produce|give|output) (?:an? )?(?:valid )?(?:json|xml|yaml|object|structured)\b",
            r"\bvalidate json\b.{0,80}\b(?:model|llm) (?:output|response)\b",
            r"\bexpected (?:\w+ )?output (?:value|format)\b",
            r"(?:解析|转换).{0,6}(?:模型)?(?:输出|回复|响应|json)失败|输出.{0,6}(?:解析失败|格式错误)|(?:模型|大模型).{0,10}(?:格式(?:错误|不正确)|不是(?:有效|合法))",
            r"(?:モデル|llm).{0,12}(?:出力|応答|回答).{0,12}(?:解析|パース|形式)",
        ),
        unless=(*_OTHER, r"could not parse code with language"),
    ),
    Rule(
        "output_parse_error.traceback",
        "output_parse_error",
        "unparsable_output",
        CLEAR + 2,
        names=("jsondecode",),
        patterns=(
            r"\bin \w*(?:parse|extract|decode|load)\w*_?(?:action|response|output|llm|completion|answer|reply|message)\w*\b",
            r"\b(?:output_?parser|llm_output|parse_output|model_output)\b",
        ),
        unless=_OTHER,
        scopes=("run",),
    ),
    Rule(
        "output_parse_error.pydantic_ai",
        "output_parse_error",
        "unparsable_output",
        CLEAR,
        names=("unexpectedmodelbehavior",),
        unless=(*_OTHER, r"content", r"safety", r"tool .{0,60}(?:exceeded|retries)", r"finish"),
    ),
    Rule(
        "output_parse_error.guardrail",
        "output_parse_error",
        "unparsable_output",
        CLEAR,
        names=("observedoutputguardrail",),
    ),
    Rule(
        "output_parse_error.response",
        "output_parse_error",
        "unparsable_answer",
        CLEAR + 2,
        patterns=RESPONSE_TEXTS,
        unless=(*_OTHER, *NOT_AN_ANSWER),
        scopes=("tool",),
    ),
    # In the run itself only the place in the stack, or the fence of a code block, tells that a model wrote it.
    Rule(
        "output_parse_error.format_in_run",
        "output_parse_error",
        "unparsable_output",
        CLEAR,
        patterns=(
            r"\bcannot deserialize value of type\b|\bexactly one (?:action|code block|command|tool call|json)\b.{0,60}\b(?:found|got|received|but)\b",
            r"\btype=json_invalid\b",
            r"^(?:\w{1,40}\.){0,6}(?!date|url|uri|arg|cli|config|sql|cron|version|json|xml|yaml|toml)[a-z]{3,30}_?pars(?:e|er|ing)_?(?:error|exception|failed|failure):",
            r"\b(?:unexpected (?:character|token)|invalid character|unrecognized token) \(?['\"]?`",
            r"json[\w.]{0,20}(?:pars|decod|syntax|deseriali)\w{0,16}(?:error|exception)\b[\s\S]{0,1500}?(?:output_?converter|output_?parser|structured_?output|chat_?completion|response_?format|langchain|llama_?index|\bllm|_llm\b|completion)",
            r"\b(?:llm|langchain|llama_?index|chat_?completion|completion|model (?:output|response))[\s\S]{0,1500}?json[\w.]{0,20}(?:pars|decod|syntax|deseriali)\w{0,16}(?:error|exception)\b",
        ),
        unless=(*_OTHER, *NOT_AN_ANSWER),
        scopes=("run",),
    ),
)
