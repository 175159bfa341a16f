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
        changed: set[FunctionPool] = set()
        for folder, pools in folders.items():
            if now[folder] != before[folder]:
                changed.update(pools)
        for pool in changed:
            log(pool.spec.logical_id, "code changed: restarting")
            pool.restart()
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
