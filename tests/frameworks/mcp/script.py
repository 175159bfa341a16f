"""A program that calls a tool of an MCP server, which fails: an error that comes as a result."""

import asyncio

from mcp import Client
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

import smart_sre  # connect

smart_sre.instrument("mcp", agent_name="order-agent")  # connect

server = MCPServer("orders")


@server.tool()
def order_lookup(order: int) -> str:
    """Look up an order."""
    raise ToolError("order service did not answer within 5 s")


async def agent(question):
    async with Client(server) as client:
        result = await client.call_tool("order_lookup", {"order": 7})
        return f"I cannot say: {result.content[0].text}"


print(f"the agent said: {asyncio.run(agent('Where is order 7?'))}")
