"""Items that a counter is kept in, and how one is written over what was read of it."""

from typing import Any

Key = tuple[str, str]
"""Partition and sort key."""


def keyed(key: Key) -> dict[str, str]:
    """Return a key as attributes of its item."""
    pk, sk = key
    return {"PK": pk, "SK": sk}


def over(lock: int | None) -> dict[str, Any]:
    """Return the condition of writing an item as it was read, with its lock; None: if there is still no item."""
    if lock is None:
        return {"ConditionExpression": "attribute_not_exists(PK)"}
    return {
        "ConditionExpression": "#lock = :read",
        "ExpressionAttributeNames": {"#lock": "lock"},
        "ExpressionAttributeValues": {":read": {"N": str(lock)}},
    }
