"""What a status hides: errors inside results that were reported as successful, and answers that are empty."""

from typing import Any, Final, Literal

import re2

from rca_core.analysis.observe import structured
from rca_core.analysis.observe.text import flatten
from rca_core.analysis.observe.tool_names import acts, looks_up

# ruff: noqa: RUF001, E501 - a pattern in one piece reads better than wrapped; the texts that are looked for use these characters

Observation = Literal["error_result", "error_text", "message_only", "empty_result"]

MAX_READ: Final = 2_000
LONGEST_SHORT: Final = 400
"""Characters up to which a whole result can be one statement."""
LONGEST_MARK: Final = 12
"""Characters of a result that is nothing but a mark: `[]`, `{}`, `null`, `(0 rows)`."""
LONGEST_HEAD: Final = 400
"""Characters at the start of an object in which its own state stands."""
LONGEST_TAIL: Final = 1_500
"""Characters of a traceback that ends a result; a longer rest is what came after it."""


def _joined(*alternatives: str) -> str:
    return "|".join(alternatives)


_KEY: Final = r"\{[\s\S]*?['\"]"
# Before any list that holds something: in a list stand events and rows, not the answer's own state.
_OWN_KEY: Final = r"\{(?:[^\[]|\[\s*\])*?['\"]"
_TRACEBACK: Final = "traceback (most recent call last)"
# An object that is cut short or spelled in no standard way (`structured` reads the others) and calls itself an error.
_ERROR_BODY = re2.compile(
    r"\s*(?:"
    + _joined(
        _KEY + r"is_?error['\"]\s*:\s*true",
        _OWN_KEY + r"(?:status|state|result|outcome|type)['\"]\s*:\s*['\"](?:error|failed|failure|fail)['\"]",
        _KEY + r"(?:success|ok|succeeded)['\"]\s*:\s*false\b",
        _KEY + r"(?:error|failed|has_?errors?)['\"]\s*:\s*true\b",
        _OWN_KEY + r"(?:status|statuscode|status_code|http_?status(?:_?code)?)['\"]\s*:\s*['\"]?[45]\d\d\b",
        r"\{\s*['\"](?:error|errors|exception|errormessage|error_message|errortype)['\"]\s*:\s*"
        r"(?:['\"](?:[^'\"n]|n(?:[^ou]|o(?:[^n]|n[^e]|ne[^'\"])|u(?:[^l]|l[^l]|ll[^'\"])))|\{\s*[^\s}]|\[\s*[\[{'\"]|true)",
        r"\{\s*['\"]?(?:error_?code|errcode|errno)['\"]?\s*:\s*['\"]?-?[1-9]",
    )
    + ")"
)
_CODE_FIELD: Final = r"(?:result_?code|return_?code|returnreasoncode|error_?code|status_?code)"
_TITLES: Final = (
    r"(?:error|access denied|request (?:blocked|rejected)|attention required! \| cloudflare|just a moment\.{0,3}|forbidden"
    r"|not acceptable!?|service (?:temporarily )?unavailable|bad gateway|gateway time-?out|internal server error"
    r"|web server is down|are you a robot\??|robot check|captcha|human verification|site (?:under )?maintenance)"
)
# A status as servers write it.
_STATUS_LINE = re2.compile(
    r"\s*(?:http(?:/\d(?:\.\d)?)? )?(?:error )?[45]\d\d[ :-]{1,3}"
    r"(?:client error|server error|bad request|unauthori[sz]ed|forbidden|not found|too many|internal server|bad gateway"
    r"|service unavailable|gateway time|unprocessable|conflict)"
)
_OPEN_A_STATUS: Final = ("h", "e", "4", "5")
# A page or a document that only an error has.
_ERROR_PAGE = re2.compile(
    r"\s*(?:b['\"])?(?:"
    + _joined(
        r"(?:<!doctype html[^>]*>|<html)[\s\S]*?<(?:title|h1)[^>]*>\s*(?:error )?[45]\d\d\b",
        rf"(?:<!doctype html[^>]*>|<html|<head)[\s\S]*?<title[^>]*>\s*{_TITLES}\s*</title>",
        r"<html[\s\S]*?request unsuccessful\. incapsula",
        r"(?:<\?xml[^>]*>\s*)?<(?:\w{1,20}:)?(?:error|errors|errorresponse|fault|exceptionreport|exception)[ >]",
        r"(?:<\?xml[^>]*>\s*)?<(?:\w{1,20}:)?envelope[\s\S]*?<(?:\w{1,20}:)?fault>",
        r"<\?xml[\s\S]*?<remark>\s*runtime error",
        r"[^\n]*\n?<error>[^<]{3,300}</error>\s*\z",
    )
    + ")"
)
# An answer in XML that carries a code of its own; zero, 200 and words of success are none of an error.
_CODE_IN_XML = re2.compile(rf"\s*<\?xml[\s\S]*?<{_CODE_FIELD}>\s*([^<]{{1,60}})<")
_NO_ERROR_CODE = re2.compile(r"(?:0+|200)\s*\z|ok|success")
# A text that opens as an error does. Conversational tools answer so, and agents go on from there.
_ERROR_TEXT = re2.compile(
    _joined(
        r"\s*\[?(?:error|exception|failed|failure|fatal|err)\]?\s*[:\-–!]",
        r"\s*(?:missing|invalid|unknown|unexpected|unsupported) (?:required |input |tool )?(?:argument|parameter|field|tool|function|key)"
        r"(?:\(s\)|s)?\b[^\n]{0,40}?[:'\"`\[]",
        r"\s*error (?:executing|calling|running|while|in|occurred|code|fetching|accessing)\b",
        r"\s*(?:an error occurred|failed to \w)",
        r"(?:\S+ ){0,3}(?:timed out after \d+ ?\w*|timed out waiting"
        r"|stopped due to (?:an? )?(?:max|iteration|time)[\w ]*"
        r"|connection refused|rate limit exceeded|too many requests|permission denied|access denied)"
        r"(?:[.:,;(!-][^\n]{0,80}| (?:for|to|on|by|after|while|from|at|when|or)\b[^\n]{0,80})?\s*\z",
        r"(?:\S+ ){1,8}did not (?:complete|finish|respond|return|load|answer) (?:with)?in (?:\d|time\b)[^\n]{0,60}\s*\z",
        r"\s*(?:potential |possible )?(?:nsfw|unsafe|harmful|inappropriate|sensitive) (?:content|material|prompt) (?:was |has been )?"
        r"(?:detected|found|blocked)\b",
        r"\s*max(?:imum)? (?:number of )?(?:\w{1,20} ){1,3}(?:\d{1,9} )?(?:has been |was )?(?:reached|exceeded)\b[^\n]{0,80}\s*\z",
        r"\s*(?:i'?m |i am )?(?:sorry|i apologi[sz]e),? (?:but )?i (?:cannot|can't|can’t|am unable to|am not able to) "
        r"(?:assist|help|comply|fulfil)",
        r"\s*(?:i tried reusing the same|this (?:identical|same|repeated|duplicate) (?:tool )?call (?:was|is) "
        r"|(?:\w{1,20}: |heads up: )?you (?:have |are )?(?:already |just )?(?:repeat|call|execut)(?:ed|ing)[^\n]{0,80}"
        r"(?:same|similar|identical))",
    )
)
# A named error opens a text, unless it is a line of a program.
_NAMED_ERROR = re2.compile(r"\s*(?:[\w.-]{1,30} ){0,3}[\w.]*(?:error|exception):\s")
_PROGRAM = re2.compile(r"\s*(?:except|raise|catch|class|throw|common)\b")
# What gateways wrap around an answer: no error of their own, and the answer as it came.
_ENVELOPE = re2.compile(
    r"\s*(?:meta=\w{1,8} )?content=\[textcontent\([^)]{0,60}?text=['\"]|\s*\{\s*['\"]error['\"]\s*:\s*(?:''|\"\"|null|none)\s*,\s*['\"](?:response|result|output)['\"]\s*:\s*"
)
_CONFIRMED: Final = tuple(f"was {done}" for done in ("created", "updated", "saved", "added", "deleted"))
# A body of nothing but a message; only a rule can tell whether it is an error.
_MESSAGE_ONLY = re2.compile(
    r"\s*\{\s*['\"](?:message|msg|detail|error_description)['\"]\s*:\s*"
    r"(?:['\"]([^{}\[\]]{3,300})['\"]"
    r"|\[\s*\{[^\[\]]{0,80}\[[^\[\]]{0,80}\][^\[\]]{3,300}\]?)\s*\}\s*\z"
)
_PLAIN: Final = r"(?:0|['\"][^'\"{}\[\]]*['\"]|true|false|null|none|\[\s*(?:\[\s*\]\s*)?\]|\{\s*\}|\d+(?:\.\d+)?)"
_HITS: Final = (
    r"(?:results?|items|data|documents|docs|matches|hits|records|rows|entries|nodes|chunks|passages|sources|organic"
    r"|organic_results|webpages|values?|list|content|response)"
)
_NOTHING: Final = r"(?:\[\s*(?:\[\s*\]\s*)?\]|null|none)"
_THINGS: Final = (
    r"(?:results?|records?|rows?|documents?|matches|hits|items?|entries|data|articles?|passages?|information|info"
    r"|products?|flights?|hotels?|orders?|users?|customers?|events?|files?|pages?|tickets?|messages?|emails?|contacts?|listings?)"
)
_EMPTY = re2.compile(
    r"\s*(?:#{1,4} [^\n]+\n\s*)?(?:"
    + _joined(
        r"\[\s*\](?:\s*\(0 (?:results|items)\))?",
        rf"\{{\s*['\"]\w+['\"]\s*:\s*{_NOTHING}\s*\}}",
        r"\(0 rows\)|<\w+ ?/>|\{\s*\}|null|none|nil|n/a|\(?empty\)?|<empty>|empty response",
        rf"\{{(?:\s*['\"]\w+['\"]\s*:\s*{_PLAIN}\s*,){{0,8}}\s*['\"]{_HITS}['\"]\s*:\s*{_NOTHING}"
        rf"(?:\s*,\s*['\"]\w+['\"]\s*:\s*{_PLAIN}){{0,8}}\s*\}}",
        rf"\(?(?:sorry[,!.]? )?(?:there (?:are|were|is|was) )?(?:no|0|zero) (?:[\w-]+ ){{0,3}}{_THINGS}"
        r"(?: (?:were |was )?(?:found|returned|available|matched|retrieved))?"
        r"(?: (?:for|in|matching|with|about|on|that) [^\n]+)?\)?(?:[.!][^\n]*)?",
        r"(?:your (?:search|query) |the (?:search|query) |it )?did not match any \w+[^\n]*",
        r"\(?(?:sorry[,!.]? )?no (?:[\w-]+ ){1,5}(?:was |were )?(?:found|returned|retrieved|matched)"
        r"(?: (?:for|in|matching|with|about|on|the|your) [^\n]+)?\)?(?:[.!][^\n]*)?",
        r"(?:query|search|lookup) (?:returned|found|yielded) (?:no|0|zero) \w+[.!]?(?:\n[^\n]*){0,2}",
        r"nothing (?:was )?found[.!]?",
        r"(?:sorry,? )?(?:we |i )?(?:could not|couldn't|did not|didn't|unable to) find any\b[^\n]*",
        r"[^\n]{0,15}(?:未|没有|沒有)(?:找到|查询到|检索到|搜索到)[^\n]*|(?:查无|暂无)[^\n]*",
        r"(?:抱歉|对不起|很遗憾)?[,，。!！ ]?[^\n]{0,6}(?:搜|找|查|检索)不到[^\n]*",
        r"[^\n]*(?:見つかりませんでした|見つかりません)[^\n]*",
        r"[^\n]*(?:데이터|결과|정보)(?:가|를|이)? (?:없습니다|찾을 수 없습니다)[^\n]*",
        r"(?:sin|aucun|keine|nenhum|geen|nessun) (?:resultados?|résultats?|ergebnisse|treffer|resultaten|risultato)[^\n]*",
    )
    + r")\s*\z"
)
_EMPTY_ELEMENT = re2.compile(r"\s*<(\w{1,30})>\s*</(\w{1,30})>\s*\z")
# What is not there, and what is like it.
_NEAR_MISS = re2.compile(
    r"\s*(?:could not|couldn't|cannot|can't|unable to) find [^\n]+?(?:similar|did you mean|closest|suggestions)\b[^\n]*\s*\z"
)


def observe(tool_name: str, result: str | None) -> Observation | None:
    """Return what a successful call's result hides, or None if it is a result."""
    if not result:
        return None
    lower = flatten(result[:MAX_READ]).lower()
    opening = lower.lstrip()[:1]
    # A search has its price, so the letters that a match must begin with or hold are looked for first.
    if opening in ("m", "c", "{") and (envelope := _ENVELOPE.match(lower)):
        lower = lower[envelope.end() :].rstrip().removesuffix("}").strip(" '\"")
    answer = structured.parse(result) if len(result) <= MAX_READ else None
    if _is_error(answer, lower):
        return "error_result"
    if _ERROR_TEXT.match(lower) or _opens_with_an_error(lower):
        return "error_text"
    if _may_find_nothing(tool_name, lower) and _is_empty(answer, lower):
        return "empty_result"
    return "message_only" if len(lower) <= LONGEST_SHORT and _is_message(lower) else None


def _is_error(answer: Any, lower: str) -> bool:
    body = structured.is_error(answer) if answer is not None else _is_error_body(lower.lstrip()[:LONGEST_HEAD])
    page = (lower[:20].strip()[:1] in _OPEN_A_STATUS and _STATUS_LINE.match(lower)) or (
        "<" in lower and (_ERROR_PAGE.match(lower) or _has_error_code(lower))
    )
    return body or bool(page) or _tells_by_traceback(lower)


def _is_error_body(head: str) -> bool:
    return head.startswith("{") and _ERROR_BODY.match(head) is not None


def _opens_with_an_error(lower: str) -> bool:
    named = ("error" in lower or "exception" in lower) and _NAMED_ERROR.match(lower)
    return bool(named) and not _PROGRAM.match(lower)


def _has_error_code(lower: str) -> bool:
    code = _CODE_IN_XML.match(lower) if "<?xml" in lower else None
    return code is not None and not _NO_ERROR_CODE.match(code[1])


def _is_message(lower: str) -> bool:
    message = _MESSAGE_ONLY.match(lower) if lower.lstrip().startswith("{") else None
    return message is not None and not (message[1] or "").endswith(_CONFIRMED)


def _may_find_nothing(tool_name: str, lower: str) -> bool:
    """Return whether a tool looks things up; by its name, or where it does nothing else and says so at some length."""
    return looks_up(tool_name) or (len(lower.strip()) > LONGEST_MARK and not acts(tool_name))


def _is_empty(answer: Any, lower: str) -> bool:
    if (answer is not None and structured.is_empty(answer)) or _NEAR_MISS.match(lower):
        return True
    if len(lower) > LONGEST_SHORT:
        return False
    element = _EMPTY_ELEMENT.match(lower)
    return _EMPTY.match(lower) is not None or (element is not None and element[1] == element[2])


def _tells_by_traceback(text: str) -> bool:
    """Return whether a text is a traceback, alone or at its end: one in the middle is quoted."""
    if _TRACEBACK not in text:
        return False
    at = text.rindex(_TRACEBACK)
    return not text[:at].strip() or ((at == 0 or text[at - 1] == "\n") and len(text) - at < LONGEST_TAIL)
