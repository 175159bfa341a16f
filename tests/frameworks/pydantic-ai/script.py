"""A Pydantic AI agent whose tool fails, with a fake model."""

from pydantic_ai import Agent
from pydantic_ai.messages import ModelResponse, ToolCallPart
from pydantic_ai.models.function import FunctionModel

import smart_sre  # connect

smart_sre.instrument("pydantic-ai")  # connect


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
