"""An agent of Microsoft's Agent Framework whose tool fails, with a fake model. The framework ends well."""

import asyncio

from agent_framework import Agent, BaseChatClient, ChatResponse, Content, FunctionInvocationLayer, Message, tool
from agent_framework.observability import ChatTelemetryLayer, enable_instrumentation  # connect
from opentelemetry import trace  # connect
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # connect
from opentelemetry.sdk.trace import TracerProvider  # connect
from opentelemetry.sdk.trace.export import BatchSpanProcessor  # connect

provider = TracerProvider()  # connect
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))  # connect
trace.set_tracer_provider(provider)  # connect
enable_instrumentation(enable_sensitive_data=True)  # connect

CALL = Content.from_function_call("call-1", "order_lookup", arguments='{"order": 7}')
answers = iter([Message("assistant", [CALL]), Message("assistant", ["I cannot say."])])


class FakeModel(FunctionInvocationLayer, ChatTelemetryLayer, BaseChatClient):
    async def _inner_get_response(self, *, messages, stream, options, **kwargs):
        return ChatResponse(messages=[next(answers)])


@tool
def order_lookup(order: int) -> str:
    """Look up an order."""
    raise TimeoutError("order service did not answer within 5 s")


agent = Agent(FakeModel(), name="order-agent", tools=[order_lookup])
print(f"the agent said: {asyncio.run(agent.run('Where is order 7?'))}")
