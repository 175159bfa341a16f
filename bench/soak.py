"""`python -m bench.soak`: everything at once on the local stack, for as long as you like.

Small and large runs come in, again and changed; they are analysed, read and deleted; clients follow the analyses, leave
and come back. Fails if any answer is a 5xx, an analysis does not end, a stream has a gap, or a process grows.
"""

import argparse
import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
from rich.console import Console
from rich.table import Table

from bench.memory import MemoryWatch
from bench.soak_followers import follow_one_after_another
from bench.soak_load import Load
from bench.soak_tally import Tally
from local.testing import Stack, running_stack

_SAMPLES: Final = 60
_WARM_UP: Final = 0.2
"""Of the time, in which a process loads code and fills caches: its memory is watched from then on."""
_ENDS_WITHIN: Final = 240.0
"""Seconds; a job that fails comes again after the 180 s of its message's visibility timeout."""
_GROWN: Final = 1.15
_KEEPS_DATA: Final = "local.emulator"
"""It holds the tables and queues in memory, and never forgets what a stream held: that grows with what was done."""


@dataclass(frozen=True)
class Outcome:
    """What was done and seen. `ends` counts analyses by how they ended; `memory` is in bytes, first and last third."""

    seconds: float
    tally: Tally
    ends: Counter[str]
    memory: dict[str, tuple[float, float]]

    def grown(self, most: float = _GROWN) -> list[str]:
        """Name the processes whose last third is so many times their first, or more."""
        return [name for name, (first, last) in self.memory.items() if name != _KEEPS_DATA and last >= most * first]


def soak(
    seconds: float, *, clients: int, pause: float, seed: int, endpoint_url: str | None = None, log: Path | None = None
) -> Outcome:
    """Load a stack for so long, then wait until all its analyses have ended.

    Args:
        seconds: of load; the end takes some more.
        clients: followers of streams.
        pause: mean seconds between a writer's requests.
        seed: of all choices.
        endpoint_url: an emulator; by default the stack's own.
        log: file for the stack's log.
    """
    place = ("--endpoint-url", endpoint_url) if endpoint_url else ()
    with running_stack(*place, "--stack-name", f"soak-{seed}-{time.time_ns()}", log=log) as stack:
        return asyncio.run(_soak(stack, seconds, clients, pause, random.Random(seed)))  # noqa: S311  reproducible


async def _soak(stack: Stack, seconds: float, clients: int, pause: float, rng: random.Random) -> Outcome:
    tally, began = Tally(), time.monotonic()
    watch = MemoryWatch(stack.process.pid, settling=_WARM_UP * seconds)
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=stack.api_url, timeout=60, limits=limits) as http:
        load = Load(http, tally, rng)
        busy = [asyncio.create_task(load.go_on(pause=pause)) for _ in range(4)]
        busy += [asyncio.create_task(follow_one_after_another(http, load, tally, rng)) for _ in range(clients)]
        deadline = began + seconds
        while (left := deadline - time.monotonic()) > 0:
            await asyncio.wait(busy, timeout=min(left, seconds / _SAMPLES), return_when=asyncio.FIRST_EXCEPTION)
            watch.sample()
            for task in busy:
                if task.done():
                    task.result()
        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)
        ends = await _ends(load, tally)
    return Outcome(time.monotonic() - began, tally, ends, watch.thirds())


async def _ends(load: Load, tally: Tally) -> Counter[str]:
    """Wait until every analysis has ended; return how."""
    deadline = time.monotonic() + _ENDS_WITHIN
    for asked in load.asked.values():
        while asked.end is None and time.monotonic() < deadline:
            await load.look_at(asked)
            await asyncio.sleep(0 if asked.end else 0.2)
        if asked.end is None:
            tally.fault("stuck", asked.rca_run_id)
    return Counter(asked.end or "stuck" for asked in load.asked.values())


def main() -> int:
    """Return 0 if all held, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clients", type=int, default=100, help="of streams")
    parser.add_argument("--pause", type=float, default=0.5, help="mean seconds between requests of each of 4 writers")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--endpoint-url", metavar="URL", help="an emulator to use; by default the stack starts its own")
    parser.add_argument("--log", type=Path, metavar="FILE", help="for the stack's log")
    arguments = parser.parse_args()
    outcome = soak(
        60 * arguments.minutes,
        clients=arguments.clients,
        pause=arguments.pause,
        seed=arguments.seed,
        endpoint_url=arguments.endpoint_url,
        log=arguments.log,
    )
    _show(outcome)
    return bool(outcome.tally.faults or outcome.grown())


def _show(outcome: Outcome) -> None:
    tally, console = outcome.tally, Console(width=120)
    console.print(f"{sum(tally.requests.values())} requests in {outcome.seconds:.0f} s: {_counts(tally.requests)}")
    console.print(f"answers: {_counts(tally.statuses)}; 5xx: {tally.faults['5xx']}")
    console.print(f"streams: {tally.streams}, {tally.resumed} of them resumed; {tally.events} events")
    console.print(f"analyses: {_counts(outcome.ends)}; stuck: {outcome.ends['stuck']}")
    table = Table(title="memory (MB)", title_justify="left")
    for name in ("process", "first third", "last third", "ratio"):
        table.add_column(name, justify="left" if name == "process" else "right")
    for name, (first, last) in sorted(outcome.memory.items()):
        table.add_row(name, f"{first / 1e6:.1f}", f"{last / 1e6:.1f}", f"{last / first:.2f}")
    console.print(table)
    for fault in [*tally.examples, *(f"grew: {name}" for name in outcome.grown())]:
        console.print(f"FAULT {fault}", markup=False)


def _counts(counted: Mapping[Any, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counted.items())


if __name__ == "__main__":
    sys.exit(main())
