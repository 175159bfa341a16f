"""Where the tests' DynamoDB and SQS are: emulated in this process, at an address, or in an account."""

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from local import transactions
from tests.support import refused_items
from tests.support.template import REGION

_ACCOUNT = "aws"
_EMULATED = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


def add_options(parser: pytest.Parser) -> None:
    """Add the options that say so."""
    group = parser.getgroup("AWS")
    group.addoption(
        "--endpoint-url",
        metavar="URL",
        help=f"DynamoDB and SQS to test with; {_ACCOUNT!r} is the account that your AWS settings name (default: moto)",
    )
    group.addoption("--dynamodb-url", metavar="URL", help="DynamoDB to test with; SQS stays moto's")
    group.addoption("--add-refused-items", action="store_true", help="where that DynamoDB leaves them out, as dynalite")


def settle(config: pytest.Config) -> None:
    """Have every client of this process go there, whatever AWS settings the user has."""
    url, dynamodb_url = config.getoption("endpoint_url"), config.getoption("dynamodb_url")
    if url == _ACCOUNT:
        os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
        return
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= _EMULATED
    if url:
        os.environ["AWS_ENDPOINT_URL"] = url
    if dynamodb_url:
        os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = dynamodb_url


def has_address(config: pytest.Config) -> bool:
    """Tell whether DynamoDB is a server, or an account, that is there already."""
    return bool(config.getoption("endpoint_url") or config.getoption("dynamodb_url"))


@contextlib.contextmanager
def reached(config: pytest.Config, dynamodb: Any) -> Iterator[None]:
    """Emulate in this process what is nowhere else; an address of its own is left alone."""
    with contextlib.ExitStack() as stack:
        if not config.getoption("endpoint_url"):
            stack.enter_context(mock_aws())
            transactions.install()
        if config.getoption("add_refused_items"):
            stack.enter_context(refused_items.added(dynamodb))
        yield
