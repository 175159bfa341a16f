"""A LlamaIndex agent whose tool fails, with a fake model. The framework gives the error to the model and ends well."""

import asyncio

from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.base.llms.types import ChatMessage, ToolCallBlock
from llama_index.core.llms.mock import MockFunctionCallingLLM
from llama_index.core.tools import FunctionTool

import smart_sre  # connect

smart_sre.instrument("llamaindex")  # connect

CALL = ToolCallBlock(tool_call_id="call-1", tool_name="order_lookup", tool_kwargs={"order": 7})
answers = iter([ChatMessage(role="assistant", blocks=[CALL]), ChatMessage(role="assistant", content="I cannot say.")])


def fake(messages, **kwargs):
    return next(answers)


def order_lookup(order: int) -> str:
    """Look up an order."""
    raise TimeoutError("order service did not answer within 5 s")


async def main():
    model = MockFunctionCallingLLM(response_generator=fake, is_chat_model=True)
    agent = FunctionAgent(name="order-agent", tools=[FunctionTool.from_defaults(order_lookup)], llm=model)
    print(f"the agent said: {await agent.run('Where is order 7?')}")


asyncio.run(main())
