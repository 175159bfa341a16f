"""One ingest in a process that holds nothing else: reads the event, prints what memory it took."""

import importlib
import json
import sys
import time
from email.message import Message

from bench.measure import peak_mb
from rca_core.web.lambda_stream import LambdaContext


def main() -> None:
    """Hand the function the event of standard input; print its memory before and after, and its answer's status."""
    headers = Message()
    headers["Lambda-Runtime-Aws-Request-Id"] = "bench"
    headers["Lambda-Runtime-Deadline-Ms"] = str(int(time.time() * 1000) + 29_000)
    handler = importlib.import_module("functions.ingest.app").handler
    started = peak_mb()
    # As Lambda's own runtime does: the event is there as bytes while it is read as JSON.
    answer = handler(json.loads(sys.stdin.buffer.read()), LambdaContext(headers, {}))
    print(json.dumps([f"{started:.0f}", f"{peak_mb():.0f}", str(answer["statusCode"])]))


if __name__ == "__main__":
    main()
