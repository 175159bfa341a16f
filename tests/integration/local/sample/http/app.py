"""An HTTP function that does what a test asks it to do."""

import base64
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3

Event = dict[str, Any]

calls = 0


def handler(event: Event, context: Any) -> object:
    global calls  # noqa: PLW0603
    calls += 1
    return ACTIONS[event["pathParameters"].get("action", "echo")](event, context)


def slow(event: Event, _context: Any) -> object:
    if "queryStringParameters" in event:
        time.sleep(30)
    return {"pid": os.getpid()}


def echo(event: Event, context: Any) -> object:
    seen = {
        "event": event,
        "pid": os.getpid(),
        "calls": calls,
        "environment": dict(os.environ),
        "cwd": str(Path.cwd()),
        "remaining_ms": context.get_remaining_time_in_millis(),
        "arn": context.invoked_function_arn,
        "request_id": context.aws_request_id,
    }
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json", "access-control-allow-origin": "*"},
        "cookies": ["a=1", "b=2"],
        "body": json.dumps(seen),
    }


def plain(_event: Event, _context: Any) -> object:
    return {"hello": "world"}


def reverse(event: Event, _context: Any) -> object:
    body = base64.b64decode(event["body"]) if event["isBase64Encoded"] else event["body"].encode()
    return {"statusCode": 200, "isBase64Encoded": True, "body": base64.b64encode(body[::-1]).decode()}


def size(event: Event, _context: Any) -> object:
    return {"statusCode": 200, "body": str(len(event["body"]))}


def huge(_event: Event, _context: Any) -> object:
    return {"statusCode": 200, "body": "x" * 7 * 1024 * 1024}


def fail(_event: Event, _context: Any) -> None:
    message = "as asked"
    raise ValueError(message)


def die(_event: Event, _context: Any) -> None:
    os._exit(3)


def wait(event: Event, _context: Any) -> object:
    time.sleep(float(event["queryStringParameters"]["seconds"]))
    return {"pid": os.getpid()}


def meet(event: Event, _context: Any) -> object:
    """Return when as many processes as the test expects are in here at once."""
    table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
    query = event["queryStringParameters"]
    met: set[str] = set()
    while len(met) < int(query["processes"]):
        answer = table.update_item(
            Key={"PK": f"MEETING#{query['name']}"},
            UpdateExpression="SET #pid = :here",
            ExpressionAttributeNames={"#pid": f"pid{os.getpid()}"},
            ExpressionAttributeValues={":here": True},
            ReturnValues="ALL_NEW",
        )
        met = {name for name in answer["Attributes"] if name.startswith("pid")}
        time.sleep(0.02)
    return {"pid": os.getpid()}


def mark(event: Event, _context: Any) -> None:
    """Leave a trace of having run."""
    table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
    table.put_item(Item={"PK": f"MARK#{event['queryStringParameters']['name']}"})


def shout(_event: Event, _context: Any) -> None:
    sys.stdout.write("to stdout\n")
    sys.stderr.write("to stderr\n")


def malformed(_event: Event, _context: Any) -> object:
    return {"statusCode": "teapot"}


ACTIONS: dict[str, Callable[[Event, Any], object]] = {
    function.__name__: function
    for function in (echo, plain, reverse, size, huge, fail, die, wait, meet, mark, shout, malformed)
}
