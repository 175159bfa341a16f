"""One HTTP request with the standard library: bounded in time and in what it reads, no redirects."""

import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any, Final

from smart_sre.answer import Answer, Unreachable

MAX_ANSWER: Final = 8_000_000


class _Stay(urllib.request.HTTPRedirectHandler):
    """No secret follows a redirect to another host."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_opener: Final = urllib.request.build_opener(_Stay)


def open_url(url: str, *, method: str = "GET", headers: Mapping[str, str], body: bytes | None, seconds: float) -> Any:
    """Return the open answer of a request; `Unreachable` if there is none. Errors are answers, too."""
    try:
        # Settings let http and https pass, and nothing else.
        request = urllib.request.Request(url, data=body, headers=dict(headers), method=method)  # noqa: S310
        return _opener.open(request, timeout=seconds)
    except urllib.error.HTTPError as error:
        return error
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable(_reason(error)) from error


def send(
    url: str, *, method: str = "GET", headers: Mapping[str, str], body: bytes | None = None, seconds: float = 10.0
) -> Answer:
    """Send one request and read its answer whole; `Unreachable` if none came."""
    opened = open_url(url, method=method, headers=headers, body=body, seconds=seconds)
    try:
        with opened:
            return Answer(opened.status, opened.read(MAX_ANSWER), opened.headers)
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable(_reason(error)) from error


def _reason(error: Exception) -> str:
    inner = getattr(error, "reason", None) or error
    return f"{type(inner).__name__}: {inner}" if str(inner) else type(inner).__name__
