"""RCA jobs in, progress records and reports out; runs ended whose traces fell silent."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from rca_core import collector
from rca_core.analysis import Fingerprint, Recurrence, default_rules, run_analysis
from rca_core.analysis import Stage as AnalysisStage
from rca_core.emf import Meter, Metric
from rca_core.errors import CorruptBody, NotFound, Unavailable
from rca_core.logs import service_logger
from rca_core.settings import AnalyzerSettings
from rca_core.storage.auto_rca import AutoRca
from rca_core.storage.aws import MARGIN_SECONDS, TRY_SECONDS, dynamodb, sqs
from rca_core.storage.codec import digest
from rca_core.storage.deadline import deadline, sparing
from rca_core.storage.failures import FailureIndex
from rca_core.storage.headers import RunHeader
from rca_core.storage.jobs import RcaJob, RcaQueue, SilenceCheck
from rca_core.storage.listing import RunIndex
from rca_core.storage.outcomes import Outcome, OutcomeStore
from rca_core.storage.progress import Stage
from rca_core.storage.rca_creator import RcaCreator
from rca_core.storage.rca_runs import Claim, LeaseLost, NotClaimed, RcaStore
from rca_core.storage.recurrences import Recurrences
from rca_core.storage.rule_source import RuleSource
from rca_core.storage.runs import RunStore, StoredRun
from rca_core.storage.symptom_limit import SymptomLimit

settings = AnalyzerSettings.load()
logger = service_logger(settings.log_level)
meter = Meter(settings.stack_name)
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

# A lease outlives its worker by this much, never the other way round.
_LEASE_MARGIN: Final = timedelta(seconds=2)
_BASELINE_RUNS: Final = 200
_STAGES: Final[dict[AnalysisStage, Stage]] = {
    "collecting": Stage.COLLECTING,
    "classifying": Stage.CLASSIFYING,
    "generating": Stage.GENERATING,
}


class StillLeased(Exception):
    """Another worker holds the job; the message has to come again in case that worker dies."""


@cache
def runs() -> RunStore:
    """Return the store of runs."""
    return RunStore(dynamodb(), settings.table_name, retention_days=settings.retention_days)


@cache
def index() -> RunIndex:
    """Return the indexes over runs."""
    return RunIndex(dynamodb(), settings.table_name)


@cache
def analyses() -> RcaStore:
    """Return the store of analyses."""
    return RcaStore(dynamodb(), settings.table_name, retention_days=settings.retention_days)


@cache
def recurrences() -> Recurrences:
    """Return what is known of failures that come again."""
    outcomes = OutcomeStore(dynamodb(), settings.table_name, retention_days=settings.retention_days)
    return Recurrences(FailureIndex(dynamodb(), settings.table_name), outcomes)


@cache
def rules() -> RuleSource:
    """Return the table of rules, which changes with its source."""
    return RuleSource(settings.rules_source, logger)


@cache
def auto_rca() -> AutoRca:
    """Return the analyses that failed runs start by themselves."""
    creator = RcaCreator(dynamodb(), settings.table_name, retention_days=settings.retention_days)
    limit, jobs = SymptomLimit(dynamodb(), settings.table_name), RcaQueue(sqs(), settings.rca_queue_url)
    enabled, excepted = settings.auto_rca, settings.auto_rca_except
    return AutoRca(creator, limit, jobs, logger, meter, enabled=enabled, excepted=excepted)


def now() -> datetime:
    """Return the time, for what is written next."""
    return datetime.now(UTC)


# Made while the function starts: that phase has a whole CPU, and nobody waits for it yet.
runs()
index()
analyses()
recurrences()
auto_rca()
rules()
_ = default_rules().lookup
collector.settle()


@meter.published
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Work a batch of jobs; those that failed come again."""
    with deadline(context.get_remaining_time_in_millis() / 1000 - MARGIN_SECONDS):
        return process_partial_response(event=event, record_handler=take, processor=processor, context=context)


def take(record: SQSRecord, lambda_context: LambdaContext) -> None:
    """Claim one job and work it. A repeat of a finished one, or one whose analysis is gone, is done with."""
    logger.remove_keys(["rca_run_id"])
    if check := silence_check(record):
        end_silent(check)
        return
    meter.received(record, now())
    try:
        job = RcaJob.model_validate_json(record.body)
    except ValidationError:
        logger.error("message is no job", message_id=record.message_id)
        raise
    logger.append_keys(rca_run_id=job.rca_run_id)
    lease = timedelta(milliseconds=lambda_context.get_remaining_time_in_millis()) + _LEASE_MARGIN
    try:
        claim = analyses().claim(job.rca_run_id, lease=lease, now=now(), redrives=job.redrives)
        if claim is NotClaimed.BUSY:
            raise StillLeased(job.rca_run_id)
        if isinstance(claim, Claim):
            work(claim)
    except NotFound:
        logger.warning("job names no analysis: it was deleted or has expired")
    except LeaseLost:
        logger.warning("another worker took the analysis over")


def silence_check(record: SQSRecord) -> SilenceCheck | None:
    """Return what a message asks of a trace that fell silent; None for one that is a job."""
    try:
        return SilenceCheck.model_validate_json(record.body)
    except ValidationError:
        return None


def end_silent(check: SilenceCheck) -> None:
    """End a run whose root never did, if no span has come since; one that failed starts its own analysis."""
    # With the first of them: a start that works jobs does without what traces need.
    from rca_core.storage.traces import TraceStore  # noqa: PLC0415

    traces = TraceStore(dynamodb(), settings.table_name, retention_days=settings.retention_days)
    if ended := traces.end(check.run_id, check.revision, now=now()):
        logger.info("run ended as its trace fell silent", run_id=check.run_id, status=ended.parsed.run["status"])
        meter.add(Metric.RUNS_INGESTED, of=ended.parsed.run["status"])
        auto_rca().ingested(ended.parsed, ended.stored, now=now())


def work(claim: Claim) -> None:
    """Analyse the run of a claimed job; what goes wrong is noted with it before the message comes again."""
    logger.info("analysis started", run_id=claim.run_id, attempt=claim.attempt)
    try:
        # What is left of the time is enough to give the claim back.
        with sparing(TRY_SECONDS):
            analyse(claim, runs().get(claim.run_id, now=now()))
    except NotFound:
        analyses().fail_without_run(claim, now=now())
    except LeaseLost:
        raise
    except Exception as error:
        logger.exception("analysis failed", run_id=claim.run_id, attempt=claim.attempt)
        meter.add(Metric.RCA_ATTEMPTS_FAILED)
        if isinstance(error, CorruptBody):
            meter.add(Metric.CORRUPT_BODY)
        analyses().release(claim, f"{type(error).__name__} in attempt {claim.attempt}", now=now())
        raise


def analyse(claim: Claim, stored: StoredRun) -> None:
    """Take a run through the stages of an analysis, a progress record each, to its verified report."""
    header = stored.header
    analysis = run_analysis(
        stored.run(),
        now=now(),
        history=lambda: index().profiles(
            header.agent_name, header.environment, before=header.started_at, limit=_BASELINE_RUNS, now=now()
        ),
        recall=lambda failure: recalled(failure, header),
        rules=rules().table(now()),
        on_stage=lambda stage: reached(claim, _STAGES[stage]),
        rca_run_id=claim.rca_run_id,
        revision=header.revision,
        body_digest=digest(stored.body),
    )
    report, failure = analysis.report, analysis.fingerprint
    analyses().finish(
        claim,
        report.model_dump_json().encode(),
        category=report.category,
        cause=report.cause,
        confidence=report.hypotheses[0].confidence if report.hypotheses else None,
        outcome=outcome_of(claim, header, failure) if failure else None,
        now=(ended := now()),
    )
    meter.add(Metric.RCA_OUTCOMES, of=report.category)
    meter.time(Metric.RCA_DURATION, since=claim.created_at, now=ended)
    meter.time(Metric.RCA_PROCESSING, since=claim.claimed_at, now=ended)
    logger.info("analysis done", run_id=claim.run_id, category=report.category, cause=report.cause)


def recalled(failure: Fingerprint, header: RunHeader) -> Recurrence | None:
    """Return where else a failure was seen, if storage can tell."""
    try:
        return recurrences().of(failure.fingerprint, header, now=now())
    except (Unavailable, ValidationError):
        logger.warning("recurrence of the failure not known", fingerprint=failure.fingerprint, exc_info=True)
        return None


def outcome_of(claim: Claim, header: RunHeader, failure: Fingerprint) -> Outcome:
    """Return what the counters learn of an analysis."""
    return Outcome(
        run_created_at=header.created_at,
        revision=header.revision,
        ordinal=claim.ordinal,
        rca_run_id=claim.rca_run_id,
        **failure._asdict(),
    )


def reached(claim: Claim, stage: Stage) -> None:
    """Write a progress record. One that storage cannot take is missed by its watchers, and stops nothing."""
    try:
        analyses().progress(claim, stage, now=now())
    except Unavailable:
        logger.warning("progress record not written", stage=stage.step, exc_info=True)
