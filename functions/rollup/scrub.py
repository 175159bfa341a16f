"""On a schedule: counters compared with what is stored, and put right."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from aws_lambda_powertools.utilities.typing import LambdaContext

from rca_core.emf import Meter, Metric
from rca_core.logs import service_logger
from rca_core.settings import ScrubSettings
from rca_core.storage.aws import dynamodb
from rca_core.storage.rollups.scrub import Scrub

settings = ScrubSettings.load()
logger = service_logger(settings.log_level)
meter = Meter(settings.stack_name)

# For the last call and the answer, once it stops looking or repairing.
_MARGIN: Final = timedelta(seconds=60)


@cache
def scrub() -> Scrub:
    """Return the counters, and what they should be."""
    return Scrub(dynamodb(), settings.table_name, retention_days=settings.retention_days)


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


@meter.published
def handler(_event: dict[str, Any], context: LambdaContext) -> None:
    """Pass over the table once, as far as there is time."""
    until = now() + timedelta(milliseconds=context.get_remaining_time_in_millis()) - _MARGIN
    found = scrub().run(now=now, until=until)
    for run_id, error in found.refused.items():
        logger.error("run cannot be counted", run_id=run_id, exc_info=error)
        meter.add(Metric.ROLLUP_REFUSED)
    meter.add(Metric.DRIFT_FOUND, found.runs + found.counters)
    meter.add(Metric.DRIFT_REPAIRED, found.repaired)
    logger.info("counters scrubbed", **found._asdict() | {"refused": len(found.refused)})
