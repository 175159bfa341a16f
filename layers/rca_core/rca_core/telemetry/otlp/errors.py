"""What a span says about its failure: the text and the class, out of the forms that frameworks put them in."""

from typing import Any, Final, NamedTuple

import re2

from rca_core.telemetry.fields import MAX_TEXT, cut_middle
from rca_core.telemetry.otlp.texts import literal, says_nothing

_TRACEBACK: Final = "Traceback (most recent call last)"
_CLASS: Final = r"[A-Za-z_][\w.<>]{0,120}"
_NAMED = re2.compile(
    rf"\A({_CLASS}(?:Error|Exception|Timeout|Warning|Interrupt|Exit|Exceeded|Denied|Rejected)): ([\s\S]+)\z"
)
_REPR = re2.compile(rf"\A({_CLASS}(?:Error|Exception|Timeout|Interrupt|Exit))\((['\"])([\s\S]*?)(['\"]),?\)\z")
_AROUND = re2.compile(
    r"(?i)\A(?:error (?:calling|executing|invoking|running) (?:the )?tool(?: ['\"`]?[\w.:-]{1,128}['\"`]?)?"
    r"|tool execution failed|error): "
)
_DASHED = re2.compile(rf"\A({_CLASS}(?:Error|Exception|Timeout)) - ([\s\S]+)\z")
_TRIPWIRE = re2.compile(r"(?i)tripwire triggered|guardrail[^.\n]{0,40}(?:triggered|tripped)")
MAX_READ: Final = 2 * MAX_TEXT
"""Characters of a text, cut in the middle: what is kept is half of it, so that no cut halves a credential."""


class Failure(NamedTuple):
    """What is told of a failure; either may be missing."""

    error_type: str | None
    message: str | None


def failure_of(kind: str | None, *texts: str | None, of_tool: bool = False) -> Failure:
    """Return the class and text of a failure: the class that was told, the first text that says something.

    Where all say nothing, the first of those is kept: it is what was recorded.
    """
    first: Failure | None = None
    for text in texts:
        if not text or not text.strip():
            continue
        read = read_text(text, of_tool=of_tool)
        first = first or read
        if not says_nothing(read.message):
            return Failure(_kind(kind, read.error_type), read.message)
    return Failure(_kind(kind, first.error_type if first else None), first.message if first else None)


def _kind(told: str | None, read: str | None) -> str | None:
    return told if told and not says_nothing(told) else read or told


def read_text(text: str, *, of_tool: bool = False) -> Failure:
    """Return the class and the text of an error out of one text that tells both.

    Around the error of a tool, many frameworks put a sentence of their own, which says that a tool failed.
    """
    text = cut_middle(text.partition(_TRACEBACK)[0].strip() or last_line(text), MAX_READ)
    text = unwrapped(text)
    if of_tool and (match := _AROUND.match(text)):
        text = text[match.end() :].strip() or text
    if match := _REPR.match(text):
        return Failure(match[1], match[3])
    if match := _NAMED.match(text) or (_DASHED.match(text) if of_tool else None):
        return Failure(match[1], match[2].strip())
    return Failure(None, text)


def last_line(trace: str) -> str:
    """Return the line of a traceback that tells the error."""
    return trace.strip()[-MAX_READ:].rpartition("\n")[2].strip()


def unwrapped(text: str) -> str:
    """Return the text in the Python repr that the OpenAI Agents SDK makes of an error and its data."""
    if not text.endswith("}"):
        return text
    head, brace, rest = text.partition("{")
    data = literal(brace + rest)
    if not isinstance(data, dict):
        return text
    if not head:
        message, data = data.get("message"), data.get("data")
        inner = data.get("error") if isinstance(data, dict) else None
        if isinstance(inner, str) and inner:
            return inner
        return text if not isinstance(message, str) else f"{message}: {data}" if data else message
    inner = data.get("error")
    return inner if isinstance(inner, str) and inner and head.rstrip().endswith(":") else text


def tripwire(text: str | None) -> str | None:
    """Return the name of the guardrail whose tripwire a text tells of; empty if it tells none, None if of none."""
    if not text or not _TRIPWIRE.search(text[:2_000]):
        return None
    data: Any = literal("{" + text.partition("{")[2])
    if isinstance(data, dict) and isinstance(data.get("data"), dict):
        data = data["data"]
    name = data.get("guardrail") or data.get("guardrail_name") if isinstance(data, dict) else None
    return name if isinstance(name, str) else ""
