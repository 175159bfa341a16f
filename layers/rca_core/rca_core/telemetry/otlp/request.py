"""What an export request holds, trace by trace: decoded from JSON or protobuf to the same facts."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import re2

from rca_core.errors import FieldError, InvalidInput, PayloadTooLarge
from rca_core.telemetry.otlp.attributes import Pairs, Raw
from rca_core.telemetry.otlp.facts import Facts, Reader, Span

MAX_SPANS: Final = 20_000
MAX_TRACES: Final = 2_000
_RUN_ID: Final = re2.compile(r"[A-Za-z0-9._:-]{1,128}")
_RESERVED: Final = frozenset({"rca-runs", ".", ".."})
NO_IDS: Final = "without a trace id of 16 bytes and a span id of 8"
NO_SPAN: Final = "that are no spans"


class Scope(NamedTuple):
    """Spans of one resource and one instrumentation."""

    resource: Pairs
    name: str
    spans: Iterable[Raw | str]
    """Each a span, or why it is none."""


@dataclass(slots=True)
class Trace:
    """The spans that a request holds of one run."""

    run_id: str
    trace_id: str
    spans: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class Request:
    """What an export request holds: its traces, and how many spans were refused for which reason."""

    traces: dict[str, Trace] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    spans: int = 0

    @property
    def told(self) -> str | None:
        """Return what the sender is told of the spans that were refused."""
        parts = [
            f"{count} {'span' if count == 1 else 'spans'} {reason}" for reason, count in self.refused.most_common()
        ]
        return f"Not accepted: {', '.join(parts)}." if parts else None


def malformed(what: str) -> InvalidInput:
    """Return the refusal of a body that is no export request."""
    return InvalidInput([FieldError(loc=[], msg=what, type="malformed")])


def gather(scopes: Iterator[Scope], value_of: Callable[[Any], Any]) -> Request:
    """Return the traces that decoded spans belong to. Raises `PayloadTooLarge` for more than one request may hold."""
    request, reader = Request(), Reader(value_of)
    read: dict[int, Facts] = {}
    kept: list[Pairs] = []
    for scope in scopes:
        # Scopes of one resource hold the same object; it is kept, so that no other takes its identity.
        resource = read.get(id(scope.resource))
        if resource is None:
            kept.append(scope.resource)
            resource = read[id(scope.resource)] = reader.resource(scope.resource)
        for raw in scope.spans:
            request.spans += 1
            if request.spans > MAX_SPANS:
                raise PayloadTooLarge(f"One request may hold {MAX_SPANS} spans.")
            if isinstance(raw, str):
                request.refused[raw] += 1
            elif (span := reader.span(raw, resource, scope.name)) is not None:
                _add(request, raw.trace_id, span)
    if len(request.traces) > MAX_TRACES:
        raise PayloadTooLarge(f"One request may hold spans of {MAX_TRACES} traces.")
    return request


def _add(request: Request, trace_id: str, span: Span) -> None:
    told = span.facts.pop("run_id", None)
    run_id = told if isinstance(told, str) and _RUN_ID.fullmatch(told) and told not in _RESERVED else trace_id
    trace = request.traces.get(run_id)
    if trace is None:
        trace = request.traces[run_id] = Trace(run_id, trace_id)
    if run_id != trace_id:
        span.facts["trace"] = trace_id
    trace.spans.append(span)
