"""Runs, timelines, analyses, failures and metrics: every HTTP route but ingest."""

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import TypeAdapter

from rca_core import collector
from rca_core.emf import Meter
from rca_core.errors import NotFound
from rca_core.logs import service_logger
from rca_core.settings import ApiSettings
from rca_core.storage.aws import dynamodb, sqs
from rca_core.storage.failures import FailureIndex
from rca_core.storage.headers import RunDetail
from rca_core.storage.jobs import RcaJob, RcaQueue
from rca_core.storage.listing import RunIndex
from rca_core.storage.rca_runs import RcaStore
from rca_core.storage.rollups.reader import RollupReader
from rca_core.storage.runs import RunStore
from rca_core.telemetry.timeline import TimelineEvent, timeline
from rca_core.web import docs
from rca_core.web.access import Access
from rca_core.web.answers import Health, RcaCreated, RcaDetail, RunList
from rca_core.web.http import Answer, headers, http_app, json_response, serve
from rca_core.web.query import CreateRcaQuery, ListRunsQuery, TimelineQuery, parse_query
from rca_core.web.routes.analyses import analysis_routes
from rca_core.web.routes.events import event_routes
from rca_core.web.routes.failures import failure_routes
from rca_core.web.routes.metrics import metrics_routes
from rca_core.web.static import PREFIX
from rca_core.web.stream_url import stream_url

settings = ApiSettings.load()
logger = service_logger(settings.log_level)
meter = Meter(settings.stack_name)
access = Access(settings.access_secret, open_access=settings.open_access)
app = http_app(
    logger,
    meter,
    guard=lambda sent: access.check(sent, "x-api-key"),
    public=frozenset({"/", "/openapi.json", "/docs"}),
)
_events = TypeAdapter(list[TimelineEvent])


@cache
def runs() -> RunStore:
    """Return the store of runs."""
    return RunStore(dynamodb(), settings.table_name, retention_days=settings.retention_days, keep_last_body=True)


@cache
def analyses() -> RcaStore:
    """Return the store of analyses."""
    return RcaStore(dynamodb(), settings.table_name, retention_days=settings.retention_days)


@cache
def index() -> RunIndex:
    """Return the indexes over runs."""
    return RunIndex(dynamodb(), settings.table_name)


@cache
def failures() -> FailureIndex:
    """Return the index of recurring failures."""
    return FailureIndex(dynamodb(), settings.table_name)


@cache
def counters() -> RollupReader:
    """Return the counters of runs."""
    return RollupReader(dynamodb(), settings.table_name)


@cache
def jobs() -> RcaQueue:
    """Return the queue of RCA jobs."""
    return RcaQueue(sqs(), settings.rca_queue_url)


def now() -> datetime:
    """Return the time of this request."""
    return datetime.now(UTC)


def url_of_stream(rca_run_id: str) -> str:
    """Return where an analysis streams, with a token where one is needed."""
    return stream_url(settings.stream_url, rca_run_id, access.stream_token(rca_run_id, now()))


@app.get("/")
def health() -> Answer:
    """Say that the API answers; send a browser to the page."""
    vary = {"Vary": "Accept"}
    if "text/html" in headers(app).get("accept", "").lower():
        return Response(status_code=303, headers={**vary, "Location": f"{PREFIX}/"})
    answer = json_response(Health())
    answer.headers.update(vary)
    return answer


@app.get("/agent-runs", compress=True)
def list_runs() -> Answer:
    """List runs, newest first."""
    query = parse_query(ListRunsQuery, app.current_event.query_string_parameters)
    page = index().page(query.wanted(), limit=query.limit, cursor=query.cursor, findings=query.findings, now=now())
    return json_response(RunList.of(page))


@app.get("/agent-runs/<run_id>", compress=True)
def get_run(run_id: str) -> Answer:
    """Return a run's header and its analyses."""
    header = runs().header(run_id, now=now())
    rca_runs = analyses().listed(run_id, now=now())
    return json_response(RunDetail(**header.model_dump(), rca_runs=rca_runs))


@app.delete("/agent-runs/<run_id>")
def delete_run(run_id: str) -> Answer:
    """Delete a run with its body, its analyses and their reports."""
    existed = runs().delete(run_id, now=now())
    # Also of a run that is not there: whoever deleted it may have died before its analyses were gone.
    left = analyses().delete_of(run_id)
    if not existed and not left:
        raise NotFound(f"there is no run {run_id!r}")
    logger.info("run deleted", run_id=run_id, analyses=left)
    return Response(status_code=204)


@app.get("/agent-runs/<run_id>/timeline", compress=True)
def get_timeline(run_id: str) -> Answer:
    """Return a run's events in the order they happened."""
    query = parse_query(TimelineQuery, app.current_event.query_string_parameters)
    events = timeline(runs().get(run_id, now=now()).run())
    return json_response(_events.dump_json(events[query.offset : query.offset + query.limit]))


@app.get("/agent-runs/<run_id>/body", compress=True)
def get_body(run_id: str) -> Answer:
    """Return a run as it is stored, in the form in which it can be posted again."""
    return json_response(runs().get(run_id, now=now()).body)


@app.post("/agent-runs/<run_id>/rca-runs")
def create_rca_run(run_id: str) -> Answer:
    """Start the analysis of a run's current revision, or return the one there is."""
    query = parse_query(CreateRcaQuery, app.current_event.query_string_parameters)
    header = runs().header(run_id, now=now())
    rca, created = analyses().create(header, force=query.force, now=now())
    if rca.status == "queued":
        # Also for one that was there: its message may be lost, and a second one does nothing.
        jobs().send(RcaJob(rca_run_id=rca.rca_run_id))
    logger.info("analysis requested", run_id=run_id, rca_run_id=rca.rca_run_id, new=created)
    url = url_of_stream(rca.rca_run_id)
    return json_response(RcaCreated(rca_run_id=rca.rca_run_id, status=rca.status, created=created, stream_url=url))


@app.get("/agent-runs/rca-runs/<rca_run_id>", compress=True)
def get_rca_run(rca_run_id: str) -> Answer:
    """Return an analysis, with its report once it is done."""
    rca = analyses().get(rca_run_id, now=now())
    report = analyses().report(rca_run_id) if rca.status == "done" else None
    answer = RcaDetail.of(rca, stream_url=url_of_stream(rca_run_id), report=json.loads(report) if report else None)
    return json_response(answer)


@app.get("/rca-runs/<rca_run_id>/stream")
def redirect_to_stream(rca_run_id: str) -> Answer:
    """Send a follower to the function URL, which can stream."""
    rca = analyses().get(rca_run_id, now=now())
    return Response(status_code=307, headers={"Location": url_of_stream(rca.rca_run_id)})


app.include_router(analysis_routes(analyses, now))
app.include_router(event_routes(runs, now))
app.include_router(failure_routes(failures, now))
app.include_router(metrics_routes(counters, now))


@app.get("/openapi.json")
def openapi() -> Answer:
    """Return the generated API description."""
    return json_response(docs.openapi_json())


@app.get("/docs", compress=True)
def documentation() -> Answer:
    """Return the API description as a page."""
    policy = {"Content-Security-Policy": docs.page_policy()}
    return Response(status_code=200, content_type="text/html; charset=utf-8", headers=policy, body=docs.page())


# Made while the function starts: that phase has a whole CPU, and nobody waits for it yet.
runs()
analyses()
index()
failures()
counters()
jobs()
collector.settle()


@meter.published
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway v2 event."""
    return serve(app, logger, event, context)
