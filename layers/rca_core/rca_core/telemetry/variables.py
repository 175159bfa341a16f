"""What varies in messages: one pattern whose named parts are tried in order at each place.

Every part is bounded or possessive and starts at the start of a word, so that a text is read in linear time.
"""

import re
from typing import Final

_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}+"
_DAY: Final = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}+,? )?+"
_ZONE: Final = r"(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?+"
_CLOCK: Final = rf"\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:[.,]\d{{1,9}})?+)?+(?: ?[AaPp][Mm]\b)?+{_ZONE}"
_NUMBER: Final = r"\d++(?:,\d{3})*+(?:\.\d++)?+"
_DURATION: Final = (
    rf"{_NUMBER} ?(?:[nuµm]s|s|m|h|d|milli(?:s|secs?|seconds?)|m?secs?|(?:micro|nano)?seconds?|min(?:ute)?s?|hrs?"
    r"|hours?|days?|weeks?|months?|years?)(?![A-Za-z])"
)
_SIZE: Final = r"(?:[KMGTP]i?B?|[kmgtp]b|(?:kilo|mega|giga)?bytes?|[KMG]bytes?)"
_SEGMENT: Final = r"[\w.@%+~=:${}-]{1,255}"
_TEMPORAL: Final = (
    rf"\d{{4}}[-/]\d{{2}}[-/]\d{{2}}(?:[T ,]{{1,2}}{_CLOCK})?+"
    rf"|{_DAY}\d{{1,2}}[ /-]{_MONTH}[ /-]\d{{2,4}}(?:[ :,T]{{1,2}}{_CLOCK})?+"
    rf"|{_DAY}{_MONTH} {{1,2}}\d{{1,2}}(?:,? \d{{4}}\b)?+(?:,? {_CLOCK})?+(?: \d{{4}}\b)?+"
    rf"|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{4}}(?:[T ,]{{1,2}}{_CLOCK})?+|{_CLOCK}"
)

LETTERS_OF_HEX: Final = r"(?<![^\W_])(?:[a-f]{8,}|[A-F]{8,})(?![^\W_])"
"""An id in hexadecimal that happens to have no digit. No word of a language is written so."""

# What is followed by its id, rather than by the name of what was called or by what happened to it.
_ANNOUNCING: Final = (
    r"request|req|order|session|trace|span|transaction|txn|invoice|payment|customer|user|account|ticket|message|thread"
    r"|conversation|commit|uuid|guid"
)

_PARTS: Final = {
    # Most of any message: passed over at once.
    "plain": rf"(?<![\w/\\@-])(?!(?:{_ANNOUNCING}) \w*\d|[a-f]{{8}})[a-z]{{1,40}}+(?=[ \n,;)]|$)",
    # A field of an answer, in JSON or as Python writes it, whose value is a text.
    "field": r"""(?<!\w)(?P<mark>["'])(?P<key>[\w .-]{1,40})(?P=mark)\s{0,3}:\s{0,3}"""
    r"""(?:"(?P<text>[^"]*+)"|'(?P<py_text>[^']*+)')(?!\w)""",
    # pydantic shows what it was given.
    "value": r"(?<=\binput_value=)[^\n]{1,300}?(?=, input_type=)",
    "url": r"\b[A-Za-z][A-Za-z0-9+.-]{1,15}://(?:[^\s/@'\"<>]{0,200}@)?(?P<host>[^\s/:?#'\"<>()\[\],]{0,255}+)"
    r"(?::(?P<port>\d{1,5}))?+[^\s'\"<>]*+",
    "email": r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}+",
    "arn": r"\barn:aws[\w-]{0,20}+:(?P<service>[\w-]{0,40}):[^\s'\",;)\]]*+",
    "id": r"(?<![A-Za-z0-9])[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?![A-Za-z0-9])",
    "time": rf"(?<![\w.])(?:{_TEMPORAL})(?!\w)",
    "address": r"\b0[xX][0-9a-fA-F]{1,40}\b",
    "ip": r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?+(?::(?P<ip_port>\d{1,5}))?+(?![\w.]\d)"
    r"|(?<![\w:])\[?(?:[0-9a-fA-F]{1,4}:){2,7}(?::?[0-9a-fA-F]{1,4}){0,7}+\]?(?![\w:])",
    "source": r"(?<![\w/\\.])(?P<file>[\w-]{1,80}\.(?:py|[jt]sx?|mjs|java|go|rb|cs|php|rs|cpp|kt))(?::\d{1,6}){1,2}+",
    "endpoint": r"(?<![\w.-])(?P<endpoint_host>localhost|[\w-]{1,63}(?:\.[A-Za-z][\w-]{1,62}){1,8}+)"
    r":(?P<endpoint_port>\d{2,5})\b(?!:\d)",
    "quoted": r"""(?<!\w)"(?P<quote>[^"\n]{0,300})"(?!\w)|(?<!\w)'(?P<single_quote>[^'\n]{0,300})'(?!\w)""",
    "path": rf"(?<![\w/\\<.])(?:~|\.{{1,2}}|[A-Za-z]:)?+(?:[/\\]{_SEGMENT})++[/\\]?(?:\?[^\s'\"]*+)?+"
    r"|(?<![\w/\\.-])(?:[\w.-]{1,80}[/\\]){2,12}+[\w.-]{1,80}",
    "assigned": r"\b(?P<name>\w{0,40}[Ii][Dd])(?P<sign> ?= ?|: | )(?=[\w.:-]{0,80}\d|[a-f]{8}|[A-F]{8})"
    r"[\w.:-]{0,120}\w",
    # Longer than a number that may be a status.
    "announced": rf"\b(?P<kind>(?i:{_ANNOUNCING})) (?=[A-Za-z]{{0,80}}\d)[A-Za-z0-9]{{6,80}}+(?![\w-])",
    "duration": rf"(?<![\w.])(?:PT?\d[\dA-Z.]{{1,30}}+|{_DURATION}(?:,? ?{_DURATION}){{0,3}}+)(?!\w)",
    "size": rf"(?<![\w.]){_NUMBER} ?{_SIZE}(?!\w)",
    "number": r"(?<![\w.])[-+]?[$€£]?\d++(?:,\d{3})*+(?:\.\d++)*+(?:[eE][-+]?\d{1,4})?+(?:%|st|nd|rd|th)?+(?!\w)",
    "word": r"(?<!\w)#?\w[\w-]*+",
}

VARIABLE: Final = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PARTS.items()))
"""What may vary; `lastgroup` says as what."""

_ID_PREFIX: Final = (
    r"req|request|run|call|toolu|chatcmpl|msg|message|sess|session|user|usr|cus|cust|customer|order|ord|inv|invoice|txn"
    r"|tx|payment|pi|ch|sub|acct|account|org|proj|project|asst|thread|step|file|batch|evt|event|job|task|trace|span|ref"
    r"|ticket|conv|key|tok|token|team|doc|document|item|prod|sku|node|pod|vol|subnet|vpc|sg|eni|ami|i|worker|shard|try"
    r"|partition|attempt|row|line|page|chunk|record|process|instance|replica|tenant|resp|response|sk|pk|id|host|ip"
)
IDENTIFIER: Final = re.compile(
    # With a prefix that says so, as tickets are written, or by its digits alone.
    rf"(?i:(?:{_ID_PREFIX})[_-](?=[\w-]*\d|[a-f]{{8,}}\Z)[\w-]+)|#\w*\d\w*|#[a-fA-F]{{8,}}"
    r"|[A-Z]{2,10}-\d+|[A-Z]{1,4}\d{3,}"
)
"""A word that is an identifier as a whole."""
IDENTIFYING: Final = re.compile(
    r"(?=[A-Za-z]*\d)(?:[0-9a-f]{7,}|[0-9A-F]{7,}|[A-Za-z0-9]{20,})"
    r"|[a-f]{8,}|[A-F]{8,}|\d{3,}|(?!(?:sha|utf|u?int|float|base|iso|rfc|cp|crc|aes|rsa|log)\d)[^\W\d_]+\d{3,}"
    # Letters between digits, but for the few names that are written so.
    r"|(?!(?:i18n|l10n|a11y|k8s|v\d+(?:alpha|beta|rc)\d+)\Z)[^\W\d_]*\d+[^\W\d_]+\d[^\W_]*"
)
"""A part of a word, between hyphens or underscores, that makes it differ each time."""

_KIND: Final = r"(?:status|response|error|exit|return|sql|result|reason|http|sub)"
INTRODUCING: Final = ("code", "status", "errno", "sqlstate", "signal", "http", "exit", "error")
"""One of these is in all that matches the next, and is found faster."""
CODED_BEFORE: Final = re.compile(
    # "error: 12345 rows" is no code, "error 1045" is one.
    rf"\b(?:(?:{_KIND}[ _-]?)?(?:code|status|errno|sqlstate|signal)s?['\"]?(?: ?[:=#] ?|[ (\[])['\"(\[]?"
    r"|(?:http(?:/\d(?:\.\d)?)?|exit|error)[ (\[#])-?\Z",
    re.IGNORECASE,
)
"""The end of what introduces a number or word as the code of a failure."""
LEADING: Final = re.compile(r"(?:\A|\berror:? ?|\[|\()\Z", re.IGNORECASE)
CODE_END: Final = re.compile(r"[:)\]]|\Z")
STATUS_END: Final = re.compile(r"[:)\]]|\Z| [-{A-Z]")
"""What stands before and after a code that nothing introduces."""
# No code is so long but ids are.
CODE: Final = re.compile(r"(?![0-9A-F]{8})(?:-?\d{1,7}|[A-Z]{0,10}\d[A-Z0-9]{2,9}|[A-Z]{1,10}-?\d{2,7})")
STATUS_WORDS_AFTER: Final = re.compile(
    r" ?[:-]? ?(?:client error|server error|bad request|unauthori[sz]ed|payment required|forbidden|not found"
    r"|method not allowed|not acceptable|request time-?out|conflict|gone|payload too large|request entity|unprocessable"
    r"|too many requests|internal server|not implemented|bad gateway|service (?:temporarily )?unavailable"
    r"|gateway time-?out)\b",
    re.IGNORECASE,
)
VENDOR_CODE: Final = re.compile(r"(?:ORA|TNS|PLS|SQL|DB2|CVE|ERR|MSG)-\d{2,7}")
