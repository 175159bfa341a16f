"""Query parameters, checked by a model each; a misspelt name is an error, not ignored."""

import re
from typing import Annotated, Any, Final, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from rca_core.metrics.trends import BucketSize, GroupBy
from rca_core.storage.failure import FailureStatus, FingerprintId
from rca_core.storage.failures import Sort
from rca_core.storage.run_filter import RunFilter
from rca_core.telemetry.fields import MAX_CHILDREN, MAX_MILLISECONDS, KeptRunStatus, UtcTime
from rca_core.web.refusal import refused

_DATED: Final = re.compile(r"\d{4}-\d\d-\d\d")


def _with_date(value: Any) -> Any:
    # Seconds and milliseconds cannot be told apart: a bare number is no time.
    if isinstance(value, str) and not _DATED.match(value):
        raise ValueError("is not a time as in 2026-01-20T12:00:00Z")
    return value


_Time = Annotated[UtcTime, BeforeValidator(_with_date)]


_Name = Annotated[str, Field(min_length=1, max_length=256)]


class Query(BaseModel):
    """No parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class IngestQuery(Query):
    """Whether to refuse what would be mended, with every such field named: for tests of an integration."""

    strict: bool = False


class ListRunsQuery(Query):
    """Which runs to list; times are of their start, `since` included, `until` not."""

    agent_name: _Name | None = None
    agent_version: _Name | None = None
    status: KeptRunStatus | None = None
    environment: _Name | None = None
    without_environment: bool = False
    category: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    fingerprint: FingerprintId | None = None
    unrecovered_failures: bool | None = None
    failing_tool: _Name | None = None
    min_duration_ms: Annotated[float, Field(ge=0, le=MAX_MILLISECONDS)] | None = None
    min_cost_usd: Annotated[float, Field(ge=0, le=1e9)] | None = None
    text: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    since: _Time | None = None
    until: _Time | None = None
    findings: bool = False
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str, Field(max_length=2048)] | None = None

    @field_validator("failing_tool")
    @classmethod
    def _of_an_agent(cls, value: str | None, given: ValidationInfo) -> str | None:
        if value is not None and given.data.get("agent_name") is None:
            raise ValueError("needs agent_name: only the runs of one agent are known by their tools")
        return value

    def wanted(self) -> RunFilter:
        """Return the filter that these parameters ask for."""
        return RunFilter(**{name: getattr(self, name) for name in RunFilter._fields})


class ListFailuresQuery(Query):
    """Which failures to list: those seen at or after `since`.

    By count, which is `count` and `also_seen` together, of the 1,000 most recently seen.
    """

    sort: Sort = "recent"
    status: FailureStatus | None = None
    category: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    tool: _Name | None = None
    agent_name: _Name | None = None
    since: _Time | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str, Field(max_length=2048)] | None = None


class TimelineQuery(Query):
    """Which part of a timeline to return; all of it by default."""

    offset: Annotated[int, Field(ge=0)] = 0
    limit: Annotated[int, Field(ge=1, le=MAX_CHILDREN)] = MAX_CHILDREN


class EventsQuery(Query):
    """Which part of a run's events to outline."""

    offset: Annotated[int, Field(ge=0)] = 0
    limit: Annotated[int, Field(ge=1, le=MAX_CHILDREN)] = 1_000


class FieldsQuery(Query):
    """Whose fields to return: of an event, as in `tool_calls/call-1`, or of the run."""

    path: Annotated[str, Field(max_length=600)] = ""


class OverviewQuery(Query):
    """Which runs to sum up: of the last so many hours, by their last ingest."""

    hours: Annotated[int, Field(ge=1, le=720)] = 24
    agent_name: _Name | None = None
    environment: _Name | None = None


class TrendsQuery(Query):
    """Which trends to return; of at most 90 days."""

    group_by: GroupBy
    bucket: BucketSize = "hour"
    hours: Annotated[int, Field(ge=1, le=2160)] = 168
    agent_name: _Name | None = None
    environment: _Name | None = None


class CompareQuery(Query):
    """Which analysis of the same run to compare with: the earlier one."""

    before: Annotated[str, Field(min_length=1, max_length=128)]


class CreateRcaQuery(Query):
    """Whether to analyse again what was analysed already."""

    force: bool = False


Q = TypeVar("Q", bound=Query)


def parse_query(model: type[Q], given: dict[str, str]) -> Q:
    """Return the parameters of a request; `InvalidInput` naming each that is wrong."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise refused(error, "query") from None
