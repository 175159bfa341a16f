"""A function's worker: one process under a runtime client, served by a Runtime API of its own."""

import asyncio
import datetime as dt
import signal
import time
from dataclasses import dataclass
from typing import Protocol

from local import sandbox
from local.guardian import Guardian, kill_group
from local.invocation import FunctionError, Invocation
from local.logs import log, tell
from local.model import FunctionSpec
from local.processes import Process, Processes
from local.runtime_api import RuntimeApi

_INIT_LIMIT = 10.0
"""Seconds that AWS gives a function's initialisation."""


class Pool(Protocol):
    """What a worker needs from its pool."""

    async def next_invocation(self, worker: "Worker") -> Invocation: ...
    def slot_freed(self, worker: "Worker") -> None: ...
    def init_failed(self, failure: FunctionError) -> None: ...
    def exited(self, worker: "Worker") -> None: ...


@dataclass
class _Running:
    invocation: Invocation
    timer: asyncio.TimerHandle


class Worker:
    """A process and the invocations that it works on.

    `capacity` is how many it takes at once. A `retired` one takes no more; it ends when its last invocation does.
    Memory is not limited: an address space limit would count what Lambda does not.
    """

    def __init__(self, spec: FunctionSpec, processes: Processes, guardian: Guardian, pool: Pool) -> None:
        self.capacity = sandbox.streams_per_process(spec)
        self.retired = False
        self._spec = spec
        self._processes = processes
        self._guardian = guardian
        self._pool = pool
        self._running: dict[str, _Running] = {}
        self._api = RuntimeApi(self)
        self._process: Process | None = None
        self._initialised = False
        self._init_failure: FunctionError | None = None
        self._stopped = False

    @property
    def free(self) -> int:
        """How many more invocations it can take, once it is up."""
        return 0 if self.retired else self.capacity - len(self._running)

    async def run(self) -> None:
        """Start the process, serve it until it exits, and report what its end means."""
        address = await self._api.start()
        loop = asyncio.get_running_loop()
        limit = loop.call_later(max(_INIT_LIMIT, self._spec.timeout), self._init_timed_out)
        reason = ""
        try:
            reason = await self._process_life(address)
        except OSError as error:
            if not self._stopped:
                self._init_failure = FunctionError("Runtime.InvalidEntrypoint", str(error))
        finally:
            limit.cancel()
            self.retired = True
            self._api.close()
            self._ended(reason)

    async def _process_life(self, address: str) -> str:
        process = await self._processes.start(self._spec, address)
        self._guardian.watch(process.pid)
        self._process = process
        if self._stopped:
            kill_group(process.pid)
        try:
            logs = asyncio.create_task(self._copy_logs(process))
            code = await process.wait()
        finally:
            kill_group(process.pid)
            self._guardian.forget(process.pid)
        # Something that left the group may hold the pipe open; it is not waited for.
        await asyncio.wait([logs], timeout=1)
        logs.cancel()
        return f"signal: {signal.strsignal(-code)}".lower() if code < 0 else f"exit status {code}"

    async def _copy_logs(self, process: Process) -> None:
        rest = b""
        while chunk := await process.output.read(64 * 1024):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                log(self._spec.logical_id, line.decode(errors="replace"))
        log(self._spec.logical_id, rest.decode(errors="replace"))

    def _ended(self, reason: str) -> None:
        for running in list(self._running.values()):
            text = f"RequestId: {running.invocation.request_id} Error: Runtime exited with error: {reason}"
            self._fail(running, FunctionError("Runtime.ExitError", text))
        if self._init_failure or not (self._initialised or self._stopped):
            failure = self._init_failure or FunctionError("Runtime.ExitError", f"Runtime exited with error: {reason}")
            tell(self._spec.logical_id, f"init failed: {failure}")
            self._pool.init_failed(failure)
        self._pool.exited(self)

    def kill(self) -> None:
        """End it at once; what it works on fails."""
        self.retired = self._stopped = True
        if self._process:
            kill_group(self._process.pid)

    def retire(self) -> None:
        """End it as soon as it is idle."""
        self.retired = True
        if not self._running:
            self.kill()

    # What the Runtime API asks for.

    @property
    def function_arn(self) -> str:
        return self._spec.arn

    async def take(self) -> tuple[Invocation, float]:
        self._initialised = True
        invocation = await self._pool.next_invocation(self)
        timer = asyncio.get_running_loop().call_later(self._spec.timeout, self._timed_out, invocation.request_id)
        self._running[invocation.request_id] = _Running(invocation, timer)
        return invocation, time.time() + self._spec.timeout

    def find(self, request_id: str) -> Invocation | None:
        running = self._running.get(request_id)
        return running.invocation if running else None

    def finish(self, request_id: str) -> None:
        if running := self._running.pop(request_id, None):
            running.timer.cancel()
            if self.retired and not self._running:
                self.kill()
            self._pool.slot_freed(self)

    def init_failed(self, failure: FunctionError) -> None:
        self._init_failure = failure

    # Time limits.

    def _timed_out(self, request_id: str) -> None:
        running = self._running[request_id]
        now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        text = f"{now} {request_id} Task timed out after {self._spec.timeout:.2f} seconds"
        self._fail(running, FunctionError("Sandbox.Timedout", text))
        # Other streams of the same process may go on; it ends after them.
        self.retire()

    def _init_timed_out(self) -> None:
        if not self._initialised:
            self._init_failure = FunctionError("Sandbox.Timedout", "the function's initialisation timed out")
            self.kill()

    def _fail(self, running: _Running, failure: FunctionError) -> None:
        tell(self._spec.logical_id, str(failure))
        running.invocation.fail(failure)
        self.finish(running.invocation.request_id)
