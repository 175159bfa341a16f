"""Table streams that feed a function: order, filters, retries, what is given up."""

import json

from tests.integration.local.support import Sample
from tests.integration.local.test_queues import dead_letter


def test_a_change_reaches_the_function_as_lambda_shapes_it(sample: Sample) -> None:
    sample.table.put_item(Item={"PK": "WATCHED#shape", "data": b"\x00\x01", "count": 7})

    record = json.loads(str(sample.await_item("SEEN#WATCHED#shape")["record"]))
    assert record["eventName"] == "INSERT"
    assert record["eventSource"] == "aws:dynamodb"
    assert record["dynamodb"]["Keys"] == {"PK": {"S": "WATCHED#shape"}}
    assert record["dynamodb"]["NewImage"]["data"] == {"B": "AAE="}
    assert record["dynamodb"]["NewImage"]["count"] == {"N": "7"}
    assert isinstance(record["dynamodb"]["ApproximateCreationDateTime"], float)
    assert "/stream/" in record["eventSourceARN"]


def test_only_changes_that_the_filter_wants_reach_the_function(sample: Sample) -> None:
    sample.table.put_item(Item={"PK": "WATCHED#updated", "version": 1})
    sample.table.put_item(Item={"PK": "WATCHED#updated", "version": 2})
    sample.table.put_item(Item={"PK": "OTHER#item"})
    sample.table.put_item(Item={"PK": "WATCHED#last"})

    # Changes come in order: once the last is seen, so is all before it.
    sample.await_item("SEEN#WATCHED#last")
    assert sample.item("SEEN#OTHER#item") is None
    assert sample.await_item("SEEN#WATCHED#updated")["deliveries"] == 1


def test_a_record_that_keeps_failing_is_given_up_and_the_next_ones_follow(sample: Sample) -> None:
    sample.table.put_item(Item={"PK": "WATCHED#poison", "fail": True})
    sample.table.put_item(Item={"PK": "WATCHED#follower"})

    letter = json.loads(dead_letter(sample, "DDBStreamBatchInfo")["Body"])

    assert letter["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert letter["requestContext"]["approximateInvokeCount"] == 3
    assert sample.await_item("SEEN#WATCHED#poison")["deliveries"] == 3
