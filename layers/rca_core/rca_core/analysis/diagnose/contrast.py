"""What a failed call had, or lacked, that the calls of the same tool that succeeded had not, or had."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from rca_core.analysis.model import Evidence
from rca_core.analysis.observe.evidence import make_evidence
from rca_core.analysis.observe.view import RunView
from rca_core.analysis.plain import plain
from rca_core.telemetry import ToolCall

MIN_SUCCESSES: Final = 3
"""Calls that succeeded from which what they share is no chance."""
MAX_COMPARED: Final = 1_000

Difference = Literal["lacked", "had", "type"]


@dataclass(frozen=True, slots=True)
class Contrast:
    """One argument by which a failed call differs from every one that succeeded."""

    argument: str
    difference: Difference
    successes: int
    was: str = ""
    usual: str = ""

    def sentence(self, tool: str) -> str:
        """Return the difference in words."""
        name = f"'{plain(self.argument, 60)}'"
        if self.difference == "lacked":
            return f"All {self.successes} calls of {tool} that succeeded carried {name}; this one did not."
        if self.difference == "had":
            return f"None of the {self.successes} calls of {tool} that succeeded carried {name}; this one did."
        return (
            f"In all {self.successes} calls of {tool} that succeeded {name} was {self.usual}; "
            f"in this one it was {self.was}."
        )


def contrast_of(view: RunView, call: ToolCall) -> tuple[Contrast, Evidence] | None:
    """Return the plainest difference of a failed call from those that succeeded, with its evidence; None without one.

    What was left out says more than what was added, and that more than another type. With several of a kind there is
    no telling which it was, unless it is the only one.
    """
    if not isinstance(call.args_json, dict):
        return None
    others = [
        each.args_json
        for each in view.calls[-MAX_COMPARED:]
        if each.tool_name == call.tool_name and each.status == "success" and isinstance(each.args_json, dict)
    ]
    if len(others) < MIN_SUCCESSES:
        return None
    for found in (_lacked(call.args_json, others), _had(call.args_json, others), _typed(call.args_json, others)):
        if len(found) == 1:
            return found[0], _evidence(view, call, found[0])
        if found:
            return None
    return None


def _lacked(args: dict[str, Any], others: Sequence[dict[str, Any]]) -> list[Contrast]:
    shared = set.intersection(*(set(each) for each in others))
    return [Contrast(name, "lacked", len(others)) for name in sorted(shared - args.keys())]


def _had(args: dict[str, Any], others: Sequence[dict[str, Any]]) -> list[Contrast]:
    ever = set().union(*others)
    return [Contrast(name, "had", len(others)) for name in sorted(args.keys() - ever)]


def _typed(args: dict[str, Any], others: Sequence[dict[str, Any]]) -> list[Contrast]:
    found = []
    for name in sorted(args):
        usual = {type_name(each[name]) for each in others if name in each}
        if len(usual) == 1 and all(name in each for each in others) and type_name(args[name]) not in usual:
            found.append(Contrast(name, "type", len(others), type_name(args[name]), *usual))
    return found


def type_name(value: Any) -> str:
    """Return the JSON type of a value, as people say it."""
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, int | float):
        return "a number"
    names = {str: "a text", dict: "an object", list: "a list", type(None): "null"}
    return names[type(value)]


def _evidence(view: RunView, call: ToolCall, found: Contrast) -> Evidence:
    return make_evidence(
        "contrast",
        f"ev_contrast_{call.call_id}",
        call.call_id,
        plain(found.sentence(plain(call.tool_name))),
        call.tool_name,
        {
            "observation": "contrast",
            "tool_name": call.tool_name,
            "argument": found.argument,
            "difference": found.difference,
            "successes": found.successes,
        },
        view.where["tool_call", call.call_id][0],
    )
