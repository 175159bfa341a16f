"""The stack's end of the fork servers: ask for processes, and learn when they started and ended."""

import asyncio
import itertools
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from local import fork_server
from local.fork_server import MESSAGE_BYTES, Request
from local.guardian import Guardian, kill_group

_SERVICES = ("dynamodb", "dynamodbstreams", "sqs")


@dataclass
class Child:
    """A process that was asked for. `pid` is 0 until it is known, `code` None until it has ended."""

    pid: int = 0
    code: int | None = None
    changed: Callable[[], None] = field(default=lambda: None)
    """Called when one of them is known."""


class ForkServer:
    """A process that forks. One that dies takes nothing with it but what it was to start: that ends as killed."""

    def __init__(self, pid: int, control: socket.socket, guardian: Guardian) -> None:
        self.pid = pid
        self._control = control
        self._guardian = guardian
        self._numbers = itertools.count()
        self._children: dict[int, Child] = {}
        self.alive = True
        guardian.watch(pid)

    @classmethod
    def start(cls, guardian: Guardian) -> "ForkServer":
        """Fork this process, which must have one thread only, into a server."""
        ours, theirs = _sockets()
        pid = os.fork()
        if not pid:
            fork_server.serve(theirs, "fork-server")
        theirs.close()
        return cls(pid, ours, guardian)

    def run(self, request: Request, out: int, err: int) -> Child:
        """Have a module run, with its output to these descriptors."""
        return self._ask(request, [out, err])

    def extend(self, request: Request) -> "ForkServer":
        """Have a new server made that has imported more; waits until it is forked, not until it has.

        Raises:
            ChildProcessError: this one has ended.
        """
        ours, theirs = _sockets()
        child = self._ask(request, [theirs.fileno()])
        theirs.close()
        self.wait_for(child)
        if not child.pid:
            ours.close()
            message = "the fork server ended"
            raise ChildProcessError(message)
        return ForkServer(child.pid, ours, self._guardian)

    def grow(self, request: Request) -> None:
        """Have this server itself import more; what is asked of it meanwhile waits."""
        self._ask(replace(request, stay=True), [])

    def wait_for(self, child: Child) -> None:
        """Wait until a process has started, where no event loop does."""
        while self.alive and not child.pid:
            self._receive()

    def release(self, child: Child) -> None:
        """Let a process live on when this server dies; its end is not told any more."""
        self._children = {number: each for number, each in self._children.items() if each is not child}

    def attach(self) -> None:
        """Have the running event loop notice what happens."""
        asyncio.get_running_loop().add_reader(self._control, self._receive)

    def detach(self) -> None:
        if self.alive:
            asyncio.get_running_loop().remove_reader(self._control)

    def retire(self) -> None:
        """End the server once all that it forked has ended."""
        self._send(Request(name="", retire=True), [])

    def _ask(self, request: Request, descriptors: Sequence[int]) -> Child:
        child = Child()
        number = next(self._numbers)
        self._children[number] = child
        self._send(replace(request, number=number), descriptors)
        return child

    def _send(self, request: Request, descriptors: Sequence[int]) -> None:
        try:
            socket.send_fds(self._control, [request.encode()], list(descriptors))
        except OSError:
            self._lost()

    def _receive(self) -> None:
        try:
            message = self._control.recv(MESSAGE_BYTES)
        except OSError:
            message = b""
        if not message:
            self._lost()
            return
        answer = json.loads(message)
        child = self._children.get(answer["number"])
        if child is None:
            return
        if "pid" in answer:
            child.pid = answer["pid"]
        else:
            child.code = answer["code"]
            del self._children[answer["number"]]
        child.changed()

    def _lost(self) -> None:
        """The server has ended: whatever it started is ended too, since nobody would learn of its end."""
        if not self.alive:
            return
        self.alive = False
        self._guardian.forget(self.pid)
        if loop := _running_loop():
            loop.remove_reader(self._control)
        self._control.close()
        for child in list(self._children.values()):
            if child.pid:
                kill_group(child.pid)
            child.code = -signal.SIGKILL
            child.changed()
        self._children.clear()


def fork_server_if_any(guardian: Guardian) -> ForkServer | None:
    """Fork this process into a server, where processes are forked: on Linux. Elsewhere system libraries forbid it."""
    if sys.platform != "linux":
        return None
    fork_server.load_models(_SERVICES)
    fork_server.keep_whole()
    return ForkServer.start(guardian)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _sockets() -> tuple[socket.socket, socket.socket]:
    # Each message whole, and none in part: a request is a datagram with its descriptors.
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
