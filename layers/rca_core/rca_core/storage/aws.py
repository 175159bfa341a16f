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
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

# An API request has 29 s; four tries of at most 5 s with jittered pauses stay inside it.
_CONFIG: Final = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 4},
    max_pool_connections=128,
    # AWS checks every parameter as well; checking each attribute here is a tenth of a put's CPU.
    parameter_validation=False,
)

# For what an analysis can do without: the longest wait is two tries of 3 s each and the pause between them.
_OPTIONAL: Final = Config(
    connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 2}, parameter_validation=False
)

# Codes of throttling that come with a status under 500.
_THROTTLED: Final = frozenset(
    {
        "KmsThrottled",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
    }
)


@cache
def dynamodb() -> "DynamoDBClient":
    """Return this process's DynamoDB client."""
    return boto3.client("dynamodb", config=_CONFIG)


@cache
def sqs() -> "SQSClient":
    """Return this process's SQS client."""
    return boto3.client("sqs", config=_CONFIG)


@cache
def s3() -> "S3Client":
    """Return this process's S3 client, which soon gives up."""
    return boto3.client("s3", config=_OPTIONAL)


@cache
def ssm() -> Any:
    """Return this process's SSM client, which soon gives up."""
    return boto3.client("ssm", config=_OPTIONAL)


@contextmanager
def translated() -> Iterator[None]:
    """Raise our errors for AWS's: throttling and outages are `Unavailable`, lost races `Conflict`.

    Anything else is a defect of ours (a denied permission, a malformed request) and passes as it is.
    """
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "ConditionalCheckFailedException":
            raise Conflict("the item changed meanwhile") from error
        if code in _THROTTLED or error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
            raise Unavailable("storage is busy") from error
        raise
    except (ConnectionError, HTTPClientError) as error:
        raise Unavailable("storage cannot be reached") from error


def refused_item(error: Conflict) -> dict[str, Any]:
    """Return the item that refused a conditional write, as plain values; empty if there was none."""
    response: dict[str, Any] = getattr(error.__cause__, "response", {})
    return from_item(response.get("Item", {}))
