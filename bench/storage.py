"""What storing and reading a run takes: units, CPU, wall time and money, beside two other ways; and peak memory.

The units follow from the sizes of the items, by AWS's rules. The CPU is this process's, for the whole of an ingest in
the function's handler; in the wall time the emulator, a process of its own, has the larger part.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from types import ModuleType
from typing import Any, Final, NamedTuple

import boto3
from botocore.handlers import add_expect_header
from rich.console import Console
from rich.table import Table

from bench import storage_memory
from bench.deployed import TEMPLATE, ingest_function, poster, running_emulator
from bench.payloads import body, incompressible_body
from bench.prices import FORMULA, Use, per_million
from bench.units import Meter, Units, read_units
from bench.ways import BodyInS3, ItemPerChild
from local.cloud import Cloud
from local.template import load_template
from rca_core.storage.aws import dynamodb
from rca_core.storage.keys import run_pk
from rca_core.storage.runs import RunStore

_BUCKET: Final = "bench-bodies"
_INCOMPRESSIBLE: Final = "random text"
# How often each size is stored in each way; the naive way makes thousands of items a time.
_REPEATS: Final = {"15": (60, 15), "600": (20, 2), "6,000": (5, 1), _INCOMPRESSIBLE: (3, 1)}


class _Way(NamedTuple):
    """A way to store runs: its store, and the meter on the client that it uses."""

    name: str
    store: Any
    meter: Meter
    s3_puts: int = 0


def main() -> None:
    """Print what storage takes."""
    console = Console(width=120)
    for each in tables():
        console.print(each)
    console.print(FORMULA, style="dim")


def tables() -> Iterator[Table]:
    """Measure, and yield the figures."""
    with running_emulator() as (cloud, table_name):
        app = ingest_function(cloud, table_name)
        ours, *others = _ways(app, cloud, table_name)
        yield _ingests(app, [ours, *others])
        yield _repeats(app, ours)
        yield storage_memory.table(cloud, table_name)


def _ways(app: ModuleType, cloud: Cloud, table_name: str) -> list[_Way]:
    properties = dict(load_template(TEMPLATE, {}, "bench", cloud.region).resources("AWS::DynamoDB::Table"))["Table"]
    s3 = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
    s3.create_bucket(Bucket=_BUCKET)
    # It would wait a second for an answer that the emulator does not give.
    s3.meta.events.unregister("before-call.s3", add_expect_header)
    ours = Meter(dynamodb(), properties)
    naive = ItemPerChild(table_name)
    return [
        _Way("aggregate (ours)", app.runs(), ours),
        _Way("item a child", naive, Meter(naive.client, properties)),
        _Way("body in S3", BodyInS3(dynamodb(), s3, table_name, _BUCKET), ours, s3_puts=1),
    ]


def _ingests(app: ModuleType, ways: list[_Way]) -> Table:
    result = Table(title="One ingest of a new run (medians)", title_justify="left")
    columns = ("body KB", "calls", "writes", "indexed", "CPU ms", "wall ms", "$ a million", "read units")
    result.add_column("children", justify="right", no_wrap=True)
    result.add_column("stored as", no_wrap=True)
    for name in columns:
        result.add_column(name, justify="right")
    for label, (many, few) in _REPEATS.items():
        for way in ways:
            repeats = few if way.name == "item a child" else many
            result.add_row(label, way.name, *_row(app, way, label, repeats))
        result.add_section()
    return result


def _row(app: ModuleType, way: _Way, label: str, repeats: int) -> tuple[str, ...]:
    app.runs = lambda: way.store  # type: ignore[attr-defined]
    post = poster(app)
    names = [f"{type(way.store).__name__}-{_slug(label)}-{number}" for number in range(repeats + 1)]
    post(_body(label, names[0]))
    cpu, wall = [], []
    for name in names[1:]:
        payload = _body(label, name)
        way.meter.take()
        used = _timed(partial(post, payload))
        cpu.append(used[0])
        wall.append(used[1])
    units = way.meter.take()
    seconds = statistics.median(cpu)
    use = Use(len(payload), seconds, units.writes, units.reads, way.s3_puts)
    return (
        f"{len(payload) / 1024:,.0f}",
        f"{units.requests + way.s3_puts:,}",
        f"{units.writes:,}",
        f"{units.index_writes:,}",
        f"{seconds * 1000:.1f}",
        f"{statistics.median(wall) * 1000:.1f}",
        f"{per_million(use):,.2f}",
        _read_units(way, names[-1]),
    )


def _read_units(way: _Way, run_id: str) -> str:
    if not isinstance(way.store, RunStore):
        whole = read_units(way.meter.partition_size(run_pk(run_id)))
        return f"{whole:,} + GET" if way.s3_puts else f"{whole:,}"
    way.store.get(run_id, now=datetime.now(UTC))
    return f"{way.meter.take().reads:,}"


def _repeats(app: ModuleType, ours: _Way) -> Table:
    """Return what a run that is there already takes: the same content again, and another."""
    app.runs = lambda: ours.store  # type: ignore[attr-defined]
    post = poster(app)
    result = Table(title="One ingest of a run that is there (aggregate)", title_justify="left")
    for name in ("children", "write units, same", "read units, same", "write units, changed", "read units, changed"):
        result.add_column(name, justify="right")
    for label in _REPEATS:
        run_id = f"again-{_slug(label)}"
        post(_body(label, run_id))
        same = _units(ours, partial(post, _body(label, run_id)))
        changed = _body(label, run_id).replace(b"1.0.0", b"1.0.1")
        other = _units(ours, partial(post, changed))
        result.add_row(label, *(f"{value:,}" for value in (same.writes, same.reads, other.writes, other.reads)))
    return result


def _units(way: _Way, work: Callable[[], object]) -> Units:
    way.meter.take()
    work()
    return way.meter.take()


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds of CPU and of wall time that some work took."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def _slug(label: str) -> str:
    return label.replace(",", "").replace(" ", "-")


def _body(label: str, run_id: str) -> bytes:
    if label == _INCOMPRESSIBLE:
        return incompressible_body(run_id=run_id)
    return body(int(label.replace(",", "")), run_id=run_id)


if __name__ == "__main__":
    main()
