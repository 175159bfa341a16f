"""What spans of tools, models and retrievers say: arguments and results, answers and calls asked for, usage."""

from typing import Any, Final

from rca_core.telemetry.fields import MAX_NAME, MAX_TEXT, cut_middle
from rca_core.telemetry.otlp import texts
from rca_core.telemetry.otlp.attributes import Attributes

_BEFORE_REDACTION: Final = 16_000
_MAX_CALLS: Final = 64
_MAX_RETRIES: Final = 10_000
_OPENINGS: Final = ("execute_tool ", "MCP send tools/call ", "tools/call ")
_OUTPUT: Final = "llm.output_messages."
_COMPLETION: Final = "gen_ai.completion."
_FIELDS: Final = ("id", "name", "arguments")
_DOCUMENTS: Final = "retrieval.documents."
_MAX_DIGITS: Final = 6

Call = list[Any]
"""A call of a tool that a model asked for: its id, the tool's name, the arguments."""


def read_tool(facts: dict[str, Any], attributes: Attributes) -> None:
    """Note what a call of a tool was sent and what it answered."""
    found = attributes.found
    told, entity = attributes.text("tool_name"), attributes.text("entity")
    facts["tool_name"] = told or entity or _tool_in(facts["name"])
    if told is None and facts["name"].startswith("handoff to "):
        facts["handoff"] = True
    if isinstance(call_id := found.get("call_id"), str | int):
        facts["call_id"] = str(call_id)[:MAX_NAME]
    args = texts.arguments(found.get("args", found.get("input", attributes.sent)))
    if args is None:
        # Some put the arguments there, others their schema.
        parameters = texts.parsed(found.get("parameters"))
        args = None if texts.is_schema(parameters) else parameters
    if args is not None and not (isinstance(args, str) and not args.strip()):
        facts["args_json"] = texts.kept(args)
    came = found.get("result", found.get("output", attributes.choice.get("message")))
    if came is not None:
        _read_result(facts, texts.result(came))
    retries = found.get("retries")
    if isinstance(retries, int) and not isinstance(retries, bool) and 0 < retries < _MAX_RETRIES:
        facts["retries"] = retries


def _read_result(facts: dict[str, Any], answer: texts.Result) -> None:
    if (text := texts.text_of(answer.value)) is not None:
        facts["result_summary"] = cut_middle(text, _BEFORE_REDACTION)
    if answer.call_id:
        facts.setdefault("call_id", answer.call_id[:MAX_NAME])
    if answer.failed:
        facts["failed_in_result"] = True
        facts["result_error"] = cut_middle(answer.message or "", 2 * MAX_TEXT)
        if answer.status_code:
            facts["status_code"] = answer.status_code


def choice_text(attributes: Attributes) -> str | None:
    """Return what the event of an answer says."""
    message = attributes.choice.get("message")
    return texts.text_of(texts.result(message).value) if message is not None else None


def _tool_in(name: str) -> str:
    """Return the tool that the name of a span names, such as `execute_tool lookup`."""
    for opening in _OPENINGS:
        if name.startswith(opening) and len(name) > len(opening):
            return name[len(opening) :]
    return name.removesuffix(".run").removesuffix(".tool") or "tool"


def read_llm(facts: dict[str, Any], attributes: Attributes) -> None:
    """Note what a call of a model was asked, what it answered, which tools it asked for, and what it used."""
    read_usage(facts, attributes)
    read_model(facts, attributes)
    found = attributes.found
    reason = texts.parsed(found.get("finish_reason", attributes.choice.get("finish_reason")))
    if isinstance(reason, list):
        reason = next(iter(reason), None)
    if isinstance(reason, str):
        facts["finish_reason"] = reason[:MAX_NAME]
    if (asked := texts.text_of(found.get("input", attributes.asked))) is not None:
        # As it came: the whole conversation stands there again with each call, and is long to read.
        facts["input_summary"] = cut_middle(asked, _BEFORE_REDACTION)
    calls, text = _answered(attributes)
    if calls:
        facts["calls"] = calls[:_MAX_CALLS]
    if text is None:
        output = found.get("output")
        text = None if calls else texts.said(output, by_user=False)
        text = texts.text_of(output) if text is None else text
    if text is None and calls:
        text = texts.text_of([{"tool": name, "arguments": args} for _, name, args in calls])
    if text is not None:
        facts["output_summary"] = cut_middle(text, _BEFORE_REDACTION)


def read_model(facts: dict[str, Any], attributes: Attributes) -> None:
    """Note which model was called."""
    if model := attributes.text("response_model") or attributes.text("model"):
        facts["model"] = model


def read_usage(facts: dict[str, Any], attributes: Attributes) -> None:
    """Note tokens and cost."""
    found = attributes.found
    usage = texts.parsed(found.get("usage"))
    usage = usage if isinstance(usage, dict) else {}
    for field, other in (("tokens_prompt", "input"), ("tokens_completion", "output")):
        value = found.get(field, usage.get(other, found.get(f"all_{field}")))
        if (number := _count(value)) is not None:
            facts[field] = number
    cost = found.get("cost_usd")
    if cost is None and isinstance(details := texts.parsed(found.get("cost_details")), dict):
        cost = details.get("total")
    if isinstance(cost, int | float) and not isinstance(cost, bool) and 0 <= cost < 10**9:
        facts["cost_usd"] = float(cost)


def _count(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        value = int(value)
    return value if isinstance(value, int) and 0 <= value <= 2**53 else None


def read_retriever(facts: dict[str, Any], attributes: Attributes) -> None:
    """Note what was searched for, and how much was found."""
    read_texts(facts, attributes, plain=False)
    facts["tool_name"] = attributes.text("tool_name") or facts["name"].removesuffix(".run") or "retriever"
    if (asked := texts.arguments(attributes.found.get("input"))) is not None:
        facts["args_json"] = texts.kept(asked)
    documents = texts.parsed(attributes.found.get("documents"))
    if not isinstance(documents, list):
        documents = texts.parsed(attributes.found.get("output"))
        documents = documents.get("documents") if isinstance(documents, dict) else documents
    found = [len(documents)] if isinstance(documents, list) else []
    scores = []
    for name, value in attributes.indexed:
        if name.startswith(_DOCUMENTS):
            index, _, field = name[len(_DOCUMENTS) :].partition(".")
            if index.isascii() and index.isdigit() and len(index) < _MAX_DIGITS:
                found.append(int(index) + 1)
            if field == "document.score" and isinstance(value, int | float) and abs(value) < 1e300:
                scores.append(float(value))
    if found:
        facts["result_count"] = max(found)
    if scores:
        facts["top_score"] = max(scores)


def read_texts(facts: dict[str, Any], attributes: Attributes, *, plain: bool) -> None:
    """Note what went in and what came out; `plain` for what a person asked and read, out of what it is wrapped in."""
    found = attributes.found
    for field, value, by_user in (
        ("input_summary", found.get("input", attributes.asked), True),
        ("output_summary", found.get("output", attributes.choice.get("message")), False),
    ):
        if value is not None:
            text = texts.said(value, by_user=by_user) if plain else None
            facts[field] = cut_middle(text or texts.text_of(value) or "", _BEFORE_REDACTION)


# ---------------------------------------------------------------- what a model answered
def _answered(attributes: Attributes) -> tuple[list[Call], str | None]:
    """Return the calls of tools that a model asked for, and the text that it answered."""
    calls, text = _in_messages(attributes.found.get("messages_out"))
    if not calls and attributes.choice:
        calls, said = _in_choice(attributes.choice.get("message"))
        text = text or said
    if not calls and attributes.indexed:
        calls, said = _in_indexed(attributes.indexed)
        text = said if text is None else text
    return [each for each in calls if isinstance(each[1], str)], text


def _in_messages(told: Any) -> tuple[list[Call], str | None]:
    messages = texts.parsed(told)
    if not isinstance(messages, list):
        return [], None
    listed = [message.get("parts") for message in messages if isinstance(message, dict)]
    calls = [
        [part.get("id"), part.get("name"), texts.parsed(part.get("arguments"))]
        for parts in listed
        for part in (parts if isinstance(parts, list) else ())
        if isinstance(part, dict) and part.get("type") in ("tool_call", "function_call")
    ]
    return calls, texts.said(messages, by_user=False)


def _in_choice(told: Any) -> tuple[list[Call], str | None]:
    blocks = texts.parsed(told)
    uses = [block.get("toolUse") for block in (blocks if isinstance(blocks, list) else ()) if isinstance(block, dict)]
    calls = [[use.get("toolUseId"), use.get("name"), use.get("input")] for use in uses if isinstance(use, dict)]
    return calls, texts.said(blocks, by_user=False)


def _in_indexed(indexed: list[tuple[str, Any]]) -> tuple[list[Call], str | None]:
    calls: dict[str, Call] = {}
    parts: dict[str, None] = {}
    for name, value in indexed:
        if name.startswith(_OUTPUT):
            at = name.find(".tool_call.")
            if at > 0:
                call = calls.setdefault(name[:at], [None, None, None])
                field = name[at + 11 :]
                if field == "function.arguments":
                    call[2] = texts.parsed(value)
                elif field in ("id", "function.name"):
                    call[field != "id"] = value
            elif name.endswith((".message.content", ".message_content.text")) and isinstance(value, str):
                parts[value] = None
        elif name.startswith(_COMPLETION):
            place, _, field = name.rpartition(".")
            if ".tool_calls." in place and field in _FIELDS:
                call = calls.setdefault(place, [None, None, None])
                call[_FIELDS.index(field)] = texts.parsed(value) if field == "arguments" else value
            elif field == "content" and isinstance(value, str):
                parts[value] = None
    return list(calls.values()), "\n".join(parts) if parts else None
