"""Put a stack together, run it until it is told to stop, and take it down."""

import asyncio
import contextlib
import logging
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn

from local import cloud as clouds
from local.cloud import Cloud
from local.function_url import FunctionUrl
from local.gateway import Gateway
from local.guardian import Guardian, kill_group
from local.model import StackSpec
from local.pools import Functions
from local.queue_poller import QueuePoller
from local.reload import watch
from local.resources import create_resources
from local.stack_spec import build_spec
from local.stream_poller import StreamPoller
from local.template import Template

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


@dataclass(frozen=True)
class Settings:
    """What the command line asks for; both sockets are bound. Without a `cloud` the stack starts an emulator."""

    template: Template
    api: socket.socket
    stream: socket.socket
    cloud: Cloud | None
    max_processes: int
    reload: bool

    @property
    def api_origin(self) -> str:
        return _origin(self.api)

    @property
    def stream_origin(self) -> str:
        return _origin(self.stream)


def _origin(listening: socket.socket) -> str:
    host, port = listening.getsockname()
    return f"http://{host}:{port}"


async def serve(settings: Settings) -> None:
    """Run a stack until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with contextlib.AsyncExitStack() as cleanup:
        guardian = Guardian()
        cleanup.callback(guardian.close)
        cloud = settings.cloud or clouds.emulator(await cleanup.enter_async_context(_own_emulator(guardian)))
        names = await asyncio.to_thread(create_resources, settings.template, cloud)
        spec = build_spec(
            settings.template, names, api_origin=settings.api_origin, stream_origin=settings.stream_origin
        )
        functions = Functions(spec.functions, cloud, guardian, settings.max_processes)
        cleanup.push_async_callback(functions.stop)
        functions.start()
        await _start_pollers(spec, functions, cloud, cleanup)
        if settings.reload:
            cleanup.push_async_callback(_cancel, asyncio.create_task(watch(functions)))
        await cleanup.enter_async_context(_front_doors(settings, spec, functions))
        print(f"ready api={settings.api_origin} stream={settings.stream_origin}", flush=True)  # noqa: T201
        await stop.wait()


@contextlib.asynccontextmanager
async def _own_emulator(guardian: Guardian) -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "local.emulator", "0", stdout=asyncio.subprocess.PIPE, start_new_session=True
    )
    guardian.watch(process.pid)
    try:
        assert process.stdout is not None  # noqa: S101  # the process was given a pipe
        yield (await process.stdout.readline()).decode().strip()
    finally:
        kill_group(process.pid)
        await process.wait()
        guardian.forget(process.pid)


async def _start_pollers(
    spec: StackSpec, functions: Functions, cloud: Cloud, cleanup: contextlib.AsyncExitStack
) -> None:
    streams = [StreamPoller(source, functions[source.function], cloud) for source in spec.streams]
    for stream in streams:
        await stream.open()
    queues = [QueuePoller(source, functions[source.function], cloud) for source in spec.queues]
    pollers: list[StreamPoller | QueuePoller] = [*streams, *queues]
    for poller in pollers:
        cleanup.push_async_callback(_cancel, asyncio.create_task(poller.run()))


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


class _Server(uvicorn.Server):
    """A server that leaves signals to the stack."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def _front_doors(settings: Settings, spec: StackSpec, functions: Functions) -> AsyncIterator[None]:
    """Serve the HTTP API and the function URL, told apart by the port that a connection came to."""
    gateway = Gateway(spec.api, functions, settings.api_origin.removeprefix("http://"))
    url = FunctionUrl(spec.url, functions, settings.stream_origin.removeprefix("http://")) if spec.url else gateway
    stream_port = settings.stream.getsockname()[1]

    async def app(scope: "Scope", receive: "Receive", send: "Send") -> None:
        await (url if scope["server"][1] == stream_port else gateway)(scope, receive, send)

    # A response that is cut off on purpose is an error to uvicorn; the front doors log what matters.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    config = uvicorn.Config(
        app, lifespan="off", log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=1
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[settings.api, settings.stream]))
    try:
        while not server.started:
            await asyncio.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        await task
