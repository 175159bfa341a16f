"""The attribute names of every convention that is read, and what each says: the one place to add another.

The conventions for agents are all in development and move; frameworks follow at their own pace. A field takes the first
of its names, from left to right, under which something is said.
"""

from collections.abc import Mapping
from typing import Final, Literal

Kind = Literal["agent", "llm", "tool", "retriever", "guardrail", "planner", "chain", "infra", "other"]

FIELDS: Final[dict[str, str]] = {
    "run_id": "smart_sre.run_id traceloop.association.properties.run_id",
    # ---- what a span is
    "own_kind": "smart_sre.kind",
    "openinference": "openinference.span.kind",
    "operation": "gen_ai.operation.name",
    "traceloop": "traceloop.span.kind",
    "langfuse": "langfuse.observation.type",
    "others": "mlflow.spanType langsmith.span.kind agentops.span.kind lmnr.span.type ai.operationId",
    "mcp_method": "mcp.method.name",
    "span_type": "logfire.span_type",
    # ---- whose it is
    "agent_name": "gen_ai.agent.name agent.name agent_name",
    "node": "graph.node.id",
    "entity": "traceloop.entity.name",
    "lc_agent_name": "traceloop.association.properties.lc_agent_name",
    "metadata": "metadata",
    "workflow_name": "gen_ai.workflow.name traceloop.workflow.name",
    "agent_version": "gen_ai.agent.version traceloop.entity.version",
    "release": "langfuse.release",
    "environment": "deployment.environment.name deployment.environment langfuse.environment",
    # ---- models
    "response_model": "gen_ai.response.model llm.response.model_name ai.response.model",
    "model": "gen_ai.request.model llm.model_name llm.request.model_name embedding.model_name"
    " langfuse.observation.model.name ai.model.id model_name",
    "tokens_prompt": "gen_ai.usage.input_tokens llm.token_count.prompt gen_ai.usage.prompt_tokens"
    " ai.usage.promptTokens ai.usage.inputTokens llm.usage.prompt_tokens",
    "tokens_completion": "gen_ai.usage.output_tokens llm.token_count.completion gen_ai.usage.completion_tokens"
    " ai.usage.completionTokens ai.usage.outputTokens llm.usage.completion_tokens",
    "all_tokens_prompt": "gen_ai.aggregated_usage.input_tokens",
    "all_tokens_completion": "gen_ai.aggregated_usage.output_tokens",
    "usage": "langfuse.observation.usage_details",
    "cost_usd": "llm.cost.total operation.cost gen_ai.usage.cost gen_ai.usage.total_cost",
    "cost_details": "langfuse.observation.cost_details",
    "finish_reason": "gen_ai.response.finish_reasons gen_ai.response.finish_reason llm.finish_reason"
    " ai.response.finishReason gen_ai.completion.0.finish_reason",
    # ---- tools
    "tool_name": "gen_ai.tool.name tool.name tool_call.function.name ai.toolCall.name",
    "call_id": "gen_ai.tool.call.id tool.id tool_call.id ai.toolCall.id",
    "args": "gen_ai.tool.call.arguments gcp.vertex.agent.tool_call_args ai.toolCall.args ai.toolCall.input"
    " tool_call.function.arguments tool_arguments",
    "parameters": "tool.parameters",
    "result": "gen_ai.tool.call.result gcp.vertex.agent.tool_response ai.toolCall.result ai.toolCall.output"
    " tool_response",
    "tool_status": "gen_ai.tool.status gen_ai.task.status",
    "retries": "pydantic_ai.tool.retry.attempt http.request.resend_count",
    "tools": "gen_ai.tool.definitions",
    "tool_names": "smolagents.tools_names agno.tools gen_ai.agent.tools",
    # ---- what went in and what came out
    "input": "input.value langfuse.observation.input traceloop.entity.input gen_ai.input.messages"
    " gcp.vertex.agent.llm_request pydantic_ai.all_messages ai.prompt.messages ai.prompt gen_ai.prompt"
    " gen_ai.retrieval.query.text mlflow.spanInputs lmnr.span.input agentops.entity.input gen_ai.task.input",
    "output": "output.value langfuse.observation.output traceloop.entity.output gen_ai.output.messages"
    " gcp.vertex.agent.llm_response final_result ai.response.text gen_ai.completion"
    " mlflow.spanOutputs lmnr.span.output agentops.entity.output gen_ai.task.output",
    "messages_out": "gen_ai.output.messages",
    "documents": "gen_ai.retrieval.documents retrieval.documents",
    # ---- how it failed
    "error_type": "error.type exception.type",
    "error_message": "exception.message error.message langfuse.observation.status_message",
    "level": "langfuse.observation.level",
    "failure_stage": "pydantic_ai.tool.failure_stage",
    "status_code": "http.response.status_code http.status_code rpc.grpc.status_code",
    # ---- guardrails: nobody's names are a standard yet
    "guard_name": "gen_ai.security.guardrail.name gen_ai.guardrail.name gen_ai.security.guardrail.id guardrail.name"
    " gen_ai.security.policy.name gen_ai.security.policy.id gen_ai.guardrail.policy.id component.name"
    " microsoft.guardian.name microsoft.guardian.id",
    "guard_verdict": "gen_ai.security.verdict.decision gen_ai.security.verdict.action gen_ai.security.verdict.result"
    " gen_ai.security.action.type microsoft.security.decision.type gen_ai.guardrail.result"
    " gen_ai.guardrail.result.value gen_ai.guardrail.action result.value guardrail.result guardrail.action",
    "guard_reason": "gen_ai.security.verdict.reason microsoft.security.decision.reason gen_ai.guardrail.result.reason"
    " gen_ai.security.finding.description guardrail.reason",
}
# What of a span that is none of an agent's says that it is infrastructure, which decides nothing about a run.
INFRA_PREFIXES: Final = ("http.", "db.", "rpc.", "url.", "messaging.", "faas.", "dns.")
# Names of a convention whose further attributes tell the analysis nothing. What else a span holds is its sender's own.
CONVENTIONS: Final = (
    "gen_ai.", "llm.", "openinference.", "traceloop.", "langfuse.", "logfire.", "gcp.vertex.agent.", "input.",
    "output.",
    "tool.", "metadata", "tag.", "session.", "user.", "graph.", "agno.", "smolagents.", "crew_", "task_", "fastmcp.",
    "jsonrpc.", "mcp.", "pydantic_ai.", "model_request_parameters", "event_loop.", "agent_framework.", "server.",
    "client.",
    "network.", "ai.", "mlflow.", "langsmith.", "lmnr.", "retrieval.", "embedding.", "reranker.", "document.",
    "prompt.",
    "telemetry.", "thread.", "code.", "process.", "service.", "otel.", "image.", "message.", "message_content.",
    "openai.",
    "exception.", "error.", "agent.", "agentops.", "user_agent.", "tool_call.", "model_name", "agent_name",
    "final_result",
)  # fmt: skip
# An attribute for each entry of a list: `llm.output_messages.0.message.role`.
INDEXED: Final = ("llm.output_messages.", "llm.tools.", "retrieval.documents.", "gen_ai.completion.", "gen_ai.prompt.")

CORRELATION: Final = (
    "session.id", "gen_ai.conversation.id", "gcp.vertex.agent.session_id", "user.id", "langfuse.session.id",
    "langfuse.user.id",
    "gen_ai.agent.call.id", "langgraph_thread_id", "tag.tags",
)  # fmt: skip
ASSOCIATION: Final = "traceloop.association.properties."
# LangGraph puts its own bookkeeping among the properties that users set.
NO_ASSOCIATION: Final = ("lc_", "ls_", "langgraph_", "checkpoint_ns", "run_id", "__")

KINDS: Final[Mapping[str, Mapping[str, Kind]]] = {
    "openinference": {
        "agent": "agent", "llm": "llm", "tool": "tool", "retriever": "retriever", "guardrail": "guardrail",
        "chain": "chain",
        "embedding": "other", "reranker": "other", "evaluator": "other", "prompt": "other",
    },
    "operation": {
        "chat.completions": "llm", "text.completions": "llm", "messages": "llm",
        "chat": "llm", "text_completion": "llm", "generate_content": "llm", "completion": "llm", "message": "llm",
        "responses": "llm", "embeddings": "other", "rerank": "other", "execute_tool": "tool", "invoke_agent": "agent",
        "invoke_workflow": "chain", "execute_task": "chain", "execute_event_loop_cycle": "chain", "workflow": "chain",
        "agent": "agent", "tool": "tool", "task": "chain", "retrieval": "retriever", "retrieve": "retriever",
        "plan": "planner",
        "apply_guardrail": "guardrail", "run_guardrail": "guardrail", "framework": "chain", "handoff": "other",
    },
    "traceloop": {"workflow": "chain", "task": "chain", "agent": "agent", "tool": "tool"},
    "langfuse": {
        "generation": "llm", "agent": "agent", "tool": "tool", "retriever": "retriever", "guardrail": "guardrail",
        "chain": "chain", "span": "chain", "evaluator": "other", "embedding": "other", "event": "other",
    },
    "others": {
        "agent": "agent", "llm": "llm", "tool": "tool", "chain": "chain", "retriever": "retriever",
        "guardrail": "guardrail",
        "chat_model": "llm", "workflow": "chain", "task": "chain", "operation": "chain", "session": "chain",
        "parser": "other",
        "prompt": "other", "reranker": "other", "embedding": "other", "ai.toolcall": "tool",
        "ai.generatetext": "agent", "ai.streamtext": "agent", "ai.generateobject": "agent", "ai.streamobject": "agent",
        "ai.generatetext.dogenerate": "llm", "ai.streamtext.dostream": "llm", "ai.generateobject.dogenerate": "llm",
        "ai.streamobject.dostream": "llm",
    },
}  # fmt: skip
OWN_KINDS: Final[Mapping[str, Kind]] = {
    each: each for each in ("agent", "llm", "tool", "retriever", "guardrail", "planner", "chain", "infra", "other")
}
# Spans that are no part of a run, unless they failed: an agent object is made, two ends of a protocol greet each other.
HOUSEKEEPING_OPERATIONS: Final = frozenset(["create_agent"])
HOUSEKEEPING_METHODS: Final = frozenset(
    ["server/discover", "initialize", "notifications/initialized", "ping", "tools/list"]
)
TOOL_METHODS: Final = frozenset(["tools/call"])

# Texts that stand where a reason should, and give none.
PLACEHOLDERS: Final = frozenset(
    [
        "_other", "other", "tool_error", "error", "run status: error", "error details are redacted", "none", "null",
        "tool execution failed. error details are redacted.", "tool execution failed. error details are redacted",
        "an error occurred while running the tool. please try again.", "<not specified>", "error: function failed.",
    ]
)  # fmt: skip
# Classes of exceptions in which a framework hands on that of a tool.
WRAPPERS: Final = frozenset(
    ["ToolError", "ToolException", "ToolExecutionError", "ToolCallError", "ToolExecutionException"]
)
# Names of roots that say which framework ran, and not which agent.
GENERIC_NAMES: Final = frozenset(
    [
        "agent workflow", "langgraph", "pipeline", "pipeline.run", "invocation", "runnablesequence", "agentexecutor",
        "agent", "agent.run", "workflow", "chain", "run", "invoke_agent", "agent run", "functionagent.run",
    ]
)  # fmt: skip
BLOCKING: Final = frozenset(
    ["guardrail_intervened", "true", "match_found", "blocked", "block", "deny", "denied", "reject", "rejected",
    "fail", "failed"]
)  # fmt: skip
CHANGING: Final = {
    "modify": "redacted", "redact": "redacted", "redacted": "redacted", "mask": "redacted", "masked": "redacted",
    "anonymized": "redacted", "warn": "flagged", "flag": "flagged", "flagged": "flagged", "audit": "flagged",
}  # fmt: skip
FILTERED: Final = frozenset(
    ["content_filter", "guardrail_intervened", "safety", "prohibited_content", "blocklist", "spii"]
)


def _ranked() -> dict[str, tuple[tuple[str, int], ...]]:
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for field, names in FIELDS.items():
        for rank, name in enumerate(names.split()):
            found[name] = (*found.get(name, ()), (field, rank))
    return found


RANKED: Final = _ranked()
"""Attribute name -> the fields that it may fill, with its rank among their names."""
