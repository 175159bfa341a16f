"""Queues that feed a function: batches, partial failures, redrive."""

import json
from typing import Any

from tests.integration.local.support import Sample, eventually


def send(sample: Sample, *jobs: dict[str, Any]) -> None:
    entries: Any = [{"Id": str(index), "MessageBody": json.dumps(job)} for index, job in enumerate(jobs)]
    sample.sqs.send_message_batch(QueueUrl=sample.environment["QUEUE_URL"], Entries=entries)


def dead_letter(sample: Sample, text: str) -> dict[str, Any]:
    """Take the dead letter that has `text` in its body off the queue."""
    url = sample.environment["DEAD_LETTER_QUEUE_URL"]

    def look() -> dict[str, Any] | None:
        answer = sample.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0, MessageSystemAttributeNames=["All"]
        )
        found = [message for message in answer.get("Messages", []) if text in message["Body"]]
        for message in found:
            sample.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return dict(found[0]) if found else None

    return eventually(look)


def test_a_message_reaches_the_function_as_lambda_shapes_it(sample: Sample) -> None:
    attributes: Any = {"trace": {"DataType": "String", "StringValue": "abc"}}
    body = json.dumps({"name": "shape"})
    sent = sample.sqs.send_message(
        QueueUrl=sample.environment["QUEUE_URL"], MessageBody=body, MessageAttributes=attributes
    )

    record = json.loads(str(sample.await_item("JOB#shape")["record"]))
    assert record["messageId"] == sent["MessageId"]
    assert record["body"] == body
    assert record["md5OfBody"] == sent["MD5OfMessageBody"]
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["messageAttributes"]["trace"]["stringValue"] == "abc"
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"].endswith(":local-Queue")


def test_messages_come_in_batches_of_at_most_the_templates_size(sample: Sample) -> None:
    names = [f"batch{number}" for number in range(10)]

    send(sample, *({"name": name} for name in names))

    sizes = [int(str(sample.await_item(f"JOB#{name}")["batch_size"])) for name in names]
    assert max(sizes) > 1
    assert max(sizes) <= 5


def test_only_the_messages_that_the_function_names_come_back(sample: Sample) -> None:
    send(sample, {"name": "good1"}, {"name": "bad", "fail": True}, {"name": "good2"})

    letter = dead_letter(sample, '"bad"')

    assert int(letter["Attributes"]["ApproximateReceiveCount"]) > 2
    deliveries = {name: sample.await_item(f"JOB#{name}")["deliveries"] for name in ("good1", "bad", "good2")}
    assert deliveries == {"good1": 1, "bad": 2, "good2": 1}


def test_a_function_error_brings_the_message_back_until_it_is_a_dead_letter(sample: Sample) -> None:
    send(sample, {"name": "poison", "raise": True})

    assert dead_letter(sample, '"poison"')
    assert sample.await_item("JOB#poison")["deliveries"] == 2
