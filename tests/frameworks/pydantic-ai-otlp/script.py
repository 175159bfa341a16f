"""A Pydantic AI agent whose tool fails, with a fake model, traced by the framework itself."""

from opentelemetry import trace  # connect
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # connect
from opentelemetry.sdk.trace import TracerProvider  # connect
from opentelemetry.sdk.trace.export import BatchSpanProcessor  # connect
from pydantic_ai import Agent
from pydantic_ai.messages import ModelResponse, ToolCallPart
from pydantic_ai.models.function import FunctionModel

provider = TracerProvider()  # connect
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))  # connect
trace.set_tracer_provider(provider)  # connect
Agent.instrument_all()  # connect


def fake(messages, info):
    return ModelResponse(parts=[ToolCallPart("order_lookup", {"order": 7}, tool_call_id="call-1")])


agent = Agent(FunctionModel(fake), name="order-agent")


@agent.tool_plain
def order_lookup(order: int) -> str:
    """Look up an order."""
    raise TimeoutError("order service did not answer within 5 s")


try:
    agent.run_sync("Where is order 7?")
except TimeoutError as error:
    print(f"the agent failed: {error}")
