"""The function URL: events like the HTTP API's, responses passed on as they are produced."""

import asyncio
import contextlib
import dataclasses
import uuid
from typing import TYPE_CHECKING

from local.asgi import BodyTooLargeError, ClientGoneError, read_body, request_head, send_head, send_response
from local.cors import is_preflight, preflight_headers, with_cors
from local.http_event import Headers, Request, build_event
from local.http_response import HttpResponse, MalformedResponseError, json_response, parse_response, read_head
from local.invocation import MAX_EVENT_BYTES, FunctionError, PayloadTooLargeError, ResponseStream
from local.logs import tell
from local.model import UrlSpec
from local.pools import Functions

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

_FAILED = json_response(502, {"message": "Internal Server Error"})
_TOO_LARGE = json_response(413, {"message": "Request Entity Too Large"})
_DEFAULT_TYPE = "application/json"


class FunctionUrl:
    """An ASGI application that answers for the template's function URL; `host` is what events give as its domain."""

    def __init__(self, url: UrlSpec, functions: Functions, host: str) -> None:
        self._url = url
        self._function = functions[url.function]
        self._host = host

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        request = request_head(scope)
        if self._url.cors and is_preflight(request):
            await send_response(send, HttpResponse(200, preflight_headers(self._url.cors, request.origin)))
            return
        try:
            body = await read_body(receive, MAX_EVENT_BYTES)
            # Watch for the client's leaving from here on: nothing else comes from it.
            await self._answer(dataclasses.replace(request, body=body), receive, send)
        except (BodyTooLargeError, PayloadTooLargeError):
            await self._send(send, request, _TOO_LARGE)
        except FunctionError:
            await self._send(send, request, _FAILED)
        except MalformedResponseError as error:
            tell(self._url.function, f"no HTTP response: {error}")
            await self._send(send, request, _FAILED)
        except ClientGoneError:
            pass

    async def _answer(self, request: Request, receive: "Receive", send: "Send") -> None:
        event = build_event(
            request,
            route_key="$default",
            raw_path=request.path,
            host=self._host,
            account_id="anonymous",
            request_id=str(uuid.uuid4()),
        )
        response = await self._function.invoke(event)
        if isinstance(response, ResponseStream):
            await self._pass_on(response, request, receive, send)
        else:
            await self._send(send, request, parse_response(response, default_type=_DEFAULT_TYPE))

    async def _pass_on(self, stream: ResponseStream, request: Request, receive: "Receive", send: "Send") -> None:
        """Send a streamed response chunk by chunk, until it ends or the client leaves.

        AWS would let the function run on and bill it. Here its upload is cut off, which closes the function's generator
        and frees its place.
        """
        sending = asyncio.create_task(self._send_stream(stream, request, send))
        leaving = asyncio.create_task(_client_leaves(receive))
        try:
            await asyncio.wait([sending, leaving], return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        finally:
            stream.close()
            for task in (sending, leaving):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task

    async def _send_stream(self, stream: ResponseStream, request: Request, send: "Send") -> None:
        chunks = aiter(stream)
        head = await read_head(chunks, default_type=_DEFAULT_TYPE)
        await send_head(send, head.status, self._headers(request, head.headers))
        if head.rest:
            await send({"type": "http.response.body", "body": head.rest, "more_body": True})
        try:
            async for chunk in chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except FunctionError as error:
            # Without a last chunk the client knows that the response is not whole.
            tell(self._url.function, f"failed in mid stream: {error}")
            return
        await send({"type": "http.response.body", "body": b""})

    async def _send(self, send: "Send", request: Request, response: HttpResponse) -> None:
        await send_response(send, dataclasses.replace(response, headers=self._headers(request, response.headers)))

    def _headers(self, request: Request, headers: Headers) -> Headers:
        return with_cors(self._url.cors, request.origin, headers)


async def _client_leaves(receive: "Receive") -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
