"""The texts of a run, with what their keys say of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from rca_core.telemetry.redaction.assign import HARMLESS_IN_GROUP
from rca_core.telemetry.redaction.judge import is_credential_number
from rca_core.telemetry.redaction.keys import Key, key_of
from rca_core.telemetry.redaction.values import looks_random

# What names another value of the same object: variables of a container, headers of a recorded request.
_NAMING: Final = ("name", "key", "Name", "Key", "header", "field")
_NAMED: Final = ("value", "Value", "val", "content")
# The private part of a JSON Web Key.
_KEY_PARTS: Final = frozenset(["d", "p", "q", "dp", "dq", "qi", "k"])
_PART: Final = Key("private_key", "random")
_LEAST_NUMBER: Final = 10**6
_LEAST_KEY_NAME: Final = 12


@dataclass(slots=True)
class Place:
    """A value of a run that may be or hold a credential; `changed` is what is to stand there instead."""

    container: Any
    at: Any
    value: Any
    key: Key | None
    call: int
    """Index of the tool call among whose arguments it is, or -1."""
    changed: Any = None


class Walk:
    """What has to be looked at in a piece of JSON: texts, telling or large numbers, long names of keys."""

    def __init__(self) -> None:
        self.texts: list[Place] = []
        self.keyed: list[Place] = []
        self.numbers: list[Place] = []
        self.names: list[Place] = []

    def add(self, container: Any, at: Any, *, call: int = -1, key: Key | None = None) -> None:
        """Add a value and all that is in it."""
        stack = [(container, at, container[at], _inner(key, container[at]))]
        while stack:
            container, at, value, key = stack.pop()
            if isinstance(value, str):
                if value:
                    (self.texts if key is None else self.keyed).append(Place(container, at, value, key, call))
            elif isinstance(value, dict):
                stack.extend(self._object(value, key, call))
            elif isinstance(value, list):
                stack.extend(_items(value, key))
            elif isinstance(value, int | float) and key and is_credential_number(key, value):
                self.keyed.append(Place(container, at, value, key, call))
            elif isinstance(value, int) and value >= _LEAST_NUMBER:
                self.numbers.append(Place(container, at, value, None, call))

    def _object(
        self, value: dict[str, Any], outer: Key | None, call: int
    ) -> Iterator[tuple[Any, Any, Any, Key | None]]:
        group = _member(outer) if outer and outer.groups else None
        named = _named(value)
        is_key, is_choice = "kty" in value, "logprob" in value
        for name, item in value.items():
            if len(name) >= _LEAST_KEY_NAME:
                self.names.append(Place(value, name, name, None, call))
            key = key_of(name)
            if group and key and key.trust not in ("any", "authorization"):
                key = group
            if key is None:
                if named and name in _NAMED:
                    key = named
                elif is_key and name in _KEY_PARTS:
                    key = _PART
                elif group and name.lower() not in HARMLESS_IN_GROUP:
                    key = group
            elif is_choice and name == "token":  # of a model's answer
                key = None
            yield value, name, item, _inner(key, item)


def _inner(key: Key | None, item: Any) -> Key | None:
    """Return what a key says of a value's own members: an object under `password` describes one."""
    return None if key and isinstance(item, dict) and not key.groups else key


def _member(group: Key) -> Key:
    """Return what a key that groups credentials under names says of each: a cookie's value has no name before it."""
    return Key(group.kind, "any") if group.trust == "cookie" else group._replace(groups=False)


def _named(value: dict[str, Any]) -> Key | None:
    for naming in _NAMING:
        if isinstance(name := value.get(naming), str) and any(named in value for named in _NAMED):
            return key_of(name)
    return None


def _items(values: list[Any], key: Key | None) -> Iterator[tuple[Any, Any, Any, Key | None]]:
    previous: Any = None
    for index, item in enumerate(values):
        yield values, index, item, _inner(key or _told_by(previous, item, values), item)
        previous = item


def _told_by(previous: Any, item: Any, values: list[Any]) -> Key | None:
    """Return what the entry before says: a flag of a command, or the name in a pair."""
    if not isinstance(previous, str) or not isinstance(item, str):
        return None
    if previous.startswith("--") or (len(values) == 2 and looks_random(item)):
        return key_of(previous)
    return None
