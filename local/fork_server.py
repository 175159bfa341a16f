"""Processes by fork: one that has imported what they need, and becomes a new one at each request. Linux only.

Ten functions import the same half hundred megabytes. A fork shares them until it writes, and starts in a tenth of the
time. Whoever forks here has one thread only, and runs nothing but imports: what a function does stays its own.
"""

import contextlib
import gc
import importlib
import io
import json
import os
import runpy
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar, NoReturn, Self

import boto3  # noqa: F401  what functions will import
import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.loaders import JSONFileLoader, Loader

MESSAGE_BYTES = 128 * 1024
"""The most that a request or an answer takes; the kernel's buffer of a socket is larger."""
_UNSIGNED = Config(signature_version=UNSIGNED)


@dataclass(frozen=True)
class Request:
    """What a forked process does: run a module as `python -m` would, or import modules and serve forks itself.

    The descriptors that come with it are stdout and stderr of a module, or the control socket of a new server.
    `environment` None: keep that of the server. `path` goes before the places where packages are installed.
    """

    name: str
    number: int = 0
    module: str = ""
    arguments: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    environment: Mapping[str, str] | None = None
    path: tuple[str, ...] | None = None
    folder: str | None = None
    stay: bool = False
    """Import in the server itself, which needs no other then."""
    retire: bool = False
    """End, once all that was forked has ended. No other field counts."""

    def encode(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def decode(cls, message: bytes) -> Self:
        fields: dict[str, Any] = json.loads(message)
        for name, value in fields.items():
            fields[name] = tuple(value) if isinstance(value, list) else value
        return cls(**fields)


@dataclass
class _Server:
    """Serves the other end of `control`. Its answers: the number of a request with a pid, later with an exit code."""

    control: socket.socket
    numbers: dict[int, int] = field(default_factory=dict)
    """Those of the requests whose processes run, by pid."""
    retired: bool = False

    def run(self) -> NoReturn:
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        while not (self.retired and not self.numbers):
            ready, _, _ = select.select([self.control.fileno(), reader], [], [])
            if reader in ready:
                os.read(reader, 4096)
                self._reap()
            if self.control.fileno() in ready:
                self._serve_one()
        os._exit(0)

    def _serve_one(self) -> None:
        message, descriptors, _, _ = socket.recv_fds(self.control, MESSAGE_BYTES, 2)
        if not message:
            # The stack is gone. Its guardian ends what is left.
            os._exit(0)
        request = Request.decode(message)
        if request.retire:
            self.retired = True
            return
        if request.stay:
            _settle(request)
            _import(request.imports)
            keep_whole()
            self._tell({"number": request.number, "pid": os.getpid()})
            return
        if pid := os.fork():
            self.numbers[pid] = request.number
            self._tell({"number": request.number, "pid": pid})
            for descriptor in descriptors:
                os.close(descriptor)
        else:
            _become(request, descriptors)

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                pid, status = found
                self._tell({"number": self.numbers.pop(pid), "code": os.waitstatus_to_exitcode(status)})

    def _tell(self, answer: Mapping[str, int]) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.control.send(json.dumps(answer).encode())


def serve(control: socket.socket, name: str) -> NoReturn:
    """Turn this process, which was just forked, into a server; it ends when the other end of `control` closes."""
    os.setsid()
    _name(name)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    _close_but(control.fileno())
    gc.disable()
    keep_whole()
    _Server(control).run()


def keep_whole() -> None:
    """Have no round of the collector, in what is forked from here, write to what is here by now: a copy each."""
    gc.collect()
    gc.freeze()


def _become(request: Request, descriptors: list[int]) -> NoReturn:
    """Do in a fresh child what is requested. Whatever happens, never return into the server's loop."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _settle(request)
        if not request.module:
            _import(request.imports)
            serve(socket.socket(fileno=descriptors[0]), request.name)
        os.setsid()
        _name(request.name)
        _take_output(*descriptors)
        _close_but(2)
        gc.enable()
        sys.argv = [request.module, *request.arguments]
        runpy.run_module(request.module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        # The interpreter's own end would close what belongs to the server.
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _settle(request: Request) -> None:
    """Take up the request's environment, folder and search path."""
    if request.environment is not None:
        os.environ.clear()
        os.environ.update(request.environment)
        time.tzset()
    if request.folder is not None:
        os.chdir(request.folder)
    if request.path is not None:
        sys.path[:] = [*request.path, *(place for place in sys.path if _is_installed(place))]
        sys.path_importer_cache.clear()
        importlib.invalidate_caches()
        _forget_shadowed(request.path)


def _is_installed(place: str) -> bool:
    return Path(place).is_relative_to(sys.prefix) or Path(place).is_relative_to(sys.base_prefix)


def _forget_shadowed(folders: Sequence[str]) -> None:
    """Unload what an import would now find elsewhere: a folder on the path has a name that was loaded before."""
    owners: dict[str, str] = {}
    for folder in reversed(folders):
        with contextlib.suppress(OSError):
            owners |= {path.name.partition(".")[0]: folder for path in Path(folder).iterdir()}
    for name, module in list(sys.modules.items()):
        top = name.partition(".")[0]
        file = getattr(module, "__file__", None) or ""
        # The stack's own modules are nothing that a function could import.
        if top == "local" or (top in owners and not Path(file).is_relative_to(owners[top])):
            del sys.modules[name]


def _import(names: Iterable[str]) -> None:
    """Import ahead what can be; what cannot, the function that needs it will report."""
    for name in names:
        with contextlib.suppress(Exception):
            importlib.import_module(name)


def load_models(services: Iterable[str]) -> None:
    """Have botocore, in this process and those forked from it, parse each of its files once; those of services now.

    What describes a service is half of what a client of it takes. The clients made here are not kept.
    """
    setattr(Loader, "FILE_LOADER_CLASS", _SharedFiles)  # noqa: B010  mypy takes no assignment of another class
    session = botocore.session.Session()
    for service in services:
        session.create_client(service, region_name="us-east-1", endpoint_url="http://127.0.0.1:9", config=_UNSIGNED)


class _SharedFiles(JSONFileLoader):
    _loaded: ClassVar[dict[str, Any]] = {}

    def load_file(self, file_path: str) -> Any:
        if file_path not in self._loaded:
            self._loaded[file_path] = super().load_file(file_path)
        return self._loaded[file_path]


def _take_output(out: int, err: int) -> None:
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(err, 2)
    for name, number, errors in (("stdout", 1, "strict"), ("stderr", 2, "backslashreplace")):
        raw = open(number, "wb", buffering=0, closefd=False)  # noqa: SIM115  a descriptor, for good
        stream = io.TextIOWrapper(raw, encoding="utf-8", errors=errors, write_through=True)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _close_but(kept: int) -> None:
    """Close what was inherited, such as the ports of the stack, but for the standard streams."""
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208
        if int(name) > 2 and int(name) != kept:
            with contextlib.suppress(OSError):
                os.close(int(name))


def _name(name: str) -> None:
    """Say in the list of processes who this is: the kernel keeps 15 bytes."""
    with contextlib.suppress(OSError):
        Path("/proc/self/comm").write_bytes(name.encode()[:15])
