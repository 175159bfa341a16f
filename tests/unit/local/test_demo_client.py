"""What the demo does when a stack is too busy."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from local.demo.client import Client


@contextlib.contextmanager
def answering(*statuses: int) -> Iterator[tuple[Client, list[bytes]]]:
    """Serve these statuses in turn, the last one from then on; yield a client of it and the bodies it sent."""
    bodies: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(statuses[min(len(bodies), len(statuses)) - 1])
            self.send_header("Retry-After", "0")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's own name
            """Keep the test's output to itself."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with contextlib.closing(Client(f"http://127.0.0.1:{server.server_port}")) as client:
            yield client, bodies
        server.shutdown()


def test_a_run_is_sent_again_while_the_stack_is_unavailable() -> None:
    with answering(503, 503, 200) as (client, bodies):
        assert client.ingest({"run_id": "busy"}) == {}

    assert bodies == [b'{"run_id":"busy"}'] * 3


@pytest.mark.parametrize(("status", "times"), [(503, 6), (422, 1)])
def test_a_run_that_is_refused_for_good_is_an_error(status: int, times: int) -> None:
    with answering(status) as (client, bodies), pytest.raises(httpx.HTTPStatusError):
        client.ingest({})

    assert len(bodies) == times
