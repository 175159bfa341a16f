"""A posted body -> the run to keep: validated, put in one form, with what was changed said in warnings."""

import math
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from pydantic import ValidationError

from rca_core.errors import MAX_FIELD_ERRORS, FieldError, InvalidInput
from rca_core.telemetry.fields import MAX_NAME, cut_middle
from rca_core.telemetry.normalise import IngestWarning, normalise
from rca_core.telemetry.wire import AGENT_RUN_BODY, AgentRunBody, write_body


class ParsedRun(NamedTuple):
    """A run ready to store: its fields, its canonical JSON, and what was changed on the way."""

    run: AgentRunBody
    run_id: str
    body: bytes
    warnings: list[IngestWarning]


def parse_agent_run(raw: bytes, *, new_run_id: Callable[[], str]) -> ParsedRun:
    """Return the run that a request body holds; `InvalidInput`, naming at most 50 fields, if it holds none."""
    try:
        run = AGENT_RUN_BODY.validate_json(raw)
    except ValidationError as error:
        raise InvalidInput(_field_errors(error)) from None
    errors, warnings = normalise(run)
    if errors:
        raise InvalidInput(errors)
    run_id = run.get("run_id") or new_run_id()
    run["run_id"] = run_id
    body = write_body(run)
    # Typed fields are finite by now. Only a body that spells such a number, as a value or in a text, is searched.
    suspect = _non_finite(run, ()) if b"NaN" in body or b"Infinity" in body else iter(())
    if places := list(islice(suspect, MAX_FIELD_ERRORS)):
        raise InvalidInput([_not_finite(loc) for loc in places])
    return ParsedRun(run, run_id, body, warnings)


def _field_errors(error: ValidationError) -> list[FieldError]:
    """Return pydantic's errors without the input, one per field (a union reports each of its members)."""
    found: dict[tuple[str | int, ...], FieldError] = {}
    for entry in error.errors(include_url=False, include_context=False, include_input=False):
        loc = entry["loc"]
        if loc and str(loc[-1]).startswith(("int", "float", "constrained-")):
            loc = loc[:-1]
        found.setdefault(loc, FieldError(loc=list(loc), msg=entry["msg"], type=entry["type"]))
        if len(found) == MAX_FIELD_ERRORS:
            break
    return list(found.values())


def _not_finite(loc: tuple[str | int, ...]) -> FieldError:
    # Keys below a known field are the sender's own, of any length.
    where = [cut_middle(part, MAX_NAME) if isinstance(part, str) else part for part in loc]
    return FieldError(loc=where, msg="must be a finite number", type="finite_number")


def _non_finite(value: Any, loc: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, float) and not math.isfinite(value):
        yield loc
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _non_finite(item, (*loc, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _non_finite(item, (*loc, index))
