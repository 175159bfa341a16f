"""A posted body -> the run to keep: valid, in one form, without credentials, with what was changed said in warnings."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import ValidationError

from rca_core.errors import InvalidInput
from rca_core.telemetry.changes import Changes, IngestWarning
from rca_core.telemetry.clean import Cleaner, may_hold_odd_values
from rca_core.telemetry.mend import mend
from rca_core.telemetry.normalise import normalise
from rca_core.telemetry.wire import RUN_BODY, Body, write_body


@dataclass(frozen=True, slots=True)
class ParsedRun:
    """A run ready to store: its fields, its canonical JSON, and what was changed on the way."""

    run: Body
    run_id: str
    body: bytes
    warnings: list[IngestWarning]
    starts_on_arrival: bool = False
    """Nothing sent says when it started: the time of arrival stands for it, as long as none is stored."""

    def starting(self, at: datetime) -> "ParsedRun":
        """Return the same run with another start."""
        run = {**self.run, "started_at": at}
        return replace(self, run=run, body=write_body(run), starts_on_arrival=False)


def parse_agent_run(raw: bytes, *, new_run_id: Callable[[], str], now: datetime, strict: bool = False) -> ParsedRun:
    """Return the run that a request body holds, mended where it has to be.

    Raises `InvalidInput`, naming at most 50 fields, if it holds none; with `strict`, also for what would be mended.
    `now` is when it arrived.
    """
    changes = Changes()
    try:
        run = RUN_BODY.validate_json(raw)
    except ValidationError:
        run = mend(raw, changes)
    starts_on_arrival = normalise(run, changes, now)
    run["run_id"] = run_id = run.get("run_id") or new_run_id()
    body = write_body(run)
    if may_hold_odd_values(body):
        run = Cleaner(changes).run(run)
        body = write_body(run)
    if strict and (refusals := changes.refusals()):
        raise InvalidInput(refusals)
    return ParsedRun(run, run_id, body, changes.warnings(), starts_on_arrival)
