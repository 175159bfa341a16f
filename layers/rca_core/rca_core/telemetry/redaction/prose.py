"""Find credentials that sentences tell: `the password is hunter2`, `sent Bearer x`."""

import re
from typing import Final

from rca_core.telemetry.redaction.headers import authorization_parts
from rca_core.telemetry.redaction.text import BOUND, Finder, Span, lazily, words
from rca_core.telemetry.redaction.values import (
    is_message,
    is_name,
    is_placeholder,
    is_reference,
    is_uuid,
    looks_random,
)

_PASSWORD: Final = "|".join(words("password passwort passphrase passwd pwd pass"))
_CODE: Final = (
    r"pin|otp|cvv|cvc|passcode|one[- ]time (?:code|password|passcode)|"
    r"(?:verification|security|login|auth|authentication|access|2fa|mfa|sms) code"
)
_KEY: Final = (
    r"(?:api|access|secret|private|auth|license|account|encryption|signing)[ _-]?(?:key|token)"
    r"|(?:bearer |refresh )?token|client secret|secret"
)
_LINK: Final = (
    r"(?:\s{1,3}(?:is|was|are|to|as|of|from|now|set|being|will|be|changed|equals|value|provided|used|entered|code|number)\b"
    r"|\s{1,3}for\s{1,3}[\w@.-]{1,40}\s{1,3}(?:is|was)\b){0,3}(?:\s{0,2}[:=])?"
)
_SAID: Final = lazily(
    rf"(?:(?P<password>{_PASSWORD})|(?P<code>{_CODE})|(?P<key>{_KEY}))(?P<link>{_LINK})"
    r"\s{1,3}(?P<quote>[\"'`“\u2018«])?(?P<value>(?<=[\"'`“\u2018«])[^\"'`”\u2019»\r\n]{2,200}|[^\s\"'`“\u2018«,;<>\\]{3,400})",
    re.IGNORECASE,
)
_CHANGED: Final = lazily(r"[\"'`”\u2019] to [\"'`“\u2018]([^\"'`”\u2019\r\n]{2,200})[\"'`”\u2019]")
_LEAST_PASSWORD: Final = 6
_LEAST_KEY: Final = 16
_LETTERS_AND_DIGITS: Final = lazily(r"(?=[^0-9]{0,60}[0-9])(?=[^A-Za-z]{0,60}[A-Za-z])[^/\\]{6,}+")
# What else mixes letters and digits, or capitals and signs.
_OTHER: Final = lazily(
    r"https?:.*|v?[0-9]+(?:\.[0-9]+)+.*|[0-9]{4}-[0-9]{2}.*|\w{1,40}\.(?:py|js|ts|json|ya?ml|txt|md|go|rb|java|html?|pdf)"
    r"|sha-?[0-9]+|bcrypt.*|argon2\w*|pbkdf2.*|base64|utf-?8|oauth2?.*|[a-z]+[0-9]?[-_][a-z]+"
    r"|rfc ?[0-9]+|[0-9.,%]+(?:ms|s|[kmgt]b)?",
    re.IGNORECASE,
)


def _said(text: str, start: int, end: int, spans: list[Span]) -> int:
    start = next((at for at in range(start, end) if text[at].isalpha() and not text[start].isalnum()), start)
    match = _SAID().match(text, start)
    if match is None:
        return end
    value = match["value"] if match["quote"] else match["value"].rstrip(".:?)]}")
    if not is_placeholder(value) and _is_told(match, value):
        kind = "password" if match["password"] else "code" if match["code"] else "api_key"
        if kind == "api_key" and "token" in match["key"].lower():
            kind = "token"
        begin = match.start("value")
        spans.append(Span(begin, begin + len(value), kind))
        if match["quote"] and (other := _CHANGED().match(text, begin + len(value))):
            spans.append(Span(*other.span(1), kind))
        return begin + len(value)
    return max(end, match.end("link"))


def _is_told(match: re.Match[str], value: str) -> bool:
    if match["code"]:
        return (
            value.isdecimal()
            and (3 if match["code"].lower()[:2] == "cv" else 4) <= len(value) <= 10
            and bool(match["link"] or match["code"].lower() != "pin")
        )
    if _OTHER().fullmatch(value) or is_reference(value) or is_uuid(value):
        return False
    if match["key"]:
        return len(value) >= _LEAST_KEY and bool(_LETTERS_AND_DIGITS().fullmatch(value)) and not is_name(value)
    if match["quote"]:
        return not is_message(value) and len(value) >= 4
    if match["password"].lower() == "pass" and "-" in value and value.islower():
        return False
    return len(value) >= _LEAST_PASSWORD and bool(_LETTERS_AND_DIGITS().fullmatch(value))


# ---- schemes of authorization, wherever they stand
_SCHEME: Final = lazily(r"(?:bearer|basic)\s{1,3}([A-Za-z0-9._~+/=-]{12,}+)(?!\*)", re.IGNORECASE)


def _scheme(text: str, start: int, end: int, spans: list[Span]) -> int:
    start = next((at for at in range(start, end) if text[at] in "bB"), start)
    match = _SCHEME().match(text, start)
    if match is None:
        return end
    if looks_random(match[1]) and not is_name(match[1]) and authorization_parts(match[0]):
        spans.append(Span(match.start(1), match.end(1), "authorization"))
    return match.end()


_SPOKEN: Final = rf"(?i:(?:{BOUND}|_)(?:{_PASSWORD}|{_CODE}|{_KEY}))"
_SPACE: Final = r"(?:\s|\\[nrt]){1,3}"
_GATE_LINK: Final = _LINK.replace(r"\b", "").replace(r"\s{1,3}", _SPACE)

PROSE: Final = (
    Finder(
        rf"{_SPOKEN}[\s:=]",
        _said,
        rf"(?i:(?:{BOUND}|_)(?:(?:{_PASSWORD}|{_CODE}){_GATE_LINK}{_SPACE}(?:\\{{0,7}}[\"'`]|[\x80-\xff]|[^\s\x00\"']*[0-9])|"
        rf"(?:{_KEY}){_GATE_LINK}{_SPACE}(?:\\{{0,7}}[\"'`]|[\x80-\xff]+)?[^\s\x00\"']{{16}}))",
    ),
    Finder(
        rf"(?i:{BOUND}(?:bearer|basic)\s)", _scheme, rf"(?i:{BOUND}(?:bearer|basic){_SPACE}[A-Za-z0-9._~+/=-]{{12}})"
    ),
)
