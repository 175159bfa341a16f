"""Texts that a sender put into attributes, where failures are told under names of its own."""

from collections.abc import Iterator
from typing import Any, Final

import re2

_MAX_TEXTS: Final = 40
_MAX_READ: Final = 20_000
"""Characters of attributes that are read; a sender may put megabytes there."""
# Under which names failures are told; what stands under others is as likely an id or a setting.
_TELLS: Final = re2.compile(
    r"(?i)error|exception|fail|fault|reason|cause|detail|message|msg|trace|stderr|output|result|response|status_text"
)


def texts_in(attributes: dict[str, Any]) -> tuple[str, ...]:
    """Return the texts in attributes under names that tell of failures, in the order they were sent."""
    found: list[str] = []
    read = 0
    for text in _texts(attributes):
        if read > _MAX_READ or len(found) == _MAX_TEXTS:
            break
        found.append(text)
        read += len(text)
    return tuple(found)


def _texts(attributes: dict[str, Any]) -> Iterator[str]:
    # A stack, because telemetry may nest deeper than Python may call; bounded, as it may be wide.
    stack: list[tuple[bool, Any]] = [(False, attributes)]
    for _ in range(_MAX_READ):
        if not stack:
            return
        tells, value = stack.pop()
        if isinstance(value, str):
            if tells and value.strip():
                yield value
        elif isinstance(value, dict):
            stack += reversed([(tells or _TELLS.search(key) is not None, item) for key, item in value.items()])
        elif isinstance(value, list):
            stack += reversed([(tells, item) for item in value])
