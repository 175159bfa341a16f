"""What monitors read in CloudWatch: metrics in its embedded format, a line or two a call, beside the log.

Every metric has the dimension `service`, the name of the stack: two stacks of an account are not added up. A metric's
own dimension, where it has one, takes few values, all of them ours: each costs money for the hours in which it is used.
"""

import functools
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

NAMESPACE: Final = "AgentOpsSmartSRE"

_P = ParamSpec("_P")
_R = TypeVar("_R")
_log = logging.getLogger(__name__)


class Metric(Enum):
    """Every metric: its name, its unit, and its dimension beside `service`."""

    RUNS_INGESTED = ("RunsIngested", MetricUnit.Count, "status")
    """Runs stored, new or changed."""
    SPANS_REFUSED = ("SpansRefused", MetricUnit.Count)
    """Spans that were sent and are not kept: their senders hear of it in the answer, and rarely say so."""
    AUTO_ANALYSES = ("AutomaticAnalyses", MetricUnit.Count, "decision")
    """Of failed runs that nobody asked for: started, skipped because enough alike were, failed to start."""
    RCA_OUTCOMES = ("RcaOutcomes", MetricUnit.Count, "category")
    """Analyses that ended with a report."""
    RCA_DURATION = ("RcaDurationMs", MetricUnit.Milliseconds)
    """From the creation of an analysis to its report."""
    RCA_PROCESSING = ("RcaProcessingMs", MetricUnit.Milliseconds)
    """What the attempt that ended with the report took."""
    RCA_ATTEMPTS_FAILED = ("RcaAttemptsFailed", MetricUnit.Count)
    """Attempts that will be repeated."""
    RCA_GIVEN_UP = ("RcaGivenUp", MetricUnit.Count)
    """Analyses that ended as errors after their last attempt."""
    QUEUE_AGE = ("QueueAgeMs", MetricUnit.Milliseconds)
    """From the sending of a job to each of its receives."""
    ORPHANS_ENQUEUED = ("OrphansEnqueued", MetricUnit.Count)
    """Analyses that still waited after a minute, and got another job."""
    DAMAGED_ITEMS = ("DamagedItems", MetricUnit.Count)
    """Reads of stored items that cannot be read, and were passed over."""
    CORRUPT_BODY = ("CorruptBody", MetricUnit.Count)
    """Reads of a stored run that is not what was written."""
    SERVER_ERRORS = ("ServerErrors", MetricUnit.Count, "code")
    """Requests answered 5xx, by the code of their problem."""
    ROLLUP_LAG = ("RollupLagSeconds", MetricUnit.Seconds)
    """From a change in the table to its being counted."""
    ROLLUP_REFUSED = ("RollupRefused", MetricUnit.Count)
    """Changes that could not be counted."""
    DRIFT_FOUND = ("DriftFound", MetricUnit.Count)
    """Rollups that were not the sum of what is stored."""
    DRIFT_REPAIRED = ("DriftRepaired", MetricUnit.Count)
    """Those of them that were put right."""

    def __init__(self, title: str, unit: MetricUnit, dimension: str | None = None) -> None:
        self.title = title
        self.unit = unit
        self.dimension = dimension


_active: ContextVar["Meter | None"] = ContextVar("meter", default=None)


def note(metric: Metric, value: float = 1, *, of: str | None = None) -> None:
    """Note a value with the meter of the call that is under way; outside of one, nowhere."""
    if meter := _active.get():
        meter.add(metric, value, of=of)


class Meter:
    """The metrics of one call. Whatever goes wrong with them is logged and stops nothing."""

    def __init__(self, stack_name: str) -> None:
        self._stack_name = stack_name
        # A line has one set of dimensions, so each value of a metric's own dimension makes a line of its own.
        self._lines: dict[tuple[str, str] | None, EphemeralMetrics] = {}

    def add(self, metric: Metric, value: float = 1, *, of: str | None = None) -> None:
        """Note a value of a metric; `of` is the value of its own dimension, for one that has it."""
        with _harmless():
            key = (metric.dimension, of) if metric.dimension and of else None
            if key not in self._lines:
                dimensions = dict([("service", self._stack_name), *([key] if key else [])])
                self._lines[key] = EphemeralMetrics(namespace=NAMESPACE, default_dimensions=dimensions)
            self._lines[key].add_metric(metric.title, metric.unit, value)

    def time(self, metric: Metric, *, since: datetime, now: datetime) -> None:
        """Note how much time passed, in milliseconds: none where the clocks of two hosts disagree."""
        self.add(metric, max(0.0, round((now - since).total_seconds() * 1000, 1)))

    def received(self, record: "SQSRecord", now: datetime) -> None:
        """Note the age of a message."""
        with _harmless():
            sent = datetime.fromtimestamp(int(record.attributes.sent_timestamp) / 1000, UTC)
            self.time(Metric.QUEUE_AGE, since=sent, now=now)

    def publish(self) -> None:
        """Write what was noted; nothing, if nothing was."""
        for line in self._lines.values():
            with _harmless():
                if line.metric_set:
                    line.flush_metrics()
        self._lines.clear()

    def published(self, handler: Callable[_P, _R]) -> Callable[_P, _R]:
        """Decorate a handler: what a call notes is written at its end, however it ends."""

        @functools.wraps(handler)
        def publishing(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            outer = _active.set(self)
            try:
                return handler(*args, **kwargs)
            finally:
                _active.reset(outer)
                self.publish()

        return publishing


@contextmanager
def _harmless() -> Iterator[None]:
    try:
        yield
    except Exception:
        _log.exception("metrics were lost")
