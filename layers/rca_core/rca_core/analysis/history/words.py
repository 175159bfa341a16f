"""What a report says about a change in history; every number in it is one of the evidence's."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rca_core.analysis.model import Evidence
from rca_core.analysis.plain import plain

_FISHER: Final = "Fisher's exact test"
_OUTPUT: Final = ("output_regression", "output_change")


def change_words(evidence: Sequence[Evidence]) -> dict[str, str]:
    """Return the words that templates about a change are filled with."""
    seen = {str(each.attributes.get("observation")): each.attributes for each in evidence if each.kind == "baseline"}
    outcome = seen.get("regression")
    output = next((seen[each] for each in _OUTPUT if each in seen), None)
    either = outcome or output or {}
    succeeded = either.get("succeeded_before")
    return {
        "regression_note": _note(outcome, output),
        "change_note": _change(either) if either else "no version or model",
        "changed_step": f"step {plain(str(output['name']))}" if output else "no step",
        "earlier_run": f"run {succeeded}, which succeeded before it" if succeeded else "a successful run before it",
    }


def _note(outcome: Mapping[str, Any] | None, output: Mapping[str, Any] | None) -> str:
    if not outcome and not output:
        return "No change was compared"
    told = [_outcome(outcome)] if outcome else []
    told += [_output(output), _failures(output)] if output else []
    told[0] = f"After the change of {_change(outcome or output or {})}, {told[0]}"
    return ". ".join(each[0].upper() + each[1:] for each in told)


def _change(seen: Mapping[str, Any]) -> str:
    return " and ".join(
        f"{name} {plain(str(seen[f'previous_{key}']))} to {plain(str(seen[key]))}"
        for name, key in (("version", "agent_version"), ("model", "model"))
        if seen[f"previous_{key}"] != seen[key]
    )


def _outcome(seen: Mapping[str, Any]) -> str:
    what = f" in {plain(str(seen['name']))}" if seen["name"] else ""
    return (
        f"{seen['failed_after']} of {seen['runs_after']} runs failed{what}, before it {seen['failed_before']} of "
        f"{seen['runs_before']} ({_FISHER}, p = {seen['p_value']})"
    )


def _output(seen: Mapping[str, Any]) -> str:
    step, before, after = plain(str(seen["name"])), seen["runs_before"], seen["runs_after"]
    if seen["aspect"] == "length":
        return (
            f"outputs of step {step} were {seen['median_after']} characters long at the median of {after} runs, "
            f"{seen['characters']} in this one, before it {seen['median_before']} of {before} runs "
            f"(Wilcoxon's rank-sum test, p = {seen['p_value']})"
        )
    counts = f"{seen['alike_after']} of {after} runs, before it in {seen['alike_before']} of {before}"
    if seen["aspect"] == "keys":
        keys = plain(str(seen["keys"])) or "none"
        had = f"JSON objects of step {step} had the keys of this run's ({keys})"
        return f"{had} in {counts} ({_FISHER}, p = {seen['p_value']})"
    return (
        f"outputs of step {step} were {seen['usual_shape']} in {seen['usual_after']} of {after} runs, before it in "
        f"{seen['usual_before']} of {before}; {seen['shape']}, as in this run, in {counts} "
        f"({_FISHER}, p = {seen['p_value']})"
    )


def _failures(seen: Mapping[str, Any]) -> str:
    counts = (
        f"of {seen['alike_after']} runs since with such an output {seen['failed_alike']} failed, before the change "
        f"{seen['failed_before']} of {seen['runs_before']}"
    )
    if seen["observation"] == "output_regression":
        return f"{counts} ({_FISHER}, p = {seen['failures_p_value']})"
    return f"{counts}: they changed together, and it is not shown that such an output led to this failure"
