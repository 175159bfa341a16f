"""A streaming function: each chunk waits until a test asks for it."""

import os
import time
from collections.abc import Iterator
from typing import Any

import boto3

from rca_core.web.lambda_stream import Prelude

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])

Event = dict[str, Any]


def handler(event: Event, _context: Any) -> Iterator[Prelude | bytes]:
    name = event["rawPath"].strip("/")
    query = event.get("queryStringParameters", {})
    if query.get("fail") == "before":
        raise ValueError(name)
    yield Prelude(200, {"content-type": "text/plain", "x-pid": str(os.getpid())}, ["seen=1"])
    try:
        for number in range(int(query.get("chunks", "3"))):
            if query.get("stepwise"):
                _wait_for(f"GO#{name}#{number}")
            yield f"chunk {number}\n".encode()
        while query.get("endless"):
            yield b"tick\n"
            time.sleep(0.02)
        if query.get("fail") == "after":
            raise ValueError(name)
        if query.get("hang"):
            time.sleep(600)
    finally:
        table.put_item(Item={"PK": f"CLOSED#{name}"})


def _wait_for(key: str) -> None:
    while "Item" not in table.get_item(Key={"PK": key}):
        time.sleep(0.01)
