"""CloudFormation's intrinsic functions, evaluated against known names."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Names = Mapping[str, Mapping[str, str]]
"""Logical id -> attribute -> value; the attribute `Ref` is what a Ref to the resource gives."""

_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")


class TemplateError(Exception):
    """The template asks for something wrong, or for something that the local stack does not imitate."""


@dataclass(frozen=True)
class Resolver:
    """Replace Ref, GetAtt, Sub, Join, Select, Split, FindInMap and the conditions in a piece of a template.

    Raises:
        TemplateError: a name is unknown or a function is not supported.
    """

    parameters: Mapping[str, Any]
    names: Names = field(default_factory=dict)
    conditions: Mapping[str, Any] = field(default_factory=dict)
    mappings: Mapping[str, Any] = field(default_factory=dict)

    def resolve(self, value: Any) -> Any:
        """Return `value` with every intrinsic function replaced by its result; AWS::NoValue entries disappear."""
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not _NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(name, argument)] = value.items()
            if function := _FUNCTIONS.get(name):
                return function(self, argument)
            if name.startswith("Fn::"):
                message = f"{name} is not supported by the local stack"
                raise TemplateError(message)
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not _NO_VALUE}

    def condition(self, name: str) -> bool:
        """Evaluate the template's condition of that name."""
        if name not in self.conditions:
            message = f"unknown condition {name!r}"
            raise TemplateError(message)
        return bool(self.resolve(self.conditions[name]))

    def ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _NO_VALUE
        if name in self.parameters:
            return self.parameters[name]
        return self.attribute(name, "Ref")

    def attribute(self, logical_id: str, attribute: str) -> str:
        try:
            return self.names[logical_id][attribute]
        except KeyError:
            message = f"the local stack knows no {attribute} of {logical_id!r}"
            raise TemplateError(message) from None


_NO_VALUE = object()


def _get_att(resolver: Resolver, argument: Any) -> str:
    logical_id, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
    return resolver.attribute(logical_id, attribute)


def _sub(resolver: Resolver, argument: Any) -> str:
    text, variables = (argument, {}) if isinstance(argument, str) else argument
    local = {key: resolver.resolve(value) for key, value in variables.items()}

    def replace(match: re.Match[str]) -> str:
        literal, name = match.groups()
        if literal:
            return "${" + name + "}"
        if name in local:
            return str(local[name])
        return str(_get_att(resolver, name) if "." in name else resolver.ref(name))

    return _PLACEHOLDER.sub(replace, text)


def _join(resolver: Resolver, argument: Any) -> str:
    delimiter, items = argument
    return str(delimiter).join(map(str, resolver.resolve(items)))


def _split(resolver: Resolver, argument: Any) -> list[str]:
    delimiter, text = argument
    return str(resolver.resolve(text)).split(delimiter)


def _select(resolver: Resolver, argument: Any) -> Any:
    index, items = argument
    return resolver.resolve(items)[int(resolver.resolve(index))]


def _find_in_map(resolver: Resolver, argument: Any) -> Any:
    name, first, second = resolver.resolve(argument)
    try:
        return resolver.mappings[name][first][second]
    except KeyError:
        message = f"no entry {first!r}, {second!r} in mapping {name!r}"
        raise TemplateError(message) from None


def _if(resolver: Resolver, argument: Any) -> Any:
    name, when_true, when_false = argument
    return resolver.resolve(when_true if resolver.condition(name) else when_false)


def _equals(resolver: Resolver, argument: Any) -> bool:
    left, right = resolver.resolve(argument)
    return str(left) == str(right)


_FUNCTIONS: dict[str, Callable[[Resolver, Any], Any]] = {
    "Ref": Resolver.ref,
    "Condition": Resolver.condition,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Split": _split,
    "Fn::Select": _select,
    "Fn::FindInMap": _find_in_map,
    "Fn::If": _if,
    "Fn::Equals": _equals,
    "Fn::Not": lambda resolver, argument: not resolver.resolve(argument)[0],
    "Fn::And": lambda resolver, argument: all(resolver.resolve(argument)),
    "Fn::Or": lambda resolver, argument: any(resolver.resolve(argument)),
}
