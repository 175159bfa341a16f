"""What OTLP's JSON may look like, and what is no export request."""

import json
import subprocess
import sys
from typing import Any

import pytest

from rca_core.errors import InvalidInput, PayloadTooLarge
from rca_core.telemetry.otlp import request as requests
from rca_core.telemetry.otlp.from_json import read_json
from rca_core.telemetry.otlp.from_protobuf import read_protobuf
from tests.support.traces import TRACE, as_json, request, root, tool


@pytest.mark.parametrize("body", [b"", b"{}", b'{"resourceSpans": []}', b'{"resourceSpans": null, "x": 1}'])
def test_an_empty_request_holds_nothing(body: bytes) -> None:
    assert read_json(body) == requests.Request()


def test_what_may_be_left_out_is_and_what_nobody_knows_is_passed_over() -> None:
    least = {"traceId": TRACE.upper(), "spanId": "00F067AA0BA902B7", "startTimeUnixNano": 5, "future": {"x": [1]}}
    odd = {"key": "nothing"}

    read = read_json(as_json(request({**least, "attributes": [odd, 7, {"key": "k", "value": {"newValue": 1}}]})))

    [span] = read.traces[TRACE].spans
    assert (span.span_id, span.start, span.end, span.code) == ("00f067aa0ba902b7", 5, 0, 0)


@pytest.mark.parametrize(
    ("identifier", "value"),
    [
        ("traceId", ""),
        ("traceId", "0" * 32),
        ("traceId", "zz" * 16),
        ("spanId", "ab"),
        ("spanId", None),
        ("traceId", 7),
    ],
)
def test_a_span_without_ids_is_refused_alone(identifier: str, value: Any) -> None:
    read = read_json(as_json(request({**tool(1), identifier: value}, root())))

    assert read.refused.total() == 1
    assert len(read.traces[TRACE].spans) == 1
    assert "1 span without" in str(read.told)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"[]", "object"),
        (b"{", "JSON"),
        (b"\xff\xfe", "JSON"),
        (b"[" * 100_000, "nests"),
        (b'{"resourceSpans": {}}', "list"),
        (b'{"resourceSpans": [7]}', "object"),
        (b'{"resourceSpans": [{"scopeSpans": [[]]}]}', "object"),
        (b'{"resourceLogs": []}', "holds logs"),
        (b'{"resourceMetrics": []}', "holds metrics"),
    ],
)
def test_what_is_no_export_request_is_refused_whole(body: bytes, told: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_json(body)

    assert told in refusal.value.detail


def test_half_a_character_does_not_cost_the_batch() -> None:
    body = as_json(request(tool(1, error="cut here: @@"), root())).replace(b"@@", rb"\ud83d")

    [call, _] = read_json(body).traces[TRACE].spans

    assert call.facts["error_message"] == "cut here: \ufffd"


def test_logs_are_told_from_traces_in_protobuf() -> None:
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest  # noqa: PLC0415

    logs = ExportLogsServiceRequest()
    logs.resource_logs.add().scope_logs.add().log_records.add().time_unix_nano = 7

    with pytest.raises(InvalidInput, match="holds logs"):
        read_protobuf(logs.SerializeToString())
    with pytest.raises(InvalidInput, match="ExportTraceServiceRequest"):
        read_protobuf(b"\xff\xfe\xfd")


def test_more_than_one_request_may_hold_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "MAX_SPANS", 2)

    with pytest.raises(PayloadTooLarge):
        read_json(as_json(request(tool(1), tool(2), root())))


def test_arguments_that_nest_without_end_stay_a_text() -> None:
    deep = json.dumps({"a": 1})
    for _ in range(150):
        deep = f'{{"a": {deep}}}'

    [span] = read_json(as_json(request(tool(1, given={"gen_ai.tool.call.arguments": deep})))).traces[TRACE].spans

    assert span.facts["args_json"] == deep


@pytest.mark.parametrize(
    ("work", "unneeded"),
    [
        ("import rca_core.storage.runs", "rca_core.telemetry.otlp"),
        ("otlp.read_export('{}', is_base64=False, headers={'content-type': otlp.JSON})", "google.protobuf"),
    ],
)
def test_nobody_pays_for_what_others_send(work: str, unneeded: str) -> None:
    loaded = f"[name for name in sys.modules if name.startswith({unneeded!r})]"
    code = f"import sys; from rca_core.web import otlp; {work}; print({loaded})"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
