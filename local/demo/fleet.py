"""Post a fleet's runs to a running stack and print what it says fails: `python -m local.demo.fleet`."""

import argparse
import contextlib
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Final

import httpx
from rich.console import Console
from rich.progress import track

from local.demo.client import Client
from local.demo.fleet_runs import fleet_runs
from local.demo.fleet_story import OVERVIEW, tell_story

Json = dict[str, Any]

_CLIENTS: Final = 4
# Longer than it takes until the job of a worker that died is given to another one.
_PATIENCE: Final = 300.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Post, wait until all is counted, tell; return the process's exit code."""
    options = _options(arguments)
    console = Console()
    with contextlib.closing(Client(options.api_url)) as client:
        try:
            skipped = _post(console, client, fleet_runs(options.runs, until=datetime.now(UTC)))
        except httpx.ConnectError:
            sys.exit(f"Nothing serves on {options.api_url}: `make run` starts a stack")
        if not _counted(client, options.runs, skipped):
            sys.exit(f"Not all was counted and analysed within {_PATIENCE:.0f} s: see {options.api_url}{OVERVIEW}")
        tell_story(console, client, options.api_url)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.demo.fleet", description=__doc__)
    parser.add_argument("--api-url", default="http://127.0.0.1:8000", help="of a stack that runs (%(default)s)")
    parser.add_argument("--runs", type=int, default=500, help="how many to post (%(default)s)")
    return parser.parse_args(arguments)


def _post(console: Console, client: Client, runs: list[Json]) -> int:
    """Post runs; return how many failed ones look like so many others that they start no analysis."""
    with ThreadPoolExecutor(_CLIENTS) as agents:
        answers = agents.map(client.ingest, runs)
        posted = list(track(answers, f"Posting {len(runs)} runs", len(runs), console=console))
    failed = [answer for run, answer in zip(runs, posted, strict=True) if run["status"] == "failure"]
    return sum(answer["rca_run_id"] is None for answer in failed)


def _counted(client: Client, runs: int, skipped: int) -> bool:
    """Wait until all runs are counted, and those that failed by what their analysis says; tell whether they are."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        overview = client.get(OVERVIEW)
        if overview["total_runs"] >= runs and overview["failures_by_category"].get("not_analysed", 0) <= skipped:
            return True
        time.sleep(0.5)
    return False


if __name__ == "__main__":
    sys.exit(main())
