"""Values to and from DynamoDB's typed JSON, and bodies to and from compressed bytes."""

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer

from rca_core.errors import CorruptBody, PayloadTooLarge

# The fastest level: ingest is bound by CPU before it is by bytes.
_LEVEL: Final = 1
MAX_BODY_BYTES: Final = 64 * 1024 * 1024
# DynamoDB holds no number nearer to zero.
_SMALLEST: Final = 1e-130

_serializer = TypeSerializer()
_deserializer = TypeDeserializer()

Item = dict[str, Any]


def to_item(values: Mapping[str, Any]) -> Item:
    """Return typed attributes for the values that are not None; floats keep their shortest decimal form."""
    return {name: _serializer.serialize(_decimal(value)) for name, value in values.items() if value is not None}


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain values: numbers as int or float, binaries as bytes."""
    return {name: _plain(_deserializer.deserialize(value)) for name, value in item.items()}


def digest(body: bytes) -> str:
    """Return the SHA-256 of a canonical body, as hex."""
    return hashlib.sha256(body).hexdigest()


def compress(body: bytes) -> bytes:
    """Return a body as it is stored; `PayloadTooLarge` for one that could not be read back."""
    if len(body) > MAX_BODY_BYTES:
        raise PayloadTooLarge(f"The run takes {len(body)} bytes as it is stored; at most {MAX_BODY_BYTES}.")
    return zlib.compress(body, _LEVEL)


def decompress(stored: bytes) -> bytes:
    """Return the body that stored bytes hold; `CorruptBody` if they hold none or one past all limits."""
    try:
        inflate = zlib.decompressobj()
        body = inflate.decompress(stored, MAX_BODY_BYTES)
    except zlib.error as error:
        raise CorruptBody("stored bytes cannot be decompressed") from error
    if not inflate.eof:
        raise CorruptBody("stored bytes are incomplete")
    return body


def timestamp(time: datetime) -> str:
    """Return a UTC time with microseconds and `Z`: one width, so that text order is time order."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def expiry(now: datetime, days: int) -> int:
    """Return the epoch second at which an item written now expires."""
    return int((now + timedelta(days=days)).timestamp())


def expired(values: Mapping[str, Any], now: datetime) -> bool:
    """Tell whether an item is past its time; DynamoDB deletes such items late."""
    expires_at = values.get("expires_at")
    # DynamoDB never deletes what has no number there.
    return isinstance(expires_at, int | float) and 0 < expires_at <= now.timestamp()


def projection(names: Iterable[str]) -> dict[str, Any]:
    """Return the options of a request that is to read these attributes only, whatever words DynamoDB reserves."""
    aliases = {f"#{name}": name for name in names}
    return {"ProjectionExpression": ", ".join(aliases), "ExpressionAttributeNames": aliases}


def _decimal(value: Any) -> Any:
    if isinstance(value, float):
        return Decimal(repr(value)) if abs(value) >= _SMALLEST else 0
    if isinstance(value, Mapping):
        return {key: _decimal(item) for key, item in value.items() if item is not None}
    return [_decimal(item) for item in value] if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Binary):
        return bytes(value.value)  # type: ignore[attr-defined]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
