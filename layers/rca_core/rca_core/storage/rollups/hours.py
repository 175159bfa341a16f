"""Items that hold the counters of an hour: one for each shard that several writers needed."""

import json
import zlib
from collections.abc import Mapping
from typing import Any

from rca_core.metrics.block import Hour
from rca_core.storage.keys import hour_sk
from rca_core.storage.rollups.ledger import Place


def hour_key(place: Place) -> dict[str, str]:
    """Return the key of the item that counts a place."""
    if place.shard is None:
        raise ValueError("a place has a shard once it is counted")
    return {"PK": place.pk, "SK": hour_sk(place.hour, place.shard)}


def packed(hour: Hour) -> bytes:
    """Return counters as they are stored."""
    return zlib.compress(json.dumps(hour, separators=(",", ":"), ensure_ascii=False).encode())


def unpacked(item: Mapping[str, Any]) -> Hour:
    """Return the counters that an item holds; none of an item that is not there."""
    if "counts" not in item:
        return {}
    hour: Hour = json.loads(zlib.decompress(item["counts"]))
    return hour
