"""Traces in: CPU of the handler for each span, spans a second that are accepted and can be read, beside the JSON way.

The same run as `bench.ingest` posts, once as a body of its own and once as the spans of its trace. The emulator is a
process of its own; what is measured is this one. Every request is of a trace not seen before.
"""

import base64
import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from rich.console import Console
from rich.table import Table

from bench.deployed import context, event_of, ingest_function, poster, running_emulator
from bench.measure import cpu_ms
from bench.payloads import agent_run, body

_REPEATS: Final = {15: 60, 600: 15}
_START: Final = 1_768_471_200_000_000_000
_FOUR_MEGABYTES: Final = 4 * 1024 * 1024
_PROTOBUF: Final = "application/x-protobuf"


def trace_request(run: dict[str, Any], trace_id: bytes) -> ExportTraceServiceRequest:
    """Return the spans of a run's trace after OpenTelemetry's convention, contents included."""
    request = ExportTraceServiceRequest()
    group = request.resource_spans.add()
    _fill(group.resource, {"service.name": "bench", "deployment.environment.name": "bench"})
    scoped = group.scope_spans.add()
    scoped.scope.name = "bench"
    root = scoped.spans.add(trace_id=trace_id, span_id=_id(0), name="invoke_agent bench-agent", flags=0x100)
    root.start_time_unix_nano, root.end_time_unix_nano = _START, _START + 7_200_000_000_000
    _fill(root, {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": run["agent_name"]})
    for number, step in enumerate(run["steps"], 1):
        span = _child(scoped, trace_id, number, "chat example-model")
        message = {"role": "user", "parts": [{"type": "text", "content": step.get("input_summary") or ""}]}
        told = {"role": "assistant", "parts": [{"type": "text", "content": step.get("output_summary") or ""}]}
        _fill(
            span,
            {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "bench",
                "gen_ai.agent.name": run["agent_name"],
                "gen_ai.conversation.id": "conversation-1",
                "gen_ai.request.model": "example-model",
                "gen_ai.response.model": "example-model-1",
                "gen_ai.response.id": f"answer-{number}",
                "gen_ai.usage.input_tokens": 200 + number,
                "gen_ai.usage.output_tokens": 20,
                "gen_ai.input.messages": json.dumps([message]),
                "gen_ai.output.messages": json.dumps([told]),
            },
        )
    for number, call in enumerate(run["tool_calls"], len(run["steps"]) + 1):
        span = _child(scoped, trace_id, number, f"execute_tool {call['tool_name']}")
        given = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.agent.name": run["agent_name"],
            "gen_ai.tool.name": call["tool_name"],
            "gen_ai.tool.type": "function",
            "gen_ai.tool.call.id": call["call_id"],
            "gen_ai.tool.call.arguments": json.dumps(call.get("args_json")),
            "gen_ai.tool.call.result": call.get("result_summary") or "",
        }
        if call["status"] == "failure":
            given["error.type"] = call.get("error_class") or "ToolCallError"
            span.status.MergeFrom(Status(code=Status.STATUS_CODE_ERROR, message=call.get("error_message") or "refused"))
        _fill(span, given)
    return request


def _child(scoped: Any, trace_id: bytes, number: int, name: str) -> Span:
    start = _START + number * 1_000_000_000
    span: Span = scoped.spans.add(
        trace_id=trace_id, span_id=_id(number), parent_span_id=_id(0), name=name, flags=0x100, kind=1
    )
    span.start_time_unix_nano, span.end_time_unix_nano = start, start + 900_000_000
    return span


def _fill(holder: Any, given: dict[str, Any]) -> None:
    for name, value in given.items():
        held = holder.attributes.add(key=name).value
        if isinstance(value, int):
            held.int_value = value
        else:
            held.string_value = value


def _id(number: int) -> bytes:
    return (number + 1).to_bytes(8, "big")


def as_json(request: ExportTraceServiceRequest) -> bytes:
    """Return a request as OTLP spells it in JSON."""
    spans = [
        {
            "traceId": span.trace_id.hex(),
            "spanId": span.span_id.hex(),
            "parentSpanId": span.parent_span_id.hex(),
            "name": span.name,
            "kind": span.kind,
            "flags": span.flags,
            "startTimeUnixNano": str(span.start_time_unix_nano),
            "endTimeUnixNano": str(span.end_time_unix_nano),
            "status": {"code": span.status.code, "message": span.status.message},
            "attributes": [_spelled(each) for each in span.attributes],
        }
        for span in request.resource_spans[0].scope_spans[0].spans
    ]
    resource = {"attributes": [_spelled(each) for each in request.resource_spans[0].resource.attributes]}
    group = {"resource": resource, "scopeSpans": [{"scope": {"name": "bench"}, "spans": spans}]}
    return json.dumps({"resourceSpans": [group]}).encode()


def _spelled(held: Any) -> dict[str, Any]:
    if held.value.WhichOneof("value") == "int_value":
        return {"key": held.key, "value": {"intValue": str(held.value.int_value)}}
    return {"key": held.key, "value": {"stringValue": held.value.string_value}}


def exporter(app: Any) -> Callable[[bytes, str], None]:
    """Return a call of the function's handler with the event that API Gateway would make of an export request."""

    def export(payload: bytes, media_type: str) -> None:
        event = event_of("")
        event |= {"rawPath": "/v1/traces", "headers": {**event["headers"], "content-type": media_type}}
        event |= {"body": base64.b64encode(payload).decode(), "isBase64Encoded": True}
        answer = app.handler(event, context("bench"))
        if answer["statusCode"] != 200 or answer["body"] not in ("", "{}"):
            sys.exit(f"export failed: {answer}")

    return export


def _requests(children: int, count: int, form: str) -> Iterator[bytes]:
    run = agent_run(children)
    for number in range(count):
        trace_id = hashlib.sha256(f"{form} {children} {number}".encode()).digest()[:16]
        request = trace_request(run, trace_id)
        yield as_json(request) if form == "json" else request.SerializeToString()


def table() -> tuple[Table, str]:
    """Measure; return the figures as a table, and what four megabytes take."""
    result = Table(title="Traces in (median)", title_justify="left")
    columns = ("spans", "protobuf KB", "ms CPU a span", "as JSON", "as a run", "spans/s accepted and queryable")
    for name in columns:
        result.add_column(name, justify="right")
    with running_emulator() as (cloud, table_name):
        app = ingest_function(cloud, table_name)
        export, post = exporter(app), poster(app)
        for children, repeats in _REPEATS.items():
            result.add_row(*_row(app, export, post, children, repeats))
        large = _large()
        before, wall = time.process_time(), time.perf_counter()
        export(large, _PROTOBUF)
        took = time.process_time() - before, time.perf_counter() - wall
    return (
        result,
        f"{len(large) / 1024**2:.1f} MB of protobuf: {took[0]:.2f} s CPU, {took[1]:.2f} s until it was stored",
    )


def _row(
    app: Any, export: Callable[[bytes, str], None], post: Callable[[bytes], Any], children: int, repeats: int
) -> tuple[str, ...]:
    spans = children + 1
    size = len(next(_requests(children, 1, "size")))
    figures = []
    for form, media_type in (("protobuf", _PROTOBUF), ("json", "application/json")):
        waiting = iter(list(_requests(children, repeats + 1, form)))
        figures.append(cpu_ms(lambda: export(next(waiting), media_type), repeats=repeats) / spans)  # noqa: B023
    bodies = iter([body(children, run_id=f"otlp-{children}-{number}") for number in range(repeats + 1)])
    figures.append(cpu_ms(lambda: post(next(bodies)), repeats=repeats) / children)
    waiting = iter(list(_requests(children, repeats, "wall")))
    before = time.perf_counter()
    for request in waiting:
        export(request, _PROTOBUF)
        app.runs().header(_trace_id(request), now=app.datetime.now(app.UTC))
    rate = spans * repeats / (time.perf_counter() - before)
    return f"{spans:,}", f"{size / 1024:,.0f}", *(f"{value:.3f}" for value in figures), f"{rate:,.0f}"


def _trace_id(request: bytes) -> str:
    first = ExportTraceServiceRequest.FromString(request).resource_spans[0].scope_spans[0].spans[0]
    return bytes(first.trace_id).hex()


def _large() -> bytes:
    children = 7_500
    while True:
        request = next(_requests(children, 1, "large"))
        if len(request) <= _FOUR_MEGABYTES:
            return request
        children = int(children * _FOUR_MEGABYTES / len(request)) - 10


def main() -> None:
    """Print the figures."""
    found, large = table()
    console = Console()
    console.print(found)
    console.print(large)


if __name__ == "__main__":
    main()
