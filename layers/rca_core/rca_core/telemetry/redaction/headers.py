"""The credentials in the value of an Authorization header, and in cookies."""

import re
from collections.abc import Iterator
from typing import Final

from rca_core.telemetry.redaction.text import lazily
from rca_core.telemetry.redaction.values import is_message, is_placeholder, looks_random

Part = tuple[int, int]
"""Start and end in a value."""

_SCHEME: Final = lazily(
    r"\s*+(?:bearer|basic|token|apikey|api-key|key|ssws|bot|negotiate|ntlm|splunk|genie?key|googlelogin auth=|digest|"
    r"aws4-hmac-sha256|oauth|pat)(?:\s++|:\s*+|(?<==))",
    re.IGNORECASE,
)
_TOKEN: Final = lazily(r"[^\s,;\"'\\<>]++")
_PARAMETER: Final = lazily(
    r"\b(?:signature|response|oauth_signature|oauth_token|token)=\"?([^\s,\"'\\]{6,})", re.IGNORECASE
)
_ACCESS_KEY: Final = lazily(r"Credential=([A-Z0-9]{16,32})/")
_HAS_PARAMETERS: Final = ("aws4", "digest", "oauth")


def authorization_parts(value: str) -> list[Part]:
    """Return where the credentials of an Authorization header are: not the scheme, nor what they are called."""
    scheme = _SCHEME().match(value)
    if scheme and scheme[0].strip().lower().startswith(_HAS_PARAMETERS) and "=" in value:
        return [match.span(1) for pattern in (_PARAMETER, _ACCESS_KEY) for match in pattern().finditer(value)]
    token = _TOKEN().match(value, scheme.end() if scheme else len(value) - len(value.lstrip()))
    if token is None or token[0][0] in "{[" or is_placeholder(token[0]):
        return []
    if scheme is None and (is_message(value) or not looks_random(token[0])):
        return []
    # `Basic auth failed`: words, not a credential.
    if scheme and token[0].isalpha() and token[0].islower() and value[token.end() :].strip(" .,;"):
        return []
    return [token.span()]


_COOKIE: Final = lazily(r"([^\s=;,]{1,200})=([^;\s,\"]*+)")
_ATTRIBUTES: Final = {"path", "domain", "expires", "max-age", "samesite", "version", "priority"}


def cookie_parts(value: str) -> list[Part]:
    """Return where the values of cookies are; their names and attributes stay."""
    parts = list(_cookies(value))
    if not parts and "=" not in value and looks_random(value):
        return [(0, len(value))]
    return parts


def _cookies(value: str) -> Iterator[Part]:
    for match in _COOKIE().finditer(value):
        if match[1].lower() not in _ATTRIBUTES and match[2] and not is_placeholder(match[2]):
            yield match.span(2)
