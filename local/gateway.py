"""The HTTP API: API Gateway's routes, events, cross-origin answers and limits. Throttling is not imitated."""

import asyncio
import dataclasses
import uuid
from typing import TYPE_CHECKING
from urllib.parse import unquote

from local.asgi import BodyTooLargeError, ClientGoneError, read_body, request_head, send_response
from local.cors import is_preflight, preflight_headers, with_cors
from local.http_event import Request, build_event
from local.http_response import HttpResponse, MalformedResponseError, json_response, parse_response
from local.invocation import FunctionError, PayloadTooLargeError
from local.logs import tell
from local.model import ApiSpec
from local.pools import Functions
from local.routing import Match, Router
from local.template import ACCOUNT

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

MAX_BODY_BYTES = 10 * 1024 * 1024
_TOO_LARGE = json_response(413, {"message": "Request Entity Too Large"})
_NOT_FOUND = json_response(404, {"message": "Not Found"})
_FAILED = json_response(500, {"message": "Internal Server Error"})
_UNAVAILABLE = json_response(503, {"message": "Service Unavailable"})


class Gateway:
    """An ASGI application that answers for the template's HTTP API; `host` is what events give as its domain."""

    def __init__(self, api: ApiSpec, functions: Functions, host: str) -> None:
        self._cors = api.cors
        self._router = Router(api.routes)
        self._functions = functions
        self._host = host

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        request = request_head(scope)
        if self._cors and is_preflight(request):
            await send_response(send, HttpResponse(204, preflight_headers(self._cors, request.origin)))
            return
        request_id = uuid.uuid4().hex
        try:
            body = await read_body(receive, MAX_BODY_BYTES)
            response = await self._answer(dataclasses.replace(request, body=body), request_id)
        except BodyTooLargeError:
            response = _TOO_LARGE
        except ClientGoneError:
            return
        headers = [*response.headers, ("apigw-requestid", request_id)]
        headers = with_cors(self._cors, request.origin, headers)
        await send_response(send, dataclasses.replace(response, headers=headers))

    async def _answer(self, request: Request, request_id: str) -> HttpResponse:
        match = self._router.find(request.method, request.path)
        if match is None:
            return _NOT_FOUND
        try:
            async with asyncio.timeout(match.route.timeout):
                payload = await self._call(request, request_id, match)
            return parse_response(payload, default_type="text/plain;charset=UTF-8")
        except TimeoutError:
            return _UNAVAILABLE
        except PayloadTooLargeError:
            return _TOO_LARGE
        except FunctionError:
            return _FAILED
        except MalformedResponseError as error:
            tell(match.route.function, f"no HTTP response: {error}")
            return _FAILED

    async def _call(self, request: Request, request_id: str, match: Match) -> bytes:
        event = build_event(
            request,
            route_key=match.route.key,
            # API Gateway decodes the path; function URLs do not.
            raw_path=unquote(request.path),
            host=self._host,
            account_id=ACCOUNT,
            request_id=request_id,
            path_parameters=match.parameters,
        )
        return await self._functions[match.route.function].call(event)
