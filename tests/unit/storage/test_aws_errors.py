"""AWS's errors, translated once: by code, never by message."""

from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from rca_core.errors import Conflict, Unavailable
from rca_core.storage.aws import refused_item, translated


def client_error(code: str, *, status: int = 400, **more: Any) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": "-"}, "ResponseMetadata": {"HTTPStatusCode": status}, **more}
    return ClientError(response, "Operation")


def raised(error: Exception) -> Exception:
    with pytest.raises(Exception) as caught, translated():  # noqa: PT011  which it is, is the question
        raise error
    return caught.value


@pytest.mark.parametrize(
    "error",
    [
        client_error("ProvisionedThroughputExceededException"),
        client_error("ThrottlingException"),
        client_error("RequestLimitExceeded"),
        client_error("InternalServerError", status=500),
        client_error("InternalFailure", status=500),
        client_error("ServiceUnavailable", status=503),
        client_error("AWS.SimpleQueueService.SomethingNew", status=500),
        client_error("RequestThrottled", status=403),
        client_error("KmsThrottled"),
        ConnectTimeoutError(endpoint_url="-"),
        ReadTimeoutError(endpoint_url="-"),
        EndpointConnectionError(endpoint_url="-"),
    ],
)
def test_throttling_and_outages_are_unavailable(error: Exception) -> None:
    found = raised(error)

    assert type(found) is Unavailable
    assert found.__cause__ is error


def test_a_refused_condition_is_a_conflict() -> None:
    assert type(raised(client_error("ConditionalCheckFailedException"))) is Conflict


@pytest.mark.parametrize(
    "error",
    [
        client_error("AccessDeniedException"),
        client_error("ValidationException"),
        client_error("ResourceNotFoundException"),
        ParamValidationError(report="-"),
        NoCredentialsError(),
        KeyError("ours"),
    ],
)
def test_what_is_our_own_defect_passes_as_it_is(error: Exception) -> None:
    assert raised(error) is error


def test_what_succeeds_passes() -> None:
    with translated():
        answer = 1

    assert answer == 1


def test_a_conflict_shows_the_item_that_refused() -> None:
    found = raised(client_error("ConditionalCheckFailedException", Item={"revision": {"N": "7"}}))

    assert isinstance(found, Conflict)
    assert refused_item(found) == {"revision": 7}
    assert refused_item(Conflict("without a cause")) == {}
