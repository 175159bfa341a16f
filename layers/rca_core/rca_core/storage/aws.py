"""AWS clients, and AWS errors translated once into ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004  botocore's name

from rca_core.errors import Conflict, Unavailable
from rca_core.storage.codec import from_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

# An API request has 29 s; four tries of at most 5 s with jittered pauses stay inside it.
_CONFIG: Final = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 4},
    max_pool_connections=128,
)

# Codes of throttling that come with a status under 500, and those of a transaction's single writes.
_THROTTLED: Final = frozenset(
    {
        "KmsThrottled",
        "LimitExceededException",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "ThrottledException",
        "Throttling",
        "ThrottlingError",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)


class Contended(Unavailable):
    """Another transaction holds the item right now."""


@cache
def dynamodb() -> "DynamoDBClient":
    """Return this process's DynamoDB client."""
    return boto3.client("dynamodb", config=_CONFIG)


@cache
def sqs() -> "SQSClient":
    """Return this process's SQS client."""
    return boto3.client("sqs", config=_CONFIG)


@contextmanager
def translated() -> Iterator[None]:
    """Raise our errors for AWS's: throttling and outages are `Unavailable`, lost races `Conflict`.

    Anything else is a defect of ours (a denied permission, a malformed request) and passes as it is.
    """
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        reasons = cancellation_reasons(error)
        if code == "ConditionalCheckFailedException" or "ConditionalCheckFailed" in reasons:
            raise Conflict("the item changed meanwhile") from error
        if code == "TransactionConflictException" or "TransactionConflict" in reasons:
            raise Contended("the item is being written by others") from error
        failed = error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500
        if failed or not _THROTTLED.isdisjoint([code, *reasons]):
            raise Unavailable("storage is busy") from error
        raise
    except (ConnectionError, HTTPClientError) as error:
        raise Unavailable("storage cannot be reached") from error


def cancellation_reasons(error: BaseException | None) -> list[str]:
    """Return why each write of a cancelled transaction was refused ("None" where it was not), in order."""
    response: dict[str, Any] = getattr(error, "response", {})
    return [reason.get("Code", "None") for reason in response.get("CancellationReasons", [])]


def refused_item(error: Conflict) -> dict[str, Any]:
    """Return the item that refused a conditional write, as plain values; empty if there was none."""
    response: dict[str, Any] = getattr(error.__cause__, "response", {})
    return from_item(response.get("Item", {}))
