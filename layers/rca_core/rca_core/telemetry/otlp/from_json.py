"""Export requests as JSON: ids are hex, whole numbers are texts or numbers, what nobody knows is passed over."""

import json
from collections.abc import Iterator
from typing import Any, Final

from pydantic_core import from_json

from rca_core.telemetry.otlp.attributes import Pairs, Raw
from rca_core.telemetry.otlp.request import NO_IDS, NO_SPAN, Request, Scope, gather, malformed

_HEX: Final = frozenset("0123456789abcdefABCDEF")
_LAST: Final = 2**64 - 1
_CODES: Final = {"STATUS_CODE_OK": 1, "STATUS_CODE_ERROR": 2}
_KINDS: Final = {"SPAN_KIND_SERVER": 2, "SPAN_KIND_CONSUMER": 5}
_OTHER_SIGNALS: Final = {"resourceLogs": "logs", "resourceMetrics": "metrics", "resourceProfiles": "profiles"}


def read_json(body: bytes) -> Request:
    """Return what a JSON body holds. Raises `InvalidInput` if it is no export request, `PayloadTooLarge`."""
    if not body:
        return Request()
    found = _parsed(body)
    if not isinstance(found, dict):
        raise malformed("must be a JSON object")
    if "resourceSpans" not in found:
        for name, signal in _OTHER_SIGNALS.items():
            if name in found:
                raise malformed(
                    f"holds {signal}, and this endpoint takes traces: set OTEL_EXPORTER_OTLP_TRACES_ENDPOINT only"
                )
    return gather(_scopes(found), _value)


def _parsed(body: bytes) -> Any:
    try:
        return from_json(body)
    except ValueError:
        pass
    try:
        # Half of a character, as JavaScript leaves where it cuts a text, is valid JSON and no Unicode.
        text = json.dumps(json.loads(body), ensure_ascii=False)
        return from_json(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))
    except RecursionError:
        raise malformed("nests too deeply") from None
    except ValueError as error:
        where = f" at character {error.pos}" if isinstance(error, json.JSONDecodeError) else ""
        raise malformed(f"is no JSON{where}") from None


def _listed(holder: dict[str, Any], name: str) -> list[Any]:
    found = holder.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise malformed(f"{name} must be a list")
    return found


def _scopes(found: dict[str, Any]) -> Iterator[Scope]:
    for group in _listed(found, "resourceSpans"):
        if not isinstance(group, dict):
            raise malformed("an entry of resourceSpans must be an object")
        holder = group.get("resource")
        resource = list(_pairs(holder.get("attributes"))) if isinstance(holder, dict) else []
        for scoped in _listed(group, "scopeSpans"):
            if not isinstance(scoped, dict):
                raise malformed("an entry of scopeSpans must be an object")
            scope = scoped.get("scope")
            name = scope.get("name") if isinstance(scope, dict) else None
            yield Scope(resource, _text(name), map(_raw, _listed(scoped, "spans")))


def _raw(span: Any) -> Raw | str:
    if not isinstance(span, dict):
        return NO_SPAN
    get = span.get
    trace_id, span_id = _identifier(get("traceId"), 32), _identifier(get("spanId"), 16)
    if trace_id is None or span_id is None:
        return NO_IDS
    status = get("status")
    code, message = (status.get("code"), status.get("message")) if isinstance(status, dict) else (0, "")
    events = get("events")
    return Raw(
        trace_id,
        span_id,
        _identifier(get("parentSpanId"), 16) or "",
        _text(get("name")),
        _KINDS.get(kind, 0) if isinstance(kind := get("kind"), str) else _whole(kind),
        _whole(get("flags")),
        _whole(get("startTimeUnixNano")),
        _whole(get("endTimeUnixNano")),
        _CODES.get(code, 0) if isinstance(code, str) and not code.isdigit() else _whole(code),
        _text(message),
        _pairs(get("attributes")),
        [
            (_text(event.get("name")), _pairs(event.get("attributes")))
            for event in (events if isinstance(events, list) else ())
            if isinstance(event, dict)
        ],
    )


def _identifier(found: Any, length: int) -> str | None:
    if not isinstance(found, str) or len(found) != length or not _HEX.issuperset(found):
        return None
    return None if found.strip("0") == "" else found.lower()


def _text(found: Any) -> str:
    return found if isinstance(found, str) else ""


def _whole(found: Any) -> int:
    """Return a whole number that a number or a text is; 0 for anything else, as for what is not there."""
    if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) <= 20:
        found = int(found)
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= _LAST else 0


def _pairs(attributes: Any) -> Pairs:
    for each in attributes if isinstance(attributes, list) else ():
        if isinstance(each, dict) and isinstance(name := each.get("key"), str):
            yield name, each.get("value")


def _value(held: Any) -> Any:  # noqa: PLR0911  a kind of value each
    if not isinstance(held, dict):
        return None
    for name, found in held.items():
        match name:
            case "stringValue" | "bytesValue":
                return found if isinstance(found, str) else None
            case "intValue":
                return _signed(found)
            case "boolValue":
                return found if isinstance(found, bool) else None
            case "doubleValue":
                return _double(found)
            case "arrayValue":
                values = found.get("values") if isinstance(found, dict) else None
                return [_value(each) for each in values] if isinstance(values, list) else []
            case "kvlistValue":
                values = found.get("values") if isinstance(found, dict) else None
                return {key: _value(each) for key, each in _pairs(values)}
            case _:
                continue
    return None


def _signed(found: Any) -> int | None:
    if isinstance(found, str) and len(found) <= 20:
        digits = found.removeprefix("-")
        found = int(found) if digits.isascii() and digits.isdigit() else None
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) and abs(found) < 2**63 else None


def _double(found: Any) -> float | None:
    if isinstance(found, str) and len(found) <= 40:
        try:
            return float(found)
        except ValueError:
            return None
    return (
        float(found) if isinstance(found, int | float) and not isinstance(found, bool) and abs(found) < 1e308 else None
    )
