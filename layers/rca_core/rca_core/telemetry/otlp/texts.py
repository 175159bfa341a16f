"""Texts in the forms that frameworks wrap them in, unwrapped: JSON in a text, Python's repr, messages, results."""

import ast
from typing import Any, Final, NamedTuple

from pydantic_core import from_json, to_json

from rca_core.telemetry.fields import MAX_TEXT, cut_middle
from rca_core.telemetry.otlp.names import PLACEHOLDERS

MAX_PARSED: Final = 100_000
"""Characters of a text that is read as JSON; a longer one stays a text."""
MAX_REPR: Final = 20_000
_MAX_DEPTH: Final = 40
"""Levels of JSON that are kept as such. What holds it, and what reads it back, has levels of its own."""
_OPENING: Final = ("{", "[")
_INNER: Final = (
    "messages", "content", "parts", "text", "raw", "task", "query", "question", "prompt", "inputs", "input",
    "user_msg", "outputs",
    "output", "result", "response", "answer", "replies", "kwargs", "data", "update", "generations", "message",
)  # fmt: skip
_USERS: Final = frozenset(["user", "human"])
_ANSWERERS: Final = frozenset(["assistant", "ai", "model"])
_ERROR_WORDS: Final = frozenset(["error", "failed", "failure", "fail"])
_ERROR_OPENINGS: Final = (
    "error:",
    "error executing",
    "error invoking",
    "error calling",
    "error running",
    "traceback (most recent",
)


class Result(NamedTuple):
    """What a tool answered, and whether the answer says that it failed."""

    value: Any
    failed: bool = False
    message: str | None = None
    status_code: int | None = None
    call_id: str | None = None


def text_of(value: Any) -> str | None:
    """Return a value as text: a text as it is, anything else as JSON."""
    if value is None or isinstance(value, str):
        return value
    return to_json(value, inf_nan_mode="constants").decode()


def parsed(value: Any) -> Any:
    """Return what a text holds as JSON, or as Python's repr of a dictionary or list; any other value as it is."""
    if not isinstance(value, str) or len(value) > MAX_PARSED:
        return value
    text = value.strip()
    if text[:1] not in _OPENING:
        return value
    try:
        found = from_json(text)
    except ValueError:
        found = literal(text)
    return value if found is None or is_deep(found) else found


def literal(text: str) -> Any:
    """Return the dictionary or list that a text is Python's repr of; None if it is none."""
    if len(text) > MAX_REPR or text[:1] not in _OPENING or text[-1:] not in "}]":
        return None
    if text.count("[") + text.count("{") + text.count("(") > _MAX_DEPTH * 4:
        return None
    try:
        found = ast.literal_eval(text)
        # What JSON has no word for, such as a set or bytes, is kept as the text that it was.
        return from_json(to_json(found)) if isinstance(found, dict | list) else None
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None


def is_deep(value: Any, levels: int = _MAX_DEPTH) -> bool:
    """Return whether a value nests deeper than is kept."""
    if isinstance(value, dict):
        return levels == 0 or any(is_deep(item, levels - 1) for item in value.values() if isinstance(item, dict | list))
    if isinstance(value, list):
        return levels == 0 or any(is_deep(item, levels - 1) for item in value if isinstance(item, dict | list))
    return False


def says_nothing(text: str | None) -> bool:
    """Return whether a text is none, or stands where a reason should and gives none."""
    return text is None or not (plain := text.strip().lower()) or plain in PLACEHOLDERS


def said(value: Any, *, by_user: bool) -> str | None:
    """Return the plain text that was asked (`by_user`) or answered, out of whatever it is wrapped in."""
    found = _said(parsed(value), _USERS if by_user else _ANSWERERS, 0)
    return found.strip() if found else found


def _said(value: Any, roles: frozenset[str], depth: int) -> str | None:
    if isinstance(value, str) or depth > 8:
        return value if isinstance(value, str) else None
    if isinstance(value, list):
        return _said_in_list(value, roles, depth)
    if not isinstance(value, dict):
        return None
    if (sent := value.get("args")) and isinstance(sent, list) and not value.get("kwargs"):
        return _said(sent[0], roles, depth + 1)
    for name in _INNER:
        if value.get(name) and (found := _said(value[name], roles, depth + 1)):
            return found
    return None


def _said_in_list(values: list[Any], roles: frozenset[str], depth: int) -> str | None:
    # LangChain's short form: a pair of a role and what was said.
    values = [
        {"role": each[0], "content": each[1]}
        if isinstance(each, list) and len(each) == 2 and all(isinstance(part, str) for part in each)
        else each
        for each in values
    ]
    speaking = [each for each in values if isinstance(each, dict) and _role(each)]
    if speaking:
        mine = [each for each in speaking if _role(each) in roles] or speaking
        return _said(mine[-1], roles, depth + 1)
    if values and all(
        isinstance(each, dict) and isinstance(each.get("text") or each.get("content"), str) for each in values
    ):
        return "\n".join(each.get("text") or each.get("content") for each in values)
    return next((found for each in values if (found := _said(each, roles, depth + 1))), None)


def _role(message: dict[str, Any]) -> str | None:
    kind = message.get("role") or message.get("type")
    return (
        kind.lower() if isinstance(kind, str) and kind.lower() in (_USERS | _ANSWERERS | {"system", "tool"}) else None
    )


def arguments(value: Any) -> Any:
    """Return the arguments of a call out of what its framework wraps them in."""
    found = parsed(value)
    if not isinstance(found, dict):
        return found
    if "input_str" in found:
        inner = found["input_str"]
        return parsed(inner) if isinstance(inner, str) else inner
    if "inputs" in found and found.keys() <= {"inputs", "tags", "metadata", "kwargs"}:
        return found["inputs"]
    if ("kwargs" in found or "args" in found) and found.keys() <= {"args", "kwargs", "sanitize_inputs_outputs"}:
        return found.get("kwargs") or found.get("args") or {}
    return found


def is_schema(value: Any) -> bool:
    """Return whether a value describes arguments instead of being them."""
    if not isinstance(value, dict):
        return False
    if isinstance(value.get("properties"), dict):
        return True
    return bool(value) and all(isinstance(each, dict) and ("type" in each or "$ref" in each) for each in value.values())


def result(value: Any) -> Result:
    """Return what a tool answered, out of what its framework wraps it in."""
    found = parsed(value)
    if isinstance(found, list):
        return _blocks(found)
    if isinstance(found, dict):
        return _object(_inside(found))
    failed = isinstance(found, str) and found[:25].lower().lstrip().startswith(_ERROR_OPENINGS)
    return Result(found, failed, found if failed else None)


def _inside(found: dict[str, Any]) -> dict[str, Any]:
    """Return the message of a tool in what LangChain, or Strands, makes of it."""
    if isinstance(inner := found.get("output"), dict) and "lc" in inner:
        found = inner
    held = "data" if found.get("type") == "tool" else "kwargs" if "lc" in found else "toolResult"
    inner = found.get(held)
    return inner if isinstance(inner, dict) else found


def _object(found: dict[str, Any]) -> Result:
    if "tool_call_id" in found or "toolUseId" in found or ("content" in found and "status" in found):
        told = found.get("tool_call_id") or found.get("toolUseId")
        return _said_result(found, found.get("content"))._replace(call_id=told if isinstance(told, str) else None)
    if isinstance(found.get("blocks"), list) and ("is_error" in found or "raw_output" in found):
        return _said_result(found, found["blocks"])
    if isinstance(found.get("content"), list):
        return _said_result(found, found["content"])
    if found.keys() == {"result"}:
        only = found["result"]
        answer = result(only) if isinstance(only, dict | str) else Result(only)
        return Result(None) if isinstance(answer.value, str) and says_nothing(answer.value) else answer
    return _own_words(found)


def _said_result(found: dict[str, Any], content: Any) -> Result:
    """Return a result with its state beside it."""
    inner = result(content)
    failed = found.get("status") == "error" or found.get("is_error") is True or found.get("isError") is True
    if failed and not inner.failed:
        return Result(inner.value, failed=True, message=text_of(inner.value))
    return inner


def _blocks(found: list[Any]) -> Result:
    """Return blocks of text as one text; a list of anything else as it is."""
    if len(found) == 1 and isinstance(found[0], dict) and isinstance(found[0].get("toolResult"), dict):
        return result(found[0])
    texts = [each.get("text") for each in found if isinstance(each, dict)]
    if texts and len(texts) == len(found) and all(isinstance(text, str) for text in texts):
        return result("\n".join(str(text) for text in texts))
    return Result(found)


def _own_words(found: dict[str, Any]) -> Result:
    """Return a result that is the tool's own object, failed if that calls itself so."""
    error = found.get("error") if "error" in found else found.get("errors")
    state = found.get("status") if isinstance(found.get("status"), str) else None
    failed = (
        (
            state is not None
            and state.lower() in _ERROR_WORDS
            and (state.lower() == "error" or "message" in found or bool(error))
        )
        or found.get("is_error") is True
        or found.get("isError") is True
        or (found.get("success") is False or found.get("ok") is False)
        or (bool(error) and not isinstance(error, int | float) and not found.keys() & {"result", "results", "data"})
        or error is True
    )
    if not failed:
        return Result(found)
    detail = error if isinstance(error, dict) else found
    message = error if isinstance(error, str) else None
    for name in ("message", "error_message", "detail", "msg", "reason", "description"):
        message = message or (detail[name] if isinstance(detail.get(name), str) else None)
    codes = (
        detail.get(name) or found.get(name) for name in ("code", "status_code", "statusCode", "status", "error_code")
    )
    code = next((number for each in codes if (number := http_error(each))), None)
    return Result(found, failed=True, message=message or text_of(found), status_code=code)


def http_error(value: Any) -> int | None:
    """Return the HTTP status that a value is, if it is one of an error."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 3:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 400 <= value <= 599 else None


def kept(value: Any) -> Any:
    """Return arguments as they are kept: as JSON, or, if they are very long, as a text that is cut."""
    if isinstance(value, str):
        return cut_middle(value, 2 * MAX_TEXT)
    text = to_json(value, inf_nan_mode="constants")
    return value if len(text) <= MAX_PARSED else cut_middle(text.decode(), 2 * MAX_TEXT)
