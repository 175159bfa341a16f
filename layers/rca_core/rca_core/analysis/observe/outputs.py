"""What became of a model's output: cut at its limit, empty, or arguments that end in the middle."""

import json
from typing import Final

import re2

from rca_core.telemetry import Step, ToolCall

_CUT: Final = frozenset({"length", "max_tokens", "max_output_tokens", "model_length", "token_limit", "maxtokens"})
# Where frameworks write the reason into the text of a step.
_CUT_TEXT: Final = re2.compile(
    r"(?i)\b(?:finish|stop)_?reason['\"]?\s?[=:]\s?['\"]?(?:length|max_tokens|max_output_tokens)\b"
)
_MOST_READ: Final = 2_000


def is_cut(step: Step) -> bool:
    """Return whether a model's output ended at its limit."""
    reason = (step.finish_reason or "").lower().rpartition(".")[2]
    return reason in _CUT or bool(step.output_summary and _CUT_TEXT.search(step.output_summary[:_MOST_READ]))


def is_empty(step: Step) -> bool:
    """Return whether a model answered with nothing, and that was recorded."""
    return step.output_summary is not None and not step.output_summary.strip() and not step.tokens_completion


def has_broken_arguments(call: ToolCall) -> bool:
    """Return whether the arguments are the text of an object or a list that cannot be read."""
    text = call.args_json.strip() if isinstance(call.args_json, str) else ""
    if text[:1] not in ("{", "["):
        return False
    try:
        json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return True
    return False
