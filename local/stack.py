"""Put a stack together, run it until it is told to stop, and take it down."""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn

from local.cloud import Cloud
from local.forks import ForkServer
from local.function_url import FunctionUrl
from local.gateway import Gateway
from local.guardian import Guardian
from local.kept_state import KeptState
from local.model import StackSpec
from local.pools import Functions, Limits
from local.processes import Processes
from local.queue_poller import QueuePoller
from local.reload import watch
from local.resources import create_resources
from local.stack_spec import build_spec
from local.stream_poller import StreamPoller
from local.template import Template

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass(frozen=True)
class Settings:
    """What the command line asks for; both sockets listen."""

    template: Template
    api: socket.socket
    stream: socket.socket
    cloud: Cloud
    guardian: Guardian
    forks: ForkServer | None
    limits: Limits
    reload: bool
    own_emulator: bool
    kept: KeptState | None
    welcome: Callable[["Settings"], str]

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
    """Run a stack until SIGINT or SIGTERM; a fault in any part of it ends it."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    names = await asyncio.to_thread(create_resources, settings.template, settings.cloud)
    spec = build_spec(settings.template, names, api_origin=settings.api_origin, stream_origin=settings.stream_origin)
    processes = Processes(
        spec.functions.values(), settings.cloud.environment, settings.forks, renewable=settings.reload
    )
    try:
        async with asyncio.TaskGroup() as tasks:
            functions = Functions(spec, processes, settings.guardian, tasks, settings.limits)
            functions.start()
            background = [tasks.create_task(poller.run()) for poller in await _pollers(spec, functions, settings)]
            if settings.reload:
                background.append(tasks.create_task(watch(functions)))
            server = _Server(_front_doors(settings, spec, functions))
            tasks.create_task(server.serve(sockets=[settings.api, settings.stream]))
            while not server.started:
                await asyncio.sleep(0.01)
            ready = f"ready api={settings.api_origin} stream={settings.stream_origin}"
            print(ready, settings.welcome(settings), sep="\n", flush=True)  # noqa: T201
            await stop.wait()
            for task in background:
                task.cancel()
            server.should_exit = True
            await functions.stop()
    finally:
        processes.close()
        # The emulator too, so that a poll that waits for it ends now.
        settings.guardian.close()


async def _pollers(spec: StackSpec, functions: Functions, settings: Settings) -> list[StreamPoller | QueuePoller]:
    cloud, kept = settings.cloud, settings.kept
    streams = [StreamPoller(source, functions[source.function], cloud, kept) for source in spec.streams]
    for stream in streams:
        await stream.open()
    queues = [QueuePoller(source, functions[source.function], cloud) for source in spec.queues]
    return [*streams, *queues]


class _Server(uvicorn.Server):
    """A server that leaves signals to the stack."""

    def __init__(self, app: "ASGIApp") -> None:
        # A response that is cut off on purpose is an error to uvicorn; the front doors log what matters.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        # asyncio warns of each write to a client that has left, before it says that it has.
        logging.getLogger("asyncio").setLevel(logging.ERROR)
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_keep_alive=75,
                timeout_graceful_shutdown=1,
            )
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _front_doors(settings: Settings, spec: StackSpec, functions: Functions) -> "ASGIApp":
    """Serve the HTTP API and the function URL, told apart by the port that a connection came to."""
    gateway = Gateway(spec.api, functions, settings.api_origin.removeprefix("http://"))
    url = FunctionUrl(spec.url, functions, settings.stream_origin.removeprefix("http://")) if spec.url else gateway
    stream_port = settings.stream.getsockname()[1]

    async def app(scope: "Scope", receive: "Receive", send: "Send") -> None:
        await (url if scope["server"][1] == stream_port else gateway)(scope, receive, send)

    return app
