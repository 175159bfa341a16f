"""An HTTP server that does what it is told to, request by request, and keeps what it was sent."""

import contextlib
import gzip
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

Json = dict[str, Any]
Act = Callable[["Handler", Json], None]

_PATIENCE: Final = 60.0


class Received(list[Json]):
    """The runs that were sent, each with the time of its arrival."""

    def __init__(self) -> None:
        super().__init__()
        self.at: list[float] = []
        self.headers: list[dict[str, str]] = []

    def wait_for(self, count: int) -> None:
        """Wait until so many requests arrived."""
        deadline = time.monotonic() + _PATIENCE
        while len(self) < count:
            assert time.monotonic() < deadline, f"{len(self)} of {count} requests arrived"
            time.sleep(0.01)


class Handler(BaseHTTPRequestHandler):
    """Reads a run, keeps it, does what the script says next; the last act is repeated."""

    server: "_Server"

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        run = json.loads(gzip.decompress(raw))
        received = self.server.received
        with self.server.lock:
            received.at.append(time.monotonic())
            received.headers.append(dict(self.headers))
            received.append(run)
            act = self.server.acts[min(len(received), len(self.server.acts)) - 1]
        act(self, run)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def answer(self, status: int, document: Json, **headers: str) -> None:
        """Answer JSON."""
        body = json.dumps(document).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, acts: tuple[Act, ...]) -> None:
        self.acts = acts
        self.received = Received()
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: the client may have gone."""


def accept(handler: Handler, run: Json) -> None:
    """Store the run; one that failed starts its analysis."""
    rca = f"rca-of-{run['run_id']}" if run["status"] == "failure" else None
    handler.answer(200, {"run_id": run["run_id"], "rca_run_id": rca, "warnings": []})


def status(code: int, **headers: str) -> Act:
    """Return an act that answers a status."""
    return lambda handler, _: handler.answer(code, {"detail": f"told {code}"}, **headers)


def reset(handler: Handler, _: Json) -> None:
    """Break the connection off without an answer."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def babble(handler: Handler, _: Json) -> None:
    """Answer what is no HTTP."""
    handler.wfile.write(b"\x00\xff no HTTP at all\r\n\r\n")
    handler.close_connection = True


def cut_off(handler: Handler, _: Json) -> None:
    """Promise more than comes."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    handler.close_connection = True


def when(released: threading.Event) -> Act:
    """Return an act that accepts, but not before it is told to."""

    def act(handler: Handler, run: Json) -> None:
        released.wait(_PATIENCE)
        accept(handler, run)

    return act


@contextlib.contextmanager
def serving(*acts: Act) -> Iterator[tuple[str, Received]]:
    """Serve; yield the address and what arrives."""
    server = _Server(acts or (accept,))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.received
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
