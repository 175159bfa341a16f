"""With which arguments a tool's calls succeeded: names and types, no values, small enough for a run's profile."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from rca_core.telemetry.wire import Body

MAX_TOOLS: Final = 40
MAX_ARGUMENTS: Final = 20
"""Names of arguments that a tool may have; of one with more nothing is kept, as they are data."""
MAX_NAME: Final = 60
MAX_CHARACTERS: Final = 8_000
"""Characters of all names that are kept of one run."""

TYPES: Final = {"t": "a text", "n": "a number", "b": "a truth value", "o": "an object", "l": "a list", "0": "null"}
"""The JSON types, as they are kept and as people say them."""
_LETTERS: Final[dict[type, str]] = {str: "t", int: "n", float: "n", bool: "b", dict: "o", list: "l", type(None): "0"}


class Accepted(NamedTuple):
    """Calls of a tool that succeeded: how many there are, and for each argument how many carried it, of which types."""

    calls: int
    arguments: dict[str, tuple[int, str]]

    @classmethod
    def of(cls, several: Iterable[dict[str, Any]]) -> "Accepted":
        """Return what the arguments of several calls have in common."""
        calls = 0
        found: dict[str, tuple[int, str]] = {}
        for args in several:
            calls += 1
            for name, value in args.items():
                carried, types = found.get(name, (0, ""))
                letter = letter_of(value)
                found[name] = (carried + 1, types if letter in types else types + letter)
        return cls(calls, found)

    def with_more(self, other: "Accepted") -> "Accepted":
        """Return these calls and others as one."""
        joined = dict(self.arguments)
        for name, (number, more) in other.arguments.items():
            carried, types = joined.get(name, (0, ""))
            joined[name] = (carried + number, types + "".join(each for each in more if each not in types))
        return Accepted(self.calls + other.calls, joined)


def letter_of(value: Any) -> str:
    """Return the letter for the JSON type of a value."""
    return _LETTERS[type(value)]


def accepted_calls(calls: Sequence[Body]) -> dict[str, Accepted]:
    """Return what is kept of a run's calls that succeeded, by tool; none of one with many or long names."""
    by_tool: dict[str, list[dict[str, Any]]] = {}
    for call in calls:
        args = call.get("args_json")
        if call["status"] == "success" and isinstance(args, dict):
            by_tool.setdefault(call["tool_name"], []).append(args)
    kept: dict[str, Accepted] = {}
    left = MAX_CHARACTERS
    for tool, several in by_tool.items():
        found = Accepted.of(several)
        size = len(tool) + sum(map(len, found.arguments))
        fits = len(found.arguments) <= MAX_ARGUMENTS and all(len(name) <= MAX_NAME for name in found.arguments)
        if fits and size <= left and len(kept) < MAX_TOOLS:
            kept[tool] = found
            left -= size
    return kept
