"""POST /agent-runs and POST /v1/traces: agent runs in, whole or as the spans of their traces."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from rca_core import collector
from rca_core.emf import Meter, Metric
from rca_core.errors import Conflict, SmartSreError, Unavailable
from rca_core.logs import service_logger
from rca_core.settings import IngestSettings
from rca_core.storage.auto_rca import AutoRca
from rca_core.storage.aws import dynamodb, sqs
from rca_core.storage.jobs import RcaQueue, SilenceCheck
from rca_core.storage.rca_creator import RcaCreator
from rca_core.storage.runs import RunStore
from rca_core.storage.symptom_limit import SymptomLimit
from rca_core.telemetry.changes import warning
from rca_core.telemetry.ingest import parse_agent_run
from rca_core.telemetry.redaction import Redactor
from rca_core.web import otlp
from rca_core.web.access import INGEST_SECRET, Access
from rca_core.web.body import json_body
from rca_core.web.http import Answer, headers, http_app, serve
from rca_core.web.query import IngestQuery, parse_query

if TYPE_CHECKING:
    from rca_core.storage.traces import StoredRun, TraceStore
    from rca_core.telemetry.otlp.request import Trace

settings = IngestSettings.load()
logger = service_logger(settings.log_level)
meter = Meter(settings.stack_name)
access = Access(settings.ingest_secret, open_access=settings.open_access)


def guard(headers: Mapping[str, str]) -> None:
    """Pass a request that carries the ingest secret."""
    access.check(headers, "x-ingest-secret", "x-api-key", wanted=INGEST_SECRET)


redactor = Redactor(
    personal=settings.redact_personal_data, patterns=settings.redact_patterns, hash_key=settings.redaction_key
)
app = http_app(logger, meter, guard=guard, told={otlp.PATH: otlp.error_answer})


@cache
def runs() -> RunStore:
    """Return the store of runs."""
    return RunStore(dynamodb(), settings.table_name, retention_days=settings.retention_days)


@cache
def traces() -> "TraceStore":
    """Return the store of runs that are put together from spans."""
    # With the first trace: a start that serves runs does without what traces need.
    from rca_core.storage.traces import TraceStore  # noqa: PLC0415

    return TraceStore(dynamodb(), settings.table_name, retention_days=settings.retention_days)


@cache
def jobs() -> RcaQueue:
    """Return the queue of RCA jobs."""
    return RcaQueue(sqs(), settings.rca_queue_url)


@cache
def auto_rca() -> AutoRca:
    """Return the analyses that failed runs start by themselves."""
    return AutoRca(
        RcaCreator(dynamodb(), settings.table_name, retention_days=settings.retention_days),
        SymptomLimit(dynamodb(), settings.table_name),
        jobs(),
        logger,
        meter,
        enabled=settings.auto_rca,
        excepted=settings.auto_rca_except,
    )


@app.post("/agent-runs")
def ingest() -> dict[str, Any]:
    """Store a run, or replace it by its new version; one that failed starts its own analysis."""
    event = app.current_event
    body = json_body(event.body, is_base64=bool(event.is_base64_encoded), headers=headers(app))
    strict = parse_query(IngestQuery, event.query_string_parameters).strict
    now = datetime.now(UTC)
    parsed = parse_agent_run(
        body, new_run_id=lambda: f"run-{uuid.uuid4().hex}", now=now, strict=strict, redactor=redactor
    )
    stored = runs().put(parsed, now=now)
    if stored.changed:
        meter.add(Metric.RUNS_INGESTED, of=parsed.run["status"])
    if stored.stale:
        parsed.warnings.append(warning("stale_running", "status", 1))
    logger.info("run stored", run_id=parsed.run_id, revision=stored.revision, changed=stored.changed)
    return {
        "run_id": parsed.run_id,
        "revision": stored.revision,
        "created": stored.created,
        "changed": stored.changed,
        "rca_run_id": auto_rca().ingested(parsed, stored, now=now),
        "warnings": parsed.warnings,
    }


@app.post("/v1/traces")
def ingest_traces() -> Answer:
    """Store the runs that a batch of spans tells of, together with the spans that came before."""
    event = app.current_event
    from rca_core.telemetry.otlp.kept import redact  # noqa: PLC0415  as above

    request, media_type = otlp.read_export(event.body, is_base64=bool(event.is_base64_encoded), headers=headers(app))
    redacted = redact(request, redactor)
    busy: Exception | None = None
    for trace, stored in traces().add_all(list(request.traces.values()), now=datetime.now(UTC)):
        if isinstance(stored, Unavailable | Conflict):
            busy = stored
        elif isinstance(stored, Exception):
            refuse(trace, stored)
            request.refused["of a trace that cannot be stored"] += len(trace.spans)
        else:
            settle(stored)
    if busy:
        # The whole batch comes again, and what of it is stored changes nothing.
        raise busy
    refused = request.refused.total()
    if refused:
        meter.add(Metric.SPANS_REFUSED, refused)
        logger.warning("spans refused", spans=refused, reason=request.told)
    logger.info("spans received", spans=request.spans, runs=len(request.traces), redacted=redacted.total())
    return otlp.answer(media_type, refused=refused, told=request.told)


def settle(run: "StoredRun") -> None:
    """Have a run that failed analysed, and one that is under way looked at once its trace has fallen silent."""
    now = datetime.now(UTC)
    if run.stored.changed:
        meter.add(Metric.RUNS_INGESTED, of=run.parsed.run["status"])
    if run.is_running:
        check = SilenceCheck(run_id=run.parsed.run_id, revision=run.stored.revision)
        jobs().send(check, delay=settings.trace_silence_seconds)
    auto_rca().ingested(run.parsed, run.stored, now=now)


def refuse(trace: "Trace", error: Exception) -> None:
    """Tell of a trace that cannot be stored."""
    code = error.code if isinstance(error, SmartSreError) else SmartSreError.code
    logger.error("trace refused", run_id=trace.run_id, error_code=code, exc_info=error)
    meter.add(Metric.SERVER_ERRORS, of=code)


# Made while the function starts: that phase has a whole CPU, and nobody waits for it yet.
runs()
auto_rca()
collector.settle()


@meter.published
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway v2 event."""
    return serve(app, logger, event, context)
