"""From what came to what is kept: spans without credentials, runs in the one form that is stored."""

from collections import Counter
from datetime import datetime

from pydantic import ValidationError
from pydantic_core import to_json

from rca_core.telemetry.changes import Changes
from rca_core.telemetry.clean import Cleaner, may_hold_odd_values
from rca_core.telemetry.ingest import ParsedRun
from rca_core.telemetry.mend import mend
from rca_core.telemetry.normalise import normalise
from rca_core.telemetry.otlp.facts import Facts, shorten
from rca_core.telemetry.otlp.request import Request
from rca_core.telemetry.redaction import Redactor
from rca_core.telemetry.wire import RUN_BODY, Body, write_body


def redact(request: Request, redactor: Redactor) -> Counter[str]:
    """Redact all spans of a request in place, then cut their texts; return how many values of each kind were.

    Before anything is stored, and before anything is cut: half a credential can no longer be told.
    """
    facts = [span.facts for trace in request.traces.values() for span in trace.spans]
    counts: Counter[str] = Counter()
    if facts and not redactor.is_clean(to_json(facts, inf_nan_mode="constants")):
        # Facts are named as the fields of a run's children are, so that they are judged as those are.
        counts = redactor.redact_run(_as_children(facts))
    for each in facts:
        shorten(each)
    for trace in request.traces.values():
        if trace.run_id != trace.trace_id and redactor.redact_text(trace.run_id)[1]:
            trace.run_id = trace.trace_id
    return counts


def _as_children(facts: list[Facts]) -> Body:
    calls = [each for each in facts if "tool_name" in each]
    return {"steps": [each for each in facts if "tool_name" not in each], "tool_calls": calls}


def parsed_run(run: Body, now: datetime) -> ParsedRun:
    """Return a run that was put together, in the form in which any is stored; `now` is when its last spans came."""
    changes = Changes()
    try:
        run = RUN_BODY.validate_python(run)
    except ValidationError:
        run = mend(to_json(run, inf_nan_mode="constants"), changes, lambda _: None)
    starts_on_arrival = normalise(run, changes, now)
    body = write_body(run)
    if may_hold_odd_values(body):
        run = Cleaner(changes).run(run)
        body = write_body(run)
    return ParsedRun(run, run["run_id"], body, [], starts_on_arrival)
