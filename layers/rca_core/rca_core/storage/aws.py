"""AWS clients, and AWS errors translated once into ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

import boto3
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004  botocore's name

from rca_core.errors import Conflict, Unavailable
from rca_core.storage.codec import from_item
from rca_core.storage.deadline import check_time_for

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

_Client = TypeVar("_Client", bound=BaseClient)

_CONNECT_SECONDS: Final = 2
_READ_SECONDS: Final = 5
TRY_SECONDS: Final = _CONNECT_SECONDS + _READ_SECONDS
"""Seconds that one try of a call lasts at most."""
# Between two tries: botocore waits up to 1, 2 and 4 seconds, the batches of this package less.
_LONGEST_PAUSE: Final = 4
MARGIN_SECONDS: Final = _LONGEST_PAUSE + 1
"""Seconds to keep of an invocation's time: after its last try comes a pause at most, then the answer."""

_CONFIG: Final = Config(
    connect_timeout=_CONNECT_SECONDS,
    read_timeout=_READ_SECONDS,
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
    return _in_time(boto3.client("dynamodb", config=_CONFIG))


@cache
def sqs() -> "SQSClient":
    """Return this process's SQS client."""
    return _in_time(boto3.client("sqs", config=_CONFIG))


@cache
def s3() -> "S3Client":
    """Return this process's S3 client, which soon gives up."""
    return boto3.client("s3", config=_OPTIONAL)


@cache
def ssm() -> "SSMClient":
    """Return this process's SSM client, which soon gives up."""
    return boto3.client("ssm", config=_OPTIONAL)


def _in_time(client: _Client) -> _Client:
    """Have every try of a client's calls checked against the deadline before it is sent."""

    def check(**_: Any) -> None:
        check_time_for(TRY_SECONDS)

    # What a handler of this event raises ends the call: botocore repeats its own errors only.
    client.meta.events.register_first("before-send", check)
    return client


@contextmanager
def translated() -> Iterator[None]:
    """Raise our errors for AWS's: throttling and outages are `Unavailable`, lost races `Conflict`.

    Anything else is a defect of ours (a denied permission, a malformed request) and passes as it is, with the id under
    which AWS knows the request noted for the log.
    """
    try:
        yield
    except ClientError as error:
        error.add_note(f"AWS request id: {error.response['ResponseMetadata'].get('RequestId', 'none')}")
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
