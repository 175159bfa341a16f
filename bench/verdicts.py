"""What a reader says of a labelled text, and how right verdicts are."""

from collections.abc import Sequence
from dataclasses import dataclass

from rca_core.analysis import CATEGORIES


@dataclass(frozen=True, slots=True)
class Verdict:
    """One text: what it is, what a reader says, and how sure it is."""

    row_id: str
    expected: str
    found: str
    confidence: str

    @property
    def is_false_assertion(self) -> bool:
        """Return whether a cause is asserted where there is none to tell: the costliest mistake."""
        return self.expected == "unknown" and self.found != "unknown"


def accuracy(verdicts: Sequence[Verdict]) -> float:
    """Return the share of texts whose category is right."""
    return sum(each.expected == each.found for each in verdicts) / len(verdicts)


def macro_f1(verdicts: Sequence[Verdict]) -> float:
    """Return the mean of F1 over the categories that occur among the labels or the answers."""
    scores = []
    for category in CATEGORIES:
        right = sum(each.expected == category == each.found for each in verdicts)
        total = sum((each.expected == category) + (each.found == category) for each in verdicts)
        if total:
            scores.append(2 * right / total)
    return sum(scores) / len(scores)
