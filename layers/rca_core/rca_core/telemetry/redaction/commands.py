"""Find credentials by their place in what is run: arguments of known commands, statements of SQL."""

import re
from typing import Final

from rca_core.telemetry.redaction.text import Finder, Span, lazily
from rca_core.telemetry.redaction.values import is_placeholder, is_reference

# ---- flags that mean a credential to some commands
_FAR: Final = 300
_WORD: Final = r"(?:'([^'\r\n]{1,200})'|\"([^\"\r\n]{1,200})\"|([^\s'\"\\]{1,200}))"
_USER: Final = lazily(
    r"[\s=]{0,3}(?:['\"]?[^\s:'\"<]{0,100}['\"]?:(?!//)['\"]?([^\s'\"\\<>]{1,200})|['\"]([^\s:'\"<]{4,100}):['\"])"
)
_NEXT: Final = lazily(rf"\s{{0,3}}{_WORD}")
# Apart, it is a port or the name of a database.
_ATTACHED: Final = lazily(r"([^\s'\"\\-][^\s'\"\\]{2,200})")
_FLAGS: Final = {
    **dict.fromkeys(("-u", "-U", "--user", "--proxy-user"), (("curl", _USER),)),
    "-p": (("sshpass", _NEXT), ("docker login", _NEXT), ("mysql", _ATTACHED)),
    "-a": (("redis-cli", _NEXT),),
}


def _flag(text: str, start: int, end: int, spans: list[Span]) -> int:
    before = text[max(0, start - _FAR) : start]
    for command, pattern in _FLAGS[text[start + 1 : end]]:
        at = before.rfind(command)
        if at >= 0 and not ("|" in before[at:] or ";" in before[at:]):
            _add(pattern().match(text, end), spans)
            break
    return end


def _add(match: re.Match[str] | None, spans: list[Span]) -> None:
    group = next((number for number in range(1, (match.lastindex or 0) + 1) if match[number]), 0) if match else 0
    if match and group and not is_placeholder(match[group]) and not is_reference(match[group]):
        spans.append(Span(*match.span(group), "password"))


# ---- statements
_STATEMENTS: Final = {
    "oracle:": lazily(r"oracle:(?:thin|oci8?):[\w$#]{1,60}/([^\s@/\"']{1,100})@", re.IGNORECASE),
    "credentials": lazily(
        r"credentials(?: are| is| used)?:? [\"'`]?[\w.@-]{1,60}[\"'`]? ?(?:/|:|and) ?[\"'`]?"
        r"((?=[^\s\d]{0,40}\d)(?=[^\sA-Za-z]{0,40}[A-Za-z])[^\s\"'`,]{5,100})",
        re.IGNORECASE,
    ),
    "identified by": lazily(
        r"identified\s{1,3}by\s{1,3}(?:password\s{1,3})?['\"]([^'\"\r\n]{1,200})['\"]", re.IGNORECASE
    ),
}


def _statement(text: str, start: int, end: int, spans: list[Span]) -> int:
    _add(_STATEMENTS[text[start:end].lower()]().match(text, start), spans)
    return end


# ---- rows of SQL: the column says which value it is
_INSERT: Final = lazily(
    r"insert\s{1,3}into\s{1,3}[\w.\"`\[\]]{1,120}\s{0,3}\(([^()]{1,2000})\)\s{0,3}values\s{0,3}\(", re.IGNORECASE
)
_SQL_VALUE: Final = lazily(r"\s{0,4}(?:'((?:[^'\\]|''|\\.)*+)'|([^,()'\"]{1,400}))\s{0,4}(,)?", re.DOTALL)
_SECRET_COLUMN: Final = lazily(r"passw(?:or)?d|passwd|pwd|secret|api_?key|token|passphrase", re.IGNORECASE)


def _row(text: str, start: int, end: int, spans: list[Span]) -> int:
    match = _INSERT().match(text, start)
    if match is None:
        return end
    position = match.end()
    for column in match[1].split(","):
        value = _SQL_VALUE().match(text, position)
        if value is None:
            break
        if _SECRET_COLUMN().search(column) and value[1] and not is_placeholder(value[1]):
            spans.append(Span(*value.span(1), "password"))
        if not value[3]:
            break
        position = value.end()
    return match.end()


_SPACE: Final = r"(?:\s|\\[nrt]){1,3}"

COMMANDS: Final = (
    Finder(
        r"\s(?:-u|-U|--user|--proxy-user|-p|-a)",
        _flag,
        r"curl[^\x00]*[\snrt](?:-u|-U|--user|--proxy-user)|(?:sshpass|docker login|mysql)[^\x00]*[\snrt]-p"
        r"|redis-cli[^\x00]*[\snrt]-a",
    ),
    Finder(
        "(?i:oracle:|credentials|identified by)",
        _statement,
        "(?i:oracle:(?:thin|oci)|credentials(?: are| is| used)?:? |identified by)",
    ),
    Finder(r"(?i:insert\s{1,3}into)", _row, rf"(?i:insert{_SPACE}into)"),
)
