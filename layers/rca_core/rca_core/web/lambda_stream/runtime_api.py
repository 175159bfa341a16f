"""The Lambda Runtime API, version 2018-06-01, from the runtime's side."""

import base64
import select
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, HTTPException, HTTPResponse

from rca_core.web.lambda_stream.failures import Failure

_ERROR_TYPE = "Lambda-Runtime-Function-Error-Type"
_ERROR_BODY = "Lambda-Runtime-Function-Error-Body"
_INVOCATION_ID = "Lambda-Runtime-Invocation-Id"
# Go's HTTP server, which Lambda's Runtime API is, refuses trailers over 4 KB in all; base64 makes 3 bytes 4.
_MAX_TRAILER_BODY = 2_700


class RuntimeApiError(Exception):
    """The Runtime API refused a request, or cannot be reached, or hung up."""


@dataclass(frozen=True)
class Invocation:
    """One event to answer, with the headers that describe it."""

    headers: Message
    body: bytes

    @property
    def request_id(self) -> str:
        return str(self.headers["Lambda-Runtime-Aws-Request-Id"])


class RuntimeApi:
    """Take invocations and hand back what became of them. Not for more than one thread.

    Every method raises RuntimeApiError.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._next = self._connection()

    def next(self) -> Invocation:
        """Wait, for as long as it takes, for the next invocation."""
        path = "/2018-06-01/runtime/invocation/next"
        with _api_errors(path):
            try:
                response, body = self._get(path)
            except (OSError, HTTPException):
                # The connection was idle while the last event was handled, and the other end may have dropped it.
                self._next.close()
                response, body = self._get(path)
            _expect(response, body, 200)
        return Invocation(response.headers, body)

    def respond(self, invocation: Invocation, body: bytes) -> None:
        """Answer an invocation with a whole JSON document."""
        self._post(_path(invocation, "response"), body, {"Content-Type": "application/json", **_echo(invocation)})

    def fail(self, invocation: Invocation, failure: Failure) -> None:
        """Report that an invocation failed before any of its response was sent."""
        self._post(_path(invocation, "error"), failure.body(), {**_error_headers(failure), **_echo(invocation)})

    def fail_init(self, failure: Failure) -> None:
        """Report that the function cannot start."""
        self._post("/2018-06-01/runtime/init/error", failure.body(), _error_headers(failure))

    @contextmanager
    def stream(self, invocation: Invocation) -> Iterator["ResponseStream"]:
        """Open the streamed response of an invocation; it is cut when left unfinished."""
        with closing(self._connection()) as connection:
            yield ResponseStream(connection, invocation)

    def _connection(self) -> HTTPConnection:
        return HTTPConnection(self._address, timeout=None)

    def _get(self, path: str) -> tuple[HTTPResponse, bytes]:
        self._next.request("GET", path)
        response = self._next.getresponse()
        return response, response.read()

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        # A connection of its own: one that idled while the handler ran could be dead without our knowing.
        with _api_errors(path), closing(self._connection()) as connection:
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            _expect(response, response.read(), 202)


class ResponseStream:
    """Send a response piece by piece, each as one HTTP chunk."""

    def __init__(self, connection: HTTPConnection, invocation: Invocation) -> None:
        self._connection = connection
        self._path = _path(invocation, "response")
        with _api_errors(self._path):
            connection.putrequest("POST", self._path, skip_accept_encoding=True)
            for name, value in (
                ("Lambda-Runtime-Function-Response-Mode", "streaming"),
                ("Transfer-Encoding", "chunked"),
                ("Content-Type", "application/vnd.awslambda.http-integration-response"),
                ("Trailer", f"{_ERROR_TYPE}, {_ERROR_BODY}"),
                *_echo(invocation).items(),
            ):
                connection.putheader(name, value)
            connection.endheaders()

    def send(self, piece: bytes) -> None:
        """Send a piece at once; an empty one is nothing to send.

        Raises RuntimeApiError, also when the other end has answered or hung up before the end of the response.
        """
        with _api_errors(self._path):
            if _is_readable(self._connection.sock):
                raise RuntimeApiError(f"{self._path}: cut off by the Runtime API")
            if piece:
                self._connection.send(b"%x\r\n%b\r\n" % (len(piece), piece))

    def finish(self, failure: Failure | None = None) -> None:
        """End the response; a failure goes into its trailers, shortened to what fits there."""
        trailers = b""
        if failure:
            body = base64.b64encode(failure.trimmed(_MAX_TRAILER_BODY).body())
            trailers = f"{_ERROR_TYPE}: {failure.error_type}\r\n{_ERROR_BODY}: ".encode() + body + b"\r\n"
        with _api_errors(self._path):
            self._connection.send(b"0\r\n" + trailers + b"\r\n")
            response = self._connection.getresponse()
            _expect(response, response.read(), 202)


@contextmanager
def _api_errors(path: str) -> Iterator[None]:
    try:
        yield
    except (OSError, HTTPException) as error:
        raise RuntimeApiError(f"{path}: {type(error).__name__}: {error}") from error


def _expect(response: HTTPResponse, body: bytes, status: int) -> None:
    if response.status != status:
        raise RuntimeApiError(f"the Runtime API answered {response.status}: {body[:500].decode(errors='replace')}")


def _is_readable(connection: socket.socket) -> bool:
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


def _path(invocation: Invocation, outcome: str) -> str:
    return f"/2018-06-01/runtime/invocation/{invocation.request_id}/{outcome}"


def _error_headers(failure: Failure) -> dict[str, str]:
    return {"Content-Type": "application/json", _ERROR_TYPE: failure.error_type}


def _echo(invocation: Invocation) -> dict[str, str]:
    # Tells attempts at one request apart; sent back when the Runtime API gives one, as AWS's client does.
    attempt = invocation.headers[_INVOCATION_ID]
    return {_INVOCATION_ID: attempt} if attempt else {}
