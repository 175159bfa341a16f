"""When outputs that changed with a version are told as evidence, how strongly, and when they are not."""

import pytest

from rca_core.analysis import RcaReport
from rca_core.analysis.history import regression_evidence
from rca_core.telemetry import AgentRun, RunProfile
from rca_core.telemetry.outputs import describe
from rca_core.telemetry.profile import StepProfile
from tests.unit.analysis.builders import call, failed, profile, report_of, run_of, step

JSON = '{"text": "a reply", "sources": []}'
PROSE = "Sure! Here is a reply."


def drafted(output: str, *calls: dict[str, object], status: str = "success") -> AgentRun:
    steps = [step(1, "Draft", status=status, output=output), step(2, "Send", output="sent")]
    return run_of(*calls, steps=steps, error_message="Task failed")


def drafts(before: list[str], after: list[str], *, failed: tuple[int, int] = (0, 5)) -> list[RunProfile]:
    """Return runs with these outputs of the step Draft; of the runs before and after, so many failed."""
    runs = [("1.0", text, n < failed[0]) for n, text in enumerate(before)]
    runs += [("2.0", text, n < failed[1]) for n, text in enumerate(after)]
    return [
        profile(len(runs) - n, version, fails=fails).model_copy(
            update={
                "steps": {"Draft": StepProfile(1, 0, *describe(text)), "Send": StepProfile(1, 0, *describe("sent"))}
            }
        )
        for n, (version, text, fails) in enumerate(runs)
    ]


def baseline_of(report: RcaReport) -> list[str]:
    return [each.evidence_id for each in report.evidence_index if each.kind == "baseline"]


def test_another_shape_of_an_output_is_told_with_the_step_the_shapes_and_how_many() -> None:
    report = report_of(drafted(PROSE), drafts([JSON] * 18 + [PROSE] * 2, [PROSE] * 8))

    assert (report.category, report.cause) == ("prompt_regression", "output_changed")
    assert report.root_evidence_id == "ev_baseline_output"
    assert report.hypotheses[0].confidence == "medium"
    assert report.hypotheses[0].title == "Outputs of step Draft changed with the last change of helper"
    said = report.hypotheses[0].description
    assert "Outputs of step Draft were JSON objects in 0 of 8 runs, before it in 18 of 20" in said
    assert "plain text, as in this run, in 8 of 8 runs, before it in 2 of 20 (Fisher's exact test, p = 1.4e-05)" in said
    assert "Of 8 runs since with such an output 5 failed, before the change 0 of 20" in said


def test_the_output_of_this_run_is_quoted_and_the_failures_are_evidence_beside_it() -> None:
    report = report_of(drafted(PROSE), drafts([JSON] * 20, [PROSE] * 8))

    (quoted,) = [each for each in report.evidence_index if each.evidence_id == "ev_baseline_output"]
    assert quoted.snippet == PROSE
    assert set(report.hypotheses[0].evidence_ids) == {"ev_baseline_output", "ev_baseline_run"}


def test_a_lost_key_is_told() -> None:
    report = report_of(drafted('{"text": "a reply"}'), drafts([JSON] * 20, ['{"text": "another"}'] * 8))

    said = report.hypotheses[0].description
    assert "objects of step Draft had the keys of this run's (text) in 8 of 8 runs, before it in 0 of 20" in said


def test_a_length_is_told_with_both_medians_and_the_test() -> None:
    before, after = ["x" * (200 + n) for n in range(20)], ["x" * (600 + n) for n in range(8)]

    report = report_of(drafted("x" * 640), drafts(before, after))

    assert "were 603 characters long at the median of 8 runs, 640 in this one, before it 209 of 20 runs" in (
        report.hypotheses[0].description
    )
    assert "(Wilcoxon's rank-sum test, p = 6.4e-07)" in report.hypotheses[0].description


def test_outputs_that_became_shorter_are_told_too() -> None:
    before, after = ["x" * (600 + n) for n in range(20)], ["x" * (200 + n) for n in range(8)]

    assert report_of(drafted("x" * 190), drafts(before, after)).root_evidence_id == "ev_baseline_output"


def test_an_empty_output_is_told_and_the_version_quoted_in_its_place() -> None:
    (told, _) = regression_evidence(drafted(""), drafts([JSON] * 20, [""] * 8))

    assert (told.attributes["shape"], told.snippet) == ("empty", "2.0")


def test_of_several_changes_of_one_step_the_shape_says_most() -> None:
    long = "Here it is. " + "x" * 500

    (told, _) = regression_evidence(drafted(long), drafts([JSON] * 20, [long] * 7 + [JSON]))

    assert told.attributes["aspect"] == "shape"


@pytest.mark.parametrize(
    ("own", "before", "after"),
    [
        (JSON, [JSON] * 20, [PROSE] * 8),
        ("x" * 205, ["x" * (200 + n) for n in range(20)], ["x" * (600 + n) for n in range(8)]),
        ("x" * 232, ["x" * (200 + n) for n in range(20)], ["x" * (230 + n) for n in range(8)]),
        ("no", ["yes"] * 20, ["no"] * 8),
        (PROSE, [JSON] * 14 + [PROSE] * 6, [PROSE] * 8),
        (PROSE, [JSON] * 9, [PROSE] * 20),
        (PROSE, [JSON] * 30, [PROSE] * 4),
    ],
    ids=[
        "this run's has the former shape",
        "this run's has the former length",
        "a tenth longer",
        "a letter shorter",
        "not rare before",
        "too few before",
        "too few after",
    ],
)
def test_a_small_change_or_one_that_is_not_this_runs_is_not_told(own: str, before: list[str], after: list[str]) -> None:
    history = drafts(before, after, failed=(0, 2))

    assert [each.evidence_id for each in regression_evidence(drafted(own), history)] == []


def test_where_more_failures_may_be_chance_it_is_said_that_both_changed_together_and_no_more() -> None:
    report = report_of(drafted(PROSE), drafts([JSON] * 20, [PROSE] * 8, failed=(1, 1)))

    assert (report.cause, report.hypotheses[0].confidence) == ("changed_together", "low")
    assert "Of 8 runs since with such an output 1 failed, before the change 1 of 20: they changed together" in (
        report.hypotheses[0].description
    )
    assert all(action.type != "rollback" for action in report.action_items)


def test_where_runs_failed_as_often_before_the_change_outputs_are_not_blamed() -> None:
    report = report_of(drafted(PROSE), drafts([JSON] * 20, [PROSE] * 10, failed=(4, 2)))

    assert report.insufficient_evidence
    assert baseline_of(report) == []


def test_outputs_of_failed_steps_and_of_runs_stored_without_them_are_not_compared() -> None:
    history = drafts([JSON] * 20, [PROSE] * 8, failed=(0, 0))
    without = [each.model_copy(update={"steps": {"Draft": StepProfile(1, 0)}}) for each in history]

    assert regression_evidence(drafted(PROSE, status="failure"), history) == ()
    assert regression_evidence(drafted(PROSE), without) == ()
    assert regression_evidence(drafted(PROSE), history)


def test_what_could_not_show_a_change_does_not_count_against_what_does() -> None:
    steady = ["x" * (200 + n) for n in range(20)]

    history = drafts(steady, steady[:6], failed=(0, 2))

    (told,) = regression_evidence(drafted(steady[9]), history)
    assert (told.evidence_id, told.attributes["p_value"]) == ("ev_baseline_run", 0.046)


def test_direct_evidence_of_an_error_outranks_outputs() -> None:
    refused = failed(2, "send_mail", "Forbidden", status_code=403)

    report = report_of(drafted(PROSE, refused), drafts([JSON] * 20, [PROSE] * 8))

    assert [each.category for each in report.hypotheses] == ["tool_permission"]


def test_a_call_that_nobody_can_read_is_explained_by_the_outputs_that_changed_before_it() -> None:
    unread = failed(2, "weld_seam", "torch angle off by 4")

    report = report_of(drafted(PROSE, unread, call(1, "plan")), drafts([JSON] * 20, [PROSE] * 8))

    assert report.root_evidence_id == "ev_baseline_output"
