"""A LangGraph agent whose tool fails, with a fake model."""

from langchain.agents import create_agent
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, ToolCall
from langchain_core.tools import tool

import smart_sre  # connect

smart_sre.instrument("langgraph")  # connect


class FakeModel(GenericFakeChatModel):
    def bind_tools(self, tools, **kwargs):
        return self


@tool
def order_lookup(order: int) -> str:
    """Look up an order."""
    raise TimeoutError("order service did not answer within 5 s")


model = FakeModel(
    messages=iter([AIMessage("", tool_calls=[ToolCall(name="order_lookup", args={"order": 7}, id="call-1")])])
)
agent = create_agent(model, [order_lookup], name="order-agent")
try:
    agent.invoke({"messages": [("user", "Where is order 7?")]})
except TimeoutError as error:
    print(f"the agent failed: {error}")
