"""What died half way, as the table's stream tells of it: analyses that nobody enqueued, failed runs that got none."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from rca_core.emf import Meter, Metric
from rca_core.errors import NotFound
from rca_core.logs import service_logger
from rca_core.settings import OrphanSettings
from rca_core.storage.auto_rca import AutoRca, FailedRun
from rca_core.storage.aws import MARGIN_SECONDS, dynamodb, sqs
from rca_core.storage.deadline import deadline
from rca_core.storage.jobs import RcaJob, RcaQueue
from rca_core.storage.keys import RCA_PREFIX
from rca_core.storage.rca_creator import RcaCreator
from rca_core.storage.runs import RunStore
from rca_core.storage.symptom_limit import SymptomLimit

settings = OrphanSettings.load()
logger = service_logger(settings.log_level)
meter = Meter(settings.stack_name)
processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)


@cache
def runs() -> RunStore:
    """Return the store of runs."""
    return RunStore(dynamodb(), settings.table_name, retention_days=settings.retention_days)


@cache
def analyses() -> RcaCreator:
    """Return the analyses, to read and to create."""
    return RcaCreator(dynamodb(), settings.table_name, retention_days=settings.retention_days)


@cache
def jobs() -> RcaQueue:
    """Return the queue of RCA jobs."""
    return RcaQueue(sqs(), settings.rca_queue_url)


@cache
def auto_rca() -> AutoRca:
    """Return the analyses that failed runs start by themselves."""
    limit = SymptomLimit(dynamodb(), settings.table_name)
    enabled, excepted = settings.auto_rca, settings.auto_rca_except
    return AutoRca(analyses(), limit, jobs(), logger, meter, enabled=enabled, excepted=excepted)


# Made while the function starts: that phase has a whole CPU, and nobody waits for it yet.
runs()
auto_rca()


@meter.published
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Look at a batch of new analyses and failed runs; those that could not be seen to come again."""
    with deadline(context.get_remaining_time_in_millis() / 1000 - MARGIN_SECONDS):
        return process_partial_response(event=event, record_handler=look_at, processor=processor, context=context)


def look_at(record: DynamoDBRecord) -> None:
    """Finish what was begun with a new analysis, or with a failed run that was just stored."""
    change = record.raw_event["dynamodb"]
    pk: str = change["Keys"]["PK"]["S"]
    if pk.startswith(RCA_PREFIX):
        rescue(pk.removeprefix(RCA_PREFIX), now=datetime.now(UTC))
        return
    run, old = FailedRun.of_header(change["NewImage"]), change.get("OldImage", {})
    # A run whose retention was prolonged is no news.
    if not old or FailedRun.of_header(change["NewImage"] | old)[3:] != run[3:]:
        start_missed(run, now=datetime.now(UTC))


def rescue(rca_run_id: str, *, now: datetime) -> None:
    """Enqueue an analysis that no worker has taken up yet. A job too many does nothing."""
    rca = analyses().find(rca_run_id, now=now)
    if rca and rca.status == "queued":
        jobs().send(RcaJob(rca_run_id=rca_run_id))
        meter.add(Metric.ORPHANS_ENQUEUED)
        logger.info("job enqueued for an analysis that waits", rca_run_id=rca_run_id)


def start_missed(run: FailedRun, *, now: datetime) -> None:
    """Start the analysis of a failed run whose ingest died before it could, if it is to have one."""
    auto = auto_rca()
    if not auto.wants(run.agent_name):
        return
    rca = auto.find(run, now=now)
    if rca is None and auto.admits(run, now=now) and stands(run, now):
        auto.start(run, now=now)
    elif rca is not None and rca.status == "queued":
        # Whoever made it may have died before the run listed it. Its job is seen to with its own record.
        analyses().create_first(run, now=now)


def stands(run: FailedRun, now: datetime) -> bool:
    """Tell whether a run is still as it was when it was noticed: what was deleted or replaced is left alone."""
    # Last, for it reads the whole item, and nearly all runs have their analysis or need none.
    try:
        header = runs().header(run.run_id, now=now)
    except NotFound:
        return False
    return (header.revision, header.created_at) == (run.revision, run.created_at)
