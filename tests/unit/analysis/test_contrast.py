"""What a failed call lacked or had beside the calls of the same tool that succeeded, and that it is checked."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rca_core.analysis import RcaReport, UnverifiableReport, run_analysis, verify
from rca_core.storage.headers import header_values, profile_from
from rca_core.telemetry import AgentRun, RunProfile
from rca_core.telemetry.accepted import MAX_ARGUMENTS, MAX_CHARACTERS, MAX_NAME, accepted_calls
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


def earlier(number: int, *accepted: dict[str, Any], **fields: Any) -> RunProfile:
    """Return the profile of a run that was stored before, with calls of the tool that succeeded."""
    body = run_of(*(call(n, "book_room", args_json=args) for n, args in enumerate(accepted, 1))).model_dump()
    values = header_values({**body, "started_at": datetime(2026, 1, 1, tzinfo=UTC) - timedelta(days=number), **fields})
    return profile_from({**values, "PK": f"RUN#earlier-{number}"})


def report_with(run: AgentRun, *history: RunProfile) -> RcaReport:
    return run_analysis(run, now=datetime(2026, 3, 1, tzinfo=UTC), history=lambda: history).report


def test_where_the_run_has_too_few_calls_those_of_earlier_runs_are_compared() -> None:
    report = report_with(run_with({"day": "Monday"}, FULL), earlier(1, FULL), earlier(2, FULL, FULL))

    found = contrast_in(report)
    assert found is not None
    assert (found["successes"], found["earlier_successes"], found["earlier_runs"]) == (4, 3, 2)
    assert (
        "All 4 calls of book_room that succeeded, in this run and 2 earlier runs, carried 'room'; this one did not."
        in report.hypotheses[0].description
    )


@pytest.mark.parametrize(
    "history",
    [
        [earlier(1, FULL, FULL, {"day": "Sunday"})],  # one succeeded without it
        [earlier(1, FULL, FULL, FULL, environment="staging")],  # of another environment
        [earlier(-90, FULL, FULL, FULL)],  # later than this run
        [earlier(1, FULL, FULL)],  # too few
    ],
)
def test_earlier_runs_that_say_nothing_for_sure_are_not_cited(history: list[RunProfile]) -> None:
    assert contrast_in(report_with(run_with({"day": "Monday"}), *history)) is None


def test_earlier_runs_are_not_asked_for_where_the_run_has_enough_calls() -> None:
    def unasked() -> list[RunProfile]:
        raise AssertionError("asked for the agent's history")

    run = run_with({"day": "Monday"}, FULL, FULL, FULL, message="Missing required parameter: room")

    assert contrast_in(run_analysis(run, now=datetime(2026, 3, 1, tzinfo=UTC), history=unasked).report) is not None


@pytest.mark.parametrize("wrong", [{"earlier_runs": 4}, {"earlier_successes": 2}, {"successes": 9}])
def test_counts_of_earlier_calls_must_fit(wrong: dict[str, Any]) -> None:
    run = run_with({"day": "Monday"})
    report = report_with(run, earlier(1, FULL), earlier(2, FULL, FULL))
    index = [
        each.model_copy(update={"attributes": {**each.attributes, **wrong}}) if each.kind == "contrast" else each
        for each in report.evidence_index
    ]

    with pytest.raises(UnverifiableReport):
        verify(report.model_copy(update={"evidence_index": index}), run)


def test_of_a_tool_with_too_many_names_nothing_is_kept() -> None:
    wide = {f"name_{number}": 1 for number in range(MAX_ARGUMENTS + 1)}

    assert earlier(1, wide).accepted == {}
    assert earlier(1, {"a" * (MAX_NAME + 1): 1}).accepted == {}


def test_what_is_kept_of_a_run_is_bounded() -> None:
    calls = [
        {
            "tool_name": f"tool-{n}",
            "status": "success",
            "args_json": {f"{n}-{each}".ljust(50, "x"): 1 for each in range(20)},
        }
        for n in range(100)
    ]

    kept = accepted_calls(calls)

    assert 0 < sum(len(name) for each in kept.values() for name in each.arguments) <= MAX_CHARACTERS
