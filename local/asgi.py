"""Between ASGI and the front doors: read a whole request, send a whole response."""

from typing import TYPE_CHECKING

from local.http_event import Headers, Request
from local.http_response import HttpResponse

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

_BODILESS = (204, 304)


class BodyTooLargeError(Exception):
    """The request's body is larger than the front door takes."""


class ClientGoneError(Exception):
    """The client left before its request was read."""


def request_head(scope: "Scope") -> Request:
    """Return the request without its body."""
    return Request(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]],
        source_ip=scope["client"][0],
        protocol=f"HTTP/{scope['http_version']}",
    )


async def read_body(receive: "Receive", limit: int) -> bytes:
    """Read the request's body.

    Raises:
        BodyTooLargeError: it is over `limit` bytes.
        ClientGoneError: the client left before its end.
    """
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        body += message.get("body", b"")
        if len(body) > limit:
            raise BodyTooLargeError
        more = message.get("more_body", False)
    return bytes(body)


async def send_head(send: "Send", status: int, headers: Headers) -> None:
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": status, "headers": raw})


async def send_response(send: "Send", response: HttpResponse) -> None:
    body = b"" if response.status in _BODILESS else response.body
    length = [] if response.status in _BODILESS else [("content-length", str(len(body)))]
    await send_head(send, response.status, response.headers + length)
    await send({"type": "http.response.body", "body": body})
