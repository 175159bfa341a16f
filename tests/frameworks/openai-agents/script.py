"""An OpenAI agent whose tool fails, with a fake model. The SDK hides the tool's error from traces and ends well."""

from agents import Agent, ModelResponse, Runner, function_tool, set_trace_processors
from agents.models.interface import Model
from agents.usage import Usage
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText

import smart_sre  # connect

set_trace_processors([])  # nothing goes to the provider of the model
smart_sre.instrument("openai-agents")  # connect

CALL = ResponseFunctionToolCall(call_id="call-1", name="order_lookup", arguments='{"order": 7}', type="function_call")
TEXT = ResponseOutputText(text="I cannot say.", type="output_text", annotations=[])
ANSWER = ResponseOutputMessage(id="m", type="message", role="assistant", status="completed", content=[TEXT])


class FakeModel(Model):
    def __init__(self):
        self.answers = iter([CALL, ANSWER])

    async def get_response(self, *args, **kwargs):
        return ModelResponse(output=[next(self.answers)], usage=Usage(), response_id=None)

    def stream_response(self, *args, **kwargs):
        raise NotImplementedError


@function_tool
def order_lookup(order: int) -> str:
    """Look up an order."""
    raise TimeoutError("order service did not answer within 5 s")


agent = Agent(name="order-agent", tools=[order_lookup], model=FakeModel())
print(f"the agent said: {Runner.run_sync(agent, 'Where is order 7?').final_output}")
