"""When the evidence suffices."""

import pytest

from rca_core.analysis.diagnose.gate import GENERIC_ONLY, NO_DETAILS, insufficient_reason
from rca_core.analysis.read.generic import says_nothing
from rca_core.telemetry import AgentRun
from tests.unit.analysis.builders import call, run_of

EVENT = {"event_id": "g", "type": "other", "message": "note"}


def bare(**fields: object) -> AgentRun:
    return run_of(**{"error_message": "Task failed", **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        (bare(), NO_DETAILS),
        (bare(error_message="a text that no rule knows"), NO_DETAILS),
        (run_of(call(1, "plan"), error_message="Task goal not reached"), GENERIC_ONLY),
        (bare(error_type="AgentError"), GENERIC_ONLY),
        (bare(guardrail_events=[EVENT]), GENERIC_ONLY),
        (bare(error_type="LedgerImbalance"), None),
        (run_of(call(1, "plan"), error_message="ledger 7 does not balance"), None),
    ],
)
def test_the_two_kinds_of_insufficient_evidence(run: AgentRun, reason: str | None) -> None:
    assert insufficient_reason(run, has_known_cause=False, has_failed_tool_call=False) == reason


def test_a_failed_call_suffices_beside_a_generic_message() -> None:
    run = run_of(call(1, "plan"), error_message="Task failed")

    assert insufficient_reason(run, has_known_cause=False, has_failed_tool_call=True) is None


def test_a_known_cause_is_itself_the_missing_detail() -> None:
    assert insufficient_reason(bare(), has_known_cause=True, has_failed_tool_call=False) is None


@pytest.mark.parametrize(
    "message",
    [
        None,
        "",
        "Internal Server Error",
        "An unexpected error occurred.",
        "Something went wrong",
        "Task goal not reached",
        "Error",
        "Agent run failed",
    ],
)
def test_messages_that_fit_every_failure_say_nothing(message: str | None) -> None:
    assert says_nothing(message)


@pytest.mark.parametrize(
    "message", ["Error: disk full", "Tool schema validation failed", "KeyError: 'x'", "failed to reach host"]
)
def test_a_detail_says_something(message: str) -> None:
    assert not says_nothing(message)
