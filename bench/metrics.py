"""What an overview takes as runs become more: CPU, read units, wall time; beside reading every run.

The runs are counted by the real rollup over a table in memory, for an emulator would take hours to store 200,000; their
counters are then read through the real function from an emulator in a process of its own. The naive way reads each
run's stored body from memory, without any request at all.
"""

import importlib
import json
import math
import os
import statistics
import sys
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType
from typing import Any, Final, NamedTuple

from rich.console import Console
from rich.table import Table

from bench.deployed import context, running_emulator
from bench.fleet import BATCH, HOURS, Kind, kinds, load
from bench.memory_table import MemoryTable
from bench.prices import DYNAMODB_READ_UNIT, DYNAMODB_WRITE_UNIT, LAMBDA_GB_SECOND, LAMBDA_REQUEST, MILLION
from bench.units import item_size
from local.cloud import Cloud
from rca_core.storage.aws import dynamodb
from rca_core.storage.keys import hour_begins

SIZES: Final = (100, 10_000, 200_000)
WINDOWS: Final = (24, HOURS)
_REPEATS: Final = 25
_EVENTUAL: Final = 0.5
_BATCHES: Final = (1, 20, BATCH)
_COUNTED: Final = 1_000
_GB: Final = 0.5


class _Used(NamedTuple):
    """What one overview took: milliseconds of CPU and of wall time, read units."""

    cpu: float
    wall: float
    units: float


def main() -> None:
    """Print what overviews take."""
    console = Console(width=120)
    of, now = kinds(), datetime.now(UTC)
    console.print(_counting(of, now))
    result = _table()
    with running_emulator() as (cloud, table_name):
        app = _api(cloud, table_name)
        for size in SIZES:
            table = MemoryTable()
            load(table, size, of, now=now)
            _store(table, table_name)
            naive = _naive(size, of)
            for hours in WINDOWS:
                ours = _overview(app, table, hours)
                result.add_row(*_row(size, hours, ours, naive))
            result.add_section()
    console.print(result)
    console.print(
        "Counted in a table in memory; read through the function from an emulator, which takes most of the wall time. "
        "The naive way reads every run of the week from memory: CPU without requests, units of a scan.",
        style="dim",
    )


def _counting(of: list[Kind], now: datetime) -> Table:
    """Return what it takes to count a run, alone and with others; a thousand runs in, when hours have their names."""
    result = Table(title="Counting a run", title_justify="left")
    for name in ("runs a batch", "write units", "read units", "CPU ms", "$ a million"):
        result.add_column(name, justify="right")
    for batch_size in _BATCHES:
        table = MemoryTable()
        load(table, _COUNTED, of, now=now, hours=1)
        before = table.write_units, table.read_units
        began = time.process_time()
        load(table, _COUNTED, of, now=now, batch_size=batch_size, first=_COUNTED, hours=1)
        cpu = (time.process_time() - began) / _COUNTED
        writes, reads = (table.write_units - before[0]) / _COUNTED, (table.read_units - before[1]) / _COUNTED
        money = writes * DYNAMODB_WRITE_UNIT + reads * DYNAMODB_READ_UNIT + cpu * _GB * LAMBDA_GB_SECOND
        money += LAMBDA_REQUEST / batch_size
        result.add_row(f"{batch_size}", f"{writes:.1f}", f"{reads:.1f}", f"{cpu * 1000:.2f}", f"{money * MILLION:.2f}")
    return result


def _api(cloud: Cloud, table_name: str) -> ModuleType:
    os.environ |= {
        **cloud.environment,
        "STACK_NAME": "bench",
        "TABLE_NAME": table_name,
        "LOG_LEVEL": "WARNING",
        "POWERTOOLS_METRICS_DISABLED": "true",
        "RETENTION_DAYS": "90",
        "ACCESS_SECRET": "",
        "OPEN_ACCESS": "true",
        "RCA_QUEUE_URL": "",
        "STREAM_URL": "https://stream.example/",
    }
    return importlib.import_module("functions.api.app")


def _store(table: MemoryTable, table_name: str) -> None:
    """Put the counters where the function reads them."""
    for pk, sk in table.stored_keys():
        if pk.startswith("METRICS#"):
            dynamodb().put_item(TableName=table_name, Item=table.there(pk, sk))


def _overview(app: ModuleType, table: MemoryTable, hours: int) -> _Used:
    event = {
        "version": "2.0",
        "rawPath": "/metrics/overview",
        "rawQueryString": f"hours={hours}",
        "queryStringParameters": {"hours": str(hours)},
        "headers": {},
        "requestContext": {"http": {"method": "GET", "path": "/metrics/overview"}, "stage": "$default"},
        "isBase64Encoded": False,
    }

    def ask() -> dict[str, Any]:
        answer = app.handler(event, context("bench"))
        if answer["statusCode"] != 200:
            sys.exit(f"overview failed: {answer['body']}")
        found: dict[str, Any] = json.loads(answer["body"])
        return found

    since = ask()["since"]
    cpu, wall = _timed(ask)
    return _Used(cpu, wall, _units(table, datetime.fromisoformat(since)))


def _units(table: MemoryTable, since: datetime) -> float:
    """Return the read units of the queries of a window: each is rounded up as a whole, and costs half."""
    days: dict[str, int] = {}
    for pk, sk in table.stored_keys():
        if pk.startswith("METRICS#") and pk.count("#") == 1 and hour_begins(pk, sk) >= since:
            days[pk] = days.get(pk, 0) + item_size(table.there(pk, sk))
    return sum(_EVENTUAL * math.ceil(size / 4096) for size in days.values())


def _naive(size: int, of: list[Kind]) -> _Used:
    """Sum all runs up by reading each."""
    began, wall = time.process_time(), time.perf_counter()
    failures = 0
    latencies: list[float] = []
    tools: dict[str, int] = {}
    for number in range(size):
        body = json.loads(zlib.decompress(of[number % len(of)].body))
        failures += body["status"] == "failure"
        latencies.extend(step["latency_ms"] for step in body["steps"])
        for call in body["tool_calls"]:
            if call["status"] == "failure":
                tools[call["tool_name"]] = tools.get(call["tool_name"], 0) + 1
    latencies.sort()
    units = sum(item_size(of[number % len(of)].header) + len(of[number % len(of)].body) for number in range(size))
    took = time.process_time() - began, time.perf_counter() - wall
    return _Used(took[0] * 1000, took[1] * 1000, _EVENTUAL * math.ceil(units / 4096))


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    cpu, wall = [], []
    for _ in range(_REPEATS):
        began = time.process_time(), time.perf_counter()
        work()
        cpu.append(time.process_time() - began[0])
        wall.append(time.perf_counter() - began[1])
    return statistics.median(cpu) * 1000, statistics.median(wall) * 1000


def _table() -> Table:
    result = Table(title="GET /metrics/overview, and reading every run", title_justify="left")
    for name in (
        "runs in a week",
        "hours",
        "CPU ms",
        "wall ms",
        "read units",
        "naive CPU ms",
        "naive read units",
    ):
        result.add_column(name, justify="right")
    return result


def _row(size: int, hours: int, ours: _Used, naive: _Used) -> tuple[str, ...]:
    return (
        f"{size:,}",
        f"{hours}",
        f"{ours.cpu:.1f}",
        f"{ours.wall:.1f}",
        f"{ours.units:,.1f}",
        f"{naive.cpu:,.0f}",
        f"{naive.units:,.0f}",
    )


if __name__ == "__main__":
    main()
