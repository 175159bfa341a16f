"""What the model wrote could not be read in the form that was asked for."""
# ruff: noqa: E501 - a pattern or a sentence in one piece reads better than wrapped; some are not in Latin script

from typing import Final

from rca_core.analysis.rules.model import CLEAR, DECISIVE, STRONG, ActionTemplate, Cause, Rule, listed

# An answer that was cut or blocked cannot be parsed either; and arguments are another matter.
_OTHER: Final = (
    r"content filter",
    r"length limit",
    r"max_tokens",
    r"context (?:length|window)",
    r"\bfunction \S{1,80} arguments:",
    r"(?:tool|function)[ _](?:call )?(?:arguments|inputs?)\b",
    r"\btool \S{1,60} not found",
)

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
            responsevalidationfailure invalidllmresponse
            """
        ),
        unless=_OTHER,
    ),
    Rule(
        "output_parse_error.retries",
        "output_parse_error",
        "output_validation_retries",
        DECISIVE - 2,
        patterns=(
            r"\bexceeded max(?:imum)? (?:output )?retries\b.{0,30}\b(?:result|output|response) validation\b|\bexceeded max(?:imum)? (?:output|result) retries\b",
            r"\bmax retries exceeded\. total attempts\b|\binstructorretry",
            r"\b(?:failed to|could not) validate (?:the )?(?:output|response|structured)\b|\boutput validation (?:failed|error)\b",
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
            r"\b(?:could not|couldn't|cannot|can't|unable to|failed to|error|not able to) (?:parse|parsing|decode|convert|deserialize) (?:the |an? )?(?:(?:json|yaml|xml|answer|action|from|in|raw|llm|model|ai|agent|assistant|gpt|final|structured)(?:'s)? ){0,5}(?:output|response|answer|completion|text|generation|reply)\b",
            r"\bparsing (?:llm|model|agent) output\b|\b(?:llm|model) output (?:\w+ ){0,3}(?:pars|invalid|malformed|not valid)",
            r"\binvalid json output\b|\boutput_parsing_failure\b|\boutputparser expected\b|\boutput parsing (?:error|failed)\b|\boutput parser\b",
            r"\b(?:model|llm|ai|assistant|agent) (?:response|output|answer|completion) (?:was |is )?(?:not (?:a )?valid|invalid|malformed|unparsable)\b",
            r"\b(?:response|output|completion|answer) (?:is|was) not (?:a )?valid (?:json|yaml|xml|python)\b",
            r"\b(?:model|llm|ai) (?:returned|produced|output|generated) (?:an? )?(?:invalid|malformed|non-json|unparsable|empty)\b",
            r"\bmissing 'action:' after 'thought|\bmissing 'action input:' after|\binvalid format: (?:missing|'action)|\binvalid or incomplete (?:response|structured output)",
            r"\bno (?:valid )?json (?:object |block |blob )?(?:could be |was )?(?:found|extracted|decoded) in (?:the )?(?:response|output|completion|text|llm|model)",
            r"\bcode snippet is invalid, because the regex pattern\b|\bcould not extract (?:\w+ ){0,3}(?:from|json)|\bno object generated\b",
            r"\b(?:did|does) not (?:conform|match|adhere) (?:to )?(?:the )?(?:expected |response |output )(?:format|schema|structure)\b",
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
            r"(?:解析|转换).{0,6}(?:模型)?(?:输出|回复|响应)失败|输出.{0,6}(?:解析失败|格式错误)",
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
)


def _cause(code: str, title: str, description: str) -> Cause:
    return Cause(
        "output_parse_error",
        code,
        title,
        description,
        (
            "Read the raw text that {model} wrote before {ref} failed, and find where it leaves the expected format.",
            "Repeat the prompt a few times and count how often the output parses; compare with other models.",
        ),
        "Ask {model} for structured output by schema instead of by prompt, give the parse error back to it once, and keep the raw text in the telemetry.",
        (
            ActionTemplate(
                "code_change",
                "Make the output of {agent} structured",
                "Use the model API's structured output for the step that failed, with one repair attempt that shows the model its parse error.",
                "agent-team",
                "high",
                5,
            ),
            ActionTemplate(
                "monitoring",
                "Keep the raw model output where parsing fails",
                "Record the text of {model} that could not be parsed, redacted, with the parser's error.",
                "agent-team",
                "medium",
                7,
            ),
        ),
    )


CAUSES: Final = (
    _cause(
        "unparsable_output",
        "The model's output could not be parsed",
        "{where} failed because what {model} wrote is not in the form that {agent} expects: {quote}.",
    ),
    _cause(
        "output_validation_retries",
        "The model's output failed validation until the retries ran out",
        "{where} ended because the output of {model} did not pass validation in the attempts allowed: {quote}.",
    ),
)
