"""One call of a function, from the event to its response, buffered or streamed."""

import asyncio
import json
import secrets
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

MAX_EVENT_BYTES = 6 * 1024 * 1024
MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100
"""AWS's limits of a synchronous call's event and buffered response."""


class FunctionError(Exception):
    """The function answered with an error, crashed or timed out; `payload` is what Lambda would report."""

    def __init__(self, error_type: str, message: str, payload: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{error_type}: {message}")
        self.payload = payload or {"errorType": error_type, "errorMessage": message}


class PayloadTooLargeError(Exception):
    """The event is larger than Lambda takes."""


class ResponseStream:
    """A response that is still being produced: the Runtime API puts chunks in, a front door iterates over them.

    A chunk waits until the one before is taken, up to a few, so that a slow client slows its function down.
    Iterating raises FunctionError when the function failed in mid stream.
    """

    def __init__(self, content_type: str, on_close: Callable[[], None]) -> None:
        self.content_type = content_type
        self._on_close = on_close
        self._chunks: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._room = asyncio.Semaphore(8)
        self._failure: FunctionError | None = None
        self._ended = False
        self._closed = False

    async def put(self, chunk: bytes) -> None:
        """Hand a chunk on; raises ConnectionResetError when nobody listens any more."""
        await self._room.acquire()
        if self._closed:
            raise ConnectionResetError
        self._chunks.put_nowait(chunk)

    def end(self, failure: FunctionError | None = None) -> None:
        """End the response; only the first end counts."""
        if not self._ended:
            self._ended = True
            self._failure = failure
            self._chunks.put_nowait(None)

    def close(self) -> None:
        """Cut the function's upload off: nobody listens any more."""
        self._closed = True
        self._room.release()
        self._on_close()

    async def read(self) -> bytes:
        """Collect the whole response, for a caller that cannot stream; one that gives up cuts it off."""
        try:
            return b"".join([chunk async for chunk in self])
        except asyncio.CancelledError:
            self.close()
            raise

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (chunk := await self._chunks.get()) is not None:
            self._room.release()
            yield chunk
        if self._failure:
            raise self._failure


class Invocation:
    """An event on its way. `result` gives the buffered payload or the stream, or raises FunctionError.

    Raises:
        PayloadTooLargeError: the event is over 6 MB.
    """

    def __init__(self, event: Mapping[str, Any]) -> None:
        self.request_id = str(uuid.uuid4())
        self.trace_id = f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)};Sampled=0"
        self.event = json.dumps(event, separators=(",", ":")).encode()
        if len(self.event) > MAX_EVENT_BYTES:
            raise PayloadTooLargeError
        self.result: asyncio.Future[bytes | ResponseStream] = asyncio.get_running_loop().create_future()
        self._stream: ResponseStream | None = None

    def respond(self, payload: bytes) -> None:
        if not self.result.done():
            self.result.set_result(payload)

    def respond_streaming(self, stream: ResponseStream) -> None:
        if self.result.done():
            stream.close()
            return
        self._stream = stream
        self.result.set_result(stream)

    def fail(self, failure: FunctionError) -> None:
        """Report a failure, in mid stream too; has no effect on a call that is over."""
        if self._stream:
            self._stream.end(failure)
        elif not self.result.done():
            self.result.set_exception(failure)
            # A front door that gave up earlier never looks at it; that is no reason for a warning.
            self.result.exception()
