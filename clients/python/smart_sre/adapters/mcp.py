"""MCP: calls of tools by the official SDK's client session, in the run that they happen in."""

from functools import cache, wraps
from typing import Any

from mcp import ClientSession

from smart_sre.responses import first
from smart_sre.spans import Run, Tool, current_run


@cache
def install(agent_name: str | None = None) -> None:
    """Record the calls of every session of this process; a call outside of a run is a run of its own."""
    original = ClientSession.call_tool

    @wraps(original)
    async def call_tool(self: Any, name: str, arguments: Any = None, *args: Any, **kwargs: Any) -> Any:
        return await _recorded(agent_name, name, arguments, original(self, name, arguments, *args, **kwargs))

    ClientSession.call_tool = call_tool  # type: ignore[method-assign]  # the same, and told of


async def _recorded(agent_name: str | None, name: str, arguments: Any, calling: Any) -> Any:
    run = current_run()
    if run and run.recording:
        async with run.tool(name, args=arguments) as call:
            return _read(call, await calling)
    async with Run(agent_name or "mcp-client") as own, own.tool(name, args=arguments) as call:
        return _read(call, await calling)


def _read(call: Tool, result: Any) -> Any:
    """Note what a tool answered; an error may come as a result, in either spelling of the SDK's versions."""
    content = first(result, "content")
    texts = [first(each, "text", "uri", "type") for each in content] if isinstance(content, list) else content
    text = texts[0] if isinstance(texts, list) and len(texts) == 1 else texts
    if first(result, "is_error", "isError"):
        call.set(result=text)
        call.fail(text if isinstance(text, str) else str(text))
    else:
        structured = first(result, "structured_content", "structuredContent")
        call.result(structured if structured is not None else text)
    return result
