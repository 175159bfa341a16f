"""What a provider's response says: model, finish reason, tokens. Read by shape, so that no SDK has to be there."""

from collections.abc import Mapping
from typing import Any, Final

_PROMPT: Final = ("input_tokens", "prompt_tokens", "prompt_token_count", "request_tokens", "inputTokens")
_COMPLETION: Final = ("output_tokens", "completion_tokens", "candidates_token_count", "response_tokens", "outputTokens")
_USAGES: Final = ("usage", "usage_metadata", "token_usage")
_REASONS: Final = ("finish_reason", "stop_reason", "stopReason")
_LISTS: Final = ("choices", "candidates")


def response_fields(response: Any) -> dict[str, Any]:
    """Return what a response tells, as fields of a step; what it does not tell is absent."""
    fields: dict[str, Any] = {}
    model = first(response, "model", "model_name", "model_version", "modelId")
    if isinstance(model, str):
        fields["model"] = model
    if reason := _finish_reason(response):
        fields["finish_reason"] = reason
    fields.update(usage_fields(first(response, *_USAGES)))
    return fields


def usage_fields(usage: Any) -> dict[str, Any]:
    """Return the tokens that a provider's usage names."""
    found = {"tokens_prompt": first(usage, *_PROMPT), "tokens_completion": first(usage, *_COMPLETION)}
    return {name: value for name, value in found.items() if isinstance(value, int) and not isinstance(value, bool)}


def first(holder: Any, *names: str) -> Any:
    """Return the first of some attributes or keys that is there; None if none is. Raises nothing."""
    for name in names:
        try:
            value = holder.get(name) if isinstance(holder, Mapping) else getattr(holder, name, None)
        except Exception:  # a property of somebody else's object
            value = None
        if value is not None:
            return value
    return None


def _finish_reason(response: Any) -> str | None:
    holders = [response]
    for name in _LISTS:
        listed = first(response, name)
        if isinstance(listed, list | tuple) and listed:
            holders.append(listed[0])
    for holder in holders:
        reason = first(holder, *_REASONS)
        if reason is not None:
            return str(getattr(reason, "value", reason))
    return None
