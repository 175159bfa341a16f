"""A Lambda Runtime API on a loopback socket that keeps the raw bytes of what it is sent."""

import json
import queue
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import h11

DEADLINE_SECONDS = 30.0


@dataclass
class Exchange:
    """One request: its raw bytes so far, and what an independent HTTP parser reads in them."""

    connection: socket.socket
    raw: bytearray = field(default_factory=bytearray)
    method: str = ""
    path: str = ""
    body: bytearray = field(default_factory=bytearray)
    trailers: dict[str, str] = field(default_factory=dict)
    received: bool = False
    answered: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """The request's headers, spelled as sent."""
        lines = bytes(self.raw).partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
        return dict(line.split(": ", 1) for line in lines)

    @property
    def raw_body(self) -> bytes:
        return bytes(self.raw).partition(b"\r\n\r\n")[2]

    def json(self) -> dict[str, object]:
        document = json.loads(self.body)
        assert isinstance(document, dict)
        return document

    def cut(self) -> None:
        """Hang up, as the Runtime API does when nobody reads the response any more."""
        self.connection.shutdown(socket.SHUT_RDWR)


class FakeRuntimeApi:
    """Hand out submitted events in order; keep every request in `exchanges`."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.post_status = 202
        self._events: queue.Queue[tuple[dict[str, str], bytes] | None] = queue.Queue()
        self._changed = threading.Condition()
        self._connections: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def submit(self, event: object = None, *, body: bytes | None = None, **headers: str) -> str:
        """Queue an event, with more headers or others than the usual ones, and return its request id."""
        request_id = str(uuid.uuid4())
        all_headers = {
            "Lambda-Runtime-Aws-Request-Id": request_id,
            "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + 60_000),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:123456789012:function:streamer",
            "Content-Type": "application/json",
            **{f"Lambda-Runtime-{name.replace('_', '-').title()}": value for name, value in headers.items()},
        }
        self._events.put((all_headers, json.dumps(event).encode() if body is None else body))
        return request_id

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition on what was received holds."""
        with self._changed:
            assert self._changed.wait_for(condition, DEADLINE_SECONDS), [bytes(e.raw) for e in self.exchanges]

    def exchange(self, path_end: str) -> Exchange:
        """Wait for a request whose path ends so to begin, and return it."""

        def found() -> list[Exchange]:
            return [exchange for exchange in self.exchanges if exchange.path.endswith(path_end)]

        self.wait_for(lambda: bool(found()))
        return found()[0]

    def result(self, request_id: str) -> Exchange:
        """Wait for the first whole answer to an invocation."""
        self.wait_for(lambda: any(e.answered for e in self.answers(request_id)))
        return next(e for e in self.answers(request_id) if e.answered)

    def answers(self, request_id: str) -> list[Exchange]:
        """Return all that was sent about an invocation so far."""
        return [exchange for exchange in self.exchanges if f"/{request_id}/" in exchange.path]

    def waiting(self) -> Exchange:
        """Wait for a request for the next event that has none yet, and return it."""

        def pending() -> list[Exchange]:
            return [e for e in self.exchanges if e.path.endswith("/next") and e.received and not e.answered]

        self.wait_for(lambda: bool(pending()))
        return pending()[0]

    def close(self) -> None:
        """Stop listening and drop every connection."""
        for connection in [self._listener, *self._connections]:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        for _ in self._connections:
            self._events.put(None)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._connections.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        protocol = h11.Connection(h11.SERVER)
        with suppress(OSError, h11.RemoteProtocolError):
            while exchange := self._receive(connection, protocol):
                if not self._reply(exchange, protocol):
                    return
                protocol.start_next_cycle()

    def _receive(self, connection: socket.socket, protocol: h11.Connection) -> Exchange | None:
        exchange = Exchange(connection)
        while not exchange.received:
            event = protocol.next_event()
            if event is h11.NEED_DATA:
                received = connection.recv(1 << 20)
                exchange.raw += received
                protocol.receive_data(received)
            elif isinstance(event, h11.ConnectionClosed):
                return None
            else:
                self._note(exchange, event)
        return exchange

    def _note(self, exchange: Exchange, event: object) -> None:
        with self._changed:
            if isinstance(event, h11.Request):
                exchange.method, exchange.path = event.method.decode(), event.target.decode()
                self.exchanges.append(exchange)
            elif isinstance(event, h11.Data):
                exchange.body += event.data
            elif isinstance(event, h11.EndOfMessage):
                exchange.trailers = {name.decode(): value.decode() for name, value in event.headers}
                exchange.received = True
            self._changed.notify_all()

    def _reply(self, exchange: Exchange, protocol: h11.Connection) -> bool:
        status, headers, body = self.post_status, dict[str, str](), b'{"status":"OK"}\n'
        if exchange.method == "GET":
            event = self._events.get()
            if event is None:
                return False
            status, (headers, body) = 200, event
        head = h11.Response(status_code=status, headers=[*headers.items(), ("Content-Length", str(len(body)))])
        parts = (head, h11.Data(data=body), h11.EndOfMessage())
        exchange.connection.sendall(b"".join(protocol.send(part) or b"" for part in parts))
        with self._changed:
            exchange.answered = True
            self._changed.notify_all()
        return True


@contextmanager
def fake_runtime_api() -> Iterator[FakeRuntimeApi]:
    """Run a fake Runtime API for as long as the block."""
    api = FakeRuntimeApi()
    try:
        yield api
    finally:
        api.close()
