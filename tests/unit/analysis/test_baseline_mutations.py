"""Evidence from history that was changed: whatever makes it untrue is refused."""

from typing import Any

import pytest

from rca_core.analysis import RcaReport, UnverifiableReport, verify
from rca_core.telemetry import AgentRun
from tests.unit.analysis.builders import report_of
from tests.unit.analysis.test_baseline_outputs import JSON, PROSE, drafted, drafts


def whole() -> tuple[AgentRun, RcaReport]:
    run = drafted(PROSE)
    return run, report_of(run, drafts([JSON] * 18 + [PROSE] * 2, [PROSE] * 8))


def changed(report: RcaReport, evidence_id: str, attributes: dict[str, Any], **fields: Any) -> RcaReport:
    index = tuple(
        each.model_copy(update={"attributes": {**each.attributes, **attributes}, **fields})
        if each.evidence_id == evidence_id
        else each
        for each in report.evidence_index
    )
    assert index != report.evidence_index
    return report.model_copy(update={"evidence_index": index})


@pytest.mark.parametrize(
    ("evidence_id", "attributes"),
    [
        ("ev_baseline_output", {"step_id": "step-9"}),
        ("ev_baseline_output", {"step_id": "step-2"}),
        ("ev_baseline_output", {"name": "Send"}),
        ("ev_baseline_output", {"characters": 17}),
        ("ev_baseline_output", {"alike_before": 1}),
        ("ev_baseline_output", {"alike_after": 9}),
        ("ev_baseline_output", {"usual_before": 21}),
        ("ev_baseline_output", {"failed_alike": 4}),
        ("ev_baseline_output", {"runs_after": 4}),
        ("ev_baseline_output", {"p_value": 0.01}),
        ("ev_baseline_output", {"observation": "output_change"}),
        ("ev_baseline_output", {"failures_p_value": None}),
        ("ev_baseline_output", {"agent_version": "3.0"}),
        ("ev_baseline_run", {"failed_before": 2}),
        ("ev_baseline_run", {"runs_before": 9}),
        ("ev_baseline_run", {"p_value": 0.06}),
        ("ev_baseline_run", {"model": "another"}),
    ],
)
def test_a_number_or_a_name_that_was_changed_is_refused(evidence_id: str, attributes: dict[str, Any]) -> None:
    run, report = whole()

    with pytest.raises(UnverifiableReport):
        verify(changed(report, evidence_id, attributes), run)


def test_what_is_quoted_has_to_be_the_output_of_the_step_that_is_named() -> None:
    run, report = whole()
    verify(changed(report, "ev_baseline_output", {}, snippet="Here is a reply"), run)

    with pytest.raises(UnverifiableReport, match="snippet"):
        verify(changed(report, "ev_baseline_output", {}, snippet="sent"), run)


def test_a_length_that_is_not_the_outputs_is_refused() -> None:
    run = drafted("x" * 640)
    before, after = ["x" * (200 + n) for n in range(20)], ["x" * (600 + n) for n in range(8)]
    report = report_of(run, drafts(before, after))
    verify(report, run)

    with pytest.raises(UnverifiableReport, match="telemetry does not"):
        verify(changed(report, "ev_baseline_output", {"characters": 641}), run)
