"""Items that hold the counters of an hour: one for each shard that several writers needed."""

import json
import zlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from rca_core.metrics.block import RUN_MS, SECTIONS, STEP_MS, Hour
from rca_core.metrics.dense import counts_of, number_of, read, written
from rca_core.metrics.overview import Latencies
from rca_core.storage.codec import expiry
from rca_core.storage.keys import hour_begins, hour_sk
from rca_core.storage.rollups.items import Key, whole
from rca_core.storage.rollups.ledger import Place

_HISTOGRAMS: Final = (STEP_MS, RUN_MS)

Stored = dict[str, dict[str, Any]]
"""Counters as JSON has them: as in `Hour`, but for histograms, which are written as one number each."""


def hour_key(place: Place) -> Key:
    """Return the key of the item that counts a place."""
    if place.shard is None:
        raise ValueError("a place has a shard once it is counted")
    return place.pk, hour_sk(place.hour, place.shard)


def hour_expiry(key: Key, there: Mapping[str, Any], retention_days: int) -> int:
    """Return when the counters of a key expire: with the last runs that were ingested in that hour, if not later.

    Runs that were sent again since live longer.
    """
    earliest = expiry(hour_begins(*key) + timedelta(hours=1), retention_days)
    return max(earliest, whole(there.get("expires_at")))


def packed(hour: Hour) -> bytes:
    """Return counters as they are stored."""
    stored: Stored = {
        environment: {
            section: written(number_of(counts)) if section in _HISTOGRAMS else counts
            for section, counts in block.items()
        }
        for environment, block in hour.items()
    }
    return zlib.compress(json.dumps(stored, separators=(",", ":"), ensure_ascii=False).encode())


def unpacked(item: Mapping[str, Any]) -> Hour:
    """Return the counters that an item holds; none of an item that is not there. Raises `UNREADABLE` errors.

    Sections that this version does not know are kept.
    """
    return {
        environment: {
            section: counts_of(read(counts)) if section in _HISTOGRAMS else counts for section, counts in block.items()
        }
        for environment, block in _stored(item).items()
    }


def parted(item: Mapping[str, Any]) -> tuple[Hour, Latencies]:
    """Return the counters that an item holds, its histograms apart and as numbers: to be summed up fast.

    Sections that this version does not know are left out. Raises `UNREADABLE` errors.
    """
    hour = {
        environment: {section: counts for section, counts in block.items() if section in SECTIONS}
        for environment, block in _stored(item).items()
    }
    latencies: Latencies = {
        environment: {section: read(block.pop(section)) for section in _HISTOGRAMS if section in block}
        for environment, block in hour.items()
    }
    return hour, latencies


def _stored(item: Mapping[str, Any]) -> Stored:
    if "counts" not in item:
        return {}
    stored: Stored = json.loads(zlib.decompress(item["counts"]))
    for block in stored.values():
        for section, counts in block.items():
            if section not in SECTIONS or section in _HISTOGRAMS:
                continue
            if not all(type(count) is int for count in counts.values()):
                raise TypeError(f"{section} holds what is no number")
    return stored
