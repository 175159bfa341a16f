"""What a failed call lacked or had beside the calls of the same tool that succeeded, and that it is checked."""

from typing import Any

import pytest

from rca_core.analysis import RcaReport, UnverifiableReport, verify
from rca_core.telemetry import AgentRun
from tests.unit.analysis.builders import call, failed, report_of, run_of


def run_with(refused: dict[str, Any], *accepted: dict[str, Any], message: str = "Bad Request") -> AgentRun:
    """Return a run in which a tool accepted some arguments and then refused others."""
    calls = [call(number, "book_room", result="booked", args_json=args) for number, args in enumerate(accepted, 1)]
    return run_of(
        *calls,
        failed(len(accepted) + 1, "book_room", message, status_code=400, args_json=refused),
        error_message="Task failed",
    )


def contrast_in(report: RcaReport) -> dict[str, Any] | None:
    return next((each.attributes for each in report.evidence_index if each.kind == "contrast"), None)


FULL = {"day": "Tuesday", "room": "A1"}


@pytest.mark.parametrize(
    ("refused", "difference", "argument", "sentence"),
    [
        (
            {"day": "Monday"},
            "lacked",
            "room",
            "All 3 calls of book_room that succeeded carried 'room'; this one did not.",
        ),
        (
            {"day": "Monday", "room": "B", "size": 4},
            "had",
            "size",
            "None of the 3 calls of book_room that succeeded carried 'size'; this one did.",
        ),
        (
            {"day": 2, "room": "B"},
            "type",
            "day",
            "In all 3 calls of book_room that succeeded 'day' was a text; in this one it was a number.",
        ),
    ],
)
def test_the_one_difference_from_what_succeeded_is_evidence(
    refused: dict[str, Any], difference: str, argument: str, sentence: str
) -> None:
    report = report_of(run_with(refused, FULL, FULL, FULL))

    found = contrast_in(report)
    assert found is not None
    assert (found["difference"], found["argument"], found["successes"]) == (difference, argument, 3)
    assert sentence in report.hypotheses[0].description
    assert "ev_contrast_call-4" in report.hypotheses[0].evidence_ids


@pytest.mark.parametrize(
    ("refused", "accepted"),
    [
        ({"day": "Monday"}, [FULL, FULL]),  # two successes may be chance
        ({}, [FULL, FULL, FULL]),  # which of two was it?
        ({"day": "Monday", "room": "B"}, [FULL, FULL, FULL]),  # no difference in form
        ({"day": "Monday"}, [FULL, FULL, {"day": "Sunday"}]),  # one succeeded without it
    ],
)
def test_without_one_plain_difference_nothing_is_said(refused: dict[str, Any], accepted: list[dict[str, Any]]) -> None:
    assert contrast_in(report_of(run_with(refused, *accepted))) is None


@pytest.mark.parametrize("wrong", [{"argument": "day"}, {"successes": 4}, {"difference": "had"}])
def test_a_contrast_that_the_calls_do_not_bear_out_is_refused(wrong: dict[str, Any]) -> None:
    run = run_with({"day": "Monday"}, FULL, FULL, FULL)
    report = report_of(run)
    index = tuple(
        each.model_copy(update={"attributes": each.attributes | wrong}) if each.kind == "contrast" else each
        for each in report.evidence_index
    )

    with pytest.raises(UnverifiableReport):
        verify(report.model_copy(update={"evidence_index": index}), run)
