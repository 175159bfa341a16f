"""LangChain and LangGraph: a callback handler, given to a call or set for all of them."""

from contextvars import ContextVar
from functools import cache
from typing import Any, Final
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.tracers.context import register_configure_hook

from smart_sre.adapters.tracked import Tracked
from smart_sre.client import Client, harmless
from smart_sre.responses import first, response_fields

Json = dict[str, Any]

_HIDDEN: Final = "langsmith:hidden"
# How a graph says that it pauses: no failure.
_CONTROL_FLOW: Final = frozenset({"GraphInterrupt", "NodeInterrupt", "GraphBubbleUp", "ParentCommand"})


@cache
def install(agent_name: str | None = None) -> None:
    """Record every run of this process, but for those that are given a handler of their own."""
    handler = SmartSREHandler(agent_name)
    # A default holds in every thread and task.
    everywhere: ContextVar[BaseCallbackHandler | None] = ContextVar("smart_sre_langchain", default=handler)
    register_configure_hook(everywhere, inheritable=True, handle_class=SmartSREHandler)


class SmartSREHandler(BaseCallbackHandler):
    """Records runs that it is given to: `invoke(…, config={"callbacks": [SmartSREHandler()]})`."""

    # In the order in which it happens, also where the program is asynchronous.
    run_inline = True

    def __init__(self, agent_name: str | None = None, client: Client | None = None) -> None:
        """Make a handler; `agent_name` names its runs instead of the graph."""
        super().__init__()
        self._tracked = Tracked(agent_name, client)

    @harmless
    def on_chain_start(
        self, serialized: Json | None, inputs: Any, *, run_id: UUID, parent_run_id: UUID | None = None, **known: Any
    ) -> None:
        """Begin a run, or a node of a graph."""
        name, metadata = _name(serialized, known), known.get("metadata") or {}
        if parent_run_id is None:
            agent = metadata.get("lc_agent_name") or name
            self._tracked.open(run_id, agent, input_summary=_asked(inputs), correlation_ids=_correlated(metadata))
        elif _HIDDEN in (known.get("tags") or ()):
            self._tracked.follow(run_id, parent_run_id)
        else:
            agent = metadata.get("lc_agent_name")
            self._tracked.begin(run_id, parent_run_id, "steps", name=name, kind="chain", agent_name=agent)

    @harmless
    def on_chain_end(self, outputs: Any, *, run_id: UUID, parent_run_id: UUID | None = None, **_: Any) -> None:
        """End a run, or a node of a graph."""
        self._end(run_id, parent_run_id, None, output=_answered(outputs))

    @harmless
    def on_chain_error(
        self, error: BaseException, *, run_id: UUID, parent_run_id: UUID | None = None, **_: Any
    ) -> None:
        """End what failed; a graph that pauses has not."""
        self._end(run_id, parent_run_id, None if type(error).__name__ in _CONTROL_FLOW else error)

    @harmless
    def on_chat_model_start(
        self, serialized: Json | None, messages: Any, *, run_id: UUID, parent_run_id: UUID | None = None, **known: Any
    ) -> None:
        """Begin a call of a chat model."""
        self._model(serialized, _texts(messages[0] if messages else []), run_id, parent_run_id, known)

    @harmless
    def on_llm_start(
        self,
        serialized: Json | None,
        prompts: list[str],
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **known: Any,
    ) -> None:
        """Begin a call of a text model."""
        self._model(serialized, prompts, run_id, parent_run_id, known)

    @harmless
    def on_llm_end(self, response: Any, *, run_id: UUID, parent_run_id: UUID | None = None, **_: Any) -> None:
        """End a call of a model."""
        generated = response.generations[0][0]
        message = getattr(generated, "message", None)
        told = {
            **response_fields(response.llm_output or {}),
            **response_fields(first(message, "response_metadata") or first(generated, "generation_info") or {}),
            **response_fields({"usage": first(message, "usage_metadata")}),
        }
        text = first(generated, "text") or first(message, "tool_calls", "content")
        self._end(run_id, parent_run_id, None, output=text, **told)

    @harmless
    def on_llm_error(self, error: BaseException, *, run_id: UUID, parent_run_id: UUID | None = None, **_: Any) -> None:
        """End a call of a model that failed."""
        self._end(run_id, parent_run_id, error)

    @harmless
    def on_tool_start(
        self, serialized: Json | None, input_str: str, *, run_id: UUID, parent_run_id: UUID | None = None, **known: Any
    ) -> None:
        """Begin a call of a tool."""
        name = _name(serialized, known)
        arguments = known.get("inputs")
        if parent_run_id is None:
            self._tracked.open(run_id, name)
            parent_run_id, run_id = run_id, _inner(run_id)
        self._tracked.begin(
            run_id,
            parent_run_id,
            "tool_calls",
            tool_name=name,
            call_id=known.get("tool_call_id"),
            args_json=arguments if arguments is not None else input_str,
        )

    @harmless
    def on_tool_end(self, output: Any, *, run_id: UUID, parent_run_id: UUID | None = None, **_: Any) -> None:
        """End a call of a tool, which may say of itself that it failed."""
        content = first(output, "content")
        text = output if content is None else content
        failed = {"status": "failure", "error_message": text} if first(output, "status") == "error" else {}
        self._tool_ended(run_id, parent_run_id, None, result_summary=text, **failed)

    @harmless
    def on_tool_error(self, error: BaseException, *, run_id: UUID, parent_run_id: UUID | None = None, **_: Any) -> None:
        """End a call of a tool that raised."""
        self._tool_ended(run_id, parent_run_id, None if type(error).__name__ in _CONTROL_FLOW else error)

    @harmless
    def on_retriever_start(
        self, serialized: Json | None, query: str, *, run_id: UUID, parent_run_id: UUID | None = None, **known: Any
    ) -> None:
        """Begin a search: a call of a tool, because what it finds decides."""
        name = _name(serialized, known)
        if parent_run_id is None:
            self._tracked.open(run_id, name)
            parent_run_id, run_id = run_id, _inner(run_id)
        self._tracked.begin(run_id, parent_run_id, "tool_calls", tool_name=name, args_json={"query": query})

    @harmless
    def on_retriever_end(self, documents: Any, *, run_id: UUID, parent_run_id: UUID | None = None, **_: Any) -> None:
        """End a search."""
        texts = [first(each, "page_content") for each in documents]
        self._tool_ended(run_id, parent_run_id, None, result_summary=texts, result_count=len(texts))

    @harmless
    def on_retriever_error(
        self, error: BaseException, *, run_id: UUID, parent_run_id: UUID | None = None, **_: Any
    ) -> None:
        """End a search that failed."""
        self._tool_ended(run_id, parent_run_id, error)

    def _model(self, serialized: Json | None, texts: Any, run_id: UUID, parent: UUID | None, known: Json) -> None:
        settings = known.get("invocation_params") or {}
        model = (
            settings.get("model") or settings.get("model_name") or (known.get("metadata") or {}).get("ls_model_name")
        )
        name = known.get("name") or model or _name(serialized, known)
        if parent is None:
            self._tracked.open(run_id, name)
            parent, run_id = run_id, _inner(run_id)
        self._tracked.begin(run_id, parent, "steps", name=name, kind="llm", model=model, input_summary=texts)

    def _end(
        self, run_id: UUID, parent: UUID | None, error: BaseException | None, output: Any = None, **told: Any
    ) -> None:
        if parent is None:
            self._tracked.finish(_inner(run_id), error, output_summary=output, **told)
            self._tracked.close(run_id, error, output_summary=output)
        else:
            self._tracked.finish(run_id, error, output_summary=output, **told)

    def _tool_ended(self, run_id: UUID, parent: UUID | None, error: BaseException | None, **told: Any) -> None:
        self._tracked.finish(run_id if parent else _inner(run_id), error, **told)
        if parent is None:
            self._tracked.close(run_id, error)


def _inner(run_id: UUID) -> Any:
    """Return the id of the entry of a run that is one call, and nothing else."""
    return (run_id, "call")


def _name(serialized: Json | None, known: Json) -> str:
    described = serialized or {}
    name = known.get("name") or described.get("name") or (described.get("id") or ["chain"])[-1]
    return str(name)


def _correlated(metadata: Json) -> list[str] | None:
    return [
        str(metadata[name]) for name in ("thread_id", "session_id", "conversation_id") if metadata.get(name)
    ] or None


def _asked(inputs: Any) -> Any:
    messages = first(inputs, "messages")
    return _texts(messages)[-1] if isinstance(messages, list) and messages else inputs


def _answered(outputs: Any) -> Any:
    messages = first(outputs, "messages")
    return _texts(messages)[-1] if isinstance(messages, list) and messages else outputs


def _texts(messages: Any) -> list[Any]:
    texts = []
    for each in messages:
        content = each[1] if isinstance(each, tuple) and len(each) == 2 else first(each, "content")
        texts.append(content or first(each, "tool_calls") or str(each))
    return texts
