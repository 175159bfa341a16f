"""Analyses that nobody enqueued: the table's stream tells of each new one, and those still waiting get a job."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from rca_core.emf import Meter, Metric
from rca_core.logs import service_logger
from rca_core.settings import OrphanSettings
from rca_core.storage.aws import MARGIN_SECONDS, dynamodb, sqs
from rca_core.storage.deadline import deadline
from rca_core.storage.jobs import RcaJob, RcaQueue
from rca_core.storage.keys import RCA_PREFIX
from rca_core.storage.rca_reader import RcaReader

settings = OrphanSettings.load()
logger = service_logger(settings.log_level)
meter = Meter(settings.stack_name)
processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)


@cache
def analyses() -> RcaReader:
    """Return the analyses, to read."""
    return RcaReader(dynamodb(), settings.table_name)


@cache
def jobs() -> RcaQueue:
    """Return the queue of RCA jobs."""
    return RcaQueue(sqs(), settings.rca_queue_url)


# Made while the function starts: that phase has a whole CPU, and nobody waits for it yet.
analyses()
jobs()


@meter.published
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Look at a batch of new analyses; those that could not be seen to come again."""
    with deadline(context.get_remaining_time_in_millis() / 1000 - MARGIN_SECONDS):
        return process_partial_response(event=event, record_handler=rescue, processor=processor, context=context)


def rescue(record: DynamoDBRecord) -> None:
    """Enqueue an analysis that no worker has taken up yet. A job too many does nothing."""
    keys = record.dynamodb.keys if record.dynamodb else None
    rca_run_id = str((keys or {})["PK"]).removeprefix(RCA_PREFIX)
    rca = analyses().find(rca_run_id, now=datetime.now(UTC))
    if rca and rca.status == "queued":
        jobs().send(RcaJob(rca_run_id=rca_run_id))
        meter.add(Metric.ORPHANS_ENQUEUED)
        logger.info("job enqueued for an analysis that waits", rca_run_id=rca_run_id)
