"""What becomes of the spans of a request, without storage."""

from typing import TYPE_CHECKING, Any

from rca_core.telemetry import AgentRun
from rca_core.telemetry.otlp.from_json import read_json
from rca_core.telemetry.otlp.kept import parsed_run, redact
from rca_core.telemetry.otlp.run import run_of
from rca_core.telemetry.otlp.spans import merge, pack, unpack
from rca_core.telemetry.redaction import Redactor
from tests.support.runs import ARRIVAL
from tests.support.traces import TRACE, Json, as_json, request

if TYPE_CHECKING:
    from collections.abc import Sequence


def body_of(*requests: Json, run_id: str = TRACE, silent: bool = False) -> bytes:
    """Return the body that is stored of a run, whose spans come in these requests."""
    stored: Sequence[Any] = []
    for each in requests:
        read = read_json(as_json(each))
        redact(read, Redactor(hash_key=b"key"))
        if run_id in read.traces:
            stored = unpack(pack(merge(stored, read.traces[run_id].spans) or list(stored)))
    return parsed_run(run_of(run_id, TRACE, stored, silent=silent), ARRIVAL).body


def run_from(*spans: Json, silent: bool = False, **fields: Any) -> AgentRun:
    """Return the run that some spans tell of."""
    return AgentRun.from_body(body_of(request(*spans, **fields), silent=silent))
