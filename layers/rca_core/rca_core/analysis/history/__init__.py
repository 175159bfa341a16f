"""Whether an agent behaves otherwise since its version or model changed: the evidence for `prompt_regression`."""

from collections.abc import Iterator, Sequence
from typing import Final

from rca_core.analysis.history.comparison import Comparison, OutputComparison
from rca_core.analysis.history.evidence import outcome_evidence, output_evidence
from rca_core.analysis.history.history import history_of
from rca_core.analysis.history.outcomes import outcome_comparisons
from rca_core.analysis.history.outputs import output_comparisons
from rca_core.analysis.history.significance import holm
from rca_core.analysis.model import Evidence
from rca_core.telemetry import AgentRun, RunProfile

LEVEL: Final = 0.05

_OUTPUTS: Final = ("shape", "keys", "length")
# What names a step and how it changed tells more than that runs fail, and that more than what may be chance.
_AS_TOLD: Final = ("output_regression", "regression", "output_change")


def regression_evidence(run: AgentRun, baseline: Sequence[RunProfile] | None) -> tuple[Evidence, ...]:
    """Return evidence that outcomes, or outputs, changed with the last change of version or model; at most one of each.

    The earlier runs with this run's version and model (after) are compared with those that have the version and model
    used just before it (before), up to 40 on a side. A run is one observation.

    - Outcomes: whether the run failed; whether a step name or a tool that failed in this run did at least once.
      Fisher's exact test, one-sided (more after).
    - Outputs, of each step name: the shape, and the keys if it is a JSON object: Fisher's exact test, one-sided (more
      such as this run's after). The length: Wilcoxon's rank-sum test, two-sided, exact. Only a material change that
      this run shares counts (`output_comparisons`).

    Holm's step-down control over all of these keeps the chance of any false claim in one analysis at most 5 %. That is
    per analysis: several failures after one change are compared with the same runs, so that they share a false alarm
    rather than each having a chance of its own. It holds where runs do not depend on each other: an outage that lasts
    for many of them looks like a change. At least 10 runs before and 5 after, of each step name and tool too, else no
    claim; nor without a history or without a change.

    Outputs that changed are no cause as long as runs with such outputs succeed. They are told as evidence of one where
    runs with such an output fail more often than those before the change (Fisher's exact test, one-sided, 5 %: a second
    condition, which needs no share of the first's level); as having changed together, which is a weak sign, where that
    is within chance; and not at all where runs failed as often before the change.
    """
    history = history_of(run, baseline or ())
    if history is None:
        return ()
    family: list[Comparison] = [*outcome_comparisons(run, history), *output_comparisons(run, history)]
    held = [family[index] for index in holm([each.p_value for each in family], LEVEL)]
    outputs = [each for each in held if isinstance(each, OutputComparison) and not each.is_contradicted]
    outcomes = [each for each in held if not isinstance(each, OutputComparison)]
    found = [outcome_evidence(run, history, each) for each in outcomes[:1]]
    found += [output_evidence(run, history, each, LEVEL) for each in _most_telling(outputs)]
    return tuple(sorted(found, key=lambda each: _AS_TOLD.index(each.attributes["observation"])))


def _most_telling(outputs: Sequence[OutputComparison]) -> Iterator[OutputComparison]:
    """Yield, of the step whose output changed most clearly, what says most: a shape more than a length."""
    if outputs:
        yield min(
            (each for each in outputs if each.step is outputs[0].step), key=lambda each: _OUTPUTS.index(each.aspect)
        )
