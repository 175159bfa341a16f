"""`python -m bench.job_worker QUEUE_URL SECONDS`: the analyzer and its poller, to be killed anywhere.

Works batches of up to five jobs until killed. Its environment is the function's; each batch has so many seconds, as
Lambda's timeout gives it. Writes a line when it has received a batch.
"""

import importlib
import json
import os
import sys
import time
from contextlib import nullcontext
from email.message import Message
from typing import Any, Final

from local.queue_poller import failed_ids, queue_record
from rca_core.storage.aws import sqs
from rca_core.web.lambda_stream import LambdaContext

_BATCH: Final = 5
_ARN: Final = "arn:aws:sqs:us-east-1:123456789012:jobs"


def main() -> None:
    """Work until killed."""
    queue_url, seconds = sys.argv[1], float(sys.argv[2])
    # What the function writes to its standard output is its log.
    told = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    app: Any = importlib.import_module("app")
    # A lease that ends soon has less time than the function keeps in hand: it would begin nothing.
    app.deadline = app.sparing = lambda _seconds: nullcontext()
    while True:
        answer = sqs().receive_message(
            QueueUrl=queue_url,
            MaxNumberOfMessages=_BATCH,
            WaitTimeSeconds=1,
            MessageSystemAttributeNames=["All"],
        )
        if messages := answer.get("Messages", []):
            os.write(told, b"\n")
            event = {"Records": [queue_record(message, _ARN) for message in messages]}
            payload = json.dumps(app.handler(event, _context(seconds))).encode()
            failed = failed_ids(payload, [message["MessageId"] for message in messages])
            _delete(queue_url, [message for message in messages if message["MessageId"] not in failed])


def _context(seconds: float) -> LambdaContext:
    headers = Message()
    headers["Lambda-Runtime-Aws-Request-Id"] = "-"
    headers["Lambda-Runtime-Deadline-Ms"] = str(int((time.time() + seconds) * 1000))
    return LambdaContext(headers, {})


def _delete(queue_url: str, messages: list[Any]) -> None:
    for message in messages:
        sqs().delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])


if __name__ == "__main__":
    main()
