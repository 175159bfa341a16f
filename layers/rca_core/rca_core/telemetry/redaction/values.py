"""Whether a value can be a credential, or only stands where one would."""

import re
from typing import Final

from rca_core.telemetry.redaction.text import lazily, words

MARK: Final = "[redacted:"
_MAX_PLACEHOLDER: Final = 120
_MAX_MESSAGE: Final = 400

# What a field says when it does not hold its secret: its state, its type, its name.
_STAND_INS: Final = frozenset(
    words(
        "none null nil undefined true false yes no na n/a redacted hidden masked filtered removed omitted missing "
        "required invalid incorrect wrong expired empty blank unset set notset not_set unknown optional failed ok "
        "denied disabled enabled default string str number int integer bool boolean object array bytes any text "
        "secretstr char varchar password passwd pwd pass user:pass secret_key api_key apikey api-key access_token "
        "auth_token token todo tbd placeholder bearer basic digest rejected revoked accepted valid present absent "
        "nan void self malformed incomplete unauthorized forbidden unsupported mismatch weak short long found "
        "not_found error active inactive rotated blocked locked deprecated leaked compromised exists unchanged "
        "changed updated created deleted hashed encrypted success same-origin include omit is was not and or for "
        "in the of to must has cannot please"
    )
)
_STAND_IN_FORMS: Final = lazily(
    r"""
      \[[\w ./-]{1,60}\]            # [FILTERED]
    | \([\w ./-]{1,60}\)            # (hidden)
    | <[^<>]{0,100}>                # <token>
    | \$\{[^{}]{1,100}\}            # ${TOKEN}
    | \$\(.{1,110}                  # $(cat file)
    | \$[A-Za-z_]\w{0,60} | \$\d{1,2}           # $TOKEN, $1
    | :[a-z_]{1,40}               # :token
    | \{\{.{1,110}                  # {{ secrets.TOKEN }}
    | \{[\w.]{0,60}\}               # {token}
    | %\(?\w{1,60}\)?[%s]           # %TOKEN%, %(token)s
    | [xX*•·._#-]{3,}               # ****
    | redacted-[0-9a-f]{16,32}      # what stands for it in an id
    | os\.environ.{0,100} | process\.env.{0,100} | env[.:]\w{1,60}
    """,
    re.VERBOSE,
)
_VARIABLES: Final = ("${", "{{", "$(", "<%", "#{", "%{", "!vault", "!ref", "!sub", "!env", "!secret")
_MASKED: Final = lazily(r"\*{3}|•{3}|\.{3}|…|x{6}|X{6}|\[redacted:")
_YOURS: Final = lazily(r"(?:[a-z]{2,8}[-_])?(?:your|insert|replace|enter)(?:[-_ ]?[a-z]{1,20}){1,6}+", re.IGNORECASE)
_NAMES_A_CREDENTIAL: Final = lazily(r"key|token|secret|pass|credential|here|value", re.IGNORECASE)

_MESSAGE_WORDS: Final = frozenset(
    words(
        "is are was must required require invalid cannot should missing not expected field may least too wrong "
        "incorrect expired contain contains characters failed be has have please needs need mismatch does do "
        "denied unknown blank empty length provided"
    )
)
_WORDS: Final = lazily(r"[a-z']+")
# Where a secret is kept.
_NAME: Final = lazily(r"arn:.*|/?[a-z][a-z0-9_.-]*+(?:/[a-z0-9_.-]++)++")
_REFERENCE: Final = lazily(
    r"[A-Za-z_]\w*+(?:\.[A-Za-z_]\w*+)*+[(\[].*|[a-z_]\w*+(?:\.[a-z_][A-Za-z_]*+)++|[A-Z][A-Z_]*+_[A-Z_]++", re.DOTALL
)
_NAMED_LIKE_ONE: Final = lazily(
    r"(?:[a-z]+_)*+(?:password|passwd|pwd|secret|token|key|credentials?)|(?:[A-Z]+_)++(?:PASSWORD|SECRET|TOKEN|KEY)"
)
_UUID: Final = lazily(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SYMBOLS: Final = lazily(r"[!@#$%^&*+=?~;|<>{}()\[\]]")


def is_placeholder(value: str) -> bool:
    """Return whether a value only stands where a credential would: empty, masked, a variable, a type."""
    text = value.strip()
    if len(text) < 2 or MARK in text:
        return True
    if len(text) > _MAX_PLACEHOLDER:
        return False
    if text.startswith(_VARIABLES):
        return True
    if text.lower() in _STAND_INS or _STAND_IN_FORMS().fullmatch(text) or _MASKED().search(text):
        return True
    return bool(_YOURS().fullmatch(text) and _NAMES_A_CREDENTIAL().search(text))


def is_message(value: str) -> bool:
    """Return whether a value says something about a field instead of holding it: `must not be blank`."""
    if len(value) > _MAX_MESSAGE or " " not in value.strip():
        return False
    return not _MESSAGE_WORDS.isdisjoint(_WORDS().findall(value.lower()))


def is_name(value: str) -> bool:
    """Return whether a value is the place of a secret in a store: `prod/db/main`."""
    return len(value) <= _MAX_PLACEHOLDER and bool(_NAME().fullmatch(value))


def is_reference(value: str) -> bool:
    """Return whether an unquoted value is code that gets the credential from elsewhere: `settings.api_key`."""
    if len(value) > _MAX_PLACEHOLDER:
        return False
    return bool(_REFERENCE().fullmatch(value) or _NAMED_LIKE_ONE().fullmatch(value))


def is_uuid(value: str) -> bool:
    """Return whether a value is a UUID, dashes and all."""
    return len(value) == 36 and bool(_UUID().fullmatch(value))


def looks_random(value: str, least: int = 6) -> bool:
    """Return whether a value looks made by a machine, or chosen to be hard to guess."""
    if len(value) < least or " " in value.strip():
        return False
    has_digit = any(map(str.isdigit, value[:200]))
    has_letter = any(map(str.isalpha, value[:200]))
    if has_letter and (has_digit or _SYMBOLS().search(value)):
        return True
    # Words begin with capitals; letters thrown together have them anywhere.
    return len(value) >= 20 and has_letter and value != value.lower() and not value.isupper()
