"""What holds for every run: no exception, no claim without evidence, no report that its own check refuses."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rca_core.analysis import RcaReport, UnverifiableReport, analyze, classify, collect, verify
from rca_core.telemetry import AgentRun, RunProfile, ToolCall
from tests.unit.analysis.builders import NOW
from tests.unit.analysis.strategies import TIMES, histories, runs

MANY = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
SOME = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@MANY
@given(run=runs(), history=histories())
def test_every_run_gives_a_report_that_its_check_accepts(run: AgentRun, history: list[RunProfile]) -> None:
    report = analyze(run, now=NOW, baseline=history)

    verify(report, run)
    assert report.insufficient_evidence <= (report.category == "unknown" and report.hypotheses == ())
    assert all(hypothesis.evidence_ids for hypothesis in report.hypotheses)


@SOME
@given(run=runs(), history=histories())
def test_the_same_input_gives_the_same_report(run: AgentRun, history: list[RunProfile]) -> None:
    again = AgentRun.model_validate_json(run.model_dump_json())

    assert analyze(again, now=NOW, baseline=history[::-1]) == analyze(run, now=NOW, baseline=history)


@SOME
@given(run=runs())
def test_snippets_are_verbatim_pieces_of_the_telemetry(run: AgentRun) -> None:
    texts = [
        value
        for child in (run, *run.steps, *run.tool_calls, *run.guardrail_events)
        for value in child.__dict__.values()
    ]

    for each in collect(run):
        assert each.snippet
        assert len(each.snippet) <= 500
        assert any(isinstance(text, str) and each.snippet in text for text in texts)


@SOME
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


@SOME
@given(run=runs(), when=TIMES, where=st.integers(0, 8))
def test_an_irrelevant_successful_call_does_not_change_the_category(
    run: AgentRun, when: datetime | None, where: int
) -> None:
    assume(run.tool_calls or run.error_type or run.guardrail_events)
    aside = ToolCall(call_id="aside", tool_name="make_tea", status="success", result_summary="tea", started_at=when)

    richer = run.model_copy(update={"tool_calls": (*run.tool_calls[:where], aside, *run.tool_calls[where:])})

    assert analyze(richer, now=NOW).category == analyze(run, now=NOW).category


@SOME
@given(run=runs())
def test_the_stages_make_what_the_whole_makes(run: AgentRun) -> None:
    evidence = collect(run)

    assert classify(evidence, run).category == analyze(run, now=NOW).category


def _mutations(report: RcaReport) -> dict[str, RcaReport]:
    top = report.hypotheses[0]
    first = report.evidence_index[0]

    def hypothesis(**changes: Any) -> RcaReport:
        return report.model_copy(update={"hypotheses": (top.model_copy(update=changes), *report.hypotheses[1:])})

    def evidence(**changes: Any) -> RcaReport:
        return report.model_copy(
            update={"evidence_index": (first.model_copy(update=changes), *report.evidence_index[1:])}
        )

    return {
        "unknown id": hypothesis(evidence_ids=(*top.evidence_ids, "ev_tool_nowhere")),
        "no evidence": hypothesis(evidence_ids=()),
        "contradicting id unknown": hypothesis(contradicting_evidence_ids=("ev_step_nowhere",)),
        "number from nowhere": hypothesis(description=top.description + " It happened 7351902 times."),
        "number in the summary": report.model_copy(update={"summary": report.summary + " Cost 918273 dollars."}),
        "snippet changed": evidence(snippet=first.snippet[:-1] + ("x" if first.snippet[-1] != "x" else "y")),
        "snippet empty": evidence(snippet=""),
        "evidence of another child": evidence(ref_id="elsewhere"),
        "evidence twice": report.model_copy(update={"evidence_index": (first, *report.evidence_index)}),
        "claim although insufficient": report.model_copy(
            update={"insufficient_evidence": True, "insufficient_reason": "so"}
        ),
        "other category": report.model_copy(
            update={"category": "timeout" if report.category != "timeout" else "unknown"}
        ),
        "chain from nowhere": report.model_copy(update={"causal_chain": ("ev_run_nowhere",)}),
        "root uncited": report.model_copy(update={"root_evidence_id": None}),
        "another run": report.model_copy(update={"run_id": "run-2"}),
    }


@SOME
@given(run=runs())
def test_every_change_that_makes_a_report_untrue_is_caught(run: AgentRun) -> None:
    report = analyze(run, now=NOW)
    assume(report.hypotheses)

    for name, mutated in _mutations(report).items():
        if name == "snippet changed" and _happens_to_be_true(mutated, run):
            continue
        with pytest.raises(UnverifiableReport):
            verify(mutated, run)


def _happens_to_be_true(mutated: RcaReport, run: AgentRun) -> bool:
    snippet = mutated.evidence_index[0].snippet
    return any(snippet in str(child) for child in (run, *run.steps, *run.tool_calls, *run.guardrail_events))


@SOME
@given(run=runs(), claim=st.sampled_from(["category", "hypotheses", "reason"]))
def test_an_insufficient_report_that_claims_something_is_caught(run: AgentRun, claim: str) -> None:
    bare = run.model_copy(
        update={
            "tool_calls": (),
            "guardrail_events": (),
            "error_type": None,
            "error_message": None,
            "steps": (),
            "status": "failure",
        }
    )
    report = analyze(bare, now=NOW)
    other = analyze(run, now=NOW)
    claims: dict[str, dict[str, Any]] = {
        "category": {"category": "timeout"},
        "hypotheses": {"hypotheses": other.hypotheses},
        "reason": {"insufficient_reason": None},
    }
    assume(claim != "hypotheses" or other.hypotheses)

    with pytest.raises(UnverifiableReport):
        verify(report.model_copy(update=claims[claim]), bare)
