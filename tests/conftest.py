"""What all tests share: the template's table and queues, checked by AWS's own rules."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings

from rca_core.storage import aws
from tests.support import place
from tests.support.aws_rules import check_request
from tests.support.template import properties, table_definition

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

DEEP = Path(__file__).parent / "deep"
# How long an example takes says how busy the machine is.
_PATIENT: Any = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.filter_too_much]}
settings.register_profile("quick", max_examples=25, **_PATIENT)
settings.register_profile("deep", max_examples=500, **_PATIENT)
settings.load_profile("quick")

MADE_WITHIN: Any = {"Delay": 0.1, "MaxAttempts": 600}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the tests run against another DynamoDB and SQS."""
    place.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Settle what every test's process is told, before any module reads it."""
    place.settle(config)
    os.environ["POWERTOOLS_TRACE_DISABLED"] = "true"


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what is in tests/deep: nothing there is quick."""
    if DEEP in item.path.parents:
        item.add_marker(pytest.mark.deep)


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
def cloud(pytestconfig: pytest.Config) -> Iterator[Cloud]:
    """Make what the template describes, new for each test. Not for threads: moto in this process loses their writes."""
    # The clients are the process's own, made once; what they reach is new for each test.
    dynamodb, sqs = aws.dynamodb(), aws.sqs()
    name = f"rca-test-{secrets.token_hex(6)}"
    with place.reached(pytestconfig, dynamodb), _watched(dynamodb, sqs) as operations, contextlib.ExitStack() as made:
        dynamodb.create_table(TableName=name, **table_definition())
        # moto in this process makes it at once, and forgets it all by itself.
        if place.has_address(pytestconfig):
            made.callback(dynamodb.delete_table, TableName=name)
            made.callback(_delete_queues, sqs, name)
            dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig=MADE_WITHIN)
        dead_letters = _queue(sqs, name, "RcaDeadLetterQueue")
        yield Cloud(dynamodb, sqs, name, _queue(sqs, name, "RcaQueue"), dead_letters, operations)


def _queue(sqs: "SQSClient", name: str, logical_id: str) -> str:
    seconds = str(properties(logical_id)["VisibilityTimeout"])
    attributes: Any = {"VisibilityTimeout": seconds}
    return sqs.create_queue(QueueName=f"{name}-{logical_id}", Attributes=attributes)["QueueUrl"]


def _delete_queues(sqs: "SQSClient", name: str) -> None:
    """Delete this test's queues, those too that it made itself."""
    for url in sqs.list_queues(QueueNamePrefix=name).get("QueueUrls", []):
        sqs.delete_queue(QueueUrl=url)


@contextlib.contextmanager
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
