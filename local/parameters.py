"""The template's parameters: its defaults, samconfig.toml's local overrides, the command line, in this order."""

import re
import shlex
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.intrinsics import TemplateError

_LISTS = ("CommaDelimitedList", "List<Number>", "List<String>")


def parse_overrides(pairs: list[str]) -> dict[str, str]:
    """Split `KEY=VALUE` texts; raises TemplateError for one without `=`."""
    overrides = {}
    for pair in pairs:
        key, separator, value = pair.partition("=")
        if not separator:
            message = f"a parameter is written KEY=VALUE, not {pair!r}"
            raise TemplateError(message)
        overrides[key] = value
    return overrides


def read_samconfig(path: Path) -> tuple[str | None, dict[str, str]]:
    """Return the local stack's name and parameter overrides; (None, {}) where the file does not say."""
    if not path.exists():
        return None, {}
    local = tomllib.loads(path.read_text()).get("default", {})
    name = local.get("global", {}).get("parameters", {}).get("stack_name")
    overrides = local.get("local_start_api", {}).get("parameters", {}).get("parameter_overrides", [])
    return name, parse_overrides(shlex.split(overrides) if isinstance(overrides, str) else overrides)


def parameter_values(declared: Mapping[str, Mapping[str, Any]], overrides: Mapping[str, str]) -> dict[str, Any]:
    """Give each declared parameter its value: a list of texts for list types, else a text.

    Raises:
        TemplateError: an override is not declared, a value is missing, or it is not among the allowed ones.
    """
    if unknown := sorted(set(overrides) - set(declared)):
        message = f"the template has no parameter {unknown[0]!r}; it has {', '.join(declared) or 'none'}"
        raise TemplateError(message)
    return {name: _value(name, declaration, overrides.get(name)) for name, declaration in declared.items()}


def _value(name: str, declaration: Mapping[str, Any], override: str | None) -> Any:
    value = declaration.get("Default") if override is None else override
    if value is None:
        message = f"parameter {name!r} has no default: give --parameter {name}=VALUE"
        raise TemplateError(message)
    allowed = [str(item) for item in declaration.get("AllowedValues", [])]
    if allowed and str(value) not in allowed:
        message = f"parameter {name!r} is {value!r}; allowed are {', '.join(allowed)}"
        raise TemplateError(message)
    pattern = declaration.get("AllowedPattern")
    if pattern and not re.fullmatch(pattern, str(value)):
        message = (
            f"parameter {name!r} is {value!r}; {declaration.get('ConstraintDescription', f'allowed is {pattern}')}"
        )
        raise TemplateError(message)
    if declaration.get("Type") in _LISTS:
        return [item.strip() for item in str(value).split(",")]
    return str(value)
