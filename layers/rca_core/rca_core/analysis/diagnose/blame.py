"""Which arguments, or which tool, a refusal is about, and the cause that follows from their role."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import re2

from rca_core.analysis.model import ArgumentKind, Category, Evidence
from rca_core.analysis.observe.view import RunView
from rca_core.analysis.read.own_words import message_of
from rca_core.analysis.read.roles import BlamedArgument, blamed_arguments, unknown_tool, unsent_field

UNKNOWN_TOOL: Final = "unknown_tool"
UNSENT_FIELD: Final = "tool_sent_unknown_field"
CAUSE_OF: Final[dict[ArgumentKind, str]] = {
    "missing": "missing_argument",
    "unexpected": "unexpected_argument",
    "wrong_type": "wrong_type",
    "wrong_value": "invalid_value",
}
# Causes that say no more than that the arguments do not fit, or less surely in which way.
_OF_ARGUMENTS: Final = frozenset((*CAUSE_OF.values(), "args_vs_schema", "bad_request"))
_MAX_VALUES: Final = 200
_REFUSED: Final = re2.compile(
    r"^['\"`\])]? ?(?i:(?:is |was |does |could )?not (?:be )?"
    r"(?:found|exist|a valid|valid|available|known|recogni[sz]ed|registered)|doesn't exist|is unknown)"
)


class Blame(NamedTuple):
    """What a refusal is about: the cause that follows from it, and what the texts name in their role."""

    cause: str
    arguments: tuple[BlamedArgument, ...] = ()
    unknown_tool: str | None = None
    """The tool that is said not to exist."""
    unsent_field: str | None = None
    """A field that was refused as unknown and that the agent had not sent."""


def blame(view: RunView, root: Evidence, category: Category, cause: str) -> Blame:
    """Return what the texts of a root blame, and the cause that follows from its role."""
    if category != "tool_schema_mismatch":
        return Blame(cause)
    texts, args, tool = _texts(view, root)
    if cause == UNKNOWN_TOOL:
        known = {*view.run.available_tools, *(call.tool_name for call in view.calls if call.status == "success")}
        named = next((name for text in texts if (name := unknown_tool(text, tool, known))), None)
        # What is not there may be what an argument asked for: an agent, a channel.
        refused = () if named else _refused_value(texts, args)
        return Blame(CAUSE_OF["wrong_value"], refused) if refused else Blame(cause, unknown_tool=named)
    if cause not in _OF_ARGUMENTS:
        return Blame(cause)
    if blamed := blamed_arguments(texts, args, tool_name=tool):
        return Blame(CAUSE_OF[blamed[0].kind], blamed)
    field = unsent_field(texts, args, tool_name=tool)
    return Blame(UNSENT_FIELD if field else cause, unsent_field=field)


def _texts(view: RunView, root: Evidence) -> tuple[list[str], Any, str]:
    """Return what a root says, the arguments that were sent, and to which tool."""
    call = view.call.get(root.ref_id) if root.kind == "tool_call" else None
    said: list[str | None] = []
    if call:
        said = [message_of(call), call.result_summary]
    elif root.kind == "step" and (step := view.step.get(root.ref_id)):
        said = [message_of(step), step.output_summary]
    elif root.kind == "guardrail" and (event := view.event.get(root.ref_id)):
        said = [event.message]
        call = view.call.get(event.call_id or "")
    elif root.kind == "run":
        said = [message_of(view.run)]
    return [text for text in said if text], call.args_json if call else None, call.tool_name if call else ""


def _refused_value(texts: list[str], args: Any) -> tuple[BlamedArgument, ...]:
    """Return the one argument whose value a text says is not there."""
    found = []
    for path, value in _values(args):
        for number, text in enumerate(texts):
            at = text.find(value)
            if at >= 0 and _REFUSED.search(text[at + len(value) : at + len(value) + 40]):
                found.append(BlamedArgument(path, "wrong_value", at, at + len(value), number))
                break
    return tuple(found) if len(found) == 1 else ()


def _values(args: Any) -> Iterator[tuple[str, str]]:
    """Yield the texts among the arguments, each with its path."""
    stack: list[tuple[str, Any]] = [("", args)]
    for _ in range(_MAX_VALUES):
        if not stack:
            return
        path, value = stack.pop()
        if isinstance(value, dict):
            stack += ((f"{path}.{key}" if path else str(key), each) for key, each in value.items())
        elif isinstance(value, list):
            stack += ((f"{path}.{at}", each) for at, each in enumerate(value))
        elif isinstance(value, str) and 2 <= len(value) <= 100 and path:
            yield path, value
