"""When a change of version or model is named as the cause, and when history does not allow it."""

import random

import pytest

from rca_core.analysis.baseline import fisher_worse, regression_evidence
from rca_core.telemetry import AgentRun
from tests.unit.analysis.builders import call, failed, history, profile, report_of, run_of


def quiet_failure() -> AgentRun:
    return run_of(call(1, "plan", result="done"), error_message="Task failed")


def test_failures_that_came_with_a_new_version_are_a_regression() -> None:
    report = report_of(quiet_failure(), history([False] * 20, [True] * 6))

    assert report.category == "prompt_regression"
    assert report.root_evidence_id == "ev_baseline_run"
    (evidence,) = [each for each in report.evidence_index if each.kind == "baseline"]
    assert evidence.attributes["previous_agent_version"] == "1.0"
    assert "version 1.0 to 2.0" in report.hypotheses[0].description


def test_a_new_model_is_a_change_too() -> None:
    old = [profile(30 - n, "2.0", fails=False, model="former-model") for n in range(20)]
    new = [profile(8 - n, "2.0", fails=True) for n in range(6)]

    report = report_of(quiet_failure(), old + new)

    assert "model former-model to some-model" in report.hypotheses[0].description


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


def test_without_a_record_of_a_change_there_is_no_claim() -> None:
    unnamed = [profile(30 - n, None, fails=False) for n in range(20)]
    named = [profile(8 - n, "2.0", fails=True) for n in range(6)]

    assert regression_evidence(quiet_failure(), unnamed + named) is None


def test_direct_evidence_of_an_error_outranks_history() -> None:
    run = run_of(failed(1, "fetch_page", "Forbidden", status_code=403))

    report = report_of(run, history([False] * 20, [True] * 6))

    assert [each.category for each in report.hypotheses] == ["tool_permission", "prompt_regression"]


def test_even_histories_alarm_at_most_five_times_in_a_hundred() -> None:
    draw = random.Random(20260302)  # noqa: S311 - the same histories each time
    run = quiet_failure()
    alarms = 0
    for _ in range(400):
        rate = draw.choice([0.02, 0.1, 0.3, 0.5])
        outcomes = [draw.random() < rate for _ in range(40)]
        alarms += regression_evidence(run, history(outcomes[:25], outcomes[25:])) is not None

    assert alarms <= 20


@pytest.mark.parametrize(
    ("before", "after", "p_value"),
    [((3, 0), (3, 3), 0.05), ((10, 1), (10, 1), 0.763158), ((5, 5), (5, 5), 1.0), ((20, 0), (5, 5), 0.0000188)],
)
def test_the_p_value_is_that_of_the_hypergeometric_tail(
    before: tuple[int, int], after: tuple[int, int], p_value: float
) -> None:
    assert fisher_worse(before, after) == pytest.approx(p_value, rel=1e-2)
