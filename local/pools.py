"""A function's pool: its workers, and the invocations that wait for one."""

import asyncio
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.cloud import Cloud
from local.guardian import Guardian
from local.invocation import FunctionError, Invocation, ResponseStream
from local.model import FunctionSpec
from local.workers import Worker


class FunctionPool:
    """Run a function in up to `max_processes` processes.

    Idle processes are reused, more start while invocations wait, and over the cap invocations queue: AWS would start
    more up to the account's limit, and then throttle.
    """

    def __init__(
        self, spec: FunctionSpec, cloud: Cloud, guardian: Guardian, tasks: asyncio.TaskGroup, max_processes: int
    ) -> None:
        self.spec = spec
        self._tasks = tasks
        self._cloud = cloud
        self._guardian = guardian
        self.max_processes = max_processes
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
        worker = Worker(self.spec, self._cloud, self._guardian, self)
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
        live = [worker for worker in self._workers if not worker.retired]
        if len(self._waiting) > sum(worker.free for worker in live) and len(live) < self.max_processes:
            self.start_worker()
            self._scale()

    # What its workers ask for.

    async def next_invocation(self, worker: Worker) -> Invocation:
        if not worker.retired and (invocation := self._pop_waiting()):
            return invocation
        poll: asyncio.Future[Invocation] = asyncio.get_running_loop().create_future()
        self._polls.append((worker, poll))
        try:
            return await poll
        except asyncio.CancelledError:
            # The process ended just when it was given the invocation.
            if poll.done() and not poll.cancelled():
                self._submit(poll.result())
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
    """Every function of the stack, by logical id."""

    def __init__(
        self,
        specs: Mapping[str, FunctionSpec],
        cloud: Cloud,
        guardian: Guardian,
        tasks: asyncio.TaskGroup,
        max_processes: int,
    ) -> None:
        self._pools = {name: FunctionPool(spec, cloud, guardian, tasks, max_processes) for name, spec in specs.items()}

    def __getitem__(self, logical_id: str) -> FunctionPool:
        return self._pools[logical_id]

    def start(self) -> None:
        """Start one process of each, so that the first call finds it warm."""
        for pool in self._pools.values():
            pool.start_worker()

    def folders(self) -> Mapping[Path, list[FunctionPool]]:
        """Return the folders that hold code, each with the functions that run it."""
        folders: dict[Path, list[FunctionPool]] = {}
        for pool in self._pools.values():
            for folder in (pool.spec.code, *pool.spec.layers):
                folders.setdefault(folder, []).append(pool)
        return folders

    async def stop(self) -> None:
        await asyncio.gather(*(pool.stop() for pool in self._pools.values()))
