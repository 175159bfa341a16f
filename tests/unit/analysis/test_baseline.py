"""When a change of version or model is named because more fails since, and when history does not allow it."""

import pytest

from rca_core.analysis.history import regression_evidence
from rca_core.telemetry import AgentRun
from tests.unit.analysis.builders import call, failed, history, profile, report_of, run_of


def quiet_failure() -> AgentRun:
    return run_of(call(1, "plan", result="done"), error_message="Task failed")


def test_failures_that_came_with_a_new_version_are_a_regression() -> None:
    report = report_of(quiet_failure(), history([False] * 20, [True] * 6))

    assert (report.category, report.cause) == ("prompt_regression", "behaviour_changed")
    assert report.root_evidence_id == "ev_baseline_run"
    (evidence,) = [each for each in report.evidence_index if each.kind == "baseline"]
    assert evidence.attributes["previous_agent_version"] == "1.0"
    description = report.hypotheses[0].description
    assert "version 1.0 to 2.0, 6 of 6 runs failed, before it 0 of 20 (Fisher's exact test, p = 4.3e-06)" in description


def test_a_new_model_is_a_change_too() -> None:
    old = [profile(30 - n, "2.0", fails=False, model="former-model") for n in range(20)]
    new = [profile(8 - n, "2.0", fails=True) for n in range(6)]

    report = report_of(quiet_failure(), old + new)

    assert "model former-model to some-model" in report.hypotheses[0].description


def test_who_is_to_compare_is_told_the_last_run_that_succeeded_before_the_change() -> None:
    report = report_of(quiet_failure(), history([False] * 20 + [True], [True] * 6))

    assert "run old-8, which succeeded before it" in " ".join(report.hypotheses[0].verification_steps)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], []),
        ([False] * 9, [True] * 20),
        ([False] * 40, [True] * 4),
        ([True, False] * 10, [True] * 5 + [False]),
        ([False] * 20, [False] * 6),
    ],
    ids=["no history", "too few before", "too few after", "within chance", "no worse"],
)
def test_no_claim_is_made_on_thin_or_even_history(before: list[bool], after: list[bool]) -> None:
    assert report_of(quiet_failure(), history(before, after)).insufficient_evidence


@pytest.mark.parametrize(("own", "theirs"), [("prod", "staging"), (None, "staging"), ("prod", None), ("", None)])
def test_runs_of_another_environment_are_not_compared(own: str | None, theirs: str | None) -> None:
    earlier = [
        each.model_copy(update={"environment": own if each.agent_version == "1.0" else theirs})
        for each in history([False] * 20, [True] * 6)
    ]
    run = quiet_failure().model_copy(update={"environment": own})

    assert regression_evidence(run, earlier) == ()
    assert regression_evidence(run, [each.model_copy(update={"environment": own}) for each in earlier]) != ()


def test_without_a_record_of_a_change_there_is_no_claim() -> None:
    unnamed = [profile(30 - n, None, fails=False) for n in range(20)]
    named = [profile(8 - n, "2.0", fails=True) for n in range(6)]

    assert regression_evidence(quiet_failure(), unnamed + named) == ()


def test_the_run_itself_is_not_counted() -> None:
    run = quiet_failure()
    earlier = history([False] * 20, [True] * 4)
    itself = profile(0, "2.0", fails=True).model_copy(update={"run_id": run.run_id})

    assert regression_evidence(run, [*earlier, itself]) == ()
    assert regression_evidence(run, [*earlier, itself.model_copy(update={"run_id": "another"})])


def test_direct_evidence_of_an_error_outranks_history() -> None:
    run = run_of(failed(1, "fetch_page", "Forbidden", status_code=403))

    report = report_of(run, history([False] * 20, [True] * 6))

    assert [each.category for each in report.hypotheses] == ["tool_permission"]
