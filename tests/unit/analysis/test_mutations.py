"""Reports that were changed: whatever makes one untrue is refused."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rca_core.analysis import Evidence, RcaReport, UnverifiableReport, analyze, verify
from rca_core.telemetry import AgentRun
from tests.unit.analysis.builders import NOW
from tests.unit.analysis.strategies import runs

NOWHERE = "7351902"
BARE = {"tool_calls": (), "guardrail_events": (), "error_type": None, "error_message": None, "steps": ()}


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
        "snippet empty": evidence(snippet=""),
        "evidence of another child": evidence(ref_id="elsewhere"),
        "evidence twice": report.model_copy(update={"evidence_index": (first, *report.evidence_index)}),
        "evidence left out": report.model_copy(update={"evidence_index": ()}),
        "claim although insufficient": report.model_copy(
            update={"insufficient_evidence": True, "insufficient_reason": "so"}
        ),
        "other category": report.model_copy(
            update={"category": "timeout" if report.category != "timeout" else "unknown"}
        ),
        "chain from nowhere": report.model_copy(update={"causal_chain": ("ev_run_nowhere",)}),
        "recovered nowhere": report.model_copy(update={"recovered_evidence_ids": ("ev_run_nowhere",)}),
        "root uncited": report.model_copy(update={"root_evidence_id": None}),
        "metrics of another run": report.model_copy(
            update={"metrics_snapshot": report.metrics_snapshot.model_copy(update={"total_retries": 9_999})}
        ),
        "a tool that did not fail": report.model_copy(
            update={"metrics_snapshot": report.metrics_snapshot.model_copy(update={"top_failing_tool": "make_tea"})}
        ),
        "another run": report.model_copy(update={"run_id": "run-2"}),
    }


@given(run=runs())
def test_every_change_that_makes_a_report_untrue_is_caught(run: AgentRun) -> None:
    report = analyze(run, now=NOW)
    assume(report.hypotheses)

    for mutated in _mutations(report).values():
        with pytest.raises(UnverifiableReport):
            verify(mutated, run)


@given(run=runs(), data=st.data())
def test_a_snippet_with_one_letter_changed_is_caught(run: AgentRun, data: st.DataObject) -> None:
    report = analyze(run, now=NOW)
    assume(report.evidence_index)
    number = data.draw(st.integers(0, len(report.evidence_index) - 1))
    old = report.evidence_index[number]
    at = data.draw(st.integers(0, len(old.snippet) - 1))
    changed = old.snippet[:at] + data.draw(st.sampled_from("aQ7 ")) + old.snippet[at + 1 :]
    assume(not any(changed in text for text in _texts_of(old, run)))
    new = old.model_copy(update={"snippet": changed})
    index = (*report.evidence_index[:number], new, *report.evidence_index[number + 1 :])

    with pytest.raises(UnverifiableReport, match="snippet"):
        verify(report.model_copy(update={"evidence_index": index}), run)


def _texts_of(evidence: Evidence, run: AgentRun) -> list[str]:
    children = {
        **{("step", each.step_id): each for each in run.steps},
        **{("tool_call", each.call_id): each for each in run.tool_calls},
        **{("guardrail", each.event_id): each for each in run.guardrail_events},
    }
    subject = children.get((evidence.kind, evidence.ref_id), run)
    names = [call.tool_name for call in run.tool_calls] if subject is run else []
    return [value for value in subject.__dict__.values() if isinstance(value, str)] + names


@given(run=runs(), data=st.data())
def test_a_number_that_is_nowhere_is_caught_wherever_it_is_said(run: AgentRun, data: st.DataObject) -> None:
    report = analyze(run, now=NOW)
    where = data.draw(st.sampled_from(_places_to_speak(report)))
    said = f" It happened {NOWHERE} times."

    with pytest.raises(UnverifiableReport, match=NOWHERE):
        verify(_with_words(report, where, said), run)


def _places_to_speak(report: RcaReport) -> list[tuple[str, int, str]]:
    hypothesis = [
        ("hypotheses", number, field)
        for number in range(len(report.hypotheses))
        for field in ("title", "description", "mitigation")
    ]
    action = [
        ("action_items", number, field)
        for number in range(len(report.action_items))
        for field in ("title", "description")
    ]
    title = [("evidence_index", number, "title") for number in range(len(report.evidence_index))]
    ticket = [("jira_fields", 0, "jira_summary"), ("jira_fields", 0, "jira_description_md")]
    return [("summary", 0, ""), *hypothesis, *action, *title, *ticket]


def _with_words(report: RcaReport, where: tuple[str, int, str], said: str) -> RcaReport:
    part, number, field = where
    if part == "summary":
        return report.model_copy(update={"summary": report.summary + said})
    if part == "jira_fields":
        ticket = report.jira_fields
        return report.model_copy(update={part: ticket.model_copy(update={field: getattr(ticket, field) + said})})
    items = list(getattr(report, part))
    items[number] = items[number].model_copy(update={field: getattr(items[number], field) + said})
    return report.model_copy(update={part: tuple(items)})


@given(run=runs(), claim=st.sampled_from(["category", "hypotheses", "reason"]))
def test_an_insufficient_report_that_claims_something_is_caught(run: AgentRun, claim: str) -> None:
    bare = run.model_copy(update={**BARE, "status": "failure"})
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
