"""What changed between two analyses of a run."""

import json
from typing import Any

import pytest

from rca_core.analysis import analyze
from rca_core.analysis.compare import Comparison, compare
from rca_core.telemetry import AgentRun
from tests.support.runs import ARRIVAL, parsed, step, tool_call

Json = dict[str, Any]


def report(rca_run_id: str, **fields: Any) -> Json:
    """Return a report with two hypotheses and three pieces of evidence, and with these fields."""
    evidence = [
        {"evidence_id": f"ev_tool_{each}", "kind": "tool_call", "ref_id": each, "title": f"Call {each}"}
        for each in "abc"
    ]
    whole = {
        "rca_run_id": rca_run_id,
        "run_id": "run-1",
        "revision": 1,
        "category": "timeout",
        "cause": "read_timeout",
        "fingerprint": "f" * 16,
        "insufficient_evidence": False,
        "insufficient_reason": None,
        "summary": "It timed out.",
        "root_evidence_id": "ev_tool_a",
        "causal_chain": ["ev_tool_a", "ev_tool_b"],
        "evidence_index": evidence,
        "hypotheses": [hypothesis(1, "read_timeout"), hypothesis(2, "rate_limit", confidence="low")],
        "engine": {"version": "1", "rules_version": "r1", "weights_version": "w", "narrative": "deterministic"},
    }
    return whole | fields


def hypothesis(rank: int, cause: str, **fields: Any) -> Json:
    return {
        "hypothesis_id": f"hyp_{rank}_{cause}",
        "title": f"Because of {cause}",
        "description": "So it says.",
        "category": "timeout",
        "confidence": "high",
        "mitigation": "Mend it.",
        "evidence_ids": ["ev_tool_a"],
        "contradicting_evidence_ids": ["ev_tool_c"],
    } | fields


def changed(**fields: Any) -> Comparison:
    """Return what is different about a report with these fields."""
    return compare(report("rca-1"), report("rca-2", **fields))


def told(found: Comparison) -> Json:
    return {each.field: (each.before, each.after) for each in found.differences}


def test_two_reports_that_say_the_same_are_the_same() -> None:
    found = changed()

    assert (found.run_id, found.before, found.after, found.same) == ("run-1", "rca-1", "rca-2", True)
    lists = (found.differences, found.made_with, found.hypotheses, found.evidence_added, found.evidence_dropped)
    assert not any(map(bool, lists))


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [
        ("category", "timeout", "rate_limited"),
        ("cause", "read_timeout", "connect_timeout"),
        ("fingerprint", "f" * 16, None),
        ("insufficient_evidence", False, True),
        ("insufficient_reason", None, "nothing"),
        ("summary", "It timed out.", "It was refused."),
        ("root_evidence_id", "ev_tool_a", "ev_tool_b"),
    ],
)
def test_what_was_found_differently_is_told_with_both_values(field: str, before: Any, after: Any) -> None:
    found = changed(**{field: after})

    assert told(found) == {field: (before, after)}
    assert not found.same
    assert told(compare(report("rca-2", **{field: after}), report("rca-1"))) == {field: (after, before)}


def test_the_confidence_is_that_of_the_likeliest_hypothesis() -> None:
    surer = [hypothesis(1, "read_timeout", confidence="medium"), hypothesis(2, "rate_limit", confidence="low")]

    assert told(changed(hypotheses=surer)) == {"confidence": ("high", "medium")}
    assert told(changed(hypotheses=[])) == {"confidence": ("high", None)}
    assert told(compare(report("rca-1", hypotheses=[]), report("rca-2"))) == {"confidence": (None, "high")}


def test_what_it_was_made_with_is_told_apart_from_what_was_found() -> None:
    found = changed(revision=2, engine=report("")["engine"] | {"rules_version": "r2"})

    assert {each.field: (each.before, each.after) for each in found.made_with} == {
        "revision": (1, 2),
        "engine.rules_version": ("r1", "r2"),
    }
    assert found.same


def test_a_hypothesis_that_differs_says_in_what() -> None:
    mine = hypothesis(1, "read_timeout", confidence="low", evidence_ids=["ev_tool_b"])

    [found] = changed(hypotheses=[mine, *report("")["hypotheses"][1:]]).hypotheses

    assert (found.title, found.confidence) == ("Because of read_timeout", "low")
    assert (found.rank_before, found.rank_after) == (1, 1)
    assert [(each.field, each.before, each.after) for each in found.differences] == [("confidence", "high", "low")]
    assert (found.evidence_added, found.evidence_dropped) == (["ev_tool_b"], ["ev_tool_a"])


def test_a_hypothesis_that_came_went_or_moved_shows_by_its_ranks() -> None:
    found = changed(hypotheses=[hypothesis(1, "rate_limit", confidence="low"), hypothesis(2, "new")])

    assert [(each.title, each.rank_before, each.rank_after) for each in found.hypotheses] == [
        ("Because of rate_limit", 2, 1),
        ("Because of new", None, 2),
        ("Because of read_timeout", 1, None),
    ]
    assert [each.evidence_added for each in found.hypotheses] == [[], ["ev_tool_a", "ev_tool_c"], []]
    assert found.hypotheses[2].evidence_dropped == ["ev_tool_a", "ev_tool_c"]


def test_two_hypotheses_of_one_cause_are_two() -> None:
    twice = [hypothesis(1, "read_timeout"), hypothesis(2, "rate_limit", confidence="low"), hypothesis(3, "rate_limit")]

    [found] = changed(hypotheses=twice).hypotheses

    assert (found.rank_before, found.rank_after) == (None, 3)


def test_evidence_that_came_and_went_is_named() -> None:
    mine = {"evidence_id": "ev_step_s", "kind": "step", "ref_id": "s", "title": "Step s"}

    found = changed(evidence_index=[*report("")["evidence_index"][:2], mine])

    assert [each.model_dump() for each in found.evidence_added] == [mine]
    assert [each.evidence_id for each in found.evidence_dropped] == ["ev_tool_c"]
    assert not found.same


def test_another_order_of_causes_is_a_change() -> None:
    found = changed(causal_chain=["ev_tool_b", "ev_tool_a"])

    assert (found.causal_chain_changed, found.same) == (True, False)


def test_a_report_of_an_earlier_engine_can_be_compared() -> None:
    old = report("rca-1")
    for name in ("fingerprint", "causal_chain", "engine", "root_evidence_id"):
        del old[name]
    del old["hypotheses"][0]["mitigation"], old["hypotheses"][0]["contradicting_evidence_ids"]

    assert told(compare(old, report("rca-2")))["fingerprint"] == (None, "f" * 16)


def test_real_reports_of_two_revisions_are_compared() -> None:
    call = {"status": "failure", "status_code": 504, "error_message": "timed out after 30 s"}
    runs = [
        parsed(tool_calls=[tool_call("a", **call)]),
        parsed(steps=[step()], tool_calls=[tool_call("a", **call, retries=2)]),
    ]
    first, second, third = (
        json.loads(
            analyze(
                AgentRun.from_body(run.body), now=ARRIVAL, rca_run_id=f"rca-{number}", revision=number
            ).model_dump_json()
        )
        for number, run in enumerate([*runs, parsed(error_message="no idea")])
    )

    assert [each.field for each in compare(first, first).made_with] == []
    assert "category" not in told(compare(first, second))
    assert told(compare(first, third))["category"] == ("timeout", "unknown")
