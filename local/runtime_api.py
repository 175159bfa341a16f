"""AWS Lambda's Runtime API (version 2018-06-01), served to one worker process on a loopback port of its own."""

import asyncio
import base64
import contextlib
import json
import re
from collections.abc import AsyncIterator
from typing import Any, Protocol

import h11

from local.invocation import MAX_RESPONSE_BYTES, FunctionError, Invocation, ResponseStream

_PATH = re.compile(r"/2018-06-01/runtime/(?:invocation/(?P<id>[^/]+)/)?(?P<action>[a-z/]+)")
_READ = 64 * 1024
_ACCEPTED = b'{"status":"OK"}'


class Host(Protocol):
    """What the Runtime API needs from the worker that it serves."""

    @property
    def function_arn(self) -> str: ...
    async def take(self) -> tuple[Invocation, float]:
        """Wait for the next invocation; return it with its deadline, in seconds since the epoch."""

    def find(self, request_id: str) -> Invocation | None: ...
    def finish(self, request_id: str) -> None: ...
    def init_failed(self, failure: FunctionError) -> None: ...


class RuntimeApi:
    """A listening socket; `address` is what AWS_LAMBDA_RUNTIME_API says."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self) -> str:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        return f"{host}:{port}"

    def close(self) -> None:
        if self._server:
            self._server.close()
        for task in self._connections:
            task.cancel()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # start_server runs this in a task
        self._connections.add(task)
        try:
            await _Connection(self._host, reader, writer).serve()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._connections.discard(task)
            writer.transport.abort()


class _Connection:
    def __init__(self, host: Host, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._host = host
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER)

    async def serve(self) -> None:
        with contextlib.suppress(h11.RemoteProtocolError):
            while isinstance(request := await self._event(), h11.Request):
                await self._dispatch(request)
                if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
                    return
                self._http.start_next_cycle()

    async def _event(self) -> Any:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            if self._http.they_are_waiting_for_100_continue:
                await self._write(h11.InformationalResponse(status_code=100, headers=[]))
            self._http.receive_data(await self._reader.read(_READ))
        return event

    async def _body(self) -> AsyncIterator[bytes | h11.EndOfMessage]:
        """Yield the request's chunks as they arrive, and its end last.

        Raises:
            h11.RemoteProtocolError: the process went away in mid request.
        """
        while True:
            event = await self._event()
            if isinstance(event, h11.Data):
                yield bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                yield event
                return
            else:
                message = f"unexpected {event!r} in a request"
                raise h11.RemoteProtocolError(message)

    async def _dispatch(self, request: h11.Request) -> None:
        method = request.method
        match = _PATH.fullmatch(request.target.decode())
        request_id, action = match.group("id", "action") if match else (None, None)
        if (method, action) == (b"GET", "invocation/next"):
            await self._drain()
            await self._next()
        elif (method, action) == (b"POST", "init/error"):
            self._host.init_failed(_failure(await self._drain()))
            await self._answer(202, _ACCEPTED)
        elif method == b"POST" and request_id and action in ("response", "error"):
            await self._finish(request, request_id, action)
        else:
            await self._drain()
            await self._error(404, "NotFound", "no such path in the Runtime API")

    async def _next(self) -> None:
        invocation, deadline = await self._host.take()
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int(deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": self._host.function_arn,
            "Lambda-Runtime-Trace-Id": invocation.trace_id,
        }
        await self._answer(200, invocation.event, headers)

    async def _finish(self, request: h11.Request, request_id: str, action: str) -> None:
        invocation = self._host.find(request_id)
        if invocation is None:
            await self._drain()
            await self._error(400, "InvalidRequestID", "Invalid request ID")
            return
        headers = dict(request.headers)
        try:
            if action == "error":
                invocation.fail(_failure(await self._drain()))
                await self._answer(202, _ACCEPTED)
            elif headers.get(b"lambda-runtime-function-response-mode", b"").lower() == b"streaming":
                await self._stream(invocation, headers.get(b"content-type", b"").decode())
            else:
                await self._buffer(invocation)
        finally:
            self._host.finish(request_id)

    async def _buffer(self, invocation: Invocation) -> None:
        payload = await self._drain()
        if len(payload) > MAX_RESPONSE_BYTES:
            text = f"Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes)."
            invocation.fail(FunctionError("Function.ResponseSizeTooLarge", text))
            await self._error(413, "RequestEntityTooLarge", text)
            return
        invocation.respond(payload)
        await self._answer(202, _ACCEPTED)

    async def _stream(self, invocation: Invocation, content_type: str) -> None:
        stream = ResponseStream(content_type, on_close=self._writer.transport.abort)
        invocation.respond_streaming(stream)
        failure: FunctionError | None = FunctionError("Runtime.TruncatedResponse", "the response ended in mid stream")
        try:
            async for part in self._body():
                if isinstance(part, bytes):
                    await stream.put(part)
                else:
                    failure = _trailer_failure({name: value.decode() for name, value in part.headers})
        finally:
            stream.end(failure)
        await self._answer(202, _ACCEPTED)

    async def _drain(self) -> bytes:
        return b"".join([part async for part in self._body() if isinstance(part, bytes)])

    async def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        fields = {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}
        await self._write(
            h11.Response(status_code=status, headers=list(fields.items())), h11.Data(data=body), h11.EndOfMessage()
        )

    async def _error(self, status: int, error_type: str, message: str) -> None:
        await self._answer(status, json.dumps({"errorType": error_type, "errorMessage": message}).encode())

    async def _write(self, *events: Any) -> None:
        # One write, so that the peer's delayed acknowledgement never holds a second one back.
        self._writer.write(b"".join(self._http.send(event) or b"" for event in events))
        await self._writer.drain()


def _failure(body: bytes) -> FunctionError:
    """Read the error that a runtime reports; one that is no JSON object is reported as it stands."""
    try:
        payload = json.loads(body)
        return FunctionError(str(payload["errorType"]), str(payload["errorMessage"]), payload)
    except (ValueError, KeyError, TypeError):
        return FunctionError("Runtime.Unknown", body.decode(errors="replace"))


def _trailer_failure(trailers: dict[bytes, str]) -> FunctionError | None:
    """Read the error that a runtime reports after a streamed response: its type, and base64 of a JSON body."""
    error_type = trailers.get(b"lambda-runtime-function-error-type")
    if error_type is None:
        return None
    body = base64.b64decode(trailers.get(b"lambda-runtime-function-error-body", ""))
    failure = _failure(body)
    return failure if "errorType" in failure.payload else FunctionError(error_type, body.decode(errors="replace"))
