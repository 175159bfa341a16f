"""A wire between browser and stack that a test can cut, refuse and hold."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Final

_END_OF_EVENT: Final = b"\n\n"

_Send = Callable[[bytes], None]


class Wire:
    """A relay of TCP connections to a port of this machine; `connections` counts them."""

    def __init__(self, to_port: int) -> None:
        self.connections = 0
        self._to_port = to_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._changed = threading.Condition()
        self._open: set[socket.socket] = set()
        self._refuses = False
        self._cuts = 0
        # How many events may still pass; None: all.
        self._allowed: int | None = None

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    def cut(self) -> None:
        """Break all connections that are open."""
        with self._changed:
            self._cuts += 1
            for each in self._open:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            self._changed.notify_all()

    def refuse(self, *, refuses: bool = True) -> None:
        """Break each new connection at once."""
        self._refuses = refuses

    def allow(self, events: int | None) -> None:
        """Let that many more Server-Sent Events pass, then none; None lets all pass."""
        with self._changed:
            self._allowed = None if events is None else (self._allowed or 0) + events
            self._changed.notify_all()

    def serve(self) -> None:
        """Relay until closed."""
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            if self._refuses:
                client.close()
            else:
                threading.Thread(target=self._join, args=(client,), daemon=True).start()

    def close(self) -> None:
        """End the relay and all connections."""
        # Closing alone does not wake who waits in accept().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _join(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._to_port)) as server:
            with self._changed:
                self._open |= {client, server}
            back = threading.Thread(target=_relay, args=(server, client, self._counted(client)), daemon=True)
            back.start()
            _relay(client, server, server.sendall)
            back.join()
            with self._changed:
                self._open -= {client, server}

    def _counted(self, target: socket.socket) -> _Send:
        """Return what sends, an event at a time, as many as may pass."""
        cuts = self._cuts

        def send(data: bytes) -> None:
            *events, rest = data.split(_END_OF_EVENT)
            for event in events:
                with self._changed:
                    self._changed.wait_for(lambda: self._allowed != 0 or self._cuts != cuts)
                    if self._cuts != cuts:
                        raise ConnectionAbortedError
                    if self._allowed is not None:
                        self._allowed -= 1
                target.sendall(event + _END_OF_EVENT)
            target.sendall(rest)

        return send


def _relay(source: socket.socket, target: socket.socket, send: _Send) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            send(data)
    # The other direction ends with this one.
    for each in (source, target):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def running_wire(to_port: int) -> Iterator[Wire]:
    """Relay for as long as a test needs it."""
    wire = Wire(to_port)
    thread = threading.Thread(target=wire.serve, daemon=True)
    thread.start()
    try:
        yield wire
    finally:
        wire.close()
        thread.join(timeout=60)
