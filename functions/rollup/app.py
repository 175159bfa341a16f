"""Changes of the table in, counters moved."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from rca_core import collector
from rca_core.emf import Meter, Metric
from rca_core.logs import service_logger
from rca_core.settings import RollupSettings
from rca_core.storage.aws import dynamodb
from rca_core.storage.rollups.changes import run_changes
from rca_core.storage.rollups.writer import RollupWriter

settings = RollupSettings.load()
logger = service_logger(settings.log_level)
meter = Meter(settings.stack_name)


@cache
def counters() -> RollupWriter:
    """Return the counters."""
    return RollupWriter(dynamodb(), settings.table_name, retention_days=settings.retention_days)


# Made while the function starts: that phase has a whole CPU, and nobody waits for it yet.
counters()
collector.settle()


@meter.published
def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    """Count a batch of changes. All of it comes again while storage is busy: what is counted by then stays as it is."""
    records: list[dict[str, Any]] = event["Records"]
    now = datetime.now(UTC)
    applied = counters().apply(run_changes(records), now=now)
    for run_id, error in applied.refused.items():
        # What is wrong with one run must not hold up those behind it.
        logger.error("run cannot be counted", run_id=run_id, exc_info=error)
        meter.add(Metric.ROLLUP_REFUSED)
    oldest = min(record["dynamodb"]["ApproximateCreationDateTime"] for record in records)
    meter.add(Metric.ROLLUP_LAG, max(0.0, now.timestamp() - oldest))
    logger.info("runs counted", records=len(records), runs=applied.counted)
