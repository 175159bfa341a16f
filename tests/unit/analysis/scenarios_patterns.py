"""Runs whose cause shows in a pattern: loops, guardrails, hidden failures, cut-off runs, changes in history."""

from typing import Any, Final

from tests.unit.analysis.builders import call, failed, history, run_of, step
from tests.unit.analysis.scenario import Scenario

SAME: Final[dict[str, Any]] = {"args_json": {"q": "open invoices"}}
PAGE_503: Final = "<html><head><title>503 Service Unavailable</title></head><body>nginx</body></html>"
TRACE: Final = (
    'Traceback (most recent call last):\n  File "tool.py", line 9, in call\n'
    "requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='erp.test', port=443): Read timed out. (read timeout=10)"
)

LOOPS: Final = (
    Scenario(
        "a cycle of three calls",
        run_of(
            *(call(n, f"tool_{n % 3}", result="same", args_json={"a": 1}) for n in range(1, 13)),
            error_message="Task failed",
        ),
        "planner_loop",
        "ev_run_loop",
    ),
    Scenario(
        "turns used up by calls that differ",
        run_of(
            *(call(n, "browse", result=f"page {n}", args_json={"page": n}) for n in range(1, 11)),
            error_type="MaxTurnsExceeded",
            error_message="Max turns (10) exceeded",
        ),
        "planner_loop",
        "ev_run_error",
    ),
    Scenario(
        "the same unexplained refusal, asked for again without a change",
        run_of(
            *(failed(n, "press_button", "panel is locked", **SAME) for n in range(1, 6)), error_message="Task failed"
        ),
        "planner_loop",
        "ev_run_loop",
    ),
    Scenario(
        "paging ends at a limit",
        run_of(
            *(call(n, "list_orders", result=f"orders {n}", args_json={"page": n}) for n in range(1, 30)),
            failed(30, "list_orders", "slow down", status_code=429, args_json={"page": 30}),
        ),
        "rate_limited",
        "ev_tool_call-30",
    ),
    Scenario(
        "a job that stays pending until the run's time is up",
        run_of(
            *(call(n, "job_status", result="pending", args_json={"job": "j-1"}) for n in range(1, 9)),
            error_type="TimeoutError",
            error_message="Run timed out after 600 seconds",
        ),
        "timeout",
        "ev_run_error",
    ),
)

GUARDRAILS: Final = (
    Scenario(
        "a call that policy stopped, with words of its own",
        run_of(
            failed(1, "send_mail", "not sent"),
            guardrail_events=[
                {"event_id": "g-1", "type": "policy_block", "message": "External recipient", "call_id": "call-1"}
            ],
        ),
        "guardrail_block",
        "ev_guard_g-1",
    ),
    Scenario(
        "redaction did its work; the outage is the cause",
        run_of(
            failed(1, "store_case", "upstream connect error", status_code=503),
            guardrail_events=[{"event_id": "g-1", "type": "pii_redaction", "message": "2 phone numbers removed"}],
        ),
        "upstream_error",
        "ev_tool_call-1",
    ),
    Scenario(
        "the output did not pass its schema",
        run_of(
            call(1, "search_notes", result="3 notes"),
            guardrail_events=[
                {"event_id": "g-1", "type": "schema_validation", "message": "Model output is not valid JSON"}
            ],
            error_message="Run failed",
        ),
        "output_parse_error",
        "ev_guard_g-1",
    ),
    Scenario(
        "the provider's filter ended the run",
        run_of(
            call(1, "search_notes", result="3 notes"),
            error_type="openai.BadRequestError",
            error_message="The response was filtered due to the prompt triggering content_filter",
        ),
        "guardrail_block",
        "ev_run_error",
    ),
)

HIDDEN: Final = (
    Scenario(
        "an error page as a result",
        run_of(
            call(1, "read_wiki", result=PAGE_503),
            steps=[step(1), step(2, "Answer", "failure", "no article to quote")],
        ),
        "upstream_error",
        "ev_tool_call-1",
        ("ev_tool_call-1", "ev_step_step-2"),
    ),
    Scenario(
        "isError in a result",
        run_of(
            call(
                1,
                "mcp_files",
                result='{"isError": true, "content": [{"text": "EACCES: permission denied"}]}',
            ),
            error_message="Task failed",
        ),
        "tool_permission",
        "ev_tool_call-1",
    ),
    Scenario(
        "a traceback in a result",
        run_of(call(1, "erp_query", result=TRACE), error_message="Task failed"),
        "timeout",
        "ev_tool_call-1",
    ),
    Scenario(
        "a step that succeeded with an error for its output",
        run_of(
            steps=[
                step(1, "Draft", output='{"status": "error", "message": "429 Too Many Requests"}'),
                step(2, "Send", "failure"),
            ],
            error_message="Run failed",
        ),
        "rate_limited",
        "ev_step_step-1",
    ),
    Scenario(
        "three searches that found nothing",
        run_of(
            *(call(n, "search_manuals", result="No results found", args_json={"q": f"valve {n}"}) for n in range(1, 4)),
            steps=[step(1), step(2), step(3), step(4, "Answer", "failure", "nothing to answer from")],
        ),
        "retrieval_empty",
        "ev_tool_call-1",
    ),
    Scenario(
        "the prompt outgrew the model, told by a step only",
        run_of(
            steps=[step(1, "Read"), step(2, "Answer", "failure", "This model's maximum context length is 8192 tokens")],
            error_message="Run failed",
        ),
        "context_overflow",
        "ev_step_step-2",
    ),
)

CUT_OFF: Final = (
    Scenario(
        "the platform ended the run in the middle of a step",
        run_of(
            call(1, "plan", result="3 parts"),
            steps=[step(1), step(2, "Build", "running", ended_at=None)],
            error_message="Task timed out after 900.00 seconds",
        ),
        "timeout",
        "ev_run_error",
    ),
    Scenario(
        "a run that has not ended, stuck at a refusal",
        run_of(
            failed(1, "deploy", "AccessDeniedException: not authorized", status_code=403),
            status="running",
            ended_at=None,
        ),
        "tool_permission",
        "ev_tool_call-1",
    ),
    Scenario(
        "a worker that was killed: named, not explained",
        run_of(call(1, "plan", result="3 parts"), error_type="WorkerLostError", error_message="Worker exited: SIGKILL"),
        "unknown",
        "ev_run_error",
    ),
)

REGRESSIONS: Final = (
    Scenario(
        "failures that came with a version",
        run_of(call(1, "plan", result="done"), error_message="Task failed"),
        "prompt_regression",
        "ev_baseline_run",
        baseline=tuple(history([False] * 20, [True] * 6)),
    ),
    Scenario(
        "direct evidence outranks history",
        run_of(failed(1, "crm_export", "Forbidden", status_code=403), error_message="Task failed"),
        "tool_permission",
        "ev_tool_call-1",
        baseline=tuple(history([False] * 20, [True] * 6)),
    ),
    Scenario(
        "history outranks a failure that nobody can read",
        run_of(failed(1, "weld_seam", "torch angle off by 4"), error_message="Task failed"),
        "prompt_regression",
        "ev_baseline_run",
        baseline=tuple(history([False] * 20, [True] * 6)),
    ),
)


PATTERNS: Final = (*LOOPS, *GUARDRAILS, *HIDDEN, *CUT_OFF, *REGRESSIONS)
