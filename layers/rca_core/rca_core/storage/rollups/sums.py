"""Check sums of counters: one number for each item, which adds up as the counters do."""

from collections.abc import Iterable
from hashlib import blake2b

from rca_core.metrics.block import SECTIONS, Hour
from rca_core.storage.rollups.hours import hour_key
from rca_core.storage.rollups.items import Key
from rca_core.storage.rollups.ledger import Ledger
from rca_core.storage.rollups.showings import showing_key

Sums = dict[Key, int]
"""Key of an item -> the check sum of what it counts."""

_MODULUS = 2**64


def sum_of(hour: Hour) -> int:
    """Return the check sum of counters. That of two added up is the sum of theirs, modulo 2^64."""
    return (
        sum(
            count * _weight(environment, section, name)
            for environment, block in hour.items()
            for section, counts in block.items()
            if section in SECTIONS
            for name, count in counts.items()
        )
        % _MODULUS
    )


def add_ledger(sums: Sums, ledger: Ledger) -> None:
    """Add what a ledger says is counted, to the items that count it."""
    for place in ledger.places:
        _add(sums, hour_key(place), sum_of({place.environment: place.block}))
    if ledger.showing and ledger.showing.pk:
        _add(sums, showing_key(ledger.showing.pk), 1)


def differing(first: Sums, second: Sums) -> Iterable[Key]:
    """Return the keys of items whose sums differ; what is missing counts nothing."""
    return [key for key in {*first, *second} if first.get(key, 0) != second.get(key, 0)]


def _add(sums: Sums, key: Key, more: int) -> None:
    sums[key] = (sums.get(key, 0) + more) % _MODULUS


def _weight(*names: str) -> int:
    return int.from_bytes(blake2b("\0".join(names).encode(), digest_size=8).digest(), "big")
