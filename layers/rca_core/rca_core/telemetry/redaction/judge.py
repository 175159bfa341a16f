"""Which parts of a value are credentials, by the key that it stands under."""

import re
from typing import Final

from rca_core.telemetry.redaction.headers import Part, authorization_parts, cookie_parts
from rca_core.telemetry.redaction.keys import Key
from rca_core.telemetry.redaction.text import lazily
from rca_core.telemetry.redaction.values import is_message, is_name, is_placeholder, is_uuid, looks_random

_CODE: Final = lazily(r"[0-9][0-9 -]{1,8}[0-9]")
_SCHEME_FIRST: Final = lazily(r"(?:bearer|basic|token)\s", re.IGNORECASE)
_FOLDERS: Final = ("/home/", "/app", "/usr/", "/var/", "/opt/", "/srv", "/root", "/workspace", "~/", "arn:")
_LONG: Final = 24
_LONG_IN_QUERY: Final = 16


def credential_parts(key: Key, value: str) -> list[Part]:
    """Return the parts of a text under such a key that are credentials."""
    if key.trust == "authorization" or (key.kind in ("token", "authorization") and _SCHEME_FIRST().match(value)):
        return authorization_parts(value)
    if key.trust == "cookie":
        return [] if is_placeholder(value) else cookie_parts(value)
    if not value.strip() or is_placeholder(value) or is_message(value) or not _fits(key, value):
        return []
    return [(0, len(value))]


def _fits(key: Key, value: str) -> bool:
    if key.trust == "any":
        # PWD and OLDPWD are folders.
        return not value.startswith(_FOLDERS)
    if key.trust == "digits":
        return bool(_CODE().fullmatch(value))
    if key.trust == "name":
        return not is_name(value)
    if key.trust == "query":
        return looks_random(value, _LONG_IN_QUERY)
    if key.trust == "long":
        return looks_random(value, _LONG) and not is_uuid(value) and "_" not in value
    return looks_random(value)


def is_credential_number(key: Key, value: float) -> bool:
    """Return whether a number under such a key is a credential: a PIN, a password of digits."""
    if isinstance(value, bool) or value < 100:
        return False
    return key.trust == "digits" or (key.trust == "any" and not key.groups)
