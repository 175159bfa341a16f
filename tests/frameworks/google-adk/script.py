"""A Google ADK agent whose tool fails, with a fake model, traced by the framework itself."""

import asyncio

from google.adk.agents import LlmAgent
from google.adk.models import BaseLlm, LlmResponse
from google.adk.runners import InMemoryRunner
from google.genai.types import Content, FunctionCall, Part
from opentelemetry import trace  # connect
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # connect
from opentelemetry.sdk.trace import TracerProvider  # connect
from opentelemetry.sdk.trace.export import BatchSpanProcessor  # connect

provider = TracerProvider()  # connect
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))  # connect
trace.set_tracer_provider(provider)  # connect

CALL = Part(function_call=FunctionCall(id="call-1", name="order_lookup", args={"order": 7}))


class FakeModel(BaseLlm):
    async def generate_content_async(self, llm_request, **kwargs):
        yield LlmResponse(content=Content(role="model", parts=[CALL]))


def order_lookup(order: int) -> str:
    """Look up an order."""
    raise TimeoutError("order service did not answer within 5 s")


async def main():
    agent = LlmAgent(name="order_agent", model=FakeModel(model="fake"), tools=[order_lookup])
    await InMemoryRunner(agent=agent).run_debug("Where is order 7?", quiet=True)


try:
    asyncio.run(main())
except TimeoutError as error:
    print(f"the agent failed: {error}")
