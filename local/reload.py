"""Restart functions when their code changes."""

import asyncio
import contextlib
from collections.abc import Mapping
from pathlib import Path

from local.logs import log
from local.pools import FunctionPool, Functions

_INTERVAL = 0.5


async def watch(functions: Functions) -> None:
    """Look at the modification times of code and layer folders until cancelled."""
    folders = functions.folders()
    before = _stamps(folders)
    while True:
        await asyncio.sleep(_INTERVAL)
        now = await asyncio.to_thread(_stamps, folders)
        changed = {folder: pools for folder, pools in folders.items() if now[folder] != before[folder]}
        for name in sorted({pool.spec.logical_id for pools in changed.values() for pool in pools}):
            log(name, "code changed: restarting")
        functions.restart(changed)
        before = now


def _stamps(folders: Mapping[Path, list[FunctionPool]]) -> dict[Path, dict[Path, int]]:
    return {folder: _stamp(folder) for folder in folders}


def _stamp(folder: Path) -> dict[Path, int]:
    stamps = {}
    for path in folder.rglob("*"):
        # An editor may replace a file just now.
        with contextlib.suppress(FileNotFoundError):
            if path.suffix != ".pyc" and path.is_file():
                stamps[path] = path.stat().st_mtime_ns
    return stamps
