"""Stored items that cannot be read: each is passed over alone, told of in the log and counted, and stops nothing.

An item may be damaged, or written by another version of this code: attributes that are not known are passed over too.
"""

import logging
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeVar

from rca_core.emf import Metric, note

_T = TypeVar("_T")

# What reading raises for what is missing, of another type or no such value; pydantic's errors are ValueErrors.
UNREADABLE: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, zlib.error)

_log = logging.getLogger(__name__)


def readable(items: Iterable[Mapping[str, Any]], read: Callable[[Mapping[str, Any]], _T]) -> Iterator[_T]:
    """Yield what items hold; those that cannot be read are set aside."""
    for item in items:
        try:
            found = read(item)
        except UNREADABLE as error:
            set_aside(item, error)
        else:
            yield found


def set_aside(item: Mapping[str, Any], error: Exception) -> None:
    """Tell that an item cannot be read, without what it holds."""
    note(Metric.DAMAGED_ITEMS)
    where = {"pk": str(item.get("PK")), "sk": str(item.get("SK")), "error": type(error).__name__}
    _log.error("stored item cannot be read and is passed over: %(pk)r %(sk)r %(error)s", where, extra=where)
