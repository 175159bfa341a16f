"""What the routes answer, as models: the OpenAPI document and the handlers share them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from rca_core.storage.failure import Failure
from rca_core.storage.headers import RcaStatus, RunHeader
from rca_core.storage.listing import Finding, RunPage
from rca_core.storage.progress import RcaRun
from rca_core.telemetry.changes import IngestWarning


class Health(BaseModel):
    """That the API answers."""

    status: Literal["ok"] = "ok"
    service: Literal["agentops-smart-sre"] = "agentops-smart-sre"


class Ingested(BaseModel):
    """What became of a posted run; `changed` is false when the same content was stored already."""

    run_id: str
    revision: int
    created: bool
    changed: bool
    rca_run_id: str | None
    warnings: list[IngestWarning]


class ListedRun(RunHeader):
    """A run's header with what its analysis found, if `findings`, a category or a fingerprint was asked for."""

    finding: Finding | None


class RunList(BaseModel):
    """One page of runs, newest first; the next one starts at `next_cursor`."""

    items: list[ListedRun]
    next_cursor: str | None

    @classmethod
    def of(cls, page: RunPage) -> "RunList":
        """Return the answer for a page of the listing."""
        findings = page.findings or {}
        items = [ListedRun(**dict(header), finding=findings.get(header.run_id)) for header in page.items]
        return cls(items=items, next_cursor=page.next_cursor)


class FailureList(BaseModel):
    """One page of failures; the next one starts at `next_cursor`.

    `newest_only` says how many failures, the most recently seen, were sorted by count, if others may be more frequent.
    """

    items: list[Failure]
    next_cursor: str | None
    newest_only: int | None


class RcaCreated(BaseModel):
    """An analysis, new or already there, and where to follow it."""

    rca_run_id: str
    status: RcaStatus
    created: bool
    stream_url: str


class RcaDetail(BaseModel):
    """The state of an analysis, and its report once it is done."""

    rca_run_id: str
    run_id: str
    revision: int
    status: RcaStatus
    step: str
    pct: int
    message: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    error_message: str | None
    stream_url: str
    report: dict[str, Any] | None

    @classmethod
    def of(cls, rca: RcaRun, *, stream_url: str, report: dict[str, Any] | None) -> "RcaDetail":
        """Return the answer for a stored analysis."""
        return cls(**rca.model_dump(include=set(cls.model_fields)), stream_url=stream_url, report=report)
