"""Whole runs about which nothing may be claimed: successes, recovered failures, too little telemetry."""

from typing import Any, Final

from tests.unit.analysis.builders import call, failed, history, run_of, step
from tests.unit.analysis.scenario import Scenario

FAILED: Final[dict[str, Any]] = {"error_message": "Task failed"}
REDACTED: Final[dict[str, Any]] = {"event_id": "g-1", "type": "pii_redaction", "message": "1 card number removed"}
BLOCKED: Final[dict[str, Any]] = {"event_id": "g-1", "type": "policy_block", "message": "External recipient"}

SUCCEEDED: Final = (
    Scenario("nothing went wrong", run_of(call(1, "plan", result="done"), status="success"), "unknown"),
    Scenario(
        "a retry helped",
        run_of(failed(1, "fetch_page", "Read timed out"), call(2, "fetch_page", result="text"), status="success"),
        "unknown",
    ),
    Scenario(
        "a failure on the way, and a step that succeeded after it",
        run_of(
            failed(1, "read_archive", "Forbidden", status_code=403), call(2, "reply", result="sent"), status="success"
        ),
        "unknown",
    ),
    Scenario("a search without a hit", run_of(call(1, "search_docs", result="[]"), status="success"), "unknown"),
    Scenario(
        "an error page that did no harm",
        run_of(call(1, "fetch_page", result="404 Not Found"), call(2, "reply", result="sent"), status="success"),
        "unknown",
    ),
    Scenario(
        "a redaction",
        run_of(call(1, "reply", result="sent"), guardrail_events=[REDACTED], status="success"),
        "unknown",
    ),
    Scenario(
        "a block that the agent obeyed",
        run_of(call(1, "reply", result="declined politely"), guardrail_events=[BLOCKED], status="success"),
        "unknown",
    ),
    Scenario(
        "the same poll many times",
        run_of(
            *(call(n, "job_status", result="pending", args_json={"job": "j-1"}) for n in range(1, 7)), status="success"
        ),
        "unknown",
    ),
    Scenario(
        "an error left in the record of a success",
        run_of(call(1, "reply", result="sent"), status="success", error_message="warning: timeout while closing"),
        "unknown",
    ),
    Scenario(
        "a bad history does not make a success a failure",
        run_of(call(1, "reply", result="sent"), status="success"),
        "unknown",
        baseline=tuple(history([False] * 20, [True] * 6)),
    ),
)

TOO_LITTLE: Final = (
    Scenario(
        "a generic error and nothing else", run_of(error_message="Internal Server Error"), "unknown", insufficient=True
    ),
    Scenario(
        "every call succeeded and the goal was missed",
        run_of(call(1, "find_order", result='{"order": "A-7"}'), error_message="Task goal not reached"),
        "unknown",
        insufficient=True,
    ),
    Scenario(
        "the only failure was made good",
        run_of(failed(1, "fetch_page", "Read timed out"), call(2, "fetch_page", result="text"), **FAILED),
        "unknown",
        insufficient=True,
    ),
    Scenario(
        "an error in a result that a second call made good",
        run_of(
            call(1, "get_stock", result='{"error": "temporarily unavailable"}'),
            call(2, "get_stock", result='{"stock": 4}'),
            **FAILED,
        ),
        "unknown",
        insufficient=True,
    ),
    Scenario(
        "an empty lookup on the way, then another that gave data, and steps after it",
        run_of(
            call(1, "search_flights", result="[]"),
            call(2, "list_airports", result='["AAA"]'),
            call(3, "reply", result="sent"),
            **FAILED,
        ),
        "unknown",
        insufficient=True,
    ),
    Scenario(
        "a provider that timed out beside another that answered",
        run_of(
            failed(1, "WebSearch_naver", "Request timeout"),
            call(2, "WebSearch_daum", result="3 pages", step_id="step-1"),
            steps=[step(1)],
            **FAILED,
        ),
        "unknown",
        insufficient=True,
    ),
    Scenario(
        "a page that refused, long before the agent missed its goal",
        run_of(
            failed(1, "visit_page", "Forbidden", status_code=403),
            call(2, "web_search", result="3 pages"),
            call(3, "calculate", result="7"),
            call(4, "calculate", result="9"),
            steps=[step(n) for n in range(1, 5)],
            **FAILED,
        ),
        "unknown",
        insufficient=True,
    ),
    Scenario(
        "documents that quote a traceback",
        run_of(
            call(
                1,
                "fetch_page",
                result="How to read\nTraceback (most recent call last):\n  KeyError\n" + "and what it means. " * 80,
            ),
            **FAILED,
        ),
        "unknown",
        insufficient=True,
    ),
    Scenario(
        "an empty search, then one that found something",
        run_of(call(1, "search_docs", result="[]"), call(2, "search_docs", result="2 documents"), **FAILED),
        "unknown",
        insufficient=True,
    ),
    Scenario(
        "a blocked mail that was then sent to an allowed address",
        run_of(
            failed(1, "send_mail", "blocked by policy"),
            call(2, "send_mail", result="sent"),
            guardrail_events=[{**BLOCKED, "call_id": "call-1"}],
            **FAILED,
        ),
        "unknown",
        insufficient=True,
    ),
    Scenario(
        "a redaction is no cause",
        run_of(call(1, "reply", result="sent"), guardrail_events=[REDACTED], **FAILED),
        "unknown",
        insufficient=True,
    ),
    Scenario(
        "paging is no loop",
        run_of(*(call(n, "list_orders", result=f"orders {n}", args_json={"page": n}) for n in range(1, 30)), **FAILED),
        "unknown",
        insufficient=True,
    ),
    Scenario(
        "a poll that gets somewhere is no loop",
        run_of(*(call(n, "job_status", result=f"{n * 10} %", args_json={"job": "j"}) for n in range(1, 9)), **FAILED),
        "unknown",
        insufficient=True,
    ),
    Scenario(
        "a loop that the agent left",
        run_of(*(call(n, "list_shops", result="1", args_json={}) for n in range(1, 5)), call(5, "open_shop"), **FAILED),
        "unknown",
        insufficient=True,
    ),
    Scenario(
        "a run that just stops",
        run_of(call(1, "plan"), steps=[step(1), step(2, "Ship", "running", ended_at=None)], ended_at=None),
        "unknown",
        insufficient=True,
    ),
    Scenario(
        "a history without a change beyond chance",
        run_of(call(1, "plan", result="done"), **FAILED),
        "unknown",
        insufficient=True,
        baseline=tuple(history([True, False] * 10, [True, False] * 4)),
    ),
    Scenario(
        "documents that speak of failures",
        run_of(
            call(1, "search_docs", result="On 429 Too Many Requests wait; on 403 ask for permission."),
            call(2, "read_ticket", result="Ticket 17: customer sees 'request timed out' at checkout"),
            **FAILED,
        ),
        "unknown",
        insufficient=True,
    ),
)

UNENDED: Final = (
    Scenario(
        "a run that is on its way",
        run_of(call(1, "plan", result="3 parts"), status="running", ended_at=None),
        "unknown",
        insufficient=True,
    ),
)

QUIET: Final = (*SUCCEEDED, *TOO_LITTLE, *UNENDED)
