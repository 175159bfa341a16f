"""What the evidence of a run says, before it is put into words."""

from dataclasses import dataclass

from rca_core.analysis.diagnose.blame import Blame
from rca_core.analysis.model import Category, Confidence, Evidence
from rca_core.analysis.read.judge import Reading


@dataclass(frozen=True, slots=True)
class Explanation:
    """One possible cause with its evidence, the root first."""

    category: Category
    cause: str
    confidence: Confidence
    evidence: tuple[Evidence, ...]
    why: str
    """What ranked it where it is."""
    contradicting: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()
    """Sentences about what stands around the root."""
    blamed: Blame | None = None
    """What a refused call is about."""

    @property
    def root(self) -> Evidence:
        """Return where it started."""
        return self.evidence[0]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the evidence says: explanations ranked best first, or why there is none."""

    explanations: tuple[Explanation, ...]
    insufficient_reason: str | None
    causal_chain: tuple[str, ...]
    recovered: frozenset[str]
    """What explains nothing: made good, got past, worked around."""
    made_good: frozenset[str]
    """Of it, what a later call of the same tool, or a step of the same name, repeated with success."""
    readings: dict[str, Reading]
    added: tuple[Evidence, ...] = ()
    """Evidence that was not in the walk of the run: of the baseline, and calls that speak against an explanation."""

    @property
    def category(self) -> Category:
        """Return the category of the best explanation."""
        return self.explanations[0].category if self.explanations else "unknown"
