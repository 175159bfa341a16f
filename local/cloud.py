"""Where DynamoDB and SQS are: an emulator on this machine, or an account."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient
    from mypy_boto3_sqs import SQSClient

DEFAULT_REGION = "us-east-1"
_NO_FILES = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


@dataclass(frozen=True)
class Cloud:
    """AWS's APIs at some place; `environment` is what a function's process needs to reach them."""

    region: str
    environment: Mapping[str, str]
    _options: Mapping[str, Any] = field(default_factory=dict)
    _clients: dict[str, Any] = field(default_factory=dict)

    def dynamodb(self) -> "DynamoDBClient":
        return cast("DynamoDBClient", self._client("dynamodb"))

    def dynamodb_streams(self) -> "DynamoDBStreamsClient":
        return cast("DynamoDBStreamsClient", self._client("dynamodbstreams"))

    def sqs(self) -> "SQSClient":
        return cast("SQSClient", self._client("sqs"))

    def _client(self, service: str) -> Any:
        # One for all who poll: each takes some megabytes.
        if service not in self._clients:
            self._clients[service] = boto3.client(service, **self._options, config=_CONFIG)  # type: ignore[call-overload]
        return self._clients[service]


# Whoever polls tries again by itself; long polls hold a connection each.
_CONFIG = Config(connect_timeout=2, read_timeout=30, retries={"total_max_attempts": 1}, max_pool_connections=64)


def emulator(endpoint_url: str) -> Cloud:
    """An emulator, which takes any credentials."""
    options = {
        "region_name": DEFAULT_REGION,
        "endpoint_url": endpoint_url,
        "aws_access_key_id": "testing",
        "aws_secret_access_key": "testing",
    }
    environment = {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_REGION": DEFAULT_REGION,
        "AWS_DEFAULT_REGION": DEFAULT_REGION,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": "testing",
        **_NO_FILES,
    }
    return Cloud(DEFAULT_REGION, environment, options)


def account() -> Cloud:
    """The account that this process's AWS settings name, found as the AWS CLI would find it."""
    region = boto3.Session().region_name or DEFAULT_REGION
    settings = {name: value for name, value in os.environ.items() if name.startswith("AWS_") or name == "HOME"}
    # boto3 takes an empty endpoint for none; without one, a function would go where the template says.
    own = {"AWS_ENDPOINT_URL": "", **settings, "AWS_REGION": region, "AWS_DEFAULT_REGION": region}
    return Cloud(region, own, {"region_name": region})


def forget_user_settings() -> None:
    """Keep the user's own AWS settings out: nothing of an emulated stack may reach their account."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= _NO_FILES
