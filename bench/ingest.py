"""CPU of one ingest in the handler, beside the least that any ingest must do: validate, compress, one put.

The emulator is a process of its own; what is measured is this one. Every ingest is of a run not seen before.
"""

import importlib
import itertools
import json
import os
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from rich.table import Table

from bench.measure import cpu_ms
from bench.payloads import SIZES, body
from local.cloud import Cloud, emulator
from local.resources import create_resources
from local.template import load_template
from rca_core.storage.aws import dynamodb
from rca_core.telemetry import AgentRun
from rca_core.telemetry.wire import AGENT_RUN_BODY
from rca_core.web.lambda_stream import LambdaContext

_ROOT: Final = Path(__file__).parents[1]
_REPEATS: Final = {15: 200, 600: 60, 6_000: 15}


def table() -> Table:
    """Measure, and return the figures as a table."""
    result = Table(title="CPU per ingest (ms, median)", title_justify="left")
    for name in ("children", "body KB", "floor", "handler", "ratio", "into dictionaries", "into models"):
        result.add_column(name, justify="right")
    with _emulator() as (cloud, table_name):
        handler = _handler(cloud, table_name)
        for children in SIZES:
            result.add_row(*_row(handler, table_name, children))
    return result


def _row(handler: Callable[[bytes], None], table_name: str, children: int) -> tuple[str, ...]:
    repeats = _REPEATS[children]
    bodies = [body(children, run_id=f"bench-{children}-{number}") for number in range(repeats + 1)]
    floor = cpu_ms(partial(_floor, dynamodb(), table_name, iter(bodies)), repeats=repeats)
    ours = cpu_ms(partial(_each, handler, iter(bodies)), repeats=repeats)
    wire = cpu_ms(lambda: AGENT_RUN_BODY.validate_json(bodies[0]), repeats=repeats)
    models = cpu_ms(lambda: AgentRun.model_validate_json(bodies[0]), repeats=repeats)
    figures = (f"{value:.2f}" for value in (floor, ours, ours / floor, wire, models))
    return f"{children:,}", f"{len(bodies[0]) / 1024:,.0f}", *figures


def _floor(client: Any, table_name: str, bodies: Iterator[bytes]) -> None:
    """Validate, compress, put: what no ingest can do without. A body too large for one item is put cut."""
    run = AGENT_RUN_BODY.validate_json(next(bodies))
    packed = zlib.compress(AGENT_RUN_BODY.dump_json(run), 1)[: 380 * 1024]
    key = {"PK": {"S": f"FLOOR#{run.get('run_id')}"}, "SK": {"S": "RUN"}}
    client.put_item(TableName=table_name, Item={**key, "body": {"B": packed}})


def _each(handler: Callable[[bytes], None], bodies: Iterator[bytes]) -> None:
    handler(next(bodies))


def _handler(cloud: Cloud, table_name: str) -> Callable[[bytes], None]:
    """Return the deployed handler, called with the event that API Gateway would make of a body."""
    os.environ |= {
        **cloud.environment,
        "TABLE_NAME": table_name,
        "LOG_LEVEL": "WARNING",
        "RETENTION_DAYS": "90",
        "INGEST_SECRET": "",
        "OPEN_ACCESS": "true",
    }
    app = importlib.import_module("functions.ingest.app")
    requests = itertools.count()

    def call(payload: bytes) -> None:
        event = {
            "version": "2.0",
            "rawPath": "/agent-runs",
            "rawQueryString": "",
            "headers": {"content-type": "application/json"},
            "requestContext": {"http": {"method": "POST", "path": "/agent-runs"}, "stage": "$default"},
            "body": payload.decode(),
            "isBase64Encoded": False,
        }
        answer = app.handler(event, _context(str(next(requests))))
        if answer["statusCode"] != 200 or not json.loads(answer["body"])["created"]:
            sys.exit(f"ingest failed: {answer['body']}")

    return call


def _context(request_id: str) -> LambdaContext:
    context = LambdaContext.__new__(LambdaContext)
    context.aws_request_id = request_id
    return context


@contextmanager
def _emulator() -> Iterator[tuple[Cloud, str]]:
    """Run an emulator with the template's table; yield where it is and the table's name."""
    command = [sys.executable, "-m", "local.emulator", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            url = process.stdout.readline().strip() if process.stdout else ""
            cloud = emulator(url)
            os.environ |= cloud.environment
            template = load_template(_ROOT / "template.yaml", {}, "bench", cloud.region)
            names = create_resources(template, cloud)
            yield cloud, next(name["Ref"] for key, name in names.items() if key == "Table")
        finally:
            process.kill()
