"""What a failure says in a form that rules can match: status codes, names of errors, and the text itself."""

import re
from dataclasses import dataclass

from rca_core.analysis.observe.text import flatten

_SUFFIX = re.compile(r"(?:error|exception){1,3}$")
_NOT_ALNUM = re.compile(r"[^a-z0-9]")

# A status where software writes one: at the start, after "status", in an HTTP phrase or title, in a structured field.
_STATUS = re.compile(
    r"^(?:\w{0,40}(?:error|exception):? )?(?:error code: |error: |error |http(?:/\d(?:\.\d)?)? |\[|\()?"
    r"([45]\d\d)\b(?![.,]\d)"
    r"|\b(?<!expected )status(?:[ _]?code)?['\"]?\s?[=:]?\s?['\"]?([45]\d\d)\b"
    r"|\bhttp(?:[ _]?(?:status|error|code)){0,2}['\"]?\s?[=:]?\s?([45]\d\d)\b"
    r"|\b(?:client|server) error ['\"]?([45]\d\d)\b"
    r"|\b([45]\d\d) (?:client|server) error\b"
    r"|\b(?:error|response|returned|got|code):? (?:code:? )?\(?([45]\d\d)\b"
    r"(?![.,]\d| (?:results|items|rows|tokens|ms|characters))"
    r"|<(?:title|h1)>\s*(?:error )?([45]\d\d)\b"
    r"|['\"](?:http)?(?:status|status_?code|http_?status|http_?status_?code|code)['\"]\s*:\s*['\"]?([45]\d\d)\b",
    re.MULTILINE,
)
# A code in a field of an answer: in JSON and Python, as an element, as `reason: code`.
_FIELD = re.compile(
    r"['\"](?:\w{0,20}_?(?:code|type|reason)|status|error|errors?|name|__type|reason|subtype|err|errno|fault|kind)['\"]"
    r"\s*:\s*u?['\"]([A-Za-z][\w.#:/-]{2,80})['\"]"
    r"|<(?:\w{1,12}:)?(?:\w{0,20}code|type|reason|error)>\s*([A-Za-z][\w.#:/-]{2,80})\s*</"
    r"|\b(?:code|reason|errorcode|error_code|error_type)\s?[:=]\s?([A-Za-z]\w{5,60})\b",
    re.IGNORECASE,
)
# Exceptions named in a text: at the start of a line, as botocore and urllib3 put them, as gRPC does.
_NAMED = re.compile(
    r"(?:^|\(caused by |an error occurred \(|\berror: |\bdue to: )((?:\w{1,60}\.){0,8}[a-z_]\w{2,60})"
    r"(?=[:(\s)\[]|$)",
    re.MULTILINE,
)
# Codes as gRPC, the operating system and services write them.
_CODE = re.compile(
    r"(?:StatusCode\.|\bcode = )(\w{2,40})"
    r"|\b(E[A-Z]{4,14}|UNAUTHENTICATED|UNAVAILABLE|[A-Z]{3,20}(?:_[A-Z]{2,20}){1,5})\b"
)
_LOOKS_LIKE_A_NAME = re.compile(r"(?:error|exception|exceeded|timeout|expired|fault|failure|refused|denied)$|_")


@dataclass(frozen=True, slots=True)
class Facts:
    """One failure, ready to match; `text` is lower case and starts with the error class where there is one."""

    status: int | None
    names: frozenset[str]
    text: str
    scope: str


def normal_name(name: str) -> str:
    """Return an error class or code in the form rules use: `openai.RateLimitError` and `rate_limit` are `ratelimit`."""
    last = re.split(r"[.#:/]", name.strip().rstrip(".#:/"))[-1]
    return _SUFFIX.sub("", _NOT_ALNUM.sub("", last.lower()))


def read(
    error_class: str | None, message: str | None, result: str | None, status_code: int | None, *, scope: str
) -> Facts:
    """Read one failure; a status code of the telemetry itself outranks one that its text mentions."""
    body = flatten("\n".join(part for part in (message, result) if part))
    text = (f"{error_class[:200]}: {body}" if error_class else body).lower()
    status = status_code if status_code and status_code >= 400 else _status_in(body.lower())
    return Facts(status, _names(error_class, body), text, scope)


def _status_in(lower: str) -> int | None:
    match = _STATUS.search(lower)
    return int(match[match.lastindex]) if match and match.lastindex else None


def _names(error_class: str | None, body: str) -> frozenset[str]:
    names = {normal_name(error_class)} if error_class else set()
    names.update(normal_name(match[match.lastindex or 0]) for match in _FIELD.finditer(body))
    names.update(
        normal_name(match[1]) for match in _NAMED.finditer(body.lower()) if _LOOKS_LIKE_A_NAME.search(match[1])
    )
    names.update(normal_name(match[1] or match[2]) for match in _CODE.finditer(body))
    stripped = body.strip()
    if len(stripped) <= 60 and re.fullmatch(r"[A-Za-z][\w.]{2,60}", stripped):
        names.add(normal_name(stripped))  # a bare code is the whole message: "missing_scope"
    return frozenset(names - {""})
