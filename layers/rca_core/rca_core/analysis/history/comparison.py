"""What a comparison of two sides of a change found."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from rca_core.analysis.history.significance import Share, fisher_greater
from rca_core.telemetry import Step

OutcomeAspect = Literal["run", "step", "tool"]
OutputAspect = Literal["shape", "keys", "length"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs in which something was there and in which it was so, before and after a change, and the chance of it."""

    aspect: OutcomeAspect | OutputAspect
    name: str
    before: Share
    after: Share
    p_value: float


@dataclass(frozen=True, slots=True)
class OutputComparison(Comparison):
    """Runs that gave an output of a step name, and those in which it was such a one as this run's."""

    step: Step
    """The step of this run whose output it is."""
    failed_before: int
    """Runs before the change that failed, of all that gave an output."""
    failed_alike: int
    """Runs after it that failed, of those whose output was such a one."""
    details: dict[str, Any]

    @property
    def failures_p_value(self) -> float:
        """Return the chance of as many failures among runs with such an output since the change."""
        return fisher_greater((self.before[0], self.failed_before), (self.after[1], self.failed_alike))

    @property
    def is_contradicted(self) -> bool:
        """Return whether runs failed as often before the change, when hardly any had such an output."""
        return self.failed_before > 0 and self.failed_alike * self.before[0] <= self.failed_before * self.after[1]


def share(seen: Collection[bool]) -> Share:
    """Return how many there are, and how many of them are true."""
    return len(seen), sum(seen)
