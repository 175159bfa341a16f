"""Jobs that failed for good: their analyses end as errors, so that nobody waits for them; the jobs are parked."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from rca_core.emf import Meter, Metric
from rca_core.errors import NotFound
from rca_core.logs import service_logger
from rca_core.settings import DeadLetterSettings
from rca_core.storage.aws import MARGIN_SECONDS, dynamodb, sqs
from rca_core.storage.deadline import deadline
from rca_core.storage.jobs import RcaJob, RcaQueue
from rca_core.storage.rca_runs import RcaStore

settings = DeadLetterSettings.load()
logger = service_logger(settings.log_level)
meter = Meter(settings.stack_name)
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


@cache
def analyses() -> RcaStore:
    """Return the store of analyses."""
    return RcaStore(dynamodb(), settings.table_name, retention_days=settings.retention_days)


@cache
def parked() -> RcaQueue:
    """Return the queue of jobs that wait for what made them fail to be mended."""
    return RcaQueue(sqs(), settings.parked_queue_url)


# Made while the function starts: that phase has a whole CPU, and nobody waits for it yet.
analyses()
parked()


@meter.published
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """End the analyses of a batch of dead letters. What is no job at all fails, and is parked by the queue."""
    with deadline(context.get_remaining_time_in_millis() / 1000 - MARGIN_SECONDS):
        return process_partial_response(event=event, record_handler=give_up, processor=processor, context=context)


def give_up(record: SQSRecord) -> None:
    """End the analysis of one job as an error, unless it ended meanwhile."""
    try:
        job = RcaJob.model_validate_json(record.body)
    except ValidationError:
        logger.error("dead letter is no job", message_id=record.message_id)
        raise
    now = datetime.now(UTC)
    try:
        rca = analyses().get(job.rca_run_id, now=now)
        reason = f"The analysis failed: {rca.last_error}." if rca.last_error else "The analysis did not finish in time."
        ended = analyses().fail(job.rca_run_id, reason, now=now)
        failed = analyses().get(job.rca_run_id, now=now)
    except NotFound:
        logger.warning("dead letter names no analysis", rca_run_id=job.rca_run_id)
        return
    if failed.status == "error":
        # Before the message is deleted from among the dead letters: it is in one queue or the other, or in both.
        parked().send(RcaJob(rca_run_id=job.rca_run_id, redrives=failed.attempt))
    if ended:
        meter.add(Metric.RCA_GIVEN_UP)
    logger.error("job failed for good", rca_run_id=job.rca_run_id, ended_now=ended, reason=reason)
