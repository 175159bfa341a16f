"""What OpenTelemetry's own SDK and exporter send, and do with the answers."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanContext, StatusCode

from tests.integration.functions.product import Answer, Product


class Gateway:
    """The product behind a socket; the first requests are answered by these statuses instead."""

    def __init__(self, product: Product, *refusals: int) -> None:
        self.statuses: list[int] = []
        refused, lock, statuses = list(refusals), threading.Lock(), self.statuses

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with lock:
                    if refused:
                        answer = Answer(refused.pop(0), {"retry-after": "1"}, b"")
                    else:
                        answer = product.http("POST", self.path, body, dict(self.headers.items()))
                    statuses.append(answer.status)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1/traces"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def gateway(product: Product) -> Iterator[Gateway]:
    """The product behind a socket."""
    opened = Gateway(product)
    yield opened
    opened.close()


def work(provider: TracerProvider) -> SpanContext:
    """Record an agent whose tool raises; return where."""
    tracer = provider.get_tracer("parcels")
    with tracer.start_as_current_span("invoke_agent parcels-agent") as agent:
        agent.set_attributes({"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "parcels-agent"})
        with contextlib.suppress(TimeoutError), tracer.start_as_current_span("execute_tool track_parcel") as tool:
            tool.set_attributes({"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "track_parcel"})
            raise TimeoutError("the depot did not answer within 9 s")
        agent.set_status(StatusCode.OK)
    return agent.get_span_context()


def provider_to(url: str, **options: Any) -> TracerProvider:
    """Return a provider that sends its spans to a URL."""
    provider = TracerProvider(resource=Resource.create({"service.name": "parcels"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url, **options)))
    return provider


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip])
def test_what_the_sdk_sends_is_a_run(product: Product, gateway: Gateway, compression: Compression) -> None:
    provider = provider_to(gateway.url, compression=compression)

    trace = work(provider)
    provider.shutdown()

    assert set(gateway.statuses) == {200}
    run = product.get(f"/agent-runs/{trace.trace_id:032x}").json()
    assert (run["agent_name"], run["status"], run["tool_call_count"]) == ("parcels-agent", "failure", 1)
    assert run["error_message"] == "the depot did not answer within 9 s"


def test_an_exporter_repeats_what_it_is_asked_to_repeat(product: Product) -> None:
    gateway = Gateway(product, 429, 503)
    provider = provider_to(gateway.url, timeout=30)

    trace = work(provider)
    assert provider.force_flush(60_000)
    provider.shutdown()
    gateway.close()

    assert gateway.statuses == [429, 503, 200]
    assert product.get(f"/agent-runs/{trace.trace_id:032x}").json()["status"] == "failure"
