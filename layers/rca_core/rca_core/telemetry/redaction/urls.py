"""Find passwords in URLs: `scheme://user:password@host`."""

from typing import Final

from rca_core.telemetry.redaction.text import Finder, Span, lazily
from rca_core.telemetry.redaction.values import is_placeholder, looks_random

_MAX_USER_INFO: Final = 400
_AUTHORITY: Final = lazily(rf"[^\s\"'<>\\/`]{{1,{_MAX_USER_INFO}}}+")
_TO_HOST: Final = lazily(r"/[^\s\"'<>\\`@]{0,64}@")
_LEAST_TOKEN: Final = 20


def _user_info(text: str, start: int, end: int, spans: list[Span]) -> int:
    match = _AUTHORITY().match(text, end)
    if match is None:
        return max(start, end)
    authority, stop = match[0], match.end()
    user, colon, rest = authority.partition(":")
    if "@" not in authority and colon and not rest[:5].rstrip(",").isdecimal() and not authority.startswith("["):
        # What follows the colon is no port, but a password with a slash in it.
        slash = _TO_HOST().match(text, stop)
        stop = slash.end() if slash else stop
        authority = text[end:stop]
    user_info, at, _ = authority.rpartition("@")
    if not at:
        return stop
    # In a list of hosts each may have its own.
    user, colon, password = user_info.partition(":")
    if colon and password and not _stands_in(password):
        spans.append(Span(end + len(user) + 1, end + len(user_info), "url_password"))
    elif not password and len(user) >= _LEAST_TOKEN and looks_random(user):
        spans.append(Span(end, end + len(user), "url_password"))
    return stop


def _stands_in(password: str) -> bool:
    return (len(password) > 1 and is_placeholder(password)) or (password[0] in "{$<%" and password[-1] in "}>%")


URLS: Final = (Finder(r":(?:\\{0,7}/){2}", _user_info, r":(?:\\{0,7}/){2}[^\s\x00\"'<>\\`@]+@"),)
