"""Pydantic AI: a capability of an agent, given to one or to all that are made."""

import contextlib
from collections.abc import Iterator
from functools import cache, wraps
from typing import Any

from pydantic_ai import Agent
from pydantic_ai.capabilities import AbstractCapability
from pydantic_ai.messages import ModelRequest, RetryPromptPart

from smart_sre.client import Client, harmless
from smart_sre.responses import first
from smart_sre.spans import ModelCall, Run, current_run


@cache
def install(agent_name: str | None = None) -> None:
    """Record the runs of every agent that is made from now on."""
    original = Agent.__init__

    @wraps(original)
    def made(self: Any, *args: Any, **kwargs: Any) -> None:
        given = list(kwargs.get("capabilities") or ())
        if not any(isinstance(each, SmartSRE) for each in given):
            kwargs["capabilities"] = [*given, SmartSRE(agent_name)]
        original(self, *args, **kwargs)

    Agent.__init__ = made


class SmartSRE(AbstractCapability[Any]):
    """Records an agent's runs: `Agent(…, capabilities=[SmartSRE()])`."""

    def __init__(self, agent_name: str | None = None, client: Client | None = None) -> None:
        """Make a capability; `agent_name` names runs instead of their agent."""
        self._agent_name = agent_name
        self._client = client

    async def wrap_run(self, ctx: Any, *, handler: Any) -> Any:
        """Record a run; that of an agent within another's as a step of it."""
        name = self._agent_name or first(ctx.agent, "name") or "agent"
        around = current_run()
        if around and around.recording:
            async with around.step(str(name), kind="agent", input=ctx.prompt, agent_name=name) as step:
                result = await handler()
                step.output(first(result, "output"))
                return result
        fields = {"input": ctx.prompt, "correlation_ids": [ctx.run_id]}
        async with Run(str(name), self._client, fields) as run, run.step(str(name), kind="agent"):
            result = await handler()
            run.set(output=first(result, "output"))
            return result

    async def wrap_model_request(self, ctx: Any, *, request_context: Any, handler: Any) -> Any:
        """Record a call of a model, and what it was told of calls that never began."""
        if not (run := current_run()):
            return await handler(request_context)
        harmless(_note_unknown_tools)(run, request_context.messages)
        model = first(request_context.model, "model_name")
        async with run.model_call(model and str(model), input=_last(request_context.messages)) as call:
            response = await handler(request_context)
            harmless(_read_response)(call, response)
            return response

    async def wrap_tool_validate(self, ctx: Any, *, call: Any, tool_def: Any, args: Any, handler: Any) -> Any:
        """Record a call whose arguments are refused: it is never executed."""
        try:
            return await handler(args)
        except Exception as error:
            if run := current_run():
                with run.tool(call.tool_name, args=args, call_id=call.tool_call_id) as refused:
                    refused.fail(error)
            raise

    async def wrap_tool_execute(self, ctx: Any, *, call: Any, tool_def: Any, args: Any, handler: Any) -> Any:
        """Record a call of a tool."""
        if not (run := current_run()):
            return await handler(args)
        async with run.tool(call.tool_name, args=args, call_id=call.tool_call_id) as told:
            try:
                result = await handler(args)
            except Exception as error:
                # A retry that the tool asked for wraps what the tool said.
                told.fail(error.__cause__ if type(error).__name__ == "ToolRetryError" and error.__cause__ else error)
                raise
            told.result(result)
            return result


def _read_response(call: ModelCall, response: Any) -> None:
    call.response(response)
    call.set(output=[first(part, "content", "tool_name") for part in response.parts])
    with contextlib.suppress(Exception):  # a model whose price nobody knows
        call.usage(cost_usd=float(response.cost().total_price))


def _note_unknown_tools(run: Run, messages: list[Any]) -> None:
    """Note what the last request says of a tool that is not there: no hook tells of it."""
    known = run.recording.known_ids("tool_calls") if run.recording else ()
    for part in _retries(messages[-1:]):
        if part.tool_name and part.tool_call_id not in known:
            with run.tool(part.tool_name, call_id=part.tool_call_id, args=_asked(messages, part.tool_call_id)) as call:
                call.fail(str(part.content))


def _retries(messages: list[Any]) -> Iterator[Any]:
    """Yield the answers to calls that were to be made again: as parts of their own, or as results that say so."""
    for message in messages:
        if isinstance(message, ModelRequest):
            for part in message.parts:
                if isinstance(part, RetryPromptPart) or first(part, "outcome") == "retried":
                    yield part


def _asked(messages: list[Any], call_id: str) -> Any:
    """Return the arguments that the model gave a call."""
    for message in reversed(messages):
        for part in message.parts:
            if first(part, "tool_call_id") == call_id and first(part, "part_kind") == "tool-call":
                return part.args
    return None


def _last(messages: list[Any]) -> Any:
    return [first(part, "content") for part in messages[-1].parts] if messages else None
