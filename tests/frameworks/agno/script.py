"""An Agno agent whose tool fails, with a fake model. The framework gives the error to the model and ends well."""

from agno.agent import Agent
from agno.models.base import Model
from agno.models.response import ModelResponse
from openinference.instrumentation.agno import AgnoInstrumentor  # connect
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # connect
from opentelemetry.sdk.trace import TracerProvider  # connect
from opentelemetry.sdk.trace.export import BatchSpanProcessor  # connect

provider = TracerProvider()  # connect
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))  # connect
AgnoInstrumentor().instrument(tracer_provider=provider)  # connect

FUNCTION = {"name": "order_lookup", "arguments": '{"order": 7}'}
CALL = {"id": "call-1", "type": "function", "function": FUNCTION}
answers = iter(
    [ModelResponse(role="assistant", tool_calls=[CALL]), ModelResponse(role="assistant", content="I cannot say.")]
)


class FakeModel(Model):
    def invoke(self, *args, **kwargs):
        return next(answers)

    def _parse_provider_response(self, response, **kwargs):
        return response

    ainvoke = invoke_stream = ainvoke_stream = _parse_provider_response_delta = None


def order_lookup(order: int) -> str:
    """Look up an order."""
    raise TimeoutError("order service did not answer within 5 s")


agent = Agent(model=FakeModel(id="fake"), tools=[order_lookup], name="order-agent", telemetry=False)
print(f"the agent said: {agent.run('Where is order 7?').content}")
