"""A recurring failure: what its fingerprint stands for, how often, where and when it was seen."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

FingerprintId = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
FailureStatus = Literal["open", "resolved", "reopened"]
GivenStatus = Literal["open", "resolved"]
"""What people say of a failure. That it came back is seen, not said."""


class Sighting(BaseModel):
    """A run that showed a failure, when it was ingested, and which analysis found it: its report says why.

    The run may have been deleted or have expired since, and its analysis with it. Of a run that was counted before this
    was kept, the analysis is null.
    """

    run_id: str
    seen_at: datetime
    rca_run_id: str | None = None


class Failure(BaseModel):
    """A failure with the same shape in many runs: their category, cause, tool and message without what varies.

    Once it was resolved and came back, `reopened_at` is when, `reopened_version` in which version of an agent.
    `count` is of runs whose analysis found it; `also_seen` of failed runs that look like those and were not analysed.
    Times are of ingest. `agents` are the ten that it was seen in last, names over 100 characters cut to a digest.
    """

    # An item that cannot be read ends in the log, without what it holds.
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    fingerprint: str
    category: str
    cause: str
    tool: str | None = None
    message: str | None = None
    count: int
    also_seen: int
    first_seen: datetime
    last_seen: datetime
    first_agent: str | None = None
    first_version: str | None = None
    last_version: str | None = None
    agents: list[str]
    status: FailureStatus
    resolved_at: datetime | None = None
    reopened_at: datetime | None = None
    reopened_version: str | None = None


class HourSeen(BaseModel):
    """How many runs showed a failure in an hour, by ingest; `count` and `also_seen` are as of the whole."""

    hour: datetime
    count: int
    also_seen: int


class SeenVersion(BaseModel):
    """A version of an agent that showed a failure; names over 100 characters are cut to a digest."""

    agent_name: str
    agent_version: str


class KnownFailure(BaseModel):
    """What of a failure tells that a run shows it again, without what only looks alike."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    fingerprint: str
    count: int
    first_seen: datetime
    last_seen: datetime
    first_version: str | None = None
    last_runs: list[Sighting]


class FailureDetail(Failure):
    """A failure with the runs that showed it last, at most ten, newest last.

    `versions` are the ten that showed it last, newest last; `hours` those of the week up to when it was seen last, in
    order, without the hours in which nothing was seen. What was counted before these were kept is not in them.
    """

    last_runs: list[Sighting]
    versions: list[SeenVersion]
    hours: list[HourSeen]
