"""Small traces as frameworks export them, built in code: OTLP requests as JSON, and the same as protobuf."""

import base64
import json
import random
from typing import Any, Final

from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

Json = dict[str, Any]
START: Final = 1_768_471_200_000_000_000
TRACE: Final = "0af7651916cd43dd8448eb211c80319c"
ROOT: Final = "00000000000000a0"
RESOURCE: Final = {
    "service.name": "parcels",
    "service.version": "2.0.1",
    "deployment.environment.name": "test",
}


def value(given: Any) -> Json:
    """Return a value as OTLP's JSON spells it."""
    if isinstance(given, bool):
        return {"boolValue": given}
    if isinstance(given, int):
        return {"intValue": str(given)}
    if isinstance(given, float):
        return {"doubleValue": given}
    if isinstance(given, list):
        return {"arrayValue": {"values": [value(each) for each in given]}}
    if isinstance(given, dict):
        return {"kvlistValue": {"values": attributes(given)}}
    return {"stringValue": given}


def attributes(given: Json) -> list[Json]:
    """Return attributes as OTLP's JSON spells them."""
    return [{"key": name, "value": value(each)} for name, each in given.items()]


def span(
    number: int,
    name: str,
    given: Json,
    *,
    parent: str | None = ROOT,
    error: str | None = None,
    ok: bool = False,
    events: list[tuple[str, Json]] | None = None,
    trace: str = TRACE,
    flags: int = 0x100,
    ms: int = 10,
) -> Json:
    """Return a span that starts `number` hundredths of a second into the trace; number 160 (0xa0) is the root."""
    start = START + (0 if number == 0xA0 else number * 10_000_000)
    end = START + 5_000_000_000 if number == 0xA0 else start + ms * 1_000_000
    found: Json = {
        "traceId": trace,
        "spanId": f"{number:016x}",
        "name": name,
        "kind": 1,
        "flags": flags,
        "startTimeUnixNano": str(start),
        "endTimeUnixNano": str(end),
        "attributes": attributes(given),
    }
    if parent is not None and number != 0xA0:
        found["parentSpanId"] = parent
    if error is not None:
        found["status"] = {"code": 2, "message": error}
    elif ok:
        found["status"] = {"code": 1}
    if events:
        found["events"] = [
            {"name": event, "timeUnixNano": str(end), "attributes": attributes(each)} for event, each in events
        ]
    return found


def root(given: Json | None = None, *, name: str = "invoke_agent parcels-agent", **fields: Any) -> Json:
    """Return the root span: of an agent, unless told otherwise."""
    told = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "parcels-agent"} if given is None else given
    return span(0xA0, name, told, **fields)


def tool(number: int, *, name: str = "track_parcel", error: str | None = None, **fields: Any) -> Json:
    """Return a call of a tool after OpenTelemetry's own convention."""
    given = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": name,
        "gen_ai.tool.call.id": f"call-{number}",
        "gen_ai.tool.call.arguments": '{"parcel": "P7"}',
        **({"error.type": "TimeoutError"} if error else {"gen_ai.tool.call.result": '{"state": "on its way"}'}),
    }
    return span(number, f"execute_tool {name}", given | fields.pop("given", {}), error=error, **fields)


def model(number: int, *, given: Json | None = None, **fields: Any) -> Json:
    """Return a call of a model after OpenTelemetry's own convention."""
    told = {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "small-1",
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 10,
    }
    return span(number, "chat small-1", told | (given or {}), **fields)


def exception(kind: str, message: str) -> list[tuple[str, Json]]:
    """Return the event that an exception is recorded as."""
    return [("exception", {"exception.type": kind, "exception.message": message, "exception.stacktrace": "Traceback"})]


def request(*spans: Json, resource: Json | None = None, scope: str = "parcels") -> Json:
    """Return an export request of some spans."""
    return {
        "resourceSpans": [
            {
                "resource": {"attributes": attributes(RESOURCE if resource is None else resource)},
                "scopeSpans": [{"scope": {"name": scope}, "spans": list(spans)}],
            }
        ]
    }


def as_json(told: Json) -> bytes:
    """Return a request as it is sent as JSON."""
    return json.dumps(told).encode()


def as_protobuf(told: Json) -> bytes:
    """Return a request as it is sent as protobuf."""
    based = json.loads(json.dumps(told), object_hook=_based)
    return bytes(ParseDict(based, ExportTraceServiceRequest()).SerializeToString())


def _based(found: Json) -> Json:
    """Spell ids as protobuf's own JSON does, which is not OTLP's."""
    return {
        name: base64.b64encode(bytes.fromhex(each)).decode() if name in ("traceId", "spanId", "parentSpanId") else each
        for name, each in found.items()
    }


def shuffled(told: Json, *, batches: int, seed: int = 7) -> list[Json]:
    """Return a request's spans in so many requests, each span twice, in no order."""
    [group] = told["resourceSpans"]
    spans = [each for scope in group["scopeSpans"] for each in scope["spans"]] * 2
    random.Random(seed).shuffle(spans)  # noqa: S311  reproducible, not secret
    size = -(-len(spans) // batches)
    return [
        {"resourceSpans": [{**group, "scopeSpans": [{**group["scopeSpans"][0], "spans": spans[at : at + size]}]}]}
        for at in range(0, len(spans), size)
    ]
