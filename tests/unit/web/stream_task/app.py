"""The handlers that the runtime client's tests run, each in a process of its own.

`gate` and `mark` in an event are paths: a handler waits until its gate exists, and makes its mark to show where it got.
"""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rca_core.web.lambda_stream import LambdaContext, Prelude

_together = threading.Barrier(8)


def _wait_for(path: str) -> None:
    deadline = time.monotonic() + 30
    while not Path(path).exists():
        if time.monotonic() > deadline:
            raise TimeoutError(path)
        time.sleep(0.005)


def stream(event: dict[str, Any], _context: LambdaContext) -> Iterator[Prelude | bytes]:
    """Yield the event's pieces."""
    yield Prelude(event.get("status", 200), {"content-type": "text/event-stream"}, ["a=1", "b=2"])
    for piece in event["pieces"]:
        yield piece.encode()


def gated(event: dict[str, Any], _context: LambdaContext) -> Iterator[Prelude | bytes]:
    """Yield a piece, then wait for the gate, then yield until somebody stops listening or `last` is out."""
    try:
        yield Prelude()
        yield b"first"
        _wait_for(event["gate"])
        while "last" not in event:
            yield b"more"
            time.sleep(0.005)
        yield event["last"].encode()
    finally:
        Path(event["mark"]).touch()


def large(event: dict[str, Any], _context: LambdaContext) -> Iterator[Prelude | bytes]:
    """Yield one piece of many bytes."""
    yield Prelude()
    yield bytes(range(256)) * (event["size"] // 256)


def fails_early(_event: object, _context: LambdaContext) -> Iterator[Prelude | bytes]:
    """Fail before the prelude."""
    yield from ()
    raise LookupError("no such thing: \N{SNOWMAN}")


def fails_late(event: dict[str, Any], _context: LambdaContext) -> Iterator[Prelude | bytes]:
    """Fail after a piece, from as deep as the event says."""
    yield Prelude()
    yield b"first"
    _descend(event["depth"], event["message"])


def _descend(depth: int, message: str) -> None:
    if depth == 0:
        raise LookupError(message)
    _descend_further(depth, message)


def _descend_further(depth: int, message: str) -> None:
    # Apart from `_descend`, or the traceback would fold equal frames into one.
    _descend(depth - 1, message)


def yields_nothing(_event: object, _context: LambdaContext) -> Iterator[Prelude | bytes]:
    """End without a prelude."""
    yield from ()


def yields_bytes_first(event: dict[str, Any], _context: LambdaContext) -> Iterator[Prelude | bytes]:
    """Forget the prelude."""
    try:
        yield b"payload"
    finally:
        Path(event["mark"]).touch()


def yields_bad_prelude(_event: object, _context: LambdaContext) -> Iterator[Prelude | bytes]:
    """Yield a prelude that JSON cannot hold."""
    yield Prelude(headers={"etag": b"1"})  # type: ignore[dict-item]


def yields_text(event: dict[str, Any], _context: LambdaContext) -> Iterator[Prelude | bytes | str]:
    """Yield text where bytes belong."""
    try:
        yield Prelude()
        yield "text"
    finally:
        Path(event["mark"]).touch()


def remaining(_event: object, context: LambdaContext) -> Iterator[Prelude | bytes]:
    """Yield the remaining time until it has fallen."""
    yield Prelude()
    first = context.get_remaining_time_in_millis()
    yield b"%d " % first
    while first and context.get_remaining_time_in_millis() >= first:
        time.sleep(0.001)
    yield b"%d" % context.get_remaining_time_in_millis()


def together(_event: object, _context: LambdaContext) -> Iterator[Prelude | bytes]:
    """Stream only if eight invocations run at the same time in this process."""
    yield Prelude()
    _together.wait(30)
    yield f"{os.getpid()} {os.environ.get('_X_AMZN_TRACE_ID')}".encode()


def echo(event: object, _context: LambdaContext) -> object:
    """Return the event and the trace it belongs to."""
    return {"event": event, "trace": os.environ.get("_X_AMZN_TRACE_ID")}


def describe(_event: object, context: LambdaContext) -> object:
    """Return what the context says."""
    client = context.client_context
    return {
        "aws_request_id": context.aws_request_id,
        "invoked_function_arn": context.invoked_function_arn,
        "tenant_id": context.tenant_id,
        "function_name": context.function_name,
        "function_version": context.function_version,
        "memory_limit_in_mb": context.memory_limit_in_mb,
        "log_group_name": context.log_group_name,
        "log_stream_name": context.log_stream_name,
        "cognito_identity_id": context.identity.cognito_identity_id,
        "cognito_identity_pool_id": context.identity.cognito_identity_pool_id,
        "client": client and {"title": client.client.app_title, "custom": client.custom, "env": client.env},
    }


def fails(event: dict[str, Any], _context: LambdaContext) -> object:
    """Fail at once."""
    raise LookupError(event["message"])


def fails_oddly(_event: object, _context: LambdaContext) -> object:
    """Fail with a type whose name cannot stand in a header."""
    raise type("Odd\r\nName: \N{SNOWMAN}", (Exception,), {})("odd")


def returns_set(_event: object, _context: LambdaContext) -> object:
    """Return what JSON cannot hold."""
    return {1, 2}


not_a_handler = "a string"
