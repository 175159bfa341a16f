"""What the local stack runs, as read from the template."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class FunctionSpec:
    """A function. `layers` are the folders that stand for /opt/python; `timeout` is in seconds, `memory` in MB."""

    logical_id: str
    name: str
    arn: str
    code: Path
    layers: tuple[Path, ...]
    handler: str
    runtime: str
    timeout: float
    memory: int
    environment: Mapping[str, str]
    log_format: str = "Text"
    streams: bool = False


@dataclass(frozen=True)
class CorsSpec:
    """Cross-origin settings; header and method names as the template writes them, `max_age` in seconds."""

    allow_origins: tuple[str, ...] = ()
    allow_methods: tuple[str, ...] = ()
    allow_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    max_age: int | None = None
    allow_credentials: bool = False


@dataclass(frozen=True)
class Route:
    """An HTTP API route. `method` may be ANY; `path` may be $default; `timeout` is the integration's, in seconds."""

    method: str
    path: str
    function: str
    timeout: float = 30.0

    @property
    def key(self) -> str:
        return self.path if self.path == "$default" else f"{self.method} {self.path}"


@dataclass(frozen=True)
class ApiSpec:
    """An HTTP API: its routes and its cross-origin settings, if it has any."""

    routes: tuple[Route, ...] = ()
    cors: CorsSpec | None = None


@dataclass(frozen=True)
class UrlSpec:
    """A function URL; with `streams` the response is passed on as it is produced."""

    function: str
    streams: bool
    cors: CorsSpec | None = None


@dataclass(frozen=True)
class QueueSource:
    """A queue that feeds a function; `window` is the longest wait for a full batch, in seconds.

    With `dead_letters` it holds what another queue's consumer failed for good.
    """

    function: str
    url: str
    arn: str
    batch_size: int = 10
    window: float = 0.0
    report_failures: bool = False
    dead_letters: bool = False


@dataclass(frozen=True)
class StreamSource:
    """A table's stream that feeds a function; `window` is the longest wait for a full batch, in seconds.

    `attempts` of None: without end; `filters`: one of them must match.
    """

    function: str
    arn: str
    batch_size: int = 100
    window: float = 0.0
    from_start: bool = False
    report_failures: bool = False
    attempts: int | None = None
    bisect: bool = False
    on_failure: str | None = None
    filters: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class StackSpec:
    """Everything the local stack runs; functions by logical id."""

    functions: Mapping[str, FunctionSpec]
    api: ApiSpec
    url: UrlSpec | None
    queues: tuple[QueueSource, ...]
    streams: tuple[StreamSource, ...]
