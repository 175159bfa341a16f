"""What a failure says in a form that rules can match: status codes, names of errors, and the text itself."""

from dataclasses import dataclass
from typing import Final

import re2

from rca_core.analysis.observe.text import flatten, without_notices

_SUFFIXES: Final = ("error", "exception")

# A status where software writes one: at the start, after "status", in an HTTP phrase or title, in a structured field.
_STATUS = re2.compile(
    r"(?m)^(?:\w{0,40}(?:error|exception):? )?(?:error code: |error: |error |http(?:/\d(?:\.\d)?)? |\[|\()?([45]\d\d)\b"
    r"|\b(?:expected )?status(?:[ _]?code)?['\"]?\s?[=:]?\s?['\"]?([45]\d\d)\b"
    r"|\bhttp(?:[ _]?(?:status|error|code)){0,2}['\"]?\s?[=:]?\s?([45]\d\d)\b"
    r"|\b(?:client|server) error ['\"]?([45]\d\d)\b"
    r"|\b([45]\d\d) (?:client|server) error\b"
    r"|\b(?:error|response|returned|got|code):? (?:code:? )?\(?([45]\d\d)\b"
    r"|<(?:title|h1)>\s*(?:error )?([45]\d\d)\b"
    r"|['\"](?:http)?(?:status|status_?code|http_?status|http_?status_?code|code)['\"]\s*:\s*['\"]?([45]\d\d)\b"
)
_AT_THE_START: Final = 1
_AFTER_A_WORD: Final = 6
# What makes a number a count of something, where only a word stands before it.
_COUNTED: Final = (" results", " items", " rows", " tokens", " ms", " characters")
# A code in a field of an answer: in JSON and Python, as an element, as `reason: code`.
_FIELD = re2.compile(
    r"(?i)['\"](?:\w{0,20}_?(?:code|type|reason)|status|error|errors?|name|__type|reason|subtype|err|errno|fault|kind)['\"]"
    r"\s*:\s*u?['\"]([A-Za-z][\w.#:/-]{2,80})['\"]"
    r"|<(?:\w{1,12}:)?(?:\w{0,20}code|type|reason|error)>\s*([A-Za-z][\w.#:/-]{2,80})\s*</"
    r"|\b(?:code|reason|errorcode|error_code|error_type)\s?[:=]\s?([A-Za-z]\w{5,60})\b"
)
# Exceptions named in a text: at the start of a line, as botocore and urllib3 put them, as gRPC does.
_NAMED = re2.compile(
    r"(?m)(?:^|\(caused by |an error occurred \(|\berror: |\bdue to: )((?:\w+\.){0,8}[a-z_]\w{2,60})(?:[:(\s)\[]|$)"
)
# Codes as gRPC, the operating system and services write them.
_CODE = re2.compile(
    r"(?:StatusCode\.|\bcode = )(\w{2,40})"
    r"|\b(E[A-Z]{4,14}|UNAUTHENTICATED|UNAVAILABLE|[A-Z]{3,20}(?:_[A-Z]{2,20}){1,5})\b"
)
_BARE_CODE = re2.compile(r"[A-Za-z][\w.]{2,60}")
_ENDS_OF_NAMES: Final = (
    "error", "exception", "exceeded", "timeout", "expired", "fault", "failure", "refused", "denied"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """One failure, ready to match; `text` is lower case and starts with the error class where there is one."""

    status: int | None
    names: frozenset[str]
    text: str
    scope: str


def normal_name(name: str) -> str:
    """Return an error class or code in the form rules use: `openai.RateLimitError` and `rate_limit` are `ratelimit`."""
    last = name.strip().rstrip(".#:/").lower()
    for sign in ".#:/":
        last = last.rpartition(sign)[2]
    plain = "".join(char for char in last if char.isascii() and char.isalnum())
    for _ in range(3):
        for suffix in _SUFFIXES:
            plain = plain.removesuffix(suffix)
    return plain


def read(
    error_class: str | None, message: str | None, result: str | None, status_code: int | None, *, scope: str
) -> Facts:
    """Read one failure; a status code of the telemetry itself outranks one that its text mentions."""
    body = flatten("\n".join(without_notices(part) for part in (message, result) if part))
    text = (f"{error_class[:200]}: {body}" if error_class else body).lower()
    status = status_code if status_code and status_code >= 400 else _status_in(body.lower())
    return Facts(status, _names(error_class, body), text, scope)


def _status_in(lower: str) -> int | None:
    for match in _STATUS.finditer(lower):
        place = match.lastindex
        if place and not _is_no_status(match[0], place, lower[match.end(place) : match.end(place) + 12]):
            return int(match[place])
    return None


def _is_no_status(said: str, place: int, after: str) -> bool:
    """Return whether a number that stands where statuses do is a part of a number, a count or a wish."""
    if place in (_AT_THE_START, _AFTER_A_WORD) and after[:1] in (".", ",") and after[1:2].isdigit():
        return True
    return said.startswith("expected ") or (place == _AFTER_A_WORD and after.startswith(_COUNTED))


def _names(error_class: str | None, body: str) -> frozenset[str]:
    names = {normal_name(error_class)} if error_class else set()
    names.update(normal_name(match[match.lastindex or 0]) for match in _FIELD.finditer(body))
    names.update(
        normal_name(match[1])
        for match in _NAMED.finditer(body.lower())
        if "_" in match[1] or match[1].endswith(_ENDS_OF_NAMES)
    )
    names.update(normal_name(match[1] or match[2]) for match in _CODE.finditer(body))
    stripped = body.strip()
    if len(stripped) <= 60 and _BARE_CODE.fullmatch(stripped):
        names.add(normal_name(stripped))  # a bare code is the whole message: "missing_scope"
    return frozenset(names - {""})
