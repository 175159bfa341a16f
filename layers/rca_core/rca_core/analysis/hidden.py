"""What a status hides: errors inside results that were reported as successful, and answers that are empty."""

import re
from typing import Final, Literal

from rca_core.analysis.facts import flatten

# ruff: noqa: RUF001 - the texts that are looked for use these characters

Observation = Literal["error_result", "error_text", "message_only", "empty_result"]

MAX_READ: Final = 2_000
LONGEST_SHORT: Final = 400
"""Characters up to which a whole result can be one statement."""


def _joined(*alternatives: str) -> str:
    return "|".join(alternatives)


_KEY: Final = r"\{[\s\S]{0,300}?['\"]"
# Before any list that holds something: in a list stand events and rows, not the answer's own state.
_OWN_KEY: Final = r"\{(?:[^\[]|\[\s{0,9}\]){0,300}?['\"]"
_TRACEBACK: Final = "traceback (most recent call last)"
# Structure that only an error has.
_ERROR_RESULT = re.compile(
    r"\s*(?:"
    + _joined(
        r"(?:<!doctype html[^>]{0,200}>|<html)[\s\S]{0,600}?<(?:title|h1)[^>]{0,100}>\s*(?:error )?[45]\d\d\b",
        r"(?:http(?:/\d(?:\.\d)?)? )?(?:error )?[45]\d\d[ :-]{1,3}"
        r"(?:client error|server error|bad request|unauthori[sz]ed"
        r"|forbidden|not found|too many|internal server|bad gateway|service unavailable|gateway time|unprocessable"
        r"|conflict)",
        _KEY + r"is_?error['\"]\s*:\s*true",
        _OWN_KEY + r"(?:status|state|result|outcome|type)['\"]\s*:\s*['\"](?:error|failed|failure|fail)['\"]",
        _KEY + r"(?:success|ok|succeeded)['\"]\s*:\s*false\b",
        _KEY + r"(?:error|failed|has_?errors?)['\"]\s*:\s*true\b",
        _OWN_KEY + r"(?:status|statuscode|status_code|http_?status(?:_?code)?)['\"]\s*:\s*['\"]?[45]\d\d\b",
        r"\{\s*['\"](?:error|errors|exception|errormessage|error_message|errortype)['\"]\s*:\s*"
        r"(?:['\"](?!['\"]|none['\"]|null['\"])|\{(?!\s*\})|\[\s*[\[{'\"]|true)",
    )
    + ")"
)
# A text that opens as an error does. Conversational tools answer so, and agents go on from there.
_ERROR_TEXT = re.compile(
    _joined(
        r"\s*\[?(?:error|exception|failed|failure|fatal|err)\]?\s*[:\-–!]",
        r"\s*[\w.]{0,60}(?:error|exception):\s",
        r"\s*error (?:executing|calling|running|while|in|occurred|code|fetching|accessing)\b",
        r"\s*(?:an error occurred|failed to \w)",
        r"(?:\S{1,40} ){0,3}(?:timed out after \d+ ?\w*|timed out waiting"
        r"|stopped due to (?:an? )?(?:max|iteration|time)[\w ]*"
        r"|connection refused|rate limit exceeded|too many requests|permission denied|access denied)"
        r"(?:[.:,;(!-][^\n]{0,80}| (?:for|to|on|by|after|while|from|at|when|or)\b[^\n]{0,80})?\s*\Z",
        r"\s*(?:i'?m |i am )?(?:sorry|i apologi[sz]e),? (?:but )?i (?:cannot|can't|can’t|am unable to|am not able to) "
        r"(?:assist|help|comply|fulfil)",
    )
)
# What gateways wrap around an answer: no error of their own, and the answer as it came.
_ENVELOPE = re.compile(
    r"\s*\{\s*['\"]error['\"]\s*:\s*(?:''|\"\"|null|none)\s*,\s*['\"](?:response|result|output)['\"]\s*:\s*"
)
_UNCONFIRMED: Final = "".join(f"(?<!was {done})" for done in ("created", "updated", "saved", "added", "deleted"))
# A body of nothing but a message; only a rule can tell whether it is an error.
_MESSAGE_ONLY = re.compile(
    r"\s*\{\s*['\"](?:message|msg|detail|error_description)['\"]\s*:\s*"
    rf"(?:['\"][^{{}}\[\]]{{3,300}}{_UNCONFIRMED}['\"]"
    r"|\[\s*\{[^\[\]]{0,80}\[[^\[\]]{0,80}\][^\[\]]{3,300}\]?)\s*\}\s*\Z"
)
_PLAIN: Final = (
    r"(?:0|['\"][^'\"{}\[\]]{0,200}['\"]|true|false|null|none|\[\s*(?:\[\s*\]\s*)?\]|\{\s*\}|\d{1,18}(?:\.\d{1,9})?)"
)
_HITS: Final = (
    r"(?:results?|items|data|documents|docs|matches|hits|records|rows|entries|nodes|chunks|passages|sources|organic"
    r"|organic_results|webpages|values?|list|content|response)"
)
_NOTHING: Final = r"(?:\[\s*(?:\[\s*\]\s*)?\]|null|none)"
_EMPTY = re.compile(
    r"\s*(?:"
    + _joined(
        r"\[\s*\](?:\s*\(0 (?:results|items)\))?",
        rf"\{{\s*['\"]\w{{1,40}}['\"]\s*:\s*{_NOTHING}\s*\}}",
        r"\(0 rows\)|<(\w{1,30})>\s*</\1>|<\w{1,30} ?/>|\{\s*\}|null|none|nil|n/a|\(?empty\)?|<empty>",
        rf"\{{(?:\s*['\"]\w{{1,40}}['\"]\s*:\s*{_PLAIN}\s*,){{0,8}}\s*['\"]{_HITS}['\"]\s*:\s*{_NOTHING}"
        rf"(?:\s*,\s*['\"]\w{{1,40}}['\"]\s*:\s*{_PLAIN}){{0,8}}\s*\}}",
        r"\(?(?:sorry,? )?(?:there (?:are|were|is|was) )?(?:no|0|zero) (?:[\w-]{1,30} ){0,3}"
        r"(?:results?|records?|rows?|documents?|matches|hits|items?|entries|data|articles?|passages?|information|info"
        r"|products?|flights?|hotels?|orders?|users?|customers?|events?|files?|pages?|tickets?|messages?|emails?|contacts?|listings?)"
        r"(?: (?:were |was )?(?:found|returned|available|matched|retrieved))?"
        r"(?: (?:for|in|matching|with|about|on|that) [^\n]{1,160})?\)?[.!]?",
        r"(?:your (?:search|query) |the (?:search|query) |it )?did not match any \w{1,30}[^\n]{0,40}",
        r"no (?:[\w-]{1,30} ){1,4}(?:found|returned|retrieved|matched)"
        r"(?: (?:for|in|matching|with|about|on|the|your) [^\n]{1,160})?[.!]?",
        r"(?:query|search|lookup) (?:returned|found|yielded) (?:no|0|zero) \w{1,30}[.!]?",
        r"nothing (?:was )?found[.!]?",
        r"(?:sorry,? )?(?:we |i )?(?:could not|couldn't|did not|didn't|unable to) find any\b[^\n]{0,160}",
        r"[^\n\w]{0,3}\w{0,12}(?:未|没有|沒有)(?:找到|查询到|检索到|搜索到)[^\n]{0,40}|(?:查无|暂无)[^\n]{0,20}",
        r"[^\n]{0,20}(?:見つかりませんでした|見つかりません)[^\n]{0,20}",
        r"(?:sin|aucun|keine|nenhum) (?:resultados?|résultats?|ergebnisse|treffer)[^\n]{0,40}",
    )
    + r")\s*\Z"
)
_LOOKUP = re.compile(
    r"search|find|look_?up|retriev|query|list|get|fetch|knowledge|vector|rag|browse|read|select|recall|memory|kb|match|check"
    r"|track|show|discover|index|sql",
    re.IGNORECASE,
)
SEARCH: Final = re.compile(r"search|retriev|query|look_?up|find|knowledge|vector|rag\b|recall", re.IGNORECASE)


def observe(tool_name: str, result: str | None) -> Observation | None:
    """Return what a successful call's result hides, or None if it is a result."""
    if not result:
        return None
    lower = flatten(result[:MAX_READ]).lower()
    if envelope := _ENVELOPE.match(lower):
        lower = lower[envelope.end() :].rstrip().removesuffix("}").strip(" '\"")
    if _ERROR_RESULT.match(lower) or (_TRACEBACK in lower and _opens_a_line(lower, lower.index(_TRACEBACK))):
        return "error_result"
    if _ERROR_TEXT.match(lower):
        return "error_text"
    if len(lower) > LONGEST_SHORT:
        return None
    if _LOOKUP.search(tool_name) and _EMPTY.match(lower):
        return "empty_result"
    return "message_only" if _MESSAGE_ONLY.match(lower) else None


def _opens_a_line(text: str, at: int) -> bool:
    return at == 0 or text[at - 1] == "\n"
