"""Messages in a normal form: what differs between occurrences of a failure is masked, what tells failures apart stays.

Rather mask too much than too little: a fingerprint also holds the category, the cause and the tool, and a failure that
never counts as the same is of no use to anybody.
"""

import re
from collections.abc import Callable
from typing import Final

from rca_core.telemetry.fields import MAX_TEXT
from rca_core.telemetry.quoted import is_data, is_telling
from rca_core.telemetry.variables import (
    CODE,
    CODE_END,
    CODED_BEFORE,
    IDENTIFIER,
    IDENTIFYING,
    INTRODUCING,
    LEADING,
    LETTERS_OF_HEX,
    STATUS_END,
    STATUS_WORDS_AFTER,
    VARIABLE,
    VENDOR_CODE,
)

MAX_READ: Final = 2_000
"""Characters of a message that are masked; of a longer one, its start."""
MAX_MASKED: Final = 300
"""Characters of the result."""

# A port below this names a service; from here on operating systems give them out.
_FIRST_EPHEMERAL_PORT: Final = 32_768
_CONTEXT: Final = 32
# An id of one occurrence looks like a number (`28471905`, `1e529384`) or a duration (`4417203d`) in the next: told
# apart, they would split a failure.
_VARIES: Final = "<*>"
_ALIKE_IN_FORM: Final = {"id", "duration", "size"}

_STRAIGHT: Final = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "`": "'", "\r": "\n"})
_COLOURS = re.compile(r"\x1b\[[0-9;]{0,20}[A-Za-z]")
# Where in the code it came from differs between versions and machines; what was raised stands in the last line.
_PYTHON_FRAMES = re.compile(r"Traceback \(most recent call last\):[ \t]*+\n(?:[ \t]++[^\n]*+(?:\n|\Z))*+")
_OTHER_FRAMES = re.compile(r"(?<=\n)[ \t]++(?:at |\.{3} ?\d{1,5} (?:more|common))[^\n]*+(?:\n|\Z)")
_PAGE = re.compile(r"\s*+(?:<!doctype html|<html)", re.IGNORECASE)
_TAG = re.compile(r"<(?:style|script)\b[^<]{0,2000}+|<[/!?]?[A-Za-z][^<>]{0,500}+>")

_PART_OF_WORD = re.compile(r"[^\W_]+")
_MAY_VARY = re.compile(rf"\d|{LETTERS_OF_HEX}")
_REPEATED = re.compile(r"(<[a-z*]+>)(?:(?:, ?|; ?| and | or |[ .])\1){1,200}+")
_COUNTED = re.compile(r"<\*> \w++(?: \w++)?+")
_PLURAL = re.compile(r"\b(?!(?:does|has|was)\b)(?:(\w{2,20})ies|(\w{1,20}(?:ss|sh|ch|x))es|(\w{1,20}[^siu\W])s)\b")
_SPACES = re.compile(r"\s++")


def masked(text: str | None, limit: int = MAX_MASKED) -> str:
    """Return a message with what varies masked: in small letters, on one line, at most `limit` characters.

    Masked are ids, numbers, durations and sizes, all as `<*>`, times, paths, addresses, emails and quoted data. Kept
    are status and error codes, ports of services, the host of a URL (it says which service failed; the rest of the URL
    goes), the service of an ARN, quoted identifiers, and words. Linear in the length of the text, of which at most
    2,000 characters are read besides stack frames, which are left out.
    """
    line = _SPACES.sub(" ", _mask(_message((text or "")[:MAX_TEXT])[:MAX_READ])).strip().lower()
    return _COUNTED.sub(_singular, _REPEATED.sub(r"\1", line))[:limit].rstrip()


def _message(text: str) -> str:
    """Return a text without what surrounds its message: colours, stack frames, the markup of a page."""
    text = _COLOURS.sub("", text.translate(_STRAIGHT))
    if "\\" in text:
        # Quotes inside quoted JSON; paths of Windows keep their separators.
        text = text.replace('\\"', '"').replace("\\'", "'").replace("\\n", "\n")
    if _PAGE.match(text):
        text = _TAG.sub(" ", text)
    return _OTHER_FRAMES.sub("", _PYTHON_FRAMES.sub("", text))


def _mask(text: str) -> str:
    return VARIABLE.sub(_masked_part, text)


def _masked_part(match: re.Match[str]) -> str:
    kind = match.lastgroup or "plain"
    if kind == "plain":
        return match[0]
    if kind in _HOW:
        return _HOW[kind](match)
    return _VARIES if kind in _ALIKE_IN_FORM else f"<{kind}>"


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - _CONTEXT) : match.start()]


def _field(match: re.Match[str]) -> str:
    text = match["text"] if match["text"] is not None else match["py_text"]
    return f"{_mask(match['key'])}: {_mask(text) if is_telling(match['key']) else '<value>'}"


def _quoted(match: re.Match[str]) -> str:
    content = match["quote"] if match["quote"] is not None else match["single_quote"]
    inner = _mask(content)
    after = match.string[match.end() : match.end() + _CONTEXT]
    varies = "<" in inner and " " not in content
    return "<value>" if varies or is_data(content, _before(match), after) else f"'{inner}'"


def _url(match: re.Match[str]) -> str:
    scheme = match[0].partition("://")[0]
    return f"{scheme}://{_mask(match['host'])}{_port(match['port'])}"


def _arn(match: re.Match[str]) -> str:
    return f"<arn:{match['service']}>"


def _ip(match: re.Match[str]) -> str:
    return f"<ip>{_port(match['ip_port'])}"


def _endpoint(match: re.Match[str]) -> str:
    return f"{_mask(match['endpoint_host'])}{_port(match['endpoint_port'])}"


def _port(port: str | None) -> str:
    return f":{port}" if port and int(port) < _FIRST_EPHEMERAL_PORT else ""


def _source(match: re.Match[str]) -> str:
    return _mask(match["file"])


def _assigned(match: re.Match[str]) -> str:
    return f"{match['name']}{match['sign']}{_VARIES}"


def _announced(match: re.Match[str]) -> str:
    return f"{match['kind']} {_VARIES}"


def _number(match: re.Match[str]) -> str:
    return match[0] if _is_code(match) else _VARIES


def _word(match: re.Match[str]) -> str:
    word = match[0]
    if not _MAY_VARY.search(word) or VENDOR_CODE.fullmatch(word) or _is_code(match):
        return word
    if IDENTIFIER.fullmatch(word):
        return _VARIES
    return _PART_OF_WORD.sub(_word_part, word)


def _word_part(match: re.Match[str]) -> str:
    return _VARIES if IDENTIFYING.fullmatch(match[0]) else match[0]


def _is_code(match: re.Match[str]) -> bool:
    """Return whether a number or word is the code of a status or an error, by what stands around it."""
    word, before = match[0], _before(match)
    if not CODE.fullmatch(word):
        return False
    if any(word in before.lower() for word in INTRODUCING) and CODED_BEFORE.search(before):
        return True
    if len(word) == 3 and word[0] in "45" and word.isdecimal():
        if STATUS_WORDS_AFTER.match(match.string, match.end()):
            return True
        ends = STATUS_END.match(match.string, match.end())
    else:
        ends = CODE_END.match(match.string, match.end()) if word[0].isupper() and "-" not in word else None
    # Databases say (code, message).
    return bool(ends and LEADING.search(before)) or (match.start() == 1 and match.string.startswith(f"({word}, "))


def _singular(match: re.Match[str]) -> str:
    """Return a number with what it counts as if it counted one."""
    return _PLURAL.sub(lambda word: f"{word[1]}y" if word[1] else word[2] or word[3], match[0])


# What has no entry is replaced by its name.
_HOW: Final[dict[str, Callable[[re.Match[str]], str]]] = {
    "field": _field,
    "url": _url,
    "arn": _arn,
    "ip": _ip,
    "endpoint": _endpoint,
    "quoted": _quoted,
    "source": _source,
    "assigned": _assigned,
    "announced": _announced,
    "number": _number,
    "word": _word,
}
