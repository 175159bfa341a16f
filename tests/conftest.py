"""What all tests share: AWS as an emulator in this process, built from template.yaml, checked by AWS's own rules."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from moto import mock_aws

from rca_core.storage import aws
from tests.support.aws_rules import check_request
from tests.support.template import REGION, properties, table_definition

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

for _name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[_name]
os.environ |= {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "POWERTOOLS_TRACE_DISABLED": "true",
}


TABLE = "Table"


class Cloud(NamedTuple):
    """The template's table and queues, and the clients that the product itself uses."""

    dynamodb: "DynamoDBClient"
    sqs: "SQSClient"
    table: str
    queue_url: str
    dead_letter_url: str
    operations: list[tuple[str, dict[str, Any]]]
    """Every DynamoDB and SQS request so far, as (operation, parameters)."""


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """Emulate AWS in this process, with what the template describes. Not for threads: the emulator loses writes."""
    # The clients are the process's own, made once; what they reach is new for each test.
    dynamodb, sqs = aws.dynamodb(), aws.sqs()
    with mock_aws(), _watched(dynamodb, sqs) as operations:
        dynamodb.create_table(TableName=TABLE, **table_definition())
        dead_letters = _queue(sqs, "RcaDeadLetterQueue")
        yield Cloud(dynamodb, sqs, TABLE, _queue(sqs, "RcaQueue"), dead_letters, operations)


def _queue(sqs: "SQSClient", logical_id: str) -> str:
    seconds = str(properties(logical_id)["VisibilityTimeout"])
    return sqs.create_queue(QueueName=logical_id, Attributes={"VisibilityTimeout": seconds})["QueueUrl"]


@contextmanager
def _watched(*clients: Any) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    seen: list[tuple[str, dict[str, Any]]] = []

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        seen.append((model.name, params))
        if model.service_model.service_name == "dynamodb":
            check_request(model.name, params)

    for client in clients:
        client.meta.events.register("before-parameter-build", note)
    yield seen
    for client in clients:
        client.meta.events.unregister("before-parameter-build", note)
