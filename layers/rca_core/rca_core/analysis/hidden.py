"""What a status hides: errors inside results that were reported as successful, and answers that are empty."""

import re
from typing import Final, Literal

from rca_core.analysis.facts import flatten

Observation = Literal["error_result", "error_text", "message_only", "empty_result"]

# Structure that only an error has.
_ERROR_RESULT = re.compile(
    r"\A\s*(?:"
    r"traceback \(most recent call last\)"
    r"|(?:<!doctype html[^>]{0,200}>|<html)[\s\S]{0,600}?<(?:title|h1)[^>]{0,100}>\s*(?:error )?[45]\d\d\b"
    r"|(?:http(?:/\d(?:\.\d)?)? )?(?:error )?[45]\d\d[ :-]{1,3}(?:client error|server error|bad request|unauthori[sz]ed|forbidden|not found|too many|internal server|bad gateway|service unavailable|gateway time|unprocessable|conflict)"
    r"|\{[\s\S]{0,400}?['\"]is_?error['\"]\s*:\s*true"
    r"|\{[\s\S]{0,200}?['\"](?:status|state|result|outcome|type)['\"]\s*:\s*['\"](?:error|failed|failure|fail)['\"]"
    r"|\{[\s\S]{0,200}?['\"](?:success|ok|succeeded)['\"]\s*:\s*false\b"
    r"|\{[\s\S]{0,200}?['\"](?:status|statuscode|status_code|http_?status(?:_?code)?)['\"]\s*:\s*['\"]?[45]\d\d\b"
    r"|\{\s*['\"](?:error|errors|exception|errormessage|error_message|errortype)['\"]\s*:\s*(?:['\"](?!['\"]|none['\"]|null['\"])|\{(?!\s*\})|\[\s*[\[{'\"]|true)"
    r")"
    r"|^traceback \(most recent call last\):\s*$",
    re.MULTILINE,
)
# A text that opens as an error does. Conversational tools answer so, and agents go on from there.
_ERROR_TEXT = re.compile(
    r"\A\s*(?:\[?(?:error|exception|failed|failure|fatal|err)\]?\s*[:\-–!]|(?:[\w.]{1,60})?(?:error|exception):\s|error (?:executing|calling|running|while|in|occurred|code|fetching|accessing)\b|an error occurred|failed to \w+)"
    r"|\A(?:\S+ ){0,4}(?:timed out after \d|timed out waiting|stopped due to (?:an? )?(?:max|iteration|time)|connection refused\b|rate limit exceeded|too many requests|permission denied|access denied)[^\n]{0,80}\Z"
    r"|\A\s*(?:i'?m |i am )?(?:sorry|i apologi[sz]e),? (?:but )?i (?:cannot|can't|can’t|am unable to|am not able to) (?:assist|help|comply|fulfil)",
)
# A body of nothing but a message; only a rule can tell whether it is an error.
_MESSAGE_ONLY = re.compile(
    r"\A\s*(?:\{\s*['\"]error['\"]\s*:\s*['\"]['\"]\s*,\s*['\"]response['\"]\s*:\s*['\"]?)?\{\s*['\"](?:message|msg|detail|error_description)['\"]\s*:\s*['\"][^{}\[\]]{3,300}['\"]\s*\}\s*['\"]?\s*\}?\s*\Z"
)
_EMPTY = re.compile(
    r"\A\s*(?:\[\s*\]|\{\s*\}|null|none|nil|n/a|empty|\(empty\)|<empty>|\[\s*\]\s*\(0 (?:results|items)\)"
    r"|\{(?:\s*['\"]\w{1,40}['\"]\s*:\s*(?:0|0\.0|['\"][^'\"{}\[\]]{0,200}['\"]|true|null|none|\[\s*\]|\{\s*\}|\d+)\s*,?){0,8}\s*['\"](?:results?|items|data|documents|docs|matches|hits|records|rows|entries|nodes|chunks|passages|sources|organic|organic_results|webpages|value|values|list|content|response)['\"]\s*:\s*(?:\[\s*\]|null|none)(?:\s*,\s*['\"]\w{1,40}['\"]\s*:\s*(?:0|['\"][^'\"{}\[\]]{0,200}['\"]|true|false|null|none|\[\s*\]|\{\s*\}|\d+)){0,8}\s*\}"
    r"|(?:\(?(?:no|0|zero) (?:[\w-]+ ){0,3}(?:results?|records?|rows?|documents?|matches|hits|items?|entries|data|articles?|passages?)(?: (?:were |was )?(?:found|returned|available|matched|retrieved))?(?: (?:for|in|matching|with) [^\n]{1,160})?\)?[.!]?)"
    r"|nothing (?:was )?found[.!]?"
    r"|(?:sorry,? )?(?:we |i )?(?:could not|couldn't|did not|didn't|unable to) find any\b[^\n]{0,160}"
    r"|(?:未|没有|沒有)(?:找到|查询到|检索到|搜索到)[^\n]{0,40}|(?:查无|暂无)[^\n]{0,20}|見つかりませんでした[^\n]{0,20}|(?:sin|aucun|keine|nenhum) (?:resultados?|résultats?|ergebnisse|treffer)[^\n]{0,40}"
    r")\s*\Z"
)
_LOOKUP = re.compile(
    r"search|find|look_?up|retriev|query|list|get|fetch|knowledge|vector|rag|browse|read|select|recall|memory|kb|match|check|track|show|discover|index|sql",
    re.IGNORECASE,
)
SEARCH = re.compile(r"search|retriev|query|look_?up|find|knowledge|vector|rag\b|recall", re.IGNORECASE)
LONGEST_EMPTY: Final = 400


def observe(tool_name: str, result: str | None) -> Observation | None:
    """Return what a successful call's result hides, or None if it is a result."""
    if not result:
        return None
    lower = flatten(result[:2_000]).lower()
    if _ERROR_RESULT.search(lower):
        return "error_result"
    if _ERROR_TEXT.match(lower):
        return "error_text"
    if len(lower) <= LONGEST_EMPTY and _LOOKUP.search(tool_name) and _EMPTY.match(lower):
        return "empty_result"
    return "message_only" if len(lower) <= LONGEST_EMPTY and _MESSAGE_ONLY.match(lower) else None
