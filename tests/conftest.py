"""What all tests share: AWS as an emulator in this process, built from template.yaml, checked by AWS's own rules."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
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
    with mock_aws():
        aws.dynamodb.cache_clear()
        aws.sqs.cache_clear()
        dynamodb, sqs = aws.dynamodb(), aws.sqs()
        operations = _watch(dynamodb, sqs)
        dead_letters = _queue(sqs, "RcaDeadLetterQueue")
        yield Cloud(dynamodb, sqs, _table(), _queue(sqs, "RcaQueue"), dead_letters, operations)
        dynamodb.close()
        sqs.close()
    aws.dynamodb.cache_clear()
    aws.sqs.cache_clear()


def _table() -> str:
    client = boto3.client("dynamodb")
    client.create_table(TableName="Table", **table_definition())
    client.close()
    return "Table"


def _queue(sqs: "SQSClient", logical_id: str) -> str:
    seconds = str(properties(logical_id)["VisibilityTimeout"])
    return sqs.create_queue(QueueName=logical_id, Attributes={"VisibilityTimeout": seconds})["QueueUrl"]


def _watch(*clients: Any) -> list[tuple[str, dict[str, Any]]]:
    seen: list[tuple[str, dict[str, Any]]] = []

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        seen.append((model.name, params))
        if model.service_model.service_name == "dynamodb":
            check_request(model.name, params)

    for client in clients:
        client.meta.events.register("before-parameter-build", note)
    return seen
