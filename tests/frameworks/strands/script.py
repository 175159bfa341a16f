"""A Strands agent whose tool fails, with a fake model. The framework gives the error to the model and ends well."""

from opentelemetry import trace  # connect
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # connect
from opentelemetry.sdk.trace import TracerProvider  # connect
from opentelemetry.sdk.trace.export import BatchSpanProcessor  # connect
from strands import Agent, tool
from strands.models import Model

provider = TracerProvider()  # connect
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))  # connect
trace.set_tracer_provider(provider)  # connect

CALL = {"start": {"toolUse": {"toolUseId": "call-1", "name": "order_lookup"}}}, {"toolUse": {"input": '{"order": 7}'}}
answers = iter([(*CALL, "tool_use"), ({}, {"text": "I cannot say."}, "end_turn")])


class FakeModel(Model):
    def update_config(self, **config): ...

    def get_config(self):
        return {"model_id": "fake"}

    def structured_output(self, *args, **kwargs):
        raise NotImplementedError

    async def stream(self, *args, **kwargs):
        start, delta, reason = next(answers)
        yield {"messageStart": {"role": "assistant"}}
        yield {"contentBlockStart": start or {"start": {}}}
        yield {"contentBlockDelta": {"delta": delta}}
        yield {"contentBlockStop": {}}
        yield {"messageStop": {"stopReason": reason}}


@tool
def order_lookup(order: int) -> str:
    """Look up an order."""
    raise TimeoutError("order service did not answer within 5 s")


agent = Agent(model=FakeModel(), tools=[order_lookup], name="order-agent", callback_handler=None)
print(f"the agent said: {agent('Where is order 7?')}")
