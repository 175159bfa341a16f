"""Feed functions from queues, as Lambda's SQS event source mapping does."""

import asyncio
import json
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from local.cloud import Cloud
from local.invocation import FunctionError, PayloadTooLargeError
from local.logs import log
from local.model import QueueSource
from local.pools import FunctionPool

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

_MOST_AT_ONCE = 10
"""What one ReceiveMessage or DeleteMessageBatch takes."""
_RETRY_AFTER = 0.5


class QueuePoller:
    """Poll one queue, and call its function with several batches at once, up to the function's cap of processes.

    Messages of a failed batch stay: the queue's visibility timeout brings them back, its redrive policy ends that.
    """

    def __init__(self, source: QueueSource, function: FunctionPool, cloud: Cloud) -> None:
        self._source = source
        self._function = function
        self._sqs = cloud.sqs()
        self._slots = asyncio.Semaphore(function.max_processes)

    async def run(self) -> None:
        """Poll until cancelled."""
        async with asyncio.TaskGroup() as batches:
            while True:
                await self._slots.acquire()
                if messages := await self._poll():
                    batches.create_task(self._work(messages))
                else:
                    self._slots.release()

    async def _poll(self) -> list["MessageTypeDef"]:
        try:
            return await asyncio.to_thread(self._receive)
        except (BotoCoreError, ClientError) as error:
            log(self._source.function, f"cannot poll {self._source.url}: {error}")
            await asyncio.sleep(_RETRY_AFTER)
            return []

    def _receive(self) -> list["MessageTypeDef"]:
        messages = self._receive_once(_MOST_AT_ONCE, wait=1)
        deadline = time.monotonic() + self._source.window
        while messages and len(messages) < self._source.batch_size and time.monotonic() < deadline:
            messages += self._receive_once(self._source.batch_size - len(messages), wait=1)
        return messages

    def _receive_once(self, most: int, wait: int) -> list["MessageTypeDef"]:
        answer = self._sqs.receive_message(
            QueueUrl=self._source.url,
            MaxNumberOfMessages=min(most, self._source.batch_size, _MOST_AT_ONCE),
            WaitTimeSeconds=wait,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return answer.get("Messages", [])

    async def _work(self, messages: list["MessageTypeDef"]) -> None:
        try:
            event = {"Records": [queue_record(message, self._source.arn) for message in messages]}
            payload = await self._function.call(event)
            ids = [message["MessageId"] for message in messages]
            failed = failed_ids(payload, ids) if self._source.report_failures else set[str]()
            done = [message for message in messages if message["MessageId"] not in failed]
            await asyncio.to_thread(self._delete, done)
        except (FunctionError, PayloadTooLargeError):
            # Said in the log already; the visibility timeout brings the whole batch back.
            pass
        except (BotoCoreError, ClientError) as error:
            log(self._source.function, f"messages of {self._source.url} were not deleted: {error}")
        finally:
            self._slots.release()

    def _delete(self, messages: Sequence["MessageTypeDef"]) -> None:
        for start in range(0, len(messages), _MOST_AT_ONCE):
            entries: Any = [
                {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]}
                for index, message in enumerate(messages[start : start + _MOST_AT_ONCE])
            ]
            self._sqs.delete_message_batch(QueueUrl=self._source.url, Entries=entries)


def queue_record(message: "MessageTypeDef", arn: str) -> dict[str, Any]:
    """Shape a message as a record of a Lambda event."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {
            name: {
                "stringValue": value.get("StringValue"),
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": value["DataType"],
            }
            for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message.get("MD5OfBody", ""),
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": arn.split(":")[3],
    }


def failed_ids(payload: bytes, ids: Sequence[str]) -> set[str]:
    """Read a partial batch response: which of `ids` failed.

    As on AWS, nothing or an empty list means that all succeeded; an unknown or empty id, or a response of the wrong
    shape, means that all failed.
    """
    try:
        response = json.loads(payload)
        failures = (response or {}).get("batchItemFailures") or []
        failed = {failure["itemIdentifier"] for failure in failures}
    except (ValueError, TypeError, KeyError, AttributeError):
        return set(ids)
    return failed if failed <= set(ids) else set(ids)
