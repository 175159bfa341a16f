"""What a failed call had, or lacked, that the calls of the same tool that succeeded had not, or had."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from rca_core.analysis.model import Evidence
from rca_core.analysis.observe.evidence import make_evidence
from rca_core.analysis.observe.view import RunView
from rca_core.analysis.plain import plain
from rca_core.telemetry import RunProfile, ToolCall
from rca_core.telemetry.accepted import TYPES, Accepted, letter_of

MIN_SUCCESSES: Final = 3
"""Calls that succeeded from which what they share is no chance."""
MAX_COMPARED: Final = 1_000

Difference = Literal["lacked", "had", "type"]
Earlier = Callable[[], Sequence[RunProfile]]
"""Gives the agent's earlier runs; asked only where the calls of the run are too few to compare with."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """One argument by which a failed call differs from every one that succeeded."""

    argument: str
    difference: Difference
    successes: int
    was: str = ""
    usual: str = ""
    runs: int = 0
    """Earlier runs that calls are from."""
    earlier: int = 0
    """How many of the calls are from earlier runs."""

    def sentence(self, tool: str) -> str:
        """Return the difference in words."""
        name = f"'{plain(self.argument, 60)}'"
        calls = f"{self.successes} calls of {tool} that succeeded{self._where()}"
        if self.difference == "lacked":
            return f"All {calls} carried {name}; this one did not."
        if self.difference == "had":
            return f"None of the {calls} carried {name}; this one did."
        return f"In all {calls} {name} was {self.usual}; in this one it was {self.was}."

    def _where(self) -> str:
        if not self.runs:
            return ""
        runs = "1 earlier run" if self.runs == 1 else f"{self.runs} earlier runs"
        return f" in {runs}" if self.earlier == self.successes else f", in this run and {runs},"


def contrast_of(view: RunView, call: ToolCall, earlier: Earlier | None = None) -> tuple[Contrast, Evidence] | None:
    """Return the plainest difference of a failed call from those that succeeded, with its evidence; None without one.

    Where fewer than three succeeded in the run, those of the agent's earlier runs are compared, too. What was left out
    says more than what was added, and that more than another type. With several of a kind there is no telling which it
    was, unless it is the only one.
    """
    if not isinstance(call.args_json, dict):
        return None
    others = Accepted.of(
        each.args_json
        for each in view.calls[-MAX_COMPARED:]
        if each.tool_name == call.tool_name and each.status == "success" and isinstance(each.args_json, dict)
    )
    here, runs = others.calls, 0
    if here < MIN_SUCCESSES and earlier:
        for profile in _of_the_past(earlier(), view):
            if more := profile.accepted.get(call.tool_name):
                others, runs = others.with_more(more), runs + 1
    if others.calls < MIN_SUCCESSES:
        return None
    for found in (_lacked(call.args_json, others), _had(call.args_json, others), _typed(call.args_json, others)):
        if len(found) == 1:
            contrast = replace(found[0], runs=runs, earlier=others.calls - here)
            return contrast, _evidence(view, call, contrast)
        if found:
            return None
    return None


def _of_the_past(profiles: Sequence[RunProfile], view: RunView) -> list[RunProfile]:
    run = view.run
    return [
        each
        for each in profiles
        if each.run_id != run.run_id and each.environment == run.environment and each.started_at <= run.started_at
    ]


def _lacked(args: dict[str, Any], others: Accepted) -> list[Contrast]:
    always = (name for name, (carried, _) in others.arguments.items() if carried == others.calls)
    return [Contrast(name, "lacked", others.calls) for name in sorted(always) if name not in args]


def _had(args: dict[str, Any], others: Accepted) -> list[Contrast]:
    return [Contrast(name, "had", others.calls) for name in sorted(args.keys() - others.arguments.keys())]


def _typed(args: dict[str, Any], others: Accepted) -> list[Contrast]:
    found = []
    for name in sorted(args.keys() & others.arguments.keys()):
        carried, types = others.arguments[name]
        own = letter_of(args[name])
        if len(types) == 1 and carried == others.calls and own != types:
            found.append(Contrast(name, "type", others.calls, TYPES[own], TYPES[types]))
    return found


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
            **({"earlier_successes": found.earlier, "earlier_runs": found.runs} if found.runs else {}),
        },
        view.where["tool_call", call.call_id][0],
    )
