"""What is observed in a run."""

from datetime import UTC, datetime

import pytest

from rca_core.analysis import analyze, collect
from rca_core.analysis.observe.evidence import MAX_SNIPPET, snippet
from rca_core.analysis.observe.view import RunView
from rca_core.analysis.report.build import metrics_of
from rca_core.telemetry import AgentRun, ToolCall
from tests.unit.analysis.builders import call, failed, report_of, run_of, step


def test_a_failed_call_is_observed_with_what_the_telemetry_says_of_it() -> None:
    (evidence,) = [
        each
        for each in collect(RunView(run_of(failed(1, "crm_export", "no", error_class="Denied", status_code=403))))
        if each.kind == "tool_call"
    ]

    assert (evidence.evidence_id, evidence.ref_id, evidence.title) == (
        "ev_tool_call-1",
        "call-1",
        "Failed tool call: crm_export",
    )
    assert evidence.snippet == "no"
    assert evidence.attributes["error_class"] == "Denied"
    assert evidence.attributes["status_code"] == 403


def test_a_step_that_never_ended_is_observed() -> None:
    run = run_of(steps=[step(1, "Wait for approval", "running")])

    assert [each.title for each in collect(RunView(run))] == ["Step without an end: Wait for approval"]


def test_success_is_no_evidence() -> None:
    assert collect(RunView(run_of(call(1, "plan", result="done"), status="success"))) == ()


def test_a_blank_result_is_empty_only_of_a_tool_that_records_results() -> None:
    silent = run_of(call(1, "search_docs", result=""), call(2, "open_page", result="text"))
    recorded = run_of(call(1, "search_docs", result="3 hits"), call(2, "search_docs", result=""))

    assert collect(RunView(silent)) == ()
    assert [each.evidence_id for each in collect(RunView(recorded))] == ["ev_tool_call-2"]


def test_a_long_text_is_cut_around_what_it_tells() -> None:
    text = "all is well. " * 200 + "quota exceeded for project 7. " + "bye. " * 300

    cut = snippet(text)

    assert len(cut) == MAX_SNIPPET
    assert cut in text
    assert "quota exceeded for project 7" in cut


def test_a_traceback_is_cut_at_its_end() -> None:
    trace = (
        "Traceback (most recent call last):\n"
        + '  File "a.py", line 1, in error_handler\n' * 60
        + "ValueError: 7 is odd"
    )

    assert snippet(trace).endswith("ValueError: 7 is odd")


def test_the_run_in_four_numbers() -> None:
    run = run_of(
        failed(1, "b_tool", "x", retries=2),
        failed(2, "a_tool", "x"),
        call(3, "c_tool", retries=1),
        steps=[step(1, retries=1, latency_ms=40), step(2, latency_ms=70.5), step(3)],
        cost={"total_cost_usd": 0.25},
    )

    metrics = metrics_of(run)

    assert metrics.model_dump() == {
        "top_failing_tool": "a_tool",
        "max_step_latency_ms": 70.5,
        "total_retries": 4,
        "total_cost_usd": 0.25,
    }


def test_thousands_of_failures_give_a_report_of_bounded_size() -> None:
    run = run_of(*(failed(n, f"tool_{n % 9}", f"shard {n} is misaligned") for n in range(1, 3_000)))

    report = report_of(run)

    assert len(report.evidence_index) <= 100
    assert len(report.hypotheses[0].evidence_ids) <= 8
    assert len(report.causal_chain) <= 13


@pytest.mark.parametrize("blank", ["\r", " \n\t", "\u2028"])
def test_what_is_blank_everywhere_is_never_quoted(blank: str) -> None:
    failed = ToolCall(call_id="c", tool_name=blank, status="failure", error_message=blank, error_class=blank)
    run = AgentRun(
        run_id="r",
        agent_name="a",
        status="failure",
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        error_type=blank,
        error_message=blank,
        tool_calls=(failed,),
    )

    report = analyze(run, now=datetime(2026, 1, 2, tzinfo=UTC))

    assert all(each.snippet.strip() for each in report.evidence_index)
    assert "ev_run_error" not in {each.evidence_id for each in report.evidence_index}
