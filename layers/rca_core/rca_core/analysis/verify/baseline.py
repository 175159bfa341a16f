"""Check what evidence says about earlier runs. They are not at hand, so its numbers are held against each other."""

from collections.abc import Iterator
from math import exp, lgamma
from typing import Any, Final

from pydantic import BaseModel

from rca_core.analysis.model import Evidence

_LEVEL: Final = 0.05
_LEAST: Final = {"runs_before": 10, "runs_after": 5}
_WITHIN: Final = {
    "failed_before": "runs_before",
    "failed_after": "runs_after",
    "alike_before": "runs_before",
    "alike_after": "runs_after",
    "usual_before": "runs_before",
    "usual_after": "runs_after",
    "failed_alike": "alike_after",
}
# Two digits are told.
_ROUNDED: Final = 0.06


def wrong_comparison(evidence: Evidence, step: BaseModel | None) -> Iterator[str]:
    """Yield what is wrong with evidence about a change; `step` is the one that it names, if it is in the run."""
    told = evidence.attributes
    try:
        if "step_id" in told:
            yield from _wrong_step(told, step)
        yield from _wrong_counts(told)
        yield from _wrong_chances(told)
    except (KeyError, TypeError, ValueError) as error:
        yield f"{evidence.evidence_id!r} lacks a number: {error}"


def _wrong_step(told: dict[str, Any], step: BaseModel | None) -> Iterator[str]:
    output = getattr(step, "output_summary", None)
    if output is None or getattr(step, "status", "") != "success":
        yield f"outputs of step {told['step_id']!r} are compared, which gave none"
    elif getattr(step, "name", "") != told["name"] or told.get("characters", len(output)) != len(output):
        yield f"of step {told['step_id']!r} is said what the telemetry does not"


def _wrong_counts(told: dict[str, Any]) -> Iterator[str]:
    for name, least in _LEAST.items():
        if told[name] < least:
            yield f"a change is claimed from {told[name]} {name}"
    for part, whole in _WITHIN.items():
        if part in told and not 0 <= told[part] <= told[whole]:
            yield f"{part} is {told[part]} of {told[whole]}"


def _wrong_chances(told: dict[str, Any]) -> Iterator[str]:
    what = "failed" if told["observation"] == "regression" else "alike"
    if not 0 <= told["p_value"] <= _LEVEL:
        yield f"a change is claimed although its chance is {told['p_value']}"
    if told.get("aspect") != "length":
        sides = (told["runs_before"], told[f"{what}_before"], told["runs_after"], told[f"{what}_after"])
        yield from _wrong_chance("p_value", told, _hypergeometric(*sides))
    if what == "alike":
        sides = (told["runs_before"], told["failed_before"], told["alike_after"], told["failed_alike"])
        yield from _wrong_chance("failures_p_value", told, chance := _hypergeometric(*sides))
        if (told["observation"] == "output_regression") != (chance <= _LEVEL):
            yield f"failures are said to have come with the change, or not, against a chance of {chance:.2g}"


def _wrong_chance(name: str, told: dict[str, Any], chance: float) -> Iterator[str]:
    if abs(told[name] - chance) > _ROUNDED * chance:
        yield f"{name} is said to be {told[name]}, but these counts make it {chance:.2g}"


def _hypergeometric(runs_before: int, seen_before: int, runs_after: int, seen_after: int) -> float:
    """Return the chance that of all that was seen, as much or more fell on the runs after."""
    runs, seen = runs_before + runs_after, seen_before + seen_after

    def log_ways(total: int, chosen: int) -> float:
        return lgamma(total + 1) - lgamma(chosen + 1) - lgamma(total - chosen + 1)

    return sum(
        exp(log_ways(runs_after, each) + log_ways(runs_before, seen - each) - log_ways(runs, seen))
        for each in range(max(seen_after, seen - runs_before), min(runs_after, seen) + 1)
    )
