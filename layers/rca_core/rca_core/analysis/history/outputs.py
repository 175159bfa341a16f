"""Whether outputs of a step have another shape, other keys or another length since a change."""

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median_low
from typing import Any, Final, NamedTuple

from rca_core.analysis.history.comparison import OutputComparison
from rca_core.analysis.history.history import History, enough
from rca_core.analysis.history.readings import Reading, of_keys, of_length, of_shape
from rca_core.analysis.history.significance import fisher_greater, rank_sum
from rca_core.analysis.observe.order import in_order, places
from rca_core.telemetry import AgentRun, RunProfile, Step
from rca_core.telemetry.outputs import (
    ARRAY,
    EMPTY,
    FENCED,
    OBJECT,
    TEXT,
    UNCLOSED,
    Output,
    describe,
    top_level_keys,
    usual,
)

MAX_OUTPUTS: Final = 10
"""Step names whose outputs are compared, the last ones of the run. With three comparisons each, as many as leave every
test able to pass Holm's first step with the fewest runs that are compared."""

_SHAPES: Final = {
    EMPTY: "empty",
    OBJECT: "JSON objects",
    ARRAY: "JSON arrays",
    FENCED: "fenced code blocks",
    UNCLOSED: "JSON without its end",
    TEXT: "plain text",
}


class _Seen(NamedTuple):
    """The output of a step name in one earlier run."""

    output: Output
    failed: bool


def output_comparisons(run: AgentRun, history: History) -> Iterator[OutputComparison]:
    """Yield comparisons of each step name's outputs: as to shape, keys of JSON objects, and length.

    Each asks whether an output such as this run's was rare before the change, at most one in ten, and is more usual
    since by at least 20 runs in a hundred; of lengths also that the medians differ by half and by 10 characters. What
    does not is too small a change to explain a failure, or is not this run's: its p-value is 1, whatever a test says.
    Where no order of the same outputs could show that much there is nothing to compare: it is left out, and does not
    count against the others.
    """
    for step in _usual_steps(run):
        before, after = ([*_seen(side, step.name)] for side in history)
        own = describe(_text(step))
        yield from _compare(of_shape(own), step, before, after)
        if own.keys:
            with_keys = ([each for each in side if each.output.keys] for side in (before, after))
            yield from _compare(of_keys(own), step, *with_keys)
        yield from _compare(of_length(own), step, before, after)


def _usual_steps(run: AgentRun) -> list[Step]:
    """Return, of each step name, the step whose output a profile of this run keeps, in the order of the run."""
    by_name: dict[str, list[Step]] = {}
    for step in in_order(run, places(run))[0]:
        if step.name and step.status == "success" and step.output_summary is not None:
            by_name.setdefault(step.name, []).append(step)
    return [_usual_step(steps) for steps in by_name.values()][-MAX_OUTPUTS:]


def _usual_step(steps: Sequence[Step]) -> Step:
    text = usual([_text(step) for step in steps])
    return next(step for step in steps if step.output_summary == text)


def _text(step: Step) -> str:
    return step.output_summary or ""


def _seen(side: Sequence[RunProfile], name: str) -> Iterator[_Seen]:
    for profile in side:
        if name in profile.steps and (output := profile.steps[name].output):
            yield _Seen(output, profile.status == "failure")


def _compare(reading: Reading, step: Step, before: list[_Seen], after: list[_Seen]) -> Iterator[OutputComparison]:
    sides = [each.output for each in before], [each.output for each in after]
    if not enough(before, after) or not reading.may_be_material(*sides):
        return
    was, now, is_new = reading.counted(*sides)
    p_value = 1.0
    if reading.is_material(*sides):
        lengths = ([each.characters for each in side] for side in sides)
        p_value = rank_sum(*lengths) if reading.aspect == "length" else fisher_greater(was, now)
    yield OutputComparison(
        reading.aspect,
        step.name,
        was,
        now,
        p_value,
        step=step,
        failed_before=sum(each.failed for each in before),
        failed_alike=sum(each.failed for each in after if is_new and is_new(each.output)),
        details=_details(reading, step, *sides),
    )


def _details(reading: Reading, step: Step, before: Sequence[Output], after: Sequence[Output]) -> dict[str, Any]:
    if reading.aspect == "keys":
        return {"keys": ", ".join(top_level_keys(_text(step)))}
    if reading.aspect == "length":
        medians = (median_low([each.characters for each in side]) for side in (before, after))
        return {
            "characters": reading.own.characters,
            **dict(zip(("median_before", "median_after"), medians, strict=True)),
        }
    ((former, count),) = Counter(each.shape for each in before).most_common(1)
    return {
        "shape": _SHAPES[reading.own.shape],
        "usual_shape": _SHAPES.get(former, "of another shape"),
        "usual_before": count,
        "usual_after": sum(each.shape == former for each in after),
    }
