"""Which characters of which field of a run carry a hypothesis."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from rca_core.analysis.diagnose.diagnosis import Explanation
from rca_core.analysis.model import Evidence, Highlight
from rca_core.analysis.observe.view import RunView
from rca_core.analysis.read.judge import Reading
from rca_core.analysis.read.reader import Reader

MAX_HIGHLIGHTS: Final = 12
MAX_PHRASES: Final = 3
"""Phrases of one text that are marked."""

_FIELDS: Final = {
    "tool_call": ("tool_calls", ("error_message", "result_summary", "error_class", "tool_name", "status")),
    "step": ("steps", ("error_message", "output_summary", "error_type", "finish_reason", "name", "status")),
    "guardrail": ("guardrail_events", ("message", "type")),
    "run": ("", ("error_message", "error_type", "output_summary")),
    "baseline": ("", ()),
    "contrast": ("", ()),
}


class _Text(NamedTuple):
    path: str
    text: str


def highlights_of(explanation: Explanation, view: RunView, readings: Mapping[str, Reading]) -> tuple[Highlight, ...]:
    """Return what to mark, the root's first: the phrases that spoke for it, or else what is quoted of it."""
    found = [
        mark
        for each in explanation.evidence
        for mark in (*_phrases(each, explanation, view, readings.get(each.evidence_id)),) or (*_quoted(each, view),)
    ]
    return tuple(found[:MAX_HIGHLIGHTS])


def _texts(evidence: Evidence, view: RunView) -> Iterator[_Text]:
    group, fields = _FIELDS[evidence.kind]
    subjects: dict[str, Mapping[str, object]] = {"tool_call": view.call, "step": view.step, "guardrail": view.event}
    subject = subjects[evidence.kind].get(evidence.ref_id) if group else view.run
    for field in fields:
        text = getattr(subject, field, None)
        if isinstance(text, str) and text:
            yield _Text(f"{group}/{evidence.ref_id}/{field}" if group else field, text)


def _phrases(
    evidence: Evidence, explanation: Explanation, view: RunView, reading: Reading | None
) -> Iterator[Highlight]:
    """Yield where the wording's phrases stand, if they speak for this explanation."""
    if reading is None or reading.opinion is None or reading.opinion.best != explanation.category:
        return
    said = Reader(view).said(evidence)
    if said is None:
        return
    for start, end in reading.opinion.phrases[:MAX_PHRASES]:
        phrase = _whole_words(said.text, start, end)
        # A text is read with what stands beside it: the phrase is in the field that holds it.
        for each in _texts(evidence, view):
            if (at := each.text.find(phrase)) >= 0:
                yield Highlight(evidence_id=evidence.evidence_id, path=each.path, start=at, end=at + len(phrase))
                break


def _whole_words(text: str, start: int, end: int) -> str:
    """Return a phrase with the words that it begins and ends in: `customer_id`, of which `id` was read."""
    while start and _goes_on(text[start - 1]) and _goes_on(text[start]):
        start -= 1
    while end < len(text) and _goes_on(text[end - 1]) and _goes_on(text[end]):
        end += 1
    return text[start:end]


def _goes_on(character: str) -> bool:
    return character.isalnum() or character == "_"


def _quoted(evidence: Evidence, view: RunView) -> Iterator[Highlight]:
    for each in _texts(evidence, view):
        if (at := each.text.find(evidence.snippet)) >= 0:
            end = at + len(evidence.snippet)
            yield Highlight(evidence_id=evidence.evidence_id, path=each.path, start=at, end=end)
            return
