"""Find credentials by their form: providers' prefixes, tokens that are signed JSON, private keys."""

import base64
import binascii
import json
import re
from functools import cache
from typing import Any, Final

from rca_core.telemetry.redaction.forms import FORMS
from rca_core.telemetry.redaction.text import BOUND, KEY_CHARACTERS, Finder, Span, lazily
from rca_core.telemetry.redaction.values import MARK

# Compiled when one is met: most never are, and a function has to start.
_tail: Final = cache(re.compile)
_LONGEST_FIRST: Final = sorted(FORMS, key=len, reverse=True)
_MASKED_NEXT: Final = lazily(r"\*{2}|\.{3}|…|•")
_STAND_IN: Final = lazily(r"your|x{8}|X{8}|here\b|placeholder|\.\.\.", re.IGNORECASE)


# A prefix of letters may stand by chance in base64, one with a dash in a name.
_BEFORE_NO: Final = {prefix: "+/" if prefix.isalnum() else "-" if prefix.endswith("-") else "+" for prefix in FORMS}
_JOINED: Final = frozenset(["sk-", "sk_lf_"])


def _is_made(tail: str) -> bool:
    """Return whether what follows a common prefix is made at random, not words joined by dashes."""
    longest = max(tail.replace("_", "-").split("-"), key=len)
    return len(tail) >= 60 or (len(longest) >= 12 and any(map(str.isdigit, longest)))


def _known(text: str, start: int, end: int, spans: list[Span]) -> int:
    prefix = text[start:end]
    while prefix not in FORMS:  # the byte before it, or none
        start, prefix = start + 1, prefix[1:]
    kind, tail = FORMS[prefix]
    match = _tail(tail).match(text, end)
    if match is None or (start and text[start - 1] in _BEFORE_NO[prefix]):
        return end
    stop = match.end()
    if text[stop : stop + 1].isalnum() or text.startswith(MARK, stop) or (prefix in _JOINED and not _is_made(match[0])):
        return stop
    if kind != "webhook" and (_MASKED_NEXT().match(text, stop) or _STAND_IN().search(text, end, min(stop, end + 60))):
        return stop
    begin = end if kind == "webhook" else start
    spans.append(Span(begin, stop, kind))
    if kind == "aws_key":
        _secret_beside(text, stop, spans)
    return stop


_SECRET_BESIDE: Final = lazily(r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])")


def _secret_beside(text: str, start: int, spans: list[Span]) -> None:
    """Find the secret that stands behind an access key's id: 40 characters that nothing else marks."""
    for match in _SECRET_BESIDE().finditer(text, start, min(len(text), start + 200)):
        found = match[0]
        if not found.islower() and any(map(str.isdigit, found)) and re.search("[G-Zg-z]", found):
            spans.append(Span(match.start(), match.end(), "aws_key"))
            return


_PREFIXES: Final = "|".join(re.escape(prefix).replace(r"\-", "-") for prefix in _LONGEST_FIRST)
# As some writers of JSON spell them.
_SPELLED: Final = _PREFIXES.replace("/", r"\\{0,7}/")
_INNER: Final = r"[A-Za-z0-9_.@/+~\\-]"

# ---- JSON Web Tokens
_SEGMENT: Final = lazily(r"[A-Za-z0-9_-]*+")


def _jwt(text: str, start: int, end: int, spans: list[Span]) -> int:
    start = text.index("eyJ", start, end)
    stop = _segment_end(text, start)
    if not _is_header(text[start:stop]):
        return stop
    parts = 1
    while parts < 5 and text.startswith(".", stop):
        stop, parts = _segment_end(text, stop + 1), parts + 1
    # Cut off behind its first characters, it still tells whose it is.
    if parts > 1 and stop - start > 40:
        spans.append(Span(start, stop, "jwt"))
    return stop


def _segment_end(text: str, start: int) -> int:
    match = _SEGMENT().match(text, start)
    return match.end() if match else start


def _is_header(segment: str) -> bool:
    if len(segment) > 4_000:
        return False
    try:
        header: Any = json.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return False
    return isinstance(header, dict) and ("alg" in header or "enc" in header)


# ---- private keys
_PEM_TYPE: Final = lazily(r"[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-{3,5}")
# Lines of a key, and how strings write their ends.
_PEM_BODY: Final = lazily(r"(?:[A-Za-z0-9+/=\s]|\\{1,15}[nr]|[A-Za-z-]{4,20}: [^\\\r\n\"]{0,100})*+")
_PEM_END: Final = lazily(r"-{3,5}END[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-{3,5}")


def _pem(text: str, start: int, end: int, spans: list[Span]) -> int:
    kind = _PEM_TYPE().match(text, end)
    if kind is None:
        return end
    body = _PEM_BODY().match(text, kind.end())
    stop = body.end() if body else kind.end()
    if closing := _PEM_END().match(text, stop):
        stop = closing.end()
    if stop - kind.end() < 20:
        return stop
    spans.append(Span(start, stop, "private_key"))
    return stop


# ---- forms without a prefix
def _at_word(pattern: str, kind: str, before: int) -> Any:
    """Return a handler of credentials whose fixed part stands in the middle, at most so far from their start."""
    compiled = lazily(pattern)

    def handle(text: str, start: int, end: int, spans: list[Span]) -> int:
        head = text[max(0, start - before) : start]
        begin = start - (len(head) - len(head.rstrip(KEY_CHARACTERS + "~")))
        match = compiled().match(text, begin)
        if match and match.end() >= end and not _STAND_IN().search(match[0]):
            spans.append(Span(match.start(), match.end(), kind))
            return match.end()
        return end

    return handle


_TELEGRAM: Final = r"(?:bot)?[0-9]{8,12}:AA[A-Za-z0-9_-]{30,}+"
_DISCORD: Final = r"[MNO][A-Za-z0-9_-]{22,30}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}+"
_AZURE: Final = r"[A-Za-z0-9_.~-]{3}[0-9]Q~[A-Za-z0-9_.~-]{30,40}+(?![A-Za-z0-9_.~-])"
_TERRAFORM: Final = r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{40,}+"
_MAILCHIMP: Final = r"[0-9a-f]{32}-us[0-9]{1,2}(?![A-Za-z0-9-])"
_DER: Final = r"MII[A-Za-z0-9+/]{2,3}(?:IBA|ADA|gEA)[A-Za-z0-9+/=]{60,}+"
_FACEBOOK: Final = r"[0-9]{15,16}(?:\||%7C)[A-Za-z0-9_-]{27}(?![A-Za-z0-9_-])"
_OPENSSH: Final = r"b3BlbnNzaC1rZXktdjE[A-Za-z0-9+/=]{60,}+"

KNOWN: Final = (
    Finder(f"{BOUND}(?:{_PREFIXES})", _known, f"{BOUND}(?:{_SPELLED}){_INNER}{{12}}"),
    Finder(f"{BOUND}eyJ[A-Za-z0-9_-]", _jwt, f"{BOUND}eyJ[A-Za-z0-9_-]{{14}}"),
    Finder("-----BEGIN", _pem, "-----BEGIN[A-Z0-9 ]{0,40} PRIVATE KEY|-----BEGIN PRIVATE KEY"),
    Finder(":AA[A-Za-z0-9_-]{30}", _at_word(_TELEGRAM, "token", 15), "[0-9]:AA[A-Za-z0-9_-]{30}"),
    Finder(
        r"\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27}",
        _at_word(_DISCORD, "token", 31),
        r"[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27}",
    ),
    Finder(r"[0-9]Q~", _at_word(_AZURE, "secret", 3), r"[0-9]Q~[A-Za-z0-9_.~-]{30}"),
    Finder(r"\.atlasv1\.", _at_word(_TERRAFORM, "token", 14), r"\.atlasv1\."),
    Finder(r"-us[0-9]", _at_word(_MAILCHIMP, "api_key", 32), r"[0-9a-f]{32}-us[0-9]"),
    Finder("MII[A-Za-z0-9+/]{2,3}(?:IBA|ADA)", _at_word(_DER, "private_key", 0), "MII[A-Za-z0-9+/]{2,3}(?:IBA|ADA)"),
    Finder(r"\||%7C", _at_word(_FACEBOOK, "token", 16), r"[0-9]{15}(?:\||%7C)[A-Za-z0-9_-]{27}"),
    Finder("b3BlbnNzaC1rZXktdjE", _at_word(_OPENSSH, "private_key", 0), "b3BlbnNzaC1rZXktdjE"),
)
