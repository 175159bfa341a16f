"""Failed runs that start their own analysis, at ingest or, where that died before it, from the table's stream.

The analysis is the first one of the run's revision, so its id is known to whoever comes by: all of them make the same
one, and none makes another.
"""

from collections.abc import Mapping, Set
from datetime import datetime
from typing import Any, Final, NamedTuple

from aws_lambda_powertools import Logger

from rca_core.emf import Meter, Metric
from rca_core.storage.codec import from_item
from rca_core.storage.deadline import deadline
from rca_core.storage.jobs import RcaJob, RcaQueue
from rca_core.storage.progress import RcaRun
from rca_core.storage.rca_creator import RcaCreator, rca_run_id_of
from rca_core.storage.runs import PutResult
from rca_core.storage.symptom_limit import KEPT, SymptomLimit
from rca_core.telemetry.ingest import ParsedRun

# Of an ingest, for what it can do without: a try that gets no answer lasts 7 s.
_SECONDS: Final = 10.0
_TOLD: Final = ("PK", "agent_name", "symptom", "revision", "created_at", "updated_at")


class FailedRun(NamedTuple):
    """What of a failed run decides on its analysis."""

    run_id: str
    agent_name: str
    symptom: str
    revision: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of_header(cls, item: Mapping[str, Any]) -> "FailedRun":
        """Return the failed run that a header item, as DynamoDB types it, is of."""
        values = from_item({name: item[name] for name in _TOLD})
        times = (datetime.fromisoformat(values[name]) for name in ("created_at", "updated_at"))
        run_id = values["PK"].removeprefix("RUN#")
        return cls(run_id, values["agent_name"], values["symptom"], values["revision"], *times)


class AutoRca:
    """The analyses that failed runs start by themselves."""

    def __init__(
        self,
        analyses: RcaCreator,
        limit: SymptomLimit,
        jobs: RcaQueue,
        logger: Logger,
        meter: Meter,
        *,
        enabled: bool,
        excepted: Set[str],
    ) -> None:
        self._analyses = analyses
        self._limit = limit
        self._jobs = jobs
        self._logger = logger
        self._meter = meter
        self._enabled = enabled
        self._excepted = excepted

    def ingested(self, parsed: ParsedRun, stored: PutResult, *, now: datetime) -> str | None:
        """Return the id of the analysis that a run just ingested has of its own; start it, if the run failed.

        None for a run that gets none, and where the analysis could not be started: the run is stored whatever happens
        here. Who missed it, its client by sending the run again or the table's stream, starts it later.
        """
        if stored.symptom is None or not self.wants(parsed.run["agent_name"]):
            return None
        times = stored.created_at, stored.updated_at
        run = FailedRun(parsed.run_id, parsed.run["agent_name"], stored.symptom, stored.revision, *times)
        try:
            with deadline(_SECONDS):
                rca = self._of(run, repeated=not stored.changed, now=now)
        except Exception:
            self._logger.exception("automatic analysis not started", run_id=parsed.run_id)
            self._meter.add(Metric.AUTO_ANALYSES, of="failed")
            return None
        return rca.rca_run_id if rca else None

    def wants(self, agent_name: str) -> bool:
        """Tell whether the failed runs of an agent are to be analysed by themselves."""
        return self._enabled and agent_name not in self._excepted

    def find(self, run: FailedRun, *, now: datetime) -> RcaRun | None:
        """Return the analysis that was started of a failed run, or None. Raises `Unavailable`."""
        return self._analyses.find(rca_run_id_of(run, 0), now=now)

    def admits(self, run: FailedRun, *, now: datetime) -> bool:
        """Tell whether a failed run is to be analysed, or enough that look like it were. Raises `Unavailable`."""
        # The hour is the run's, so that who comes later decides the same. What is long past is nobody's to decide.
        recent = now - run.updated_at < KEPT / 2
        admitted = recent and self._limit.admits(run.symptom, rca_run_id_of(run, 0), at=run.updated_at)
        if not admitted:
            self._logger.info("automatic analysis skipped", run_id=run.run_id, symptom=run.symptom, recent=recent)
            self._meter.add(Metric.AUTO_ANALYSES, of="skipped")
        return admitted

    def start(self, run: FailedRun, *, now: datetime) -> RcaRun:
        """Return the analysis of a failed run, made if there is none, with its job sent. Raises `Unavailable`."""
        rca = self._analyses.create_first(run, now=now)
        if rca.status == "queued":
            self._jobs.send(RcaJob(rca_run_id=rca.rca_run_id))
        self._meter.add(Metric.AUTO_ANALYSES, of="started")
        self._logger.info("automatic analysis", run_id=run.run_id, rca_run_id=rca.rca_run_id, symptom=run.symptom)
        return rca

    def _of(self, run: FailedRun, *, repeated: bool, now: datetime) -> RcaRun | None:
        rca = self.find(run, now=now) if repeated else None
        if rca is None and not self.admits(run, now=now):
            return None
        # Also one that waits: whoever made it may have died before it was listed or its job was sent.
        return self.start(run, now=now) if rca is None or rca.status == "queued" else rca
