"""`python -m local.emulator PORT`: DynamoDB and SQS by moto, in a process of its own; prints its URL when it serves."""

import argparse
import logging
import threading
from typing import TYPE_CHECKING

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment


class Handler(MotoRequestHandler):
    """Keep connections alive, and answer without the delay that small writes have under Nagle's algorithm."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True


class SerialDynamoDb:
    """Let one DynamoDB request in at a time.

    moto's DynamoDB is not thread-safe: a failed transaction restores copied tables and so undoes what other threads
    had acknowledged in between. SQS requests stay outside the lock, because a long poll would hold it.
    """

    def __init__(self) -> None:
        self._app = DomainDispatcherApplication(create_backend_app)
        self._lock = threading.Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        if str(environ.get("HTTP_X_AMZ_TARGET", "")).startswith(("DynamoDB_", "DynamoDBStreams_")):
            with self._lock:
                return self._answer(environ, start_response)
        return self._answer(environ, start_response)

    def _answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(prog="python -m local.emulator", description=__doc__)
    parser.add_argument("port", type=int, help="port on 127.0.0.1; 0 picks a free one")
    arguments = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", arguments.port, SerialDynamoDb(), threaded=True, request_handler=Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)  # noqa: T201
    server.serve_forever()


if __name__ == "__main__":
    main()
