"""A smolagents agent whose tool fails, with a fake model. The framework gives the error to the model and ends well."""

from openinference.instrumentation.smolagents import SmolagentsInstrumentor  # connect
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # connect
from opentelemetry.sdk.trace import TracerProvider  # connect
from opentelemetry.sdk.trace.export import BatchSpanProcessor  # connect
from smolagents import Model, ToolCallingAgent, tool
from smolagents.models import ChatMessage, ChatMessageToolCall, ChatMessageToolCallFunction, MessageRole

provider = TracerProvider()  # connect
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))  # connect
SmolagentsInstrumentor().instrument(tracer_provider=provider)  # connect


def call(call_id, name, **arguments):
    function = ChatMessageToolCallFunction(name=name, arguments=arguments)
    return ChatMessageToolCall(id=call_id, type="function", function=function)


answers = iter([call("call-1", "order_lookup", order=7), call("call-2", "final_answer", answer="I cannot say.")])


class FakeModel(Model):
    def generate(self, messages, **kwargs):
        return ChatMessage(role=MessageRole.ASSISTANT, content=None, tool_calls=[next(answers)])


@tool
def order_lookup(order: int) -> str:
    """Look up an order.

    Args:
        order: its number.
    """
    raise TimeoutError("order service did not answer within 5 s")


agent = ToolCallingAgent(tools=[order_lookup], model=FakeModel(model_id="fake"), name="order_agent", verbosity_level=0)
print(f"the agent said: {agent.run('Where is order 7?')}")
