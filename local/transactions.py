"""Transactions for moto that do not copy the table once for each of their items."""

from collections.abc import Mapping, Sequence
from typing import Any

from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.exceptions import (
    MultipleTransactionsException,
    TooManyTransactionsException,
    TransactionCanceledException,
)
from moto.dynamodb.models import DynamoDBBackend

Failure = tuple[str, str, dict[str, Any]] | tuple[None, None, None]
_MOST_ITEMS = 100


def install() -> None:
    """Have moto, in this process, check all conditions of a transaction before it writes anything.

    moto writes item by item and goes back to a copy of the table where a condition fails. With a thousand runs stored,
    a transaction of a hundred items takes it minutes. Requests have to come one at a time, as they do here.
    """
    setattr(DynamoDBBackend, "transact_write_items", _transact)  # noqa: B010  mypy takes no assignment to a method


def _transact(backend: Any, transact_items: Sequence[Mapping[str, Any]]) -> None:
    if len(transact_items) > _MOST_ITEMS:
        raise TooManyTransactionsException
    writes = [next(iter(item.items())) for item in transact_items]
    keys = [(write["TableName"], str(_key(backend, write))) for _, write in writes]
    if len(set(keys)) < len(keys):
        raise MultipleTransactionsException
    failures = [_failure(backend, write) for _, write in writes]
    if any(code for code, _, _ in failures):
        raise TransactionCanceledException(failures)
    for kind, write in writes:
        _carry_out(backend, kind, write)


def _key(backend: Any, write: Mapping[str, Any]) -> dict[str, Any]:
    if "Key" in write:
        return dict(sorted(write["Key"].items()))
    table = backend.get_table(write["TableName"])
    return {name: write["Item"][name] for name in sorted((table.hash_key_attr, table.range_key_attr))}


def _failure(backend: Any, write: Mapping[str, Any]) -> Failure:
    if "ConditionExpression" not in write:
        return None, None, None
    names, values = write.get("ExpressionAttributeNames"), write.get("ExpressionAttributeValues")
    there = backend.get_item(write["TableName"], _key(backend, write))
    if get_filter_expression(write["ConditionExpression"], names, values).expr(there):
        return None, None, None
    shown = there.to_json()["Attributes"] if "ReturnValuesOnConditionCheckFailure" in write and there else {}
    return "ConditionalCheckFailed", "The conditional request failed", shown


def _carry_out(backend: Any, kind: str, write: Mapping[str, Any]) -> None:
    table = write["TableName"]
    match kind:
        case "Put":
            backend.put_item(table, write["Item"])
        case "Delete":
            backend.delete_item(table, write["Key"])
        case "Update":
            names, values = write.get("ExpressionAttributeNames"), write.get("ExpressionAttributeValues")
            backend.update_item(table, write["Key"], write["UpdateExpression"], names, values)
