"""Histograms as one number each, whose 64-bit digits are the counts of the buckets: adding two is one addition."""

from collections.abc import Mapping
from typing import Final

from rca_core.metrics.histogram import Counts

_DIGIT: Final = 64
_BYTES: Final = _DIGIT // 8


def number_of(counts: Mapping[str, int]) -> int:
    """Return the number that stands for a histogram. No count reaches 2^64."""
    return sum(count << _DIGIT * int(bucket) for bucket, count in counts.items())


def counts_of(number: int) -> Counts:
    """Return the histogram that a number stands for."""
    length = -(-number.bit_length() // _DIGIT) * _BYTES
    digits = memoryview(number.to_bytes(length, "little")).cast("Q")
    return {str(bucket): count for bucket, count in enumerate(digits) if count}


def written(number: int) -> str:
    """Return a number as text."""
    return f"{number:x}"


def read(text: str) -> int:
    """Return the number that a text holds."""
    return int(text, 16)
