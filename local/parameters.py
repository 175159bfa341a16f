"""The template's parameters: its defaults, samconfig.toml's local overrides, the command line, in this order."""

import difflib
import re
import shlex
import tomllib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from local.intrinsics import TemplateError

_LISTS = ("CommaDelimitedList", "List<Number>", "List<String>")
_NUMBERS = ("Number", "List<Number>")
_LONGEST = 4096
"""Characters of a parameter's value that CloudFormation takes."""
_PATTERNS = "RedactPatterns"
"""The product's parameter that CloudFormation cannot check: ingest does not start with a wrong one."""


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
        TemplateError: an override is not declared, a value is missing, or it is not what the declaration allows.
    """
    if unknown := sorted(set(overrides) - set(declared)):
        near = difflib.get_close_matches(unknown[0], declared, n=1)
        hint = f"; did you mean {near[0]}?" if near else f"; it has {', '.join(declared) or 'none'}"
        message = f"the template has no parameter {unknown[0]!r}{hint}"
        raise TemplateError(message)
    return {name: _value(name, declaration, overrides.get(name)) for name, declaration in declared.items()}


def _value(name: str, declaration: Mapping[str, Any], override: str | None) -> Any:
    value = declaration.get("Default") if override is None else override
    if value is None:
        message = f"parameter {name!r} has no default: give --parameter {name}=VALUE"
        raise TemplateError(message)
    # A list is checked element by element, as CloudFormation does.
    listed = declaration.get("Type") in _LISTS
    texts = [item.strip() for item in str(value).split(",")] if listed else [str(value)]
    for text in texts:
        wrong = _complaint(text, declaration)
        if wrong is None and name == _PATTERNS and text:
            wrong = _pattern_complaint(text)
        if wrong is not None:
            shown = "" if declaration.get("NoEcho") else f" is {text!r}"
            message = f"parameter {name!r}{shown}; {declaration.get('ConstraintDescription', wrong)}"
            raise TemplateError(message)
    return texts if listed else texts[0]


def _complaint(text: str, declaration: Mapping[str, Any]) -> str | None:
    """Say what is allowed in place of a value, by all that CloudFormation checks; None for a good one."""
    allowed = [str(item) for item in declaration.get("AllowedValues", [])]
    if allowed and text not in allowed:
        return f"allowed are {', '.join(allowed)}"
    if declaration.get("Type") in _NUMBERS:
        least, most = (_number(declaration.get(key)) for key in ("MinValue", "MaxValue"))
        number = _number(text)
        if number is None or (least is not None and number < least) or (most is not None and number > most):
            return f"allowed is a number{_bounds(least, most)}"
    length = range(int(declaration.get("MinLength", 0)), int(declaration.get("MaxLength", _LONGEST)) + 1)
    if len(text) not in length:
        return f"allowed are {length.start} to {length.stop - 1} characters"
    pattern = declaration.get("AllowedPattern")
    if pattern and not re.fullmatch(pattern, text):
        return f"allowed is {pattern}"
    return None


def _pattern_complaint(text: str) -> str | None:
    """Say which pattern ingest cannot use, and why; None for good ones."""
    # Only who gives patterns pays for what compiles them.
    from rca_core.settings import split_patterns  # noqa: PLC0415
    from rca_core.telemetry.redaction import Redactor  # noqa: PLC0415

    try:
        Redactor(patterns=split_patterns(text))
    except ValueError as error:
        return str(error)
    return None


def _number(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _bounds(least: Decimal | None, most: Decimal | None) -> str:
    if least is not None and most is not None:
        return f" from {least} to {most}"
    return f" of at least {least}" if least is not None else f" of at most {most}" if most is not None else ""
