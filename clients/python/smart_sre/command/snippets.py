"""How each framework is connected, as it is typed."""

from typing import Final

_PREPARE: Final = """\
pip install ./clients/python              # of this repository
export SMART_SRE_URL=https://…            # or http://127.0.0.1:8000
export SMART_SRE_SECRET_FILE=…            # the ingest secret of a deployed stack
"""
_INSTRUMENT: Final = """\
import smart_sre
smart_sre.instrument("{name}")
"""
_OTHERS: Final = {
    "python": """\
import smart_sre as sre

with sre.run("order-agent", input=question) as run:
    with run.tool("order_lookup", args={"order": 7}) as call:
        call.result(order_lookup(7))
""",
}
_ADAPTERS: Final = ("langchain", "langgraph", "openai-agents", "pydantic-ai", "llamaindex", "crewai", "mcp")
_OPENTELEMETRY: Final = """\
# Nothing to install: exporters of OpenTelemetry send traces by themselves.
export OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=https://…/v1/traces   # or http://127.0.0.1:8000/v1/traces
export OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf
export OTEL_EXPORTER_OTLP_TRACES_HEADERS="Authorization=Bearer%20…"   # the ingest secret of a deployed stack
export OTEL_EXPORTER_OTLP_TRACES_COMPRESSION=gzip
"""
NAMES: Final = (*_ADAPTERS, *_OTHERS, "opentelemetry")


def snippet(name: str) -> str:
    """Return what connects a framework."""
    if name == "opentelemetry":
        return _OPENTELEMETRY
    return f"{_PREPARE}\n{_OTHERS.get(name) or _INSTRUMENT.format(name=name)}"
