"""Several items written as one, or not at all."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from rca_core.errors import Conflict, Unavailable
from rca_core.storage.aws import translated

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_LOST_RACE: Final = frozenset({"ConditionalCheckFailed", "TransactionConflict"})
_BUSY: Final = frozenset({"ProvisionedThroughputExceeded", "ThrottlingError"})


def transact(client: "DynamoDBClient", writes: Sequence[Any]) -> None:
    """Carry out writes, at most 100 items and 4 MB, as one.

    Raises `Conflict` if another writer changed one of the items, `Unavailable`.
    """
    try:
        with translated():
            client.transact_write_items(TransactItems=writes)
    except ClientError as error:
        reasons = {each.get("Code") for each in error.response.get("CancellationReasons", [])} - {"None", None}
        if reasons and reasons <= _LOST_RACE:
            raise Conflict("an item changed meanwhile") from error
        if error.response["Error"]["Code"] == "TransactionInProgressException" or (
            reasons and reasons <= _LOST_RACE | _BUSY
        ):
            raise Unavailable("storage is busy") from error
        raise
