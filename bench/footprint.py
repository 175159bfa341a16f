"""`python -m bench.footprint`: what a stack on this machine takes, at rest and after work. Reads /proc, so Linux only.

Memory is PSS: a page that several processes share counts for each in part, so that the sum is what the machine gives.
"""

import argparse
import contextlib
import os
import signal
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import httpx
from rich.console import Console
from rich.table import Table

from bench.memory import process_name, process_tree
from local.demo.client import Client
from local.demo.fleet_runs import fleet_runs
from local.demo.fleet_story import OVERVIEW
from local.testing import Stack, running_stack

_CLIENTS: Final = 8
_WITHIN: Final = 600.0


class Memory(NamedTuple):
    """How many processes there are of each kind, and their PSS in MB."""

    processes: Mapping[str, int]
    megabytes: Mapping[str, float]


def memory(root: int) -> Memory:
    """Return what a process and those that it started take now."""
    processes: dict[str, int] = defaultdict(int)
    megabytes: dict[str, float] = defaultdict(float)
    for pid in process_tree(root):
        # It may end while it is looked at.
        with contextlib.suppress(OSError):
            name, size = process_name(pid), _pss(pid)
            processes[name] += 1
            megabytes[name] += size
    return Memory(processes, megabytes)


def _pss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def main() -> int:
    """Measure, and print tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.footprint", description=__doc__)
    parser.add_argument("--runs", type=int, default=500, help="how many the load posts (%(default)s)")
    parser.add_argument("--rest", type=float, default=90, help="seconds to rest before and after (%(default)s)")
    parser.add_argument("--repeats", type=int, default=10, help="of cold and warm answers (%(default)s)")
    parser.add_argument("--keep", action="store_true", help="keep data, and start again with them at the end")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seen, times = _measured(options, ("--keep", folder) if options.keep else ())
    _show(seen, times)
    return 0


def _measured(
    options: argparse.Namespace, arguments: tuple[str, ...]
) -> tuple[dict[str, Memory], dict[str, list[float]]]:
    started = time.perf_counter()
    with running_stack(*arguments, ready_within=300) as stack, contextlib.closing(Client(stack.api_url)) as client:
        ready = time.perf_counter() - started
        _until(lambda: client.get("/")["status"] == "ok")
        _settle(stack)
        seen = {"at start": memory(stack.process.pid)}
        time.sleep(options.rest)
        seen[f"{options.rest:.0f} s later"] = memory(stack.process.pid)
        times = {"from the command to `ready`": [ready]} | _times(stack, options.repeats)
        _load(client, options.runs)
        seen[f"after {options.runs} runs"] = memory(stack.process.pid)
        time.sleep(options.rest)
        seen[f"after {options.rest:.0f} s more"] = memory(stack.process.pid)
    if arguments:
        started = time.perf_counter()
        with running_stack(*arguments, ready_within=300):
            times["from the command to `ready`, with what was kept"] = [time.perf_counter() - started]
    return seen, times


def _settle(stack: Stack) -> None:
    """Wait until no process comes or goes, and none grows, for two seconds."""
    before, since = (0, 0), time.monotonic()
    while time.monotonic() - since < 2:
        now = memory(stack.process.pid)
        seen = sum(now.processes.values()), round(sum(now.megabytes.values()))
        if seen != before:
            before, since = seen, time.monotonic()
        time.sleep(0.2)


def _times(stack: Stack, repeats: int) -> dict[str, list[float]]:
    """Return seconds of answers: from processes that have answered before, and from new ones."""
    with httpx.Client(base_url=stack.api_url, timeout=60) as http:
        warm, posted, cold = [], [], []
        for run in fleet_runs(repeats, until=datetime.now(UTC)):
            _asked(http)
            warm.append(_asked(http))
            started = time.perf_counter()
            http.post("/agent-runs", json=run).raise_for_status()
            posted.append(time.perf_counter() - started)
        for _ in range(repeats):
            for pid in process_tree(stack.process.pid):
                if process_name(pid) == "Api":
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.2)
            cold.append(_asked(http))
    posts = {"ingest (POST /agent-runs)": posted}
    return {"warm answer (GET /agent-runs)": warm} | posts | {"cold answer (its process killed before)": cold}


def _asked(http: httpx.Client) -> float:
    started = time.perf_counter()
    http.get("/agent-runs").raise_for_status()
    return time.perf_counter() - started


def _load(client: Client, runs: int) -> None:
    with ThreadPoolExecutor(_CLIENTS) as agents:
        posted = list(agents.map(client.ingest, fleet_runs(runs, until=datetime.now(UTC))))
    analyses = [answer["rca_run_id"] for answer in posted if answer["rca_run_id"]]
    _until(lambda: all(client.rca_run(each)["status"] in ("done", "error") for each in analyses[-20:]))
    _until(lambda: client.get(OVERVIEW)["total_runs"] >= runs)


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _WITHIN
    while not holds():
        if time.monotonic() > deadline:
            sys.exit(f"not within {_WITHIN:.0f} s")
        time.sleep(0.2)


def _show(seen: Mapping[str, Memory], times: Mapping[str, Iterable[float]]) -> None:
    console = Console(width=120)
    table = Table(title="PSS in MB (processes)", title_justify="left")
    table.add_column("process")
    for moment in seen:
        table.add_column(moment, justify="right")
    for name in sorted({name for each in seen.values() for name in each.processes}):
        cells = (
            f"{each.megabytes[name]:.0f} ({each.processes[name]})" if name in each.processes else "-"
            for each in seen.values()
        )
        table.add_row(name, *cells)
    totals = (f"{sum(each.megabytes.values()):.0f} ({sum(each.processes.values())})" for each in seen.values())
    table.add_row("all", *totals, style="bold")
    console.print(table)
    for what, seconds in times.items():
        ordered = sorted(seconds)
        console.print(f"{what}: median {1000 * statistics.median(ordered):.0f} ms, most {1000 * ordered[-1]:.0f} ms")


if __name__ == "__main__":
    sys.exit(main())
