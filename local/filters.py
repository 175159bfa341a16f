"""Lambda's event filtering: patterns that an event source's records must match."""

from collections.abc import Callable, Mapping
from typing import Any

from local.intrinsics import TemplateError

_MISSING = object()


def matches(pattern: Mapping[str, Any], record: Any) -> bool:
    """Say whether a record has, for each key of the pattern, one of the values or conditions that it lists.

    Raises:
        TemplateError: the pattern has a condition that the local stack does not know.
    """
    return all(_matches_key(key, wanted, record) for key, wanted in pattern.items())


def _matches_key(key: str, wanted: Any, record: Any) -> bool:
    if key == "$or":
        return any(matches(alternative, record) for alternative in wanted)
    value = record.get(key, _MISSING) if isinstance(record, Mapping) else _MISSING
    if isinstance(wanted, Mapping):
        return matches(wanted, value)
    candidates = value if isinstance(value, list) else [value]
    return any(_matches_value(condition, candidate) for condition in wanted for candidate in candidates)


def _matches_value(condition: Any, value: Any) -> bool:
    if not isinstance(condition, Mapping):
        return type(condition) is type(value) and condition == value
    [(name, argument)] = condition.items()
    if name not in _CONDITIONS:
        message = f"the local stack does not know the filter condition {name!r}"
        raise TemplateError(message)
    return _CONDITIONS[name](argument, value)


def _anything_but(argument: Any, value: Any) -> bool:
    if value is _MISSING:
        return False
    excluded = argument if isinstance(argument, list) else [argument]
    return not any(_matches_value(condition, value) for condition in excluded)


def _numeric(argument: Any, value: Any) -> bool:
    if not isinstance(value, int | float):
        return False
    return all(_COMPARISONS[sign](value, limit) for sign, limit in zip(argument[::2], argument[1::2], strict=True))


_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "=": lambda left, right: left == right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
_CONDITIONS: dict[str, Callable[[Any, Any], bool]] = {
    "anything-but": _anything_but,
    "equals-ignore-case": lambda argument, value: isinstance(value, str) and value.lower() == argument.lower(),
    # Only a leaf exists or not: a condition on a whole object never matches, as on AWS.
    "exists": lambda argument, value: argument == (value is not _MISSING and not isinstance(value, Mapping)),
    "numeric": _numeric,
    "prefix": lambda argument, value: isinstance(value, str) and value.startswith(argument),
    "suffix": lambda argument, value: isinstance(value, str) and value.endswith(argument),
}
