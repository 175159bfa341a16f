"""Lambda responses as HTTP (payload format 2.0, and the prelude of a streamed response)."""

import base64
import binascii
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from local.http_event import Headers

_PRELUDE_END = b"\0" * 8
_MAX_PRELUDE_BYTES = 1024 * 1024
# What a front door sets by itself.
_DROPPED = ("connection", "content-length", "transfer-encoding")


class MalformedResponseError(Exception):
    """The function returned what is no HTTP response."""


@dataclass(frozen=True)
class HttpResponse:
    """Status, headers (lower case) and a whole body."""

    status: int
    headers: Headers
    body: bytes = b""


@dataclass(frozen=True)
class StreamedHead:
    """What a streamed response starts with; `rest` is the part of the body that came with it."""

    status: int
    headers: Headers
    rest: bytes


def json_response(status: int, content: Any) -> HttpResponse:
    return HttpResponse(status, [("content-type", "application/json")], json.dumps(content).encode())


def parse_response(payload: bytes, *, default_type: str) -> HttpResponse:
    """Read a function's buffered response: an object with a statusCode, or any JSON value as the body of a 200.

    Raises:
        MalformedResponseError: it is not JSON, or a field has the wrong type.
    """
    try:
        value = json.loads(payload)
    except ValueError:
        message = "the response is not JSON"
        raise MalformedResponseError(message) from None
    if not isinstance(value, dict) or "statusCode" not in value:
        text = value if isinstance(value, str) else payload.decode()
        return HttpResponse(200, [("content-type", "application/json")], text.encode())
    status, headers = _head(value, default_type)
    return HttpResponse(status, headers, _decoded_body(value))


async def read_head(chunks: AsyncIterator[bytes], *, default_type: str) -> StreamedHead:
    """Read the JSON prelude of a streamed response, up to its eight NULs.

    Raises:
        MalformedResponseError: there is none, or it is not what it should be.
        FunctionError: the function failed before its end.
    """
    received = b""
    async for chunk in chunks:
        received += chunk
        if (end := received.find(_PRELUDE_END)) >= 0:
            status, headers = _head(_prelude(received[:end]), default_type)
            return StreamedHead(status, headers, received[end + len(_PRELUDE_END) :])
        if len(received) > _MAX_PRELUDE_BYTES:
            break
    message = "the streamed response has no prelude"
    raise MalformedResponseError(message)


def _prelude(text: bytes) -> Mapping[str, Any]:
    try:
        prelude = json.loads(text)
    except ValueError:
        prelude = None
    if not isinstance(prelude, dict):
        message = "the prelude is not a JSON object"
        raise MalformedResponseError(message)
    return prelude


def _head(value: Mapping[str, Any], default_type: str) -> tuple[int, Headers]:
    try:
        status = int(value.get("statusCode", 200))
        given = {str(key).lower(): item for key, item in (value.get("headers") or {}).items()}
        cookies = [str(cookie) for cookie in value.get("cookies") or []]
    except (TypeError, ValueError, AttributeError):
        message = "statusCode, headers or cookies have the wrong type"
        raise MalformedResponseError(message) from None
    if not 200 <= status <= 599:
        message = f"{status} is no status of a response"
        raise MalformedResponseError(message)
    headers = [(key, _header_text(item)) for key, item in given.items() if key not in _DROPPED]
    if "content-type" not in given:
        headers.append(("content-type", default_type))
    return status, headers + [("set-cookie", cookie) for cookie in cookies]


def _header_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _decoded_body(value: Mapping[str, Any]) -> bytes:
    body = value.get("body") or ""
    if not isinstance(body, str):
        message = "the body is not text"
        raise MalformedResponseError(message)
    if not value.get("isBase64Encoded"):
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        message = "the body is not base64"
        raise MalformedResponseError(message) from None
