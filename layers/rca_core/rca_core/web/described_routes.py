"""Every route of the API, as its description shows it. Nothing here runs in a request."""

from typing import Any, Final, NamedTuple

from rca_core.analysis.compare import Comparison
from rca_core.metrics.overview import Overview
from rca_core.metrics.trends import Trends
from rca_core.storage.failure import FailureDetail
from rca_core.storage.headers import RunDetail
from rca_core.telemetry.outline import EventFields, Outline
from rca_core.telemetry.timeline import TimelineEvent
from rca_core.telemetry.wire import RunBody
from rca_core.web.answers import FailureList, Health, Ingested, RcaCreated, RcaDetail, RunList
from rca_core.web.change import FailureChange
from rca_core.web.otlp import JSON, PATH, PROTOBUF, ExportRequest, ExportResponse, Status
from rca_core.web.query import (
    CompareQuery,
    CreateRcaQuery,
    EventsQuery,
    FieldsQuery,
    IngestQuery,
    ListFailuresQuery,
    ListRunsQuery,
    OverviewQuery,
    Query,
    TimelineQuery,
    TrendsQuery,
)


class Route(NamedTuple):
    """One route of the API, as the document shows it."""

    method: str
    path: str
    summary: str
    answer: Any
    security: str | None = "access"
    query: type[Query] = Query
    body: Any = None
    errors: tuple[int, ...] = ()
    status: int = 200
    media_type: str = "application/json"
    leads_to: tuple[str, ...] = ()
    """Routes whose path takes a field of the answer, or of the first of what it lists as `first_of`."""
    first_of: str = ""
    body_types: tuple[str, ...] = ("application/json",)
    own_errors: Any = None
    """What errors are answered as, in the type of the request; None for problem documents."""


_GUARDED: Final = (401, 403)

ROUTES: Final = (
    Route("get", "/", "Say that the API answers", Health, security=None),
    Route(
        "post",
        "/agent-runs",
        "Store an agent run, or replace it by its new version",
        Ingested,
        security="ingest",
        query=IngestQuery,
        body=RunBody,
        errors=(*_GUARDED, 409, 413, 415, 422, 503),
        leads_to=(
            "get /agent-runs/{run_id}",
            "get /agent-runs/{run_id}/timeline",
            "get /agent-runs/{run_id}/events",
            "get /agent-runs/{run_id}/fields",
            "get /agent-runs/{run_id}/body",
            "post /agent-runs/{run_id}/rca-runs",
            "delete /agent-runs/{run_id}",
        ),
    ),
    Route(
        "post",
        PATH,
        "Store the runs that spans tell of, as OpenTelemetry's exporters send them over HTTP",
        ExportResponse,
        security="ingest",
        body=ExportRequest,
        errors=(400, *_GUARDED, 413, 415, 503),
        body_types=(JSON, PROTOBUF),
        own_errors=Status,
    ),
    Route("get", "/agent-runs", "List runs, newest first", RunList, query=ListRunsQuery, errors=(*_GUARDED, 422, 503)),
    Route("get", "/agent-runs/{run_id}", "Return a run's header and analyses", RunDetail, errors=(*_GUARDED, 404, 503)),
    Route(
        "delete",
        "/agent-runs/{run_id}",
        "Delete a run with its body, its analyses and their reports",
        None,
        status=204,
        errors=(*_GUARDED, 404, 503),
    ),
    Route(
        "get",
        "/agent-runs/{run_id}/timeline",
        "Return a run's events in the order they happened",
        list[TimelineEvent],
        query=TimelineQuery,
        errors=(*_GUARDED, 404, 422, 503),
    ),
    Route(
        "get",
        "/agent-runs/{run_id}/events",
        "Return a run's events without their texts, as a waterfall draws them",
        Outline,
        query=EventsQuery,
        errors=(*_GUARDED, 404, 422, 503),
    ),
    Route(
        "get",
        "/agent-runs/{run_id}/fields",
        "Return the fields of one event whole, as highlights address them, or those of the run itself",
        EventFields,
        query=FieldsQuery,
        errors=(*_GUARDED, 404, 422, 503),
    ),
    Route(
        "get",
        "/agent-runs/{run_id}/body",
        "Return a run as it is stored, as it can be posted again",
        RunBody,
        errors=(*_GUARDED, 404, 413, 503),
    ),
    Route(
        "post",
        "/agent-runs/{run_id}/rca-runs",
        "Start the analysis of a run's current revision, or return the one there is",
        RcaCreated,
        query=CreateRcaQuery,
        errors=(*_GUARDED, 404, 409, 422, 503),
        leads_to=(
            "get /agent-runs/rca-runs/{rca_run_id}",
            "get /agent-runs/rca-runs/{rca_run_id}/comparison",
            "get /rca-runs/{rca_run_id}/stream",
        ),
    ),
    Route(
        "get",
        "/agent-runs/rca-runs/{rca_run_id}",
        "Return an analysis, with its report once it is done",
        RcaDetail,
        errors=(*_GUARDED, 404, 503),
    ),
    Route(
        "get",
        "/agent-runs/rca-runs/{rca_run_id}/comparison",
        "Return what changed from an earlier analysis of the same run to this one",
        Comparison,
        query=CompareQuery,
        errors=(*_GUARDED, 404, 422, 503),
    ),
    Route(
        "get",
        "/rca-runs/{rca_run_id}/stream",
        "Follow an analysis: redirects to where Server-Sent Events are served",
        None,
        status=307,
        errors=(*_GUARDED, 404, 503),
    ),
    Route(
        "get",
        "/failures",
        "List recurring failures, the most recently seen or the most frequent first",
        FailureList,
        query=ListFailuresQuery,
        errors=(*_GUARDED, 422, 503),
        leads_to=("get /failures/{fingerprint}", "patch /failures/{fingerprint}"),
        first_of="items",
    ),
    Route(
        "get",
        "/failures/{fingerprint}",
        "Return a recurring failure and the runs that showed it last",
        FailureDetail,
        errors=(*_GUARDED, 404, 503),
        leads_to=("get /agent-runs/rca-runs/{rca_run_id}", "get /agent-runs/{run_id}"),
        first_of="last_runs",
    ),
    Route(
        "patch",
        "/failures/{fingerprint}",
        "Say that a failure is resolved, which a later run reopens, or that it is open",
        FailureDetail,
        body=FailureChange,
        errors=(*_GUARDED, 404, 413, 415, 422, 503),
    ),
    Route(
        "get",
        "/metrics/overview",
        "Return what the runs of the last hours amount to",
        Overview,
        query=OverviewQuery,
        errors=(*_GUARDED, 422, 503),
    ),
    Route(
        "get",
        "/metrics/trends",
        "Return how the failures of groups of runs went over time",
        Trends,
        query=TrendsQuery,
        errors=(*_GUARDED, 422, 503),
    ),
    Route(
        "get",
        "/metrics",
        "Return the overviews of the last hour and day as OpenMetrics text",
        str,
        errors=(*_GUARDED, 503),
        media_type="application/openmetrics-text",
    ),
    Route("get", "/openapi.json", "Return this document", dict[str, Any], security=None),
    Route("get", "/docs", "Return this document as a page", str, security=None, media_type="text/html"),
)
