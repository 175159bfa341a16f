"""CPU of one ingest in the handler, beside the least that any ingest must do: validate, compress, one put.

The emulator is a process of its own; what is measured is this one. Every ingest is of a run not seen before.
"""

import sys
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from rich.table import Table

from bench.deployed import ingest_function, poster, running_emulator
from bench.measure import cpu_ms
from bench.payloads import SIZES, body
from rca_core.storage.aws import dynamodb
from rca_core.telemetry import AgentRun
from rca_core.telemetry.wire import RUN_BODY

_REPEATS: Final = {15: 200, 600: 60, 6_000: 15}


def table() -> Table:
    """Measure, and return the figures as a table."""
    result = Table(title="CPU per ingest (ms, median)", title_justify="left")
    for name in ("children", "body KB", "floor", "handler", "ratio", "into dictionaries", "into models"):
        result.add_column(name, justify="right")
    with running_emulator() as (cloud, table_name):
        post = poster(ingest_function(cloud, table_name))
        for children in SIZES:
            result.add_row(*_row(post, table_name, children))
    return result


def _row(post: Callable[[bytes], dict[str, Any]], table_name: str, children: int) -> tuple[str, ...]:
    repeats = _REPEATS[children]
    bodies = [body(children, run_id=f"bench-{children}-{number}") for number in range(repeats + 1)]
    floor = cpu_ms(partial(_floor, dynamodb(), table_name, iter(bodies)), repeats=repeats)
    ours = cpu_ms(partial(_each, post, iter(bodies)), repeats=repeats)
    wire = cpu_ms(lambda: RUN_BODY.validate_json(bodies[0]), repeats=repeats)
    models = cpu_ms(lambda: AgentRun.model_validate_json(bodies[0]), repeats=repeats)
    figures = (f"{value:.2f}" for value in (floor, ours, ours / floor, wire, models))
    return f"{children:,}", f"{len(bodies[0]) / 1024:,.0f}", *figures


def _floor(client: Any, table_name: str, bodies: Iterator[bytes]) -> None:
    """Validate, compress, put: what no ingest can do without. A body too large for one item is put cut."""
    run = RUN_BODY.validate_json(next(bodies))
    packed = zlib.compress(RUN_BODY.dump_json(run), 1)[: 380 * 1024]
    key = {"PK": {"S": f"FLOOR#{run.get('run_id')}"}, "SK": {"S": "RUN"}}
    client.put_item(TableName=table_name, Item={**key, "body": {"B": packed}})


def _each(post: Callable[[bytes], dict[str, Any]], bodies: Iterator[bytes]) -> None:
    if not post(next(bodies))["created"]:
        sys.exit("the run was there before")
