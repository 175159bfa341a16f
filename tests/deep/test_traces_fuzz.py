"""Export requests with bytes changed, left out and doubled: no answer is our fault, and no trace is half there."""

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rca_core.errors import CorruptBody, NotFound
from rca_core.telemetry import AgentRun
from tests.conftest import Cloud
from tests.integration.functions.product import Product
from tests.support.traces import as_json, as_protobuf, exception, model, request, root, tool

_numbers = itertools.count(1)
_ODD: list[Any] = [
    None, True, -1, 2**70, 1.5, "", "x" * 9, "\x00", "\ud800", [], {}, [[]], {"stringValue": 7}, {"intValue": "x"},
    {"doubleValue": "NaN"}, {"arrayValue": None}, {"kvlistValue": {"values": [{"key": 1}]}},
]  # fmt: skip
FUZZ = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)


@pytest.fixture
def product(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Product:
    """The functions over the emulated table."""
    return Product(cloud, monkeypatch)


def told(number: int) -> tuple[dict[str, Any], str]:
    """Return a request whose trace has an id that no other has, and that id."""
    trace = f"{number:032x}"
    late = tool(1, trace=trace, error="late", events=exception("TimeoutError", "late"))
    answer = {"gen_ai.output.messages": '[{"role": "assistant", "parts": [{"type": "tool_call", "name": "t"}]}]'}
    return request(late, model(2, trace=trace, given=answer), root(trace=trace)), trace


def check(product: Product, body: bytes, media_type: str, trace: str) -> None:
    """Post a body; a refused one stores nothing, and what an accepted one stores can be read."""
    answer = product.post("/v1/traces", body, {"Content-Type": media_type})

    assert answer.status in (200, 400, 413)
    runs = product.module("IngestFunction").runs()
    now = datetime.now(UTC)
    try:
        stored = runs.get(trace, now=now)
    except NotFound:
        return
    except CorruptBody:
        pytest.fail("a run that cannot be read")
    assert answer.status == 200
    run = AgentRun.from_body(stored.body)
    kept = product.module("IngestFunction").traces().trace(trace, now=now).spans
    assert {step.step_id for step in run.steps} <= {span.span_id for span in kept}
    assert product.get(f"/agent-runs/{trace}/timeline").status == 200


@FUZZ
@given(st.data())
def test_changed_bytes_of_protobuf(product: Product, data: st.DataObject) -> None:
    built, trace = told(next(_numbers))
    body = bytearray(as_protobuf(built))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(len(body) - 1, 0)))
        match data.draw(st.sampled_from(("set", "drop", "cut", "double"))):
            case "set":
                body[at : at + 1] = bytes([data.draw(st.integers(0, 255))])
            case "drop":
                del body[at : at + data.draw(st.integers(1, 40))]
            case "cut":
                del body[at:]
            case _:
                body[at:at] = body[at : at + 60]

    check(product, bytes(body), "application/x-protobuf", trace)


@FUZZ
@given(st.data())
def test_changed_values_of_json(product: Product, data: st.DataObject) -> None:
    built, trace = told(next(_numbers))
    places = list(_places(built))
    for _ in range(data.draw(st.integers(1, 6))):
        holder, at = data.draw(st.sampled_from(places))
        if isinstance(holder, dict) or at < len(holder):
            holder[at] = data.draw(st.sampled_from(_ODD))

    check(product, json.dumps(built).encode(), "application/json", trace)


@FUZZ
@given(st.binary(max_size=200), st.integers(0, 2_000))
def test_bytes_put_into_json(product: Product, inserted: bytes, at: int) -> None:
    built, trace = told(next(_numbers))
    body = as_json(built)

    check(product, body[:at] + inserted + body[at:], "application/json", trace)


def _places(held: Any) -> Iterator[tuple[Any, Any]]:
    for at, inner in list(held.items() if isinstance(held, dict) else enumerate(held)):
        yield held, at
        if isinstance(inner, dict | list):
            yield from _places(inner)
