"""What a soak counts, and what it must not see."""

from collections import Counter
from dataclasses import dataclass, field

_EXPECTED = frozenset({200, 204, 404, 409})
"""Another client may have deleted a run, or be writing it."""


@dataclass
class Tally:
    """Requests by what they ask for and by status; events and streams; what must not be, with the first examples."""

    requests: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    streams: int = 0
    resumed: int = 0
    events: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def answered(self, what: str, status: int, text: str = "") -> None:
        """Count an answer; one that a client did not earn is a fault."""
        self.requests[what] += 1
        self.statuses[status] += 1
        if status not in _EXPECTED:
            self.fault("5xx" if status >= 500 else "unexpected answer", f"{what}: {status} {text[:200]}")

    def fault(self, kind: str, example: str) -> None:
        """Count what must not be."""
        self.faults[kind] += 1
        if self.faults[kind] <= 3:
            self.examples.append(f"{kind}: {example}")
