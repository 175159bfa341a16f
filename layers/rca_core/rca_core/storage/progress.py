"""What an analysis says of itself while it runs: its state, and the records a stream replays."""

from datetime import datetime
from enum import Enum

from pydantic import BaseModel, ConfigDict

from rca_core.storage.headers import RcaStatus
from rca_core.storage.keys import event_id


class ProgressRecord(BaseModel):
    """One record of progress; its id is the SSE event id and grows with every record."""

    model_config = ConfigDict(frozen=True)

    id: str
    status: RcaStatus
    step: str
    pct: int
    message: str
    updated_at: datetime


class Stage(Enum):
    """The stages of an analysis, in order, with the progress that each stands for."""

    STARTING = ("Starting RCA", 5)
    COLLECTING = ("Collecting evidence", 30)
    CLASSIFYING = ("Classifying failure", 55)
    GENERATING = ("Generating report", 85)
    COMPLETE = ("RCA complete", 100)

    def __init__(self, step: str, pct: int) -> None:
        self.step = step
        self.pct = pct

    @property
    def seq(self) -> int:
        """Return the stage's place, from 1: the sequence number of its record within an attempt."""
        return list(Stage).index(self) + 1

    def record(self, attempt: int, seq: int, now: datetime) -> ProgressRecord:
        """Return the record of reaching this stage; a repeated attempt says so."""
        return ProgressRecord(
            id=event_id(attempt, seq),
            status="done" if self is Stage.COMPLETE else "running",
            step=self.step,
            pct=self.pct,
            message=self.step if attempt == 1 else f"{self.step} (attempt {attempt})",
            updated_at=now,
        )


class RcaRun(BaseModel):
    """An analysis as it is stored, without its report."""

    model_config = ConfigDict(frozen=True)

    rca_run_id: str
    run_id: str
    revision: int
    ordinal: int
    status: RcaStatus
    step: str
    pct: int
    message: str
    attempt: int
    last_event_id: str
    list_sk: str
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    lease_until: datetime | None = None
    error_message: str | None = None
    last_error: str | None = None
    category: str | None = None
    cause: str | None = None
    confidence: str | None = None
    expires_at: int

    @property
    def ended(self) -> bool:
        """Tell whether nothing more will be written."""
        return self.status in ("done", "error")


def event_ids_between(after: str, up_to: str) -> list[str]:
    """Return the ids that records can have between two ids, the first excluded, in order."""
    # Attempt 0 is waiting, and writes none.
    attempts = range(max(int(after[:4]), 1), int(up_to[:4]) + 1)
    ids = (event_id(attempt, stage.seq) for attempt in attempts for stage in Stage)
    return [each for each in ids if after < each <= up_to]
