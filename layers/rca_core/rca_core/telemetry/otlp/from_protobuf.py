"""Export requests as protobuf. Imported when the first such body comes: nobody else pays for the library."""

import base64
from collections.abc import Iterator
from typing import Any, Final

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from rca_core.telemetry.otlp.attributes import Raw
from rca_core.telemetry.otlp.request import NO_IDS, Request, Scope, gather, malformed

_NO_TRACE: Final = bytes(16)
_NO_SPAN: Final = bytes(8)
_LOGS: Final = "holds logs, and this endpoint takes traces: set OTEL_EXPORTER_OTLP_TRACES_ENDPOINT only"


def read_protobuf(body: bytes) -> Request:
    """Return what a protobuf body holds. Raises `InvalidInput` if it is no export request, `PayloadTooLarge`."""
    try:
        found = ExportTraceServiceRequest.FromString(body)
    except DecodeError:
        raise malformed(_LOGS if _holds_logs(body) else "is no ExportTraceServiceRequest") from None
    request = gather(_scopes(found), _value)
    if not request.traces and request.refused and _holds_logs(body):
        # Logs have the shape of spans, but for their ids.
        raise malformed(_LOGS)
    return request


def _holds_logs(body: bytes) -> bool:
    try:
        found = ExportLogsServiceRequest.FromString(body)
    except DecodeError:
        return False
    records = (record for group in found.resource_logs for scope in group.scope_logs for record in scope.log_records)
    return any(record.time_unix_nano or record.observed_time_unix_nano for record in records)


def _scopes(found: Any) -> Iterator[Scope]:
    for group in found.resource_spans:
        resource = [(each.key, each.value) for each in group.resource.attributes]
        for scoped in group.scope_spans:
            yield Scope(resource, scoped.scope.name, map(_raw, scoped.spans))


def _raw(span: Any) -> Raw | str:
    trace_id, span_id, parent = span.trace_id, span.span_id, span.parent_span_id
    if len(trace_id) != 16 or len(span_id) != 8 or trace_id == _NO_TRACE or span_id == _NO_SPAN:
        return NO_IDS
    status = span.status
    return Raw(
        trace_id.hex(),
        span_id.hex(),
        parent.hex() if len(parent) == 8 and parent != _NO_SPAN else "",
        span.name,
        span.kind,
        span.flags,
        span.start_time_unix_nano,
        span.end_time_unix_nano,
        status.code,
        status.message,
        [(each.key, each.value) for each in span.attributes],
        [(event.name, [(each.key, each.value) for each in event.attributes]) for event in span.events],
    )


def _value(held: Any) -> Any:  # noqa: PLR0911  a kind of value each
    match held.WhichOneof("value"):
        case "string_value":
            return held.string_value
        case "int_value":
            return held.int_value
        case "bool_value":
            return held.bool_value
        case "double_value":
            return held.double_value
        case "array_value":
            return [_value(each) for each in held.array_value.values]
        case "kvlist_value":
            return {each.key: _value(each.value) for each in held.kvlist_value.values}
        case "bytes_value":
            return base64.b64encode(held.bytes_value).decode()
    return None
