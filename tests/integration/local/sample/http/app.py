"""An HTTP function that does what a test asks it to do."""

import base64
import json
import os
import sys
import time
from pathlib import Path

calls = 0


def handler(event, context):
    global calls  # noqa: PLW0603
    calls += 1
    action = event["pathParameters"].get("action", "echo")
    return ACTIONS[action](event, context)


def slow(_event, _context):
    time.sleep(5)


def echo(event, context):
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


def plain(_event, _context):
    return {"hello": "world"}


def binary(event, _context):
    body = base64.b64decode(event["body"]) if event["isBase64Encoded"] else event["body"].encode()
    return {"statusCode": 200, "isBase64Encoded": True, "body": base64.b64encode(body[::-1]).decode()}


def size(event, _context):
    return {"statusCode": 200, "body": str(len(event["body"]))}


def huge(_event, _context):
    return {"statusCode": 200, "body": "x" * 7 * 1024 * 1024}


def fail(_event, _context):
    message = "as asked"
    raise ValueError(message)


def die(_event, _context):
    os._exit(3)


def hang(_event, _context):
    time.sleep(30)


def wait(event, _context):
    time.sleep(float(event["queryStringParameters"]["seconds"]))
    return {"pid": os.getpid()}


def shout(_event, _context):
    sys.stdout.write("to stdout\n")
    sys.stderr.write("to stderr\n")


def malformed(_event, _context):
    return {"statusCode": "teapot"}


ACTIONS = {
    function.__name__: function
    for function in (echo, plain, binary, size, huge, fail, die, hang, wait, shout, malformed)
}
