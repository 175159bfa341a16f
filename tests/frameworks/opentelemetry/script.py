"""An agent in plain Python, traced by hand with OpenTelemetry's names for agents. Its tool fails."""

import json

from opentelemetry import trace  # connect
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # connect
from opentelemetry.sdk.trace import TracerProvider  # connect
from opentelemetry.sdk.trace.export import BatchSpanProcessor  # connect

provider = TracerProvider()  # connect
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))  # connect
trace.set_tracer_provider(provider)  # connect

tracer = trace.get_tracer("order-agent")


def order_lookup(order):
    """Look up an order."""
    raise TimeoutError("order service did not answer within 5 s")


def agent(question):
    with tracer.start_as_current_span("invoke_agent order-agent") as span:
        span.set_attribute("gen_ai.operation.name", "invoke_agent")
        span.set_attribute("gen_ai.agent.name", "order-agent")
        try:
            return call_tool(order_lookup, {"order": 7})
        except TimeoutError:
            return "I cannot say."


def call_tool(tool, args):
    with tracer.start_as_current_span(f"execute_tool {tool.__name__}") as span:
        span.set_attribute("gen_ai.operation.name", "execute_tool")
        span.set_attribute("gen_ai.tool.name", tool.__name__)
        span.set_attribute("gen_ai.tool.call.arguments", json.dumps(args))
        return tool(**args)


print(f"the agent said: {agent('Where is order 7?')}")
