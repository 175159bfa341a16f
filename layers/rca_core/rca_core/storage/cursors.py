"""Where a listing goes on: opaque to clients, checked as any other input when it comes back."""

import base64
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, model_validator

from rca_core.errors import FieldError, InvalidInput
from rca_core.storage.failure import FingerprintId
from rca_core.telemetry.fields import Count, RunId, UtcTime


class Place(BaseModel):
    """Behind one run of a partition, or, in a listing by day, before the newest run of a day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    day: date | None = None
    run_id: RunId | None = None
    started_at: UtcTime | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.run_id is None) != (self.started_at is None) or (self.day is None and self.run_id is None):
            raise ValueError("names no place")
        if self.day is not None and self.started_at is not None and self.started_at.date() != self.day:
            raise ValueError("names two places")
        return self

    @classmethod
    def behind(cls, values: Mapping[str, Any], *, by_day: bool) -> Self:
        """Return the place behind an index entry, of which the key attributes are enough."""
        started_at = datetime.fromisoformat(values["started_at"])
        day = started_at.date() if by_day else None
        return cls(day=day, run_id=values["PK"].removeprefix("RUN#"), started_at=started_at)


class FailurePlace(BaseModel):
    """Behind one failure of the list, which is ordered by recency or, where a place has a count, by count.

    The count is of all runs that showed it, those included that were not analysed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    last_seen: UtcTime
    fingerprint: FingerprintId
    count: Count | None = None


_P = TypeVar("_P", bound=BaseModel)


def encode(place: BaseModel) -> str:
    """Return a place as a cursor."""
    return base64.urlsafe_b64encode(place.model_dump_json(exclude_none=True).encode()).decode().rstrip("=")


def decode(cursor: str, *, by_day: bool) -> Place:
    """Return the place that a cursor names. Raises `InvalidInput` for one that this listing did not give out."""
    place = _read(Place, cursor)
    if by_day != (place.day is not None):
        raise bad_cursor()
    return place


def decode_failure(cursor: str, *, by_count: bool) -> FailurePlace:
    """Return the place in the list of failures that a cursor names. Raises `InvalidInput` as `decode` does."""
    place = _read(FailurePlace, cursor)
    if by_count != (place.count is not None):
        raise bad_cursor()
    return place


def _read(kind: type[_P], cursor: str) -> _P:
    try:
        return kind.model_validate_json(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        raise bad_cursor() from None


def bad_cursor() -> InvalidInput:
    """Return the error that refuses a cursor."""
    return InvalidInput([FieldError(loc=["query", "cursor"], msg="is not a cursor of this listing", type="cursor")])
