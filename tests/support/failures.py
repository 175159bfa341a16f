"""Failures as the rollup keeps them, written past it: what lists and shows them reads no more than these attributes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from rca_core.storage.codec import timestamp, to_item
from rca_core.storage.keys import FAILURES, FINGERPRINT_SK, SYMPTOM_SK, fingerprint_pk, symptom_pk
from tests.conftest import Cloud

SEEN = datetime(2026, 1, 20, 11, 0, tzinfo=UTC)


def hash_of(number: int) -> str:
    """Return a hash, a higher one for a higher number."""
    return f"{number:016x}"


def write_failure(cloud: Cloud, number: int, *, seen: datetime | None = None, **fields: Any) -> str:
    """Write a failure that was seen so many seconds past eleven, or at a time; return its fingerprint."""
    fingerprint = hash_of(number)
    last_seen = seen or SEEN + timedelta(seconds=number)
    values = {
        "PK": fingerprint_pk(fingerprint),
        "SK": FINGERPRINT_SK,
        "fingerprint": fingerprint,
        "category": "timeout",
        "cause": "read_timeout",
        "tool": "search",
        "message": "no answer within <n> s",
        "count": 1,
        "first_seen": timestamp(last_seen - timedelta(hours=1)),
        "last_seen": timestamp(last_seen),
        "first_version": "1",
        "first_agent": "agent",
        "last_version": "2",
        "agents": ["agent"],
        "versions": ["agent\x1f2"],
        "hours": f"{int(last_seen.timestamp()) // 3600}:1",
        "last_runs": [{"run_id": f"run-{number}", "seen_at": timestamp(last_seen), "rca_run_id": f"rca-{number}"}],
        "status": "open",
        "symptoms": [],
        "listed": FAILURES,
        "as_of": timestamp(last_seen),
        "lock": 1,
        "expires_at": int((last_seen + timedelta(days=30)).timestamp()),
    }
    cloud.dynamodb.put_item(TableName=cloud.table, Item=to_item(values | fields))
    return fingerprint


def write_symptom(
    cloud: Cloud, number: int, count: int, *, expires_at: int = 4_000_000_000, hours: str | None = None
) -> str:
    """Write that so many failed runs with a symptom were not analysed; return the symptom's hash."""
    symptom = hash_of(number)
    values = {"PK": symptom_pk(symptom), "SK": SYMPTOM_SK, "count": count, "lock": 1, "expires_at": expires_at}
    if hours is not None:
        values["hours"] = hours
    cloud.dynamodb.put_item(TableName=cloud.table, Item=to_item(values))
    return symptom
