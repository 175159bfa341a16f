"""Items that a counter is kept in, and how one is written over what was read of it."""

from collections.abc import Mapping
from typing import Any

from rca_core.storage.codec import to_item
from rca_core.storage.keys import FINGERPRINT_SK, SYMPTOM_SK, fingerprint_pk, hour_begins, metrics_pk, symptom_pk

Key = tuple[str, str]
"""Partition and sort key."""


def keyed(key: Key) -> dict[str, str]:
    """Return a key as attributes of its item."""
    pk, sk = key
    return {"PK": pk, "SK": sk}


def is_counter(pk: str, sk: str) -> bool:
    """Tell whether a key is of a counter, whatever attributes its item has."""
    return (
        is_hour(pk, sk)
        or (pk.startswith(fingerprint_pk("")) and sk == FINGERPRINT_SK)
        or (pk.startswith(symptom_pk("")) and sk == SYMPTOM_SK)
    )


def is_hour(pk: str, sk: str) -> bool:
    """Tell whether a key is of an hour's counters."""
    if not (pk.startswith(metrics_pk("")) and sk.startswith("HOUR#")):
        return False
    try:
        hour_begins(pk, sk)
    except (IndexError, ValueError):
        return False
    return True


def whole(value: Any) -> int:
    """Return a whole number that an item holds; 0 for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def over(there: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the condition of writing an item as it was read, with its lock; None, or empty: if there is still none.

    An item that lost its lock, or has something else there, can be written over all the same.
    """
    if not there:
        return {"ConditionExpression": "attribute_not_exists(PK)"}
    names = {"ExpressionAttributeNames": {"#lock": "lock"}}
    lock = there.get("lock")
    if isinstance(lock, int | float) and not isinstance(lock, bool):
        return {
            "ConditionExpression": "#lock = :read",
            **names,
            "ExpressionAttributeValues": to_item({":read": lock}),
        }
    return {
        "ConditionExpression": "attribute_exists(PK) AND NOT attribute_type(#lock, :number)",
        **names,
        "ExpressionAttributeValues": to_item({":number": "N"}),
    }
