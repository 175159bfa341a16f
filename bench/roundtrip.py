"""From POST to report over the local stack: wall time as a client sees it, following each analysis over SSE."""

import json
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import httpx
from httpx_sse import connect_sse
from rich.table import Table

from bench.payloads import agent_run
from local.testing import Stack, running_stack

_CHILDREN: Final = 15
_ONE_BY_ONE: Final = 20
_AT_ONCE: Final = 50


def table() -> Table:
    """Measure, and return the figures as a table."""
    result = Table(title=f"POST to done, {_CHILDREN} children (ms, wall)", title_justify="left")
    for name in ("analyses", "median", "slowest"):
        result.add_column(name, justify="right")
    # Some of the runs would start their analysis by themselves, a request sooner than the others.
    with running_stack("--parameter", "AutoRca=false") as stack:
        _once(stack, "warm-up", threading.Barrier(1))
        one_by_one = [_once(stack, f"single-{number}", threading.Barrier(1)) for number in range(_ONE_BY_ONE)]
        # The first crowd starts processes, as a burst of requests starts sandboxes on AWS; the second finds them.
        first, second = _crowd(stack, "first"), _crowd(stack, "second")
    for label, times in (
        (f"{_ONE_BY_ONE}, one by one", one_by_one),
        (f"{_AT_ONCE} at once, cold", first),
        (f"{_AT_ONCE} at once, warm", second),
    ):
        result.add_row(label, f"{statistics.median(times):.0f}", f"{max(times):.0f}")
    return result


def _crowd(stack: Stack, name: str) -> list[float]:
    start = threading.Barrier(_AT_ONCE)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda number: _once(stack, f"{name}-{number}", start), range(_AT_ONCE)))


def _once(stack: Stack, run_id: str, start: threading.Barrier) -> float:
    """Return the milliseconds from posting a run to reading its report's last event."""
    run = agent_run(_CHILDREN, run_id=run_id)
    with httpx.Client(base_url=stack.api_url, timeout=60) as http:
        start.wait()
        began = time.perf_counter()
        http.post("/agent-runs", json=run).raise_for_status()
        created = http.post(f"/agent-runs/{run_id}/rca-runs").raise_for_status().json()
        with connect_sse(http, "GET", created["stream_url"]) as source:
            last = [json.loads(event.data) for event in source.iter_sse()][-1]
        if last["status"] != "done":
            raise SystemExit(f"{run_id} ended as {last['status']}: {last['message']}")
        return (time.perf_counter() - began) * 1000
