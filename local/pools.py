"""A function's pool: its workers, and the invocations that wait for one."""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.guardian import Guardian
from local.invocation import FunctionError, Invocation, ResponseStream
from local.model import FunctionSpec, StackSpec
from local.processes import Processes
from local.workers import Worker


@dataclass(frozen=True)
class Limits:
    """How many processes a function has at most, and for how many seconds one may be idle."""

    max_processes: int
    idle_seconds: float


class FunctionPool:
    """Run a function in up to `max_processes` processes.

    Idle processes are reused, more start while invocations wait, and over the cap invocations queue: AWS would start
    more up to the account's limit, and then throttle. A process that is idle for `idle_limit` seconds ends, unless it
    is one of the `kept` last.
    """

    def __init__(
        self,
        spec: FunctionSpec,
        processes: Processes,
        guardian: Guardian,
        tasks: asyncio.TaskGroup,
        limits: Limits,
        *,
        kept: int,
    ) -> None:
        self.spec = spec
        self._tasks = tasks
        self._processes = processes
        self._guardian = guardian
        self.max_processes = limits.max_processes
        self._idle_limit = limits.idle_seconds
        self._kept = kept
        self._workers: dict[Worker, asyncio.Task[None]] = {}
        self._waiting: deque[Invocation] = deque()
        self._stopping = False
        self._polls: deque[tuple[Worker, asyncio.Future[Invocation]]] = deque()

    async def invoke(self, event: Mapping[str, Any]) -> bytes | ResponseStream:
        """Call the function with an event and return its response.

        Raises:
            FunctionError: it failed, crashed or timed out before it responded.
            PayloadTooLargeError: the event is over 6 MB.
        """
        invocation = Invocation(event)
        self._submit(invocation)
        return await invocation.result

    async def call(self, event: Mapping[str, Any]) -> bytes:
        """Do as `invoke` does, and wait for the whole of a streamed response."""
        response = await self.invoke(event)
        return await response.read() if isinstance(response, ResponseStream) else response

    def start_worker(self) -> None:
        worker = Worker(self.spec, self._processes, self._guardian, self)
        self._workers[worker] = self._tasks.create_task(worker.run())

    def restart(self) -> None:
        """Replace every worker, each when it is idle, and have one ready."""
        for worker in list(self._workers):
            worker.retire()
        self.start_worker()

    async def stop(self) -> None:
        """Kill every worker and wait until they are gone; whatever waits or still comes fails."""
        self._stopping = True
        self._scale()
        tasks = list(self._workers.values())
        for worker in list(self._workers):
            worker.kill()
        await asyncio.gather(*tasks)

    def _submit(self, invocation: Invocation) -> None:
        while self._polls:
            # The process that was idle for the shortest time has the warmest caches.
            worker, poll = self._polls.pop()
            if not (worker.retired or poll.done()):
                poll.set_result(invocation)
                return
        self._waiting.append(invocation)
        self._scale()

    def _scale(self) -> None:
        """Start processes while more invocations wait than there are places for."""
        while self._stopping and (invocation := self._pop_waiting()):
            invocation.fail(FunctionError("Sandbox.Stopped", "the stack is stopping"))
        live = self._live()
        if len(self._waiting) > sum(worker.free for worker in live) and len(live) < self.max_processes:
            self.start_worker()
            self._scale()

    def _live(self) -> list[Worker]:
        return [worker for worker in self._workers if not worker.retired]

    # What its workers ask for.

    async def next_invocation(self, worker: Worker) -> Invocation:
        if not worker.retired and (invocation := self._pop_waiting()):
            return invocation
        poll: asyncio.Future[Invocation] = asyncio.get_running_loop().create_future()
        self._polls.append((worker, poll))
        try:
            while not (await asyncio.wait([poll], timeout=self._idle_limit))[0]:
                # The longest idle goes first: it is the first to have waited so long.
                if worker.free == worker.capacity and len(self._live()) > self._kept:
                    worker.retire()
            return poll.result()
        except asyncio.CancelledError:
            # The process ended just when it was given the invocation.
            if poll.done():
                self._submit(poll.result())
            poll.cancel()
            raise

    def slot_freed(self, worker: Worker) -> None:
        if worker.retired:
            self._scale()

    def init_failed(self, failure: FunctionError) -> None:
        """Answer the invocation that the failed process was started for."""
        if invocation := self._pop_waiting():
            invocation.fail(failure)

    def exited(self, worker: Worker) -> None:
        del self._workers[worker]
        self._polls = deque((owner, poll) for owner, poll in self._polls if owner is not worker)
        self._scale()

    def _pop_waiting(self) -> Invocation | None:
        """Take the oldest invocation that somebody still waits for: a front door may have given up meanwhile."""
        while self._waiting:
            invocation = self._waiting.popleft()
            if not invocation.result.done():
                return invocation
        return None


class Functions:
    """Every function of the stack, by logical id. One process is kept of those that somebody waits for."""

    def __init__(
        self, spec: StackSpec, processes: Processes, guardian: Guardian, tasks: asyncio.TaskGroup, limits: Limits
    ) -> None:
        doors = {route.function for route in spec.api.routes} | ({spec.url.function} if spec.url else set())
        waited_for = doors | {queue.function for queue in spec.queues if not queue.dead_letters}
        called = doors | {source.function for source in spec.queues} | {source.function for source in spec.streams}
        self._processes = processes
        self._pools = {
            name: FunctionPool(each, processes, guardian, tasks, limits, kept=int(name in waited_for))
            for name, each in spec.functions.items()
        }
        self._called = called

    def __getitem__(self, logical_id: str) -> FunctionPool:
        return self._pools[logical_id]

    def start(self) -> None:
        """Start one process of each that can be called, so that the first call finds it warm."""
        for name in self._called:
            self._pools[name].start_worker()

    def folders(self) -> Mapping[Path, list[FunctionPool]]:
        """Return the folders that hold code, each with the functions that run it."""
        folders: dict[Path, list[FunctionPool]] = {}
        for pool in self._pools.values():
            for folder in (pool.spec.code, *pool.spec.layers):
                folders.setdefault(folder, []).append(pool)
        return folders

    def restart(self, changed: Mapping[Path, list[FunctionPool]]) -> None:
        """Restart the functions that run code of these folders, with their layers imported again."""
        restarted = {pool for pools in changed.values() for pool in pools}
        self._processes.renew(pool.spec.layers for pool in restarted if not changed.keys().isdisjoint(pool.spec.layers))
        for pool in restarted:
            pool.restart()

    async def stop(self) -> None:
        stopping = [asyncio.ensure_future(pool.stop()) for pool in self._pools.values()]
        # By now each worker knows that it is to end. One that is still to get its process must not wait for it.
        await asyncio.sleep(0)
        self._processes.stop()
        await asyncio.gather(*stopping)
