"""`python -m local.emulator PORT`: DynamoDB and SQS by moto, in a process of its own; prints its URL when it serves."""

import argparse
import io
import logging
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from local import transactions
from local.intrinsics import TemplateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from local.kept_emulator import Keeper


class Handler(MotoRequestHandler):
    """Keep connections alive, which werkzeug's own handler cannot, and answer in one write.

    A connection and a thread for each request are a fifth of what a DynamoDB call costs, and a second write waits for
    the client's delayed acknowledgement.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        environ["wsgi.input"] = io.BytesIO(self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0)))
        status, headers, body = _call(self.server.app, environ)
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


def _call(app: "WSGIApplication", environ: "WSGIEnvironment") -> tuple[str, list[tuple[str, str]], bytes]:
    """Return an application's status, headers and body; a fault of moto's own is a 500, as ever."""
    head: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> "Callable[[bytes], None]":
        head[:] = status, headers
        return lambda _: None

    try:
        body = b"".join(app(environ, start_response))
    except Exception:
        traceback.print_exc()
        return "500 Internal Server Error", [], b""
    return head[0], head[1], body


class SerialDynamoDb:
    """Let one DynamoDB request in at a time.

    moto's DynamoDB is not thread-safe: a failed transaction restores copied tables and so undoes what other threads
    had acknowledged in between. SQS requests stay outside the lock, because a long poll would hold it.
    """

    def __init__(self, keeper: "Keeper | None" = None) -> None:
        self._app = DomainDispatcherApplication(create_backend_app)
        self._lock = threading.Lock()
        self._keeper = keeper

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        if str(environ.get("HTTP_X_AMZ_TARGET", "")).startswith(("DynamoDB_", "DynamoDBStreams_")):
            with self._lock:
                answer = self._answer(environ, start_response)
                if self._keeper:
                    # Before it is answered: what was acknowledged is there after a crash.
                    self._keeper.flush()
                return answer
        return self._answer(environ, start_response)

    def _answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer


def _keeper(folder: Path) -> "Keeper":
    # Only who keeps something pays for SQLite.
    from local.kept_emulator import Keeper  # noqa: PLC0415
    from local.kept_state import open_state  # noqa: PLC0415

    keeper = Keeper(open_state(folder))
    keeper.install()
    return keeper


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(prog="python -m local.emulator", description=__doc__)
    parser.add_argument("port", type=int, help="port on 127.0.0.1; 0 picks a free one")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep what is stored there")
    arguments = parser.parse_args()
    try:
        keeper = _keeper(arguments.keep) if arguments.keep else None
    except TemplateError as error:
        print(f"error: {error}", flush=True)  # noqa: T201
        return
    transactions.install()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", arguments.port, SerialDynamoDb(keeper), threaded=True, request_handler=Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)  # noqa: T201
    server.serve_forever()


if __name__ == "__main__":
    main()
