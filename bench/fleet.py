"""Runs of a dozen agents over a week, told to the real rollup in the order that they came in."""

import json
import random
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from bench.memory_table import MemoryTable
from rca_core.storage.codec import expiry, timestamp, to_item
from rca_core.storage.headers import header_values
from rca_core.storage.keys import RUN_SK, run_pk
from rca_core.storage.rollups.changes import run_changes
from rca_core.storage.rollups.writer import RollupWriter
from rca_core.telemetry.ingest import parse_agent_run

RETENTION_DAYS: Final = 90
HOURS: Final = 168
_KINDS: Final = 600
BATCH: Final = 200
_TOOLS: Final = ("search", "orders", "billing", "mail", "calendar")


class Kind(NamedTuple):
    """One of the runs that all are copies of: its header's attributes, typed, and its stored body."""

    header: dict[str, Any]
    body: bytes


def kinds() -> list[Kind]:
    """Return runs of 12 agents in two versions and environments, six steps and four tool calls each."""
    rng = random.Random(1)  # noqa: S311  reproducible, not secret
    return [_kind(rng, number) for number in range(_KINDS)]


def load(
    table: MemoryTable,
    runs: int,
    of: list[Kind],
    *,
    now: datetime,
    hours: int = HOURS,
    batch_size: int = BATCH,
    first: int = 0,
) -> None:
    """Count so many runs, evenly over the hours before `now`, numbered from `first` on, in a table."""
    writer = RollupWriter(table, "bench", retention_days=RETENTION_DAYS)  # type: ignore[arg-type]
    for batch in _batches(_changes(first, runs, of, now, timedelta(hours=hours)), batch_size):
        applied = writer.apply(run_changes(record for record, _ in batch), now=batch[-1][1])
        if applied.counted != len(batch):
            raise RuntimeError(f"counted {applied.counted} of {len(batch)}")
        # What happened to items is of no use here, and would fill the memory.
        table.records.clear()


def _changes(first: int, runs: int, of: list[Kind], now: datetime, span: timedelta) -> Iterator[tuple[Any, datetime]]:
    began = now - span
    for number in range(runs):
        time = began + span * (number / runs)
        stamps = {"created_at": timestamp(time), "updated_at": timestamp(time), "revision": 1}
        key = {"PK": run_pk(f"run-{first + number}"), "SK": RUN_SK}
        image = of[number % len(of)].header | to_item({**key, **stamps, "expires_at": expiry(time, RETENTION_DAYS)})
        change = {"Keys": to_item(key), "SequenceNumber": str(number + 1), "NewImage": image}
        yield {"dynamodb": change}, time


def _batches(changes: Iterator[tuple[Any, datetime]], size: int) -> Iterator[list[tuple[Any, datetime]]]:
    batch = []
    for change in changes:
        batch.append(change)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _kind(rng: random.Random, number: int) -> Kind:
    failed = rng.random() < 0.05
    run = {
        "run_id": f"kind-{number}",
        "agent_name": f"agent-{number % 12:02}",
        "agent_version": f"1.{number % 2}",
        "environment": ("prod", "test")[number % 7 == 0],
        "status": "failure" if failed else "success",
        "started_at": "2026-01-15T10:00:00Z",
        "ended_at": f"2026-01-15T10:00:{rng.randrange(5, 59):02}Z",
        "steps": [
            {
                "step_id": f"s{each}",
                "name": f"step {each}",
                "status": "success",
                "latency_ms": rng.lognormvariate(6, 1),
                "output_summary": f"found {rng.randrange(10**9)}",
            }
            for each in range(6)
        ],
        "tool_calls": [
            {"call_id": f"c{each}", "tool_name": rng.choice(_TOOLS), "status": "failure" if failed else "success"}
            for each in range(4)
        ],
        "cost": {"tokens_prompt": 900, "tokens_completion": 100, "total_cost_usd": 0.003},
    }
    parsed = parse_agent_run(json.dumps(run).encode(), new_run_id=str, now=datetime.now(UTC))
    return Kind(to_item(header_values(parsed.run)), zlib.compress(parsed.body))
