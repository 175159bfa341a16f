"""LlamaIndex: handlers of its instrumentation, on the root dispatcher."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from functools import cache
from typing import Any, Final

from llama_index.core.instrumentation import get_dispatcher
from llama_index.core.instrumentation.event_handlers import BaseEventHandler
from llama_index.core.instrumentation.span_handlers import BaseSpanHandler
from pydantic import PrivateAttr

from smart_sre.adapters.tracked import Tracked
from smart_sre.client import harmless
from smart_sre.responses import first, response_fields

_MODEL_CALLS: Final = frozenset(
    {"chat", "achat", "stream_chat", "astream_chat", "complete", "acomplete", "stream_complete", "astream_complete"}
)
_TOOL_CALLS: Final = frozenset({"call", "acall", "__call__"})
# Steps of the built-in agents only pass messages on: as steps that succeed they would look like an agent that went on.
_PLUMBING: Final = frozenset({"BaseWorkflowAgent", "AgentWorkflow"})
_CALLING: Final = "call_tool"
_SEARCHES: Final = frozenset({"retrieve", "aretrieve"})


@cache
def install(agent_name: str | None = None) -> None:
    """Record every run of this process."""
    tracked = Tracked(agent_name)
    dispatcher = get_dispatcher()
    dispatcher.add_span_handler(_Spans(tracked))
    dispatcher.add_event_handler(_Events(tracked))


class _Spans(BaseSpanHandler[Any]):
    _tracked: Tracked = PrivateAttr()
    _calls: dict[str, str] = PrivateAttr()

    def __init__(self, tracked: Tracked) -> None:
        super().__init__()
        self._tracked = tracked
        self._calls = {}

    @harmless
    def span_enter(
        self, id_: str, bound_args: Any, instance: Any = None, parent_id: str | None = None, **_: Any
    ) -> None:
        method, owner = _method(id_), _owner(id_)
        given = bound_args.arguments
        if parent_id is None or self._tracked.node(parent_id) is None:
            asked = first(
                given, "user_msg", "start_event", "query_str_or_bundle", "str_or_query_bundle", "kwargs", "message"
            )
            self._tracked.open(id_, first(instance, "name") or owner, input_summary=_shown(asked))
            if method not in _MODEL_CALLS | _TOOL_CALLS | _SEARCHES or not _begins(instance, method):
                return
            parent_id, id_ = id_, f"{id_}/call"
        if method in _TOOL_CALLS and (metadata := first(instance, "metadata")):
            arguments = first(given, "kwargs") or first(given, "args", "input")
            call_id = self._calls.pop(parent_id, None)
            self._tracked.begin(
                id_, parent_id, "tool_calls", call_id=call_id, tool_name=metadata.name, args_json=arguments
            )
        elif method in _SEARCHES:
            query = first(given, "str_or_query_bundle", "query_bundle")
            self._tracked.begin(id_, parent_id, "tool_calls", tool_name=owner, args_json={"query": _shown(query)})
        elif method in _MODEL_CALLS:
            messages = first(given, "messages", "prompt")
            model = first(first(instance, "metadata"), "model_name")
            model = None if model == "unknown" else model
            self._tracked.begin(
                id_, parent_id, "steps", name=model or owner, kind="llm", input_summary=_shown(messages)
            )
        elif method.startswith("_") or (owner in _PLUMBING and method != _CALLING):
            self._tracked.follow(id_, parent_id)
        else:
            self._tracked.begin(id_, parent_id, "steps", name=method, kind="chain")
        if call_id := first(first(given, "ev"), "tool_id"):
            # The step that calls a tool knows which call of the model it is.
            self._calls[id_] = str(call_id)

    @harmless
    def span_exit(self, id_: str, bound_args: Any, instance: Any = None, result: Any = None, **_: Any) -> None:
        if isinstance(result, asyncio.Future):
            return
        self._end(id_, None, result)

    @harmless
    def span_drop(
        self, id_: str, bound_args: Any, instance: Any = None, err: BaseException | None = None, **_: Any
    ) -> None:
        self._end(id_, err, None)

    def _end(self, id_: str, error: BaseException | None, result: Any) -> None:
        self._calls.pop(id_, None)
        own = self._tracked.node(f"{id_}/call")
        for key in (f"{id_}/call", id_):
            node = self._tracked.node(key)
            if node and node.entry:
                if node.entry.group == "steps" and isinstance(result, AsyncGenerator | Generator):
                    return  # it streams, and ends with its event
                self._tracked.finish(key, error, **_outcome(node.entry.group, result))
            elif node and (key == id_ or own):
                self._tracked.close(key, error, output_summary=_shown(result))

    def new_span(self, *_: Any, **__: Any) -> None:
        """Keep no span of its own."""

    def prepare_to_exit_span(self, *_: Any, **__: Any) -> None:
        """Keep no span of its own."""

    def prepare_to_drop_span(self, *_: Any, **__: Any) -> None:
        """Keep no span of its own."""


class _Events(BaseEventHandler):
    _tracked: Tracked = PrivateAttr()

    def __init__(self, tracked: Tracked) -> None:
        super().__init__()
        self._tracked = tracked

    @harmless
    def handle(self, event: Any, **_: Any) -> None:
        name = event.class_name()
        node = self._tracked.node(f"{event.span_id}/call") or self._tracked.node(event.span_id)
        if not node or not node.entry:
            return
        if name in ("LLMChatStartEvent", "LLMCompletionStartEvent"):
            model = first(event.model_dict, "model", "model_name")
            node.entry.set(model=None if model == "unknown" else model)
        elif name in ("LLMChatEndEvent", "LLMCompletionEndEvent") and event.response is not None:
            response = event.response
            raw = first(response, "raw")
            told = response_fields(raw) if raw is not None else {}
            node.entry.finish(**told, output_summary=_shown(first(response, "message", "text")))
            if node is self._tracked.node(f"{event.span_id}/call"):
                # The run is this one call.
                self._tracked.close(event.span_id, output_summary=_shown(first(response, "message", "text")))


def _begins(instance: Any, method: str) -> bool:
    return method in _MODEL_CALLS | _SEARCHES or first(instance, "metadata") is not None


def _method(id_: str) -> str:
    """Return the method that a span stands for: `FunctionTool.acall-<uuid>`."""
    return id_[:-37].rpartition(".")[2]


def _owner(id_: str) -> str:
    return id_[:-37].rpartition(".")[0] or _method(id_)


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        return [_shown(each) for each in value]
    found = first(value, "user_msg", "result", "response", "content", "query_str", "text")
    return value if value is None or found is None else _shown(found) if found is not value else str(value)


def _outcome(group: str, result: Any) -> dict[str, Any]:
    if group == "steps":
        # The step that called a tool ends well, whatever the tool did.
        called = first(result, "tool_output")
        failed = {"status": "failure", "error_message": first(called, "content")}
        return failed if first(called, "is_error") else {}
    if isinstance(result, list):
        scores = [score for each in result if isinstance(score := first(each, "score"), int | float)]
        texts = [first(each, "text") or str(each) for each in result]
        return {"result_summary": texts, "result_count": len(result), "top_score": max(scores, default=None)}
    content = first(result, "content")
    if first(result, "is_error"):
        return {"status": "failure", "error_message": content if isinstance(content, str) else str(result)}
    return {"result_summary": content if content is not None else result}
