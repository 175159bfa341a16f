"""Whether runs, steps or tools fail more often since a change."""

from collections.abc import Iterator
from typing import Final

from rca_core.analysis.history.comparison import Comparison, OutcomeAspect, share
from rca_core.analysis.history.history import History, enough
from rca_core.analysis.history.significance import fisher_greater
from rca_core.telemetry import AgentRun

MAX_NAMES: Final = 20
"""Steps, and tools, that are compared."""


def outcome_comparisons(run: AgentRun, history: History) -> Iterator[Comparison]:
    """Yield a comparison of failures for the runs, and for each step name and tool that failed in this run.

    What never failed, or always did, cannot show a change whichever runs are taken for earlier ones: it is left out,
    and does not count against the others.
    """
    steps = sorted({step.name for step in run.steps if step.status == "failure" and step.name})[:MAX_NAMES]
    tools = sorted({call.tool_name for call in run.tool_calls if call.status == "failure"})[:MAX_NAMES]
    yield from _compare("run", "", *([each.status == "failure" for each in side] for side in history))
    for name in steps:
        sides = ([each.steps[name].failed > 0 for each in side if name in each.steps] for side in history)
        yield from _compare("step", name, *sides)
    for name in tools:
        sides = ([each.tools[name][1] > 0 for each in side if name in each.tools] for side in history)
        yield from _compare("tool", name, *sides)


def _compare(aspect: OutcomeAspect, name: str, before: list[bool], after: list[bool]) -> Iterator[Comparison]:
    if enough(before, after) and len({*before, *after}) > 1:
        was, now = share(before), share(after)
        yield Comparison(aspect, name, was, now, fisher_greater(was, now))
