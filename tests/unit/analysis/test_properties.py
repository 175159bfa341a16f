"""What holds for every run: no exception, no claim without evidence, no report that its own check refuses."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from rca_core.analysis import analyze, classify, collect, default_rules, verify
from rca_core.analysis.observe.view import RunView
from rca_core.analysis.read.wording import default_reader
from rca_core.telemetry import AgentRun, RunProfile, ToolCall
from tests.unit.analysis.builders import NOW
from tests.unit.analysis.strategies import TIMES, histories, runs


@given(run=runs(), history=histories())
def test_every_run_gives_a_report_that_its_check_accepts(run: AgentRun, history: list[RunProfile]) -> None:
    report = analyze(run, now=NOW, baseline=history)

    verify(report, run)
    assert report.insufficient_evidence <= (report.category == "unknown" and report.hypotheses == ())
    assert all(hypothesis.evidence_ids for hypothesis in report.hypotheses)


@given(run=runs(), history=histories())
def test_the_same_input_gives_the_same_report(run: AgentRun, history: list[RunProfile]) -> None:
    again = AgentRun.model_validate_json(run.model_dump_json())

    assert analyze(again, now=NOW, baseline=history[::-1]) == analyze(run, now=NOW, baseline=history)


@given(run=runs())
def test_snippets_are_verbatim_pieces_of_the_telemetry(run: AgentRun) -> None:
    texts = [
        value
        for child in (run, *run.steps, *run.tool_calls, *run.guardrail_events)
        for value in child.__dict__.values()
    ]

    for each in collect(RunView(run)):
        assert each.snippet
        assert len(each.snippet) <= 500
        assert any(isinstance(text, str) and each.snippet in text for text in texts)


@given(run=runs())
def test_nothing_is_claimed_without_tools_error_type_and_guardrails(run: AgentRun) -> None:
    bare = run.model_copy(
        update={
            "tool_calls": (),
            "guardrail_events": (),
            "error_type": None,
            "error_message": "Internal Server Error",
            "steps": (),
            "status": "failure",
        }
    )

    assert analyze(bare, now=NOW).insufficient_evidence


@given(run=runs(), when=TIMES, where=st.integers(0, 12))
def test_an_irrelevant_successful_call_does_not_change_the_category(
    run: AgentRun, when: datetime | None, where: int
) -> None:
    aside = ToolCall(call_id="aside", tool_name="make_tea", status="success", result_summary="tea", started_at=when)

    richer = run.model_copy(update={"tool_calls": (*run.tool_calls[:where], aside, *run.tool_calls[where:])})

    assert analyze(richer, now=NOW).category == analyze(run, now=NOW).category


@given(run=runs())
def test_the_stages_make_what_the_whole_makes(run: AgentRun) -> None:
    evidence = collect(RunView(run))

    assert (
        classify(RunView(run), evidence, default_rules(), default_reader()).category == analyze(run, now=NOW).category
    )
