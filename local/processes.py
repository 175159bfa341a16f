"""Start functions' processes: by fork where that can be, else anew."""

import ast
import asyncio
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from local import sandbox
from local.fork_server import Request
from local.forks import Child, ForkServer
from local.guardian import kill_group
from local.model import FunctionSpec

# Of AWS's runtime client what reads no environment while it is loaded: its binary part takes its address from there.
_CLIENT = ("awslambdaric.lambda_context", "awslambdaric.lambda_runtime_marshaller", "concurrent.futures.thread")
_Run = tuple[str, tuple[str, ...]]
"""A module and its arguments."""
_ASK = Path(__file__).with_name("say-command")
_ASK_SECONDS = 10.0


class Process(Protocol):
    """A function's process, which leads a group of its own; its output ends when no process holds it open."""

    @property
    def pid(self) -> int: ...
    @property
    def output(self) -> asyncio.StreamReader: ...
    async def wait(self) -> int:
        """Return its exit code; negative for a signal."""


class Processes:
    """Start processes of these functions. `root` is a fork server that has imported what all of them may need.

    Where it is `renewable`, the code of layers can be imported again.
    """

    def __init__(
        self, specs: Iterable[FunctionSpec], cloud: Mapping[str, str], root: ForkServer | None, *, renewable: bool
    ) -> None:
        self._specs = list(specs)
        self._cloud = cloud
        self._root = root
        self._warm: dict[tuple[Path, ...], ForkServer] = {}
        if root is None:
            return
        root.attach()
        sets = {spec.layers for spec in self._specs}
        if len(sets) == 1 and not renewable:
            # Nobody needs the root as it is any more.
            [layers] = sets
            self._warm[layers] = root
            root.grow(self._warming(layers))
        else:
            for layers in sets:
                self._warm_up(layers)

    async def start(self, spec: FunctionSpec, runtime_api: str) -> Process:
        """Start a process; raises OSError if that cannot be."""
        command = sandbox.command(spec)
        environment = sandbox.environment(spec, self._cloud, runtime_api)
        if (
            self._root
            and self._root.alive
            and (asked := await _asked(command, environment, spec))
            and (run := _forkable(*asked))
        ):
            return await self._fork(spec, run, asked[1])
        return _Started(
            await asyncio.create_subprocess_exec(
                *command,
                cwd=spec.code,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                # A group of its own: Ctrl-C in a terminal reaches the stack only, a kill reaches what it started.
                start_new_session=True,
            )
        )

    def renew(self, layers: Iterable[tuple[Path, ...]]) -> None:
        """Import these layers' code again, for what starts from now on; `renewable` has to be set."""
        for each in set(layers):
            if old := self._warm.pop(each, None):
                old.retire()
                self._warm_up(each)

    def stop(self) -> None:
        """Start no process any more; who waits for one that a fork server still owes learns that there is none."""
        for server in self._servers():
            if server.alive:
                kill_group(server.pid)

    def close(self) -> None:
        """Stop listening to the fork servers."""
        for server in self._servers():
            server.detach()

    def _servers(self) -> set[ForkServer]:
        return {*self._warm.values(), *([self._root] if self._root else [])}

    def _warm_up(self, layers: tuple[Path, ...]) -> ForkServer:
        assert self._root is not None  # noqa: S101  there is one where something is warmed up
        self._root.detach()
        server = self._root.extend(self._warming(layers))
        self._root.attach()
        server.attach()
        self._warm[layers] = server
        return server

    def _warming(self, layers: tuple[Path, ...]) -> Request:
        specs = [spec for spec in self._specs if spec.layers == layers]
        return Request(
            name="fork-functions",
            imports=(*_CLIENT, *sorted({name for spec in specs for name in imported_names(spec.code)})),
            environment=_alike([sandbox.environment(spec, self._cloud, "") for spec in specs]),
            path=tuple(map(str, layers)),
        )

    async def _fork(self, spec: FunctionSpec, run: _Run, environment: Mapping[str, str]) -> "_Forked":
        server = self._warm[spec.layers]
        if not server.alive:
            server = self._warm_up(spec.layers)
        reader, writer = os.pipe()
        request = Request(
            # Of a name, `ps` and /proc show the first 15 characters.
            name=spec.logical_id.removesuffix("Function"),
            module=run[0],
            arguments=run[1],
            environment=environment,
            path=(str(spec.code), *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))),
            folder=str(spec.code),
        )
        child = server.run(request, writer, writer)
        os.close(writer)
        process = _Forked(child)
        await process.open(reader)
        return process


class _Started:
    """A process that was started anew."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        assert process.stdout is not None  # noqa: S101  the process was given a pipe
        self.output = process.stdout
        self.pid = process.pid

    async def wait(self) -> int:
        return await self._process.wait()


class _Forked:
    """A process that was forked."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._changed = asyncio.Event()
        child.changed = self._changed.set
        self.output = asyncio.StreamReader()

    @property
    def pid(self) -> int:
        return self._child.pid

    async def open(self, reader: int) -> None:
        """Read its output from a descriptor, and wait until it has started."""
        loop = asyncio.get_running_loop()
        protocol = asyncio.StreamReaderProtocol(self.output)
        self._transport, _ = await loop.connect_read_pipe(lambda: protocol, os.fdopen(reader, "rb", buffering=0))
        await self._until(lambda: bool(self._child.pid) or self._child.code is not None)
        if not self._child.pid:
            self._transport.close()
            message = "the fork server ended"
            raise ChildProcessError(message)

    async def wait(self) -> int:
        await self._until(lambda: self._child.code is not None)
        assert self._child.code is not None  # noqa: S101  just waited for
        return self._child.code

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._changed.clear()
            await self._changed.wait()


async def _asked(
    command: Sequence[str], environment: dict[str, str], spec: FunctionSpec
) -> tuple[list[str], dict[str, str]] | None:
    """Return what is run in the end, and in which environment: a wrapper, if there is one, is asked; None: unknown."""
    if command[0] == sandbox.INTERPRETER:
        return list(command[1:]), environment
    position = command.index(sandbox.INTERPRETER)
    asking = await asyncio.create_subprocess_exec(
        *command[:position],
        str(_ASK),
        *command[position + 1 :],
        cwd=spec.code,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_ASK_SECONDS):
            said, _ = await asking.communicate()
    except TimeoutError:
        asking.kill()
        return None
    if asking.returncode:
        return None
    with suppress(ValueError):
        count, *parts = said.decode(errors="surrogateescape").rstrip("\0").split("\0")
        variables = dict(part.split("=", 1) for part in parts[int(count) :])
        return parts[: int(count)], variables
    return None


def _forkable(arguments: Sequence[str], environment: Mapping[str, str]) -> _Run | None:
    """Return the module and its arguments, unless the interpreter is told what only a new one could obey."""
    rest = list(arguments)
    while rest and rest[0] == "-u":
        del rest[0]
    told = {name for name in environment if name.startswith("PYTHON")} - {"PYTHONPATH", "PYTHONUNBUFFERED"}
    if len(rest) < 2 or rest[0] != "-m" or told:
        return None
    return rest[1], tuple(rest[2:])


def imported_names(folder: Path) -> set[str]:
    """Return the modules that the code in a folder imports, but for its own and relative ones."""
    own = {path.name.partition(".")[0] for path in folder.iterdir()} if folder.is_dir() else set()
    found = set()
    for file in folder.glob("*.py"):
        with suppress(SyntaxError, OSError):
            for node in ast.parse(file.read_bytes()).body:
                if isinstance(node, ast.Import):
                    found |= {alias.name for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.add(node.module)
    return {name for name in found if name.partition(".")[0] not in own}


def _alike(environments: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return what all of these environments say alike."""
    first, *others = environments
    return {name: value for name, value in first.items() if all(other.get(name) == value for other in others)}
