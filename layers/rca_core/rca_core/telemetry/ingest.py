"""A posted body -> the run to keep: valid, in one form, without credentials, with what was changed said in warnings."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import ValidationError

from rca_core.errors import InvalidInput
from rca_core.telemetry.changes import Changes, IngestWarning, redaction_warning
from rca_core.telemetry.clean import Cleaner, may_hold_odd_values
from rca_core.telemetry.mend import mend, shortened
from rca_core.telemetry.normalise import normalise
from rca_core.telemetry.redaction import Redactor
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


def parse_agent_run(
    raw: bytes,
    *,
    new_run_id: Callable[[], str],
    now: datetime,
    strict: bool = False,
    redactor: Redactor | None = None,
) -> ParsedRun:
    """Return the run that a request body holds, mended where it has to be, without the credentials in it.

    Raises `InvalidInput`, naming at most 50 fields, if it holds none; with `strict`, also for what would be mended.
    `now` is when it arrived. Without a `redactor` nothing is redacted: for what was stored before.
    """
    changes, redacting, clean = Changes(), _Redacting(redactor), False
    try:
        run = RUN_BODY.validate_json(raw)
    except ValidationError:
        run = mend(raw, changes, redacting.redact)
    else:
        clean = redactor is not None and redactor.is_clean(raw)
        # Before anything is cut: half a credential can no longer be told.
        if not clean and redacting.redact(run):
            run = shortened(run)
    starts_on_arrival = normalise(run, changes, now)
    run["run_id"] = run.get("run_id") or new_run_id()
    body = write_body(run)
    if not clean and may_hold_odd_values(body):
        run = Cleaner(changes).run(run)
        body = write_body(run)
    if strict and (refusals := changes.refusals()):
        raise InvalidInput([{**each, "loc": redacting.names(each["loc"])} for each in refusals])
    if redacting.has_looked and redacting.redact(run):
        # What stood in a field of a few words, such as a status, is among the attributes by now.
        body = write_body(run)
    warnings = [*redacting.told(changes.warnings()), *redacting.warnings()]
    return ParsedRun(run, run["run_id"], body, warnings, starts_on_arrival)


class _Redacting:
    """What is redacted of one body, in as many looks as it takes."""

    def __init__(self, redactor: Redactor | None) -> None:
        self._redactor = redactor
        self._counts: Counter[str] = Counter()
        self.has_looked = False

    def redact(self, run: Body) -> bool:
        """Redact a run in place; return whether there was anything."""
        if self._redactor is None:
            return False
        self.has_looked = True
        found = self._redactor.redact_run(run)
        self._counts.update(found)
        return bool(found)

    def told(self, warnings: list[IngestWarning]) -> list[IngestWarning]:
        """Return warnings that name no field by a credential."""
        return [{**each, "field": str(self.names([each["field"]])[0])} for each in warnings]

    def names(self, loc: list[str | int]) -> list[str | int]:
        """Return the names of a place without the credentials in them."""
        if self._redactor is None or not self.has_looked:
            return loc
        return [self._redactor.redact_text(part)[0] if isinstance(part, str) else part for part in loc]

    def warnings(self) -> list[IngestWarning]:
        """Return what the sender is told, a line for each kind."""
        return [redaction_warning(kind, self._counts[kind]) for kind in sorted(self._counts)]
