"""moto's transactions as this stack has it carry them out."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from rca_core.storage.codec import to_item
from tests.conftest import Cloud


def put(cloud: Cloud, sk: str, value: int, **condition: Any) -> Any:
    """Return the write of an item."""
    return {"Put": {"TableName": cloud.table, "Item": to_item({"PK": "p", "SK": sk, "value": value}), **condition}}


def values(cloud: Cloud) -> dict[str, str]:
    """Return what is stored."""
    found = cloud.dynamodb.scan(TableName=cloud.table)["Items"]
    return {item["SK"]["S"]: item["value"]["N"] for item in found}


NEW: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(PK)"}


def test_all_items_are_written_and_the_stream_tells_of_each(cloud: Cloud) -> None:
    cloud.dynamodb.transact_write_items(TransactItems=[put(cloud, "a", 1, **NEW), put(cloud, "b", 2)])
    key = {"PK": {"S": "p"}, "SK": {"S": "a"}}
    change: Any = {
        "Update": {
            "TableName": cloud.table,
            "Key": {**key, "SK": {"S": "b"}},
            "UpdateExpression": "SET #value = :three",
            "ExpressionAttributeNames": {"#value": "value"},
            "ExpressionAttributeValues": {":three": {"N": "3"}},
        }
    }
    cloud.dynamodb.transact_write_items(TransactItems=[{"Delete": {"TableName": cloud.table, "Key": key}}, change])

    assert values(cloud) == {"b": "3"}


def test_one_refused_item_keeps_all_from_being_written_and_is_named(cloud: Cloud) -> None:
    cloud.dynamodb.transact_write_items(TransactItems=[put(cloud, "b", 1)])

    with pytest.raises(ClientError) as refused:
        cloud.dynamodb.transact_write_items(TransactItems=[put(cloud, "a", 2), put(cloud, "b", 2, **NEW)])

    reasons: Any = refused.value.response
    assert [reason["Code"] for reason in reasons["CancellationReasons"]] == ["None", "ConditionalCheckFailed"]
    assert values(cloud) == {"b": "1"}
