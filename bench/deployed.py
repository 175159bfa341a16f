"""The ingest function as it is deployed, over an emulator in a process of its own."""

import importlib
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from local.cloud import Cloud, emulator
from local.resources import create_resources
from local.template import load_template
from rca_core.web.lambda_stream import LambdaContext

TEMPLATE: Final = Path(__file__).parents[1] / "template.yaml"
_MILLISECONDS: Final = 29_000


@contextmanager
def running_emulator() -> Iterator[tuple[Cloud, str]]:
    """Run an emulator with the template's table; yield where it is and the table's name."""
    command = [sys.executable, "-m", "local.emulator", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            url = process.stdout.readline().strip() if process.stdout else ""
            cloud = emulator(url)
            os.environ |= cloud.environment
            template = load_template(TEMPLATE, {}, "bench", cloud.region)
            names = create_resources(template, cloud)
            yield cloud, next(name["Ref"] for key, name in names.items() if key == "Table")
        finally:
            process.kill()


def function_environment(cloud: Cloud, table_name: str) -> dict[str, str]:
    """Return what the ingest function finds in its environment."""
    return {
        **cloud.environment,
        "STACK_NAME": "bench",
        "TABLE_NAME": table_name,
        "LOG_LEVEL": "WARNING",
        "POWERTOOLS_METRICS_DISABLED": "true",
        "RETENTION_DAYS": "90",
        "INGEST_SECRET": "",
        "OPEN_ACCESS": "true",
        # What is measured is the ingest of a run; what an analysis costs is measured on its own.
        "AUTO_RCA": "false",
        "AUTO_RCA_EXCEPT": "",
        "REDACT_PERSONAL_DATA": "false",
        "REDACT_PATTERNS": "",
        "STACK_ID": "arn:aws:cloudformation:eu-west-1:123456789012:stack/test/1",
        "RCA_QUEUE_URL": "",
        "TRACE_SILENCE_SECONDS": "300",
    }


def ingest_function(cloud: Cloud, table_name: str) -> ModuleType:
    """Return the module of the ingest function, started in this process."""
    os.environ |= function_environment(cloud, table_name)
    return importlib.import_module("functions.ingest.app")


def poster(app: ModuleType) -> Callable[[bytes], dict[str, Any]]:
    """Return a call of the function's handler with the event that API Gateway would make of a body."""
    requests = itertools.count()

    def post(payload: bytes) -> dict[str, Any]:
        answer = app.handler(event_of(payload.decode()), context(str(next(requests))))
        if answer["statusCode"] != 200:
            sys.exit(f"ingest failed: {answer['body']}")
        stored: dict[str, Any] = json.loads(answer["body"])
        return stored

    return post


def event_of(body: str, *, is_base64: bool = False) -> dict[str, Any]:
    """Return the event of a POST."""
    return {
        "version": "2.0",
        "rawPath": "/agent-runs",
        "rawQueryString": "",
        "headers": {"content-type": "application/json"},
        "requestContext": {"http": {"method": "POST", "path": "/agent-runs"}, "stage": "$default"},
        "body": body,
        "isBase64Encoded": is_base64,
    }


def context(request_id: str) -> LambdaContext:
    """Return the context of an invocation that has its full time left."""
    headers = Message()
    headers["Lambda-Runtime-Aws-Request-Id"] = request_id
    headers["Lambda-Runtime-Deadline-Ms"] = str(int(time.time() * 1000) + _MILLISECONDS)
    return LambdaContext(headers, {})
