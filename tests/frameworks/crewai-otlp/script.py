"""A crew whose tool fails, with a fake model that calls tools. The framework tells the model, and ends well."""

from crewai import Agent, BaseLLM, Crew, Task
from crewai.tools import tool
from openinference.instrumentation.crewai import CrewAIInstrumentor  # connect
from opentelemetry import trace  # connect
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # connect
from opentelemetry.sdk.trace import TracerProvider  # connect
from opentelemetry.sdk.trace.export import BatchSpanProcessor  # connect

provider = TracerProvider()  # connect
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))  # connect
trace.set_tracer_provider(provider)  # connect
CrewAIInstrumentor().instrument()  # connect

FUNCTION = {"name": "order_lookup", "arguments": '{"order": 7}'}
answers = iter([[{"id": "call-1", "type": "function", "function": FUNCTION}], "I cannot say."])


class FakeModel(BaseLLM):
    def call(self, messages, tools=None, callbacks=None, available_functions=None, **kwargs):
        return next(answers)

    def supports_function_calling(self):
        return True

    def get_context_window_size(self):
        return 8_000


@tool("order_lookup")
def order_lookup(order: int) -> str:
    """Look up an order."""
    raise TimeoutError("order service did not answer within 5 s")


agent = Agent(role="clerk", goal="find orders", backstory="patient", tools=[order_lookup], llm=FakeModel(model="fake"))
task = Task(description="Where is order 7?", expected_output="a place", agent=agent)
print(f"the crew said: {Crew(agents=[agent], tasks=[task], name='order-agent').kickoff()}")
