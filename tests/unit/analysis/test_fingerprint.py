"""A failure is known again by what it is, whoever had it, whenever, and however it was sent."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rca_core.analysis import analyze
from rca_core.analysis.report.fingerprint import Fingerprint, fingerprint_of
from rca_core.telemetry import AgentRun
from tests.unit.analysis.builders import NOW, call, failed, history, report_of, run_of, step
from tests.unit.analysis.strategies import runs

MISSING = "Missing required field: 'customer_id' in request req_81f20a"


def known_by(run: AgentRun, **options: Any) -> Fingerprint:
    found = fingerprint_of(report_of(run, **options), run)
    assert found is not None
    return found


def test_it_says_what_the_failure_is() -> None:
    found = known_by(run_of(call(1, "search", result="ok"), failed(2, "get_order", MISSING)))

    assert found[1:] == (
        "tool_schema_mismatch",
        "missing_argument",
        "get_order",
        "missing required field: 'customer_id' in request <*>",
    )
    assert len(found.fingerprint) == 16
    assert int(found.fingerprint, 16)


def test_the_report_carries_it_and_so_does_its_ticket() -> None:
    run = run_of(failed(1, "get_order", MISSING))

    report = report_of(run)

    assert report.fingerprint == known_by(run).fingerprint
    assert f"- Fingerprint: {report.fingerprint}\n" in report.jira_fields.jira_description_md


@pytest.mark.parametrize("status", ["success", "running"])
def test_a_run_that_did_not_fail_has_none(status: str) -> None:
    run = run_of(failed(1, "get_order", MISSING), status=status)

    assert report_of(run).fingerprint is None
    assert fingerprint_of(report_of(run), run) is None


@pytest.mark.parametrize(
    "other",
    [
        run_of(failed(1, "get_order", MISSING), agent_name="another", agent_version="9", environment="prod", model="m"),
        run_of(failed(7, "get_order", MISSING.replace("81f20a", "02"), latency_ms=12, retries=3)),
        run_of(failed(1, "get_order", MISSING), failed(2, "get_order", MISSING), failed(3, "get_order", MISSING)),
        run_of(
            failed(1, "search", "HTTP 503 Service Unavailable"),
            call(2, "search", result="two hits"),
            failed(3, "get_order", MISSING),
        ),
        run_of(failed(1, "get_order", MISSING), error_type="AgentError", error_message="The agent gave up"),
    ],
    ids=["another agent", "another id", "retried", "noise that was recovered", "said again by the run"],
)
def test_the_same_failure_is_known_again(other: AgentRun) -> None:
    assert known_by(other) == known_by(run_of(failed(1, "get_order", MISSING)))


@pytest.mark.parametrize(
    "other",
    [
        run_of(failed(1, "get_invoice", MISSING)),
        run_of(failed(1, "get_order", MISSING.replace("customer_id", "order_id"))),
        run_of(failed(1, "get_order", "HTTP 504 Gateway Timeout")),
        run_of(failed(1, "get_order", "frobnicated")),
    ],
    ids=["another tool", "another field", "another cause", "no known cause"],
)
def test_another_failure_is_not(other: AgentRun) -> None:
    assert known_by(other).fingerprint != known_by(run_of(failed(1, "get_order", MISSING))).fingerprint


def test_what_a_long_answer_says_is_found_wherever_its_ids_push_it() -> None:
    def answer(length: int) -> AgentRun:
        rows = f"row {'7' * length} of table {'8' * length} was read without a problem; " * 9
        return run_of(failed(1, "query", f"{rows} then access was denied for role 'reader' by policy {'9' * length}"))

    assert known_by(answer(2)) == known_by(answer(23))
    assert "denied for role 'reader'" in known_by(answer(2)).message


def test_without_evidence_it_is_of_what_the_run_says() -> None:
    silent = run_of(steps=[step(1, status="failure")], error_message="Run 17 failed")
    other = run_of(steps=[step(1, status="failure")], error_message="Run 991 failed", agent_name="another")

    assert report_of(silent).insufficient_evidence
    assert known_by(silent) == known_by(other)
    assert known_by(silent)[1:] == ("unknown", "insufficient_evidence", None, "run <*> failed")


def test_a_regression_is_one_failure_in_every_version() -> None:
    before, after = [False] * 30, [True] * 8
    blamed = known_by(run_of(agent_version="2.0"), baseline=history(before, after))
    again = known_by(run_of(agent_version="2.0", run_id="run-9"), baseline=history(before * 2, after))

    assert blamed.category == "prompt_regression"
    assert blamed == again
    assert "2.0" not in blamed.message


@given(run=runs(), agent=st.text(min_size=1, max_size=20), days=st.integers(-900, 900), data=st.data())
def test_who_when_and_the_order_of_sending_do_not_matter(
    run: AgentRun, agent: str, days: int, data: st.DataObject
) -> None:
    def later(child: Any) -> Any:
        moved = {
            name: getattr(child, name) + timedelta(days=days)
            for name in ("started_at", "ended_at", "created_at")
            if getattr(child, name, None) is not None
        }
        return child.model_copy(update=moved)

    other = later(run).model_copy(
        update={
            "agent_name": agent,
            "environment": agent,
            "steps": tuple(map(later, run.steps)),
            "tool_calls": tuple(map(later, run.tool_calls)),
            # What has no time of its own is in the order it was sent in; guardrail events are told apart by theirs.
            "guardrail_events": tuple(map(later, data.draw(_timed_in_any_order(run)))),
        }
    )

    assert fingerprint_of(analyze(other, now=NOW), other) == fingerprint_of(analyze(run, now=NOW), run)


def _timed_in_any_order(run: AgentRun) -> st.SearchStrategy[Any]:
    events = run.guardrail_events
    times = [event.created_at for event in events]
    distinct = None not in times and len(set(times)) == len(times)
    return st.permutations(events).map(tuple) if distinct else st.just(events)


@given(run=runs())
def test_every_failed_run_has_one_of_bounded_length(run: AgentRun) -> None:
    found = fingerprint_of(analyze(run, now=NOW), run)

    assert (found is None) is (run.status != "failure")
    if found:
        assert len(found.message) <= 300
        assert "\n" not in found.message
