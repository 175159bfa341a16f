"""A second look at a failed run that nothing explains: what the wording says of results taken for successes."""

from collections.abc import Iterator
from typing import Final

from rca_core.analysis.model import Evidence
from rca_core.analysis.observe.evidence import run_evidence, snippet, tool_evidence
from rca_core.analysis.observe.view import RunView
from rca_core.analysis.read.wording import RESULT_CLAIM, WordingReader
from rca_core.analysis.read.wording_text import Said

MAX_RESULTS: Final = 40
"""Results that are read, from the last one back: what a run failed of stands near its end."""
LAST: Final = 6_000
"""Ten-thousandths of probability from which the last result, or the final answer, is taken for a failure; earlier
results, of which a run may have many, from `RESULT_CLAIM`."""

_LONGEST_COUNT: Final = 40
_WORDS_OF_A_COUNT: Final = 3
_STATUSES: Final = frozenset(str(number) for number in range(400, 600))


def look_into_results(view: RunView, seen: frozenset[str], wording: WordingReader) -> tuple[Evidence, ...]:
    """Return evidence of the results, and of the final answer, whose wording surely tells of a failure.

    `seen` are the ids of what is evidence already.
    """
    last = view.calls[-1].call_id if view.calls else None
    found = [
        tool_evidence(view, call, "worded_result", f"Words of a failure in a successful result: {call.tool_name}")
        for call in view.calls[-MAX_RESULTS:]
        if call.status == "success"
        and call.result_summary
        and f"ev_tool_{call.call_id}" not in seen
        and not _counts_what_was_found(call.result_summary)
        and _tells_of_a_failure(
            wording,
            Said.of(scope="tool", status="success", tool_name=call.tool_name, result_summary=call.result_summary),
            LAST if call.call_id == last else RESULT_CLAIM,
        )
    ]
    return (*found, *_from_answer(view, wording))


def _tells_of_a_failure(wording: WordingReader, said: Said, least: int) -> bool:
    opinion = wording.read(said)
    return opinion.best != "unknown" and opinion.probabilities[opinion.best] >= least


def _counts_what_was_found(result: str) -> bool:
    """Return whether a result is no more than a count, as "3 pages" is: the wording cannot tell 3 from none."""
    if len(result) > _LONGEST_COUNT:
        return False
    words = result.replace(",", "").split()
    number = next((word for word in words if word.isdecimal()), "0")
    return len(words) <= _WORDS_OF_A_COUNT and int(number) > 0 and number not in _STATUSES


def _from_answer(view: RunView, wording: WordingReader) -> Iterator[Evidence]:
    answer = view.run.output_summary
    if not answer or not answer.strip():
        return
    if _tells_of_a_failure(wording, Said.of(scope="run", status="success", result_summary=answer), LAST):
        yield run_evidence(
            view.run, "answer", "The final answer tells of a failure", snippet(answer), {"observation": "final_answer"}
        )
