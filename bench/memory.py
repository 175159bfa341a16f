"""Resident memory of a process and of all that it started, over time. Reads /proc, so Linux only."""

import contextlib
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_INTERPRETERS: Final = {"pytest", "sh"}
_FUNCTION: Final = b"AWS_LAMBDA_FUNCTION_NAME="


class MemoryWatch:
    """Samples of the memory of a process tree, by what the processes are.

    A process counts once it has been seen for `settling` seconds: until then it loads code and fills caches.
    """

    def __init__(self, root: int, *, settling: float) -> None:
        self._root = root
        self._settling = settling
        self._first_seen: dict[int, float] = {}
        self._samples: dict[str, list[float]] = defaultdict(list)

    def sample(self) -> None:
        """Note how much memory each kind of process has: the mean of those that live now, in bytes."""
        found, now = defaultdict(list), time.monotonic()
        for pid in process_tree(self._root):
            if now - self._first_seen.setdefault(pid, now) < self._settling:
                continue
            # It may end while it is looked at.
            with contextlib.suppress(OSError):
                resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
                found[process_name(pid)].append(resident)
        for name, sizes in found.items():
            self._samples[name].append(sum(sizes) / len(sizes))

    def thirds(self) -> dict[str, tuple[float, float]]:
        """Return the mean of each kind's first and of its last third of samples, in bytes."""
        means = {}
        for name, samples in self._samples.items():
            third = max(len(samples) // 3, 1)
            means[name] = sum(samples[:third]) / third, sum(samples[-third:]) / third
        return means


def process_tree(root: int) -> Iterator[int]:
    """Yield a process and what it started, directly or not."""
    children = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                # The command in the second field may hold blanks and brackets.
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
                children[int(parent)].append(int(entry.name))
    waiting = [root]
    while waiting:
        yield (pid := waiting.pop())
        waiting += children[pid]


def process_name(pid: int) -> str:
    """Return a function's name without `Function`, or what the process calls itself, or its module or script."""
    # A forked process has the environment and the command line of the one that was started.
    if (name := Path(f"/proc/{pid}/comm").read_text().strip()) not in _INTERPRETERS and not name.startswith("python"):
        return name
    for variable in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
        if variable.startswith(_FUNCTION):
            return variable.removeprefix(_FUNCTION).decode().rpartition("-")[2].removesuffix("Function")
    command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    if b"-m" in command:
        return command[command.index(b"-m") + 1].decode()
    return Path(command[-2].decode()).stem if len(command) > 1 else "-"
