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
NAMES: Final = (*_ADAPTERS, *_OTHERS)


def snippet(name: str) -> str:
    """Return what connects a framework."""
    return f"{_PREPARE}\n{_OTHERS.get(name) or _INSTRUMENT.format(name=name)}"
