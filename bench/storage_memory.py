"""Peak memory of one ingest in the function's process, each body in a process of its own."""

import base64
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any, Final

from rich.table import Table

from bench.deployed import event_of, function_environment
from bench.payloads import agent_run, body, incompressible_body
from local.cloud import Cloud


def table(cloud: Cloud, table_name: str) -> Table:
    """Measure, and return the figures as a table."""
    result = Table(title="Peak memory of one ingest (MB, the whole process)", title_justify="left")
    for name in ("body", "event MB", "started", "peak", "answer"):
        result.add_column(name, justify="left" if name == "body" else "right")
    for name, make in _EVENTS.items():
        event = json.dumps(make()).encode()
        figures = subprocess.run(
            [sys.executable, "-m", "bench.storage_process"],
            input=event,
            env={**os.environ, **function_environment(cloud, table_name)},
            check=True,
            capture_output=True,
        )
        result.add_row(name, f"{len(event) / 1024**2:.1f}", *json.loads(figures.stdout))
    return result


def _summaries(children: int, characters: int) -> bytes:
    """Return a run whose every step says as much as is kept of it."""
    steps = [
        {"step_id": f"step-{number}", "status": "success", "output_summary": f"{number} " * (characters // 5)}
        for number in range(children)
    ]
    return json.dumps({**agent_run(0, run_id="bench-long"), "steps": steps}).encode()


def _zipped(raw: bytes) -> dict[str, Any]:
    return event_of(base64.b64encode(gzip.compress(raw, mtime=0)).decode(), is_base64=True)


_EVENTS: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "6,000 children": lambda: event_of(body(6_000).decode()),
    "10,000 children": lambda: event_of(body(10_000).decode()),
    "5.9 MB of texts": lambda: event_of(_summaries(2_900, 2_000).decode()),
    "5.9 MB, incompressible": lambda: event_of(incompressible_body().decode()),
    "gzip that inflates to 20 MB": lambda: _zipped(_summaries(9_900, 2_000)),
    "gzip bomb of 1 GB": lambda: _zipped(b" " * 1024**3),
}
