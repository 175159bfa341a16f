"""What is in the table, seen past the stores."""

from datetime import UTC, datetime
from typing import Any

from tests.conftest import Cloud

NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)


def sort_keys(cloud: Cloud, pk: str = "RUN#run-1") -> list[str]:
    """Return the sort keys of a partition, in order."""
    pages = cloud.dynamodb.get_paginator("query").paginate(
        TableName=cloud.table,
        KeyConditionExpression="PK = :pk",
        ExpressionAttributeValues={":pk": {"S": pk}},
        ProjectionExpression="SK",
    )
    return [item["SK"]["S"] for page in pages for item in page["Items"]]


def chunks(cloud: Cloud, pk: str = "RUN#run-1") -> list[str]:
    """Return the sort keys of a run's body chunks."""
    return [key for key in sort_keys(cloud, pk) if key.startswith("BODY#")]


def read(cloud: Cloud, sk: str, pk: str = "RUN#run-1") -> dict[str, Any]:
    """Return one item as it is stored; empty if there is none."""
    key = {"PK": {"S": pk}, "SK": {"S": sk}}
    return dict(cloud.dynamodb.get_item(TableName=cloud.table, Key=key).get("Item", {}))


def write(cloud: Cloud, item: dict[str, Any]) -> None:
    """Write one item as it is stored."""
    cloud.dynamodb.put_item(TableName=cloud.table, Item=item)


def remove(cloud: Cloud, sk: str, pk: str = "RUN#run-1") -> None:
    """Remove one item, as expiry does."""
    cloud.dynamodb.delete_item(TableName=cloud.table, Key={"PK": {"S": pk}, "SK": {"S": sk}})
