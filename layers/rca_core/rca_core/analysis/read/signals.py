"""Match evidence against the rules: each piece gets zero or more signals, the strongest first."""

from collections.abc import Collection, Iterator, Sequence
from itertools import zip_longest
from typing import Final

from rca_core.analysis.model import Evidence
from rca_core.analysis.observe.view import RunView
from rca_core.analysis.read.facts import Facts
from rca_core.analysis.read.judge import Reading, Signal, judge
from rca_core.analysis.read.reader import Reader
from rca_core.analysis.read.structure import read_structure
from rca_core.analysis.read.wording import WordingReader
from rca_core.analysis.rules import RuleSet

MAX_MATCHED: Final = 12_000
"""Characters of failed calls and steps of one run that are matched; what is over says no more than hundreds before."""
PATTERNS_A_CHARACTER: Final = 16
"""So many patterns of a user's own count as a character more of each text: trying them costs, however short it is."""


def read_signals(
    view: RunView,
    evidence: Sequence[Evidence],
    rules: RuleSet,
    wording: WordingReader,
    redone: Collection[str] = (),
) -> dict[str, Reading]:
    """Return what is read in each piece of evidence, by its id; evidence that was not read is not there.

    `redone` holds the ids of the failures that a later success made good: they are read last.
    """
    reader = Reader(view)
    seen: dict[tuple[object, ...], Reading] = {}
    readings: dict[str, Reading] = {}
    openings: set[tuple[object, ...]] = set()
    own = rules.own
    more = rules.own_patterns // PATTERNS_A_CHARACTER
    matched = 0
    for each in _most_telling_first(evidence, redone):
        if shape := read_structure(each):
            signal = Signal(*shape, by_fact=True)
            readings[each.evidence_id] = Reading((signal,), None, (signal,), "its shape says so")
            continue
        if matched > MAX_MATCHED and reader.opening(each) not in openings:
            continue
        key = reader.key(each)
        if key not in seen:
            if matched > MAX_MATCHED:
                continue
            read = reader.facts(each)
            matched += len(read.text) + more
            said = reader.said(each)
            # Marks and numbers alone are no wording.
            opinion = wording.read(said) if said and any(map(str.isalpha, said.text)) else None
            seen[key] = judge(match(read, rules), opinion, own)
            openings.add(reader.opening(each))
        readings[each.evidence_id] = seen[key]
    return readings


def _most_telling_first(evidence: Sequence[Evidence], redone: Collection[str]) -> Iterator[Evidence]:
    """Yield what concerns the run, then failures and guardrails in turn, from both ends, then what was made good."""
    children = [each for each in evidence if each.kind in ("tool_call", "step")]
    lasting = [each for each in children if each.evidence_id not in redone]
    yield from (each for each in evidence if each.kind in ("run", "baseline"))
    guardrails = [each for each in evidence if each.kind == "guardrail"]
    for pair in zip_longest(_from_both_ends(lasting), _from_both_ends(guardrails)):
        yield from filter(None, pair)
    yield from (each for each in children if each.evidence_id in redone)


def _from_both_ends(evidence: Sequence[Evidence]) -> Iterator[Evidence]:
    middle = (len(evidence) + 1) // 2
    for pair in zip_longest(evidence[:middle], reversed(evidence[middle:])):
        yield from filter(None, pair)


def match(read: Facts, rules: RuleSet) -> tuple[Signal, ...]:
    """Return a signal for every rule that matches, strongest first, then in the order of the table."""
    found = rules.lookup.matching(read)
    return tuple(
        Signal(rule.category, rule.cause, rule.strength, rule.id, by_fact=bool(rule.statuses or rule.names))
        for rule in sorted(found, key=lambda r: -r.strength)
    )
