"""Runs with an error that tells its cause: among several, after recovered ones, at the head of a cascade."""

from typing import Any, Final

from tests.unit.analysis.builders import call, failed, run_of, step
from tests.unit.analysis.scenario import Scenario

URL: Final[dict[str, Any]] = {"args_json": {"url": "https://shop.test/terms"}}

SEVERAL_ERRORS: Final = (
    Scenario(
        "the last of three tools refuses its arguments",
        run_of(
            call(1, "plan", result="1) find 2) refund"),
            call(2, "find_order", result='{"order": "A-7"}'),
            failed(3, "create_refund", "422: field required: 'reason'", status_code=422),
            steps=[step(1), step(2), step(3, "Refund", "failure"), step(4, "Reply", "failure", "no refund to confirm")],
            error_message="Task failed",
        ),
        "tool_schema_mismatch",
        "ev_tool_call-3",
        ("ev_tool_call-3", "ev_step_step-3", "ev_step_step-4", "ev_run_error"),
    ),
    Scenario(
        "a refusal that the agent got past, then an outage that ended it",
        run_of(
            failed(1, "read_archive", "Forbidden", status_code=403),
            call(2, "read_mail", result="4 mails"),
            failed(3, "post_summary", "Service Unavailable", status_code=503),
            steps=[step(1, status="failure"), step(2), step(3, status="failure")],
        ),
        "upstream_error",
        "ev_tool_call-3",
    ),
    Scenario(
        "two failures that nothing got past: the earlier is the root",
        run_of(
            failed(1, "crm_export", "caller lacks permission crm.export", status_code=403),
            failed(2, "render_pdf", "timed out after 30 s", error_class="TimeoutError"),
            error_message="Task failed",
        ),
        "tool_permission",
        "ev_tool_call-1",
        ("ev_tool_call-1", "ev_step_step-1", "ev_tool_call-2", "ev_step_step-2", "ev_run_error"),
    ),
    Scenario(
        "retries wear out a broken service until it throttles",
        run_of(
            failed(1, "geocode", "Bad Gateway", status_code=502),
            failed(2, "geocode", "Bad Gateway", status_code=502),
            failed(3, "geocode", "Too Many Requests", status_code=429),
        ),
        "upstream_error",
        "ev_tool_call-1",
    ),
    Scenario(
        "a failed test of the user's code beside an installation that never ended",
        run_of(
            failed(1, "run_tests", "AssertionError: 3 != 4"),
            failed(2, "pip_install", "", error_class="subprocess.TimeoutExpired", latency_ms=600000),
            error_type="TimeoutExpired",
            error_message="Command 'pip install' timed out after 600 seconds",
        ),
        "timeout",
        "ev_tool_call-2",
    ),
    Scenario(
        "two of five parallel calls time out",
        run_of(
            *(call(n, "quote", result=f"{n} EUR", step_id="step-1", args_json={"shop": n}) for n in (1, 3, 5)),
            *(failed(n, f"quote_{n}", "Gateway Timeout", step_id="step-1", status_code=504) for n in (2, 4)),
            steps=[step(1, "Fan out", "failure"), step(2, "Merge", "failure", "2 quotes are missing")],
        ),
        "timeout",
        "ev_tool_call-2",
        ("ev_tool_call-2", "ev_tool_call-4", "ev_step_step-1", "ev_step_step-2"),
    ),
    Scenario(
        "an unexplained failure before the malformed call that followed from it",
        run_of(
            failed(1, "read_meter", "coupling not engaged"),
            failed(2, "store_reading", "Missing required field: 'value'", status_code=400),
        ),
        "unknown",
        "ev_tool_call-1",
    ),
    Scenario(
        "a failure that no rule knows is located",
        run_of(failed(1, "weld_seam", "torch angle off by 4"), error_message="Task failed"),
        "unknown",
        "ev_tool_call-1",
        ("ev_tool_call-1", "ev_step_step-1", "ev_run_error"),
    ),
)

RECOVERED: Final = (
    Scenario(
        "a recovered time-out before a refusal",
        run_of(
            failed(1, "fetch_page", "Read timed out", **URL),
            call(2, "fetch_page", result="terms and conditions", **URL),
            failed(3, "sign_contract", "401 Unauthorized: token expired", status_code=401),
        ),
        "tool_permission",
        "ev_tool_call-3",
    ),
    Scenario(
        "another tool did the same, then the answer could not be read",
        run_of(
            failed(1, "http_get", "Connection refused", **URL),
            call(2, "browser_open", result="terms and conditions", **URL),
            error_type="OutputParserException",
            error_message="Could not parse LLM output: `Here is`",
        ),
        "output_parse_error",
        "ev_run_error",
        ("ev_run_error",),
    ),
    Scenario(
        "a step that was repeated with success, then a block",
        run_of(
            steps=[
                step(1, "Fetch", "failure", "Connection reset by peer"),
                step(2, "Fetch"),
                step(3, "Answer", "failure"),
            ],
            guardrail_events=[
                {"event_id": "g-1", "type": "policy_block", "message": "Legal advice", "step_id": "step-3"}
            ],
        ),
        "guardrail_block",
        "ev_guard_g-1",
        ("ev_guard_g-1", "ev_step_step-3"),
    ),
    Scenario(
        "a success before the failure recovers nothing",
        run_of(
            call(1, "geocode", result="52.5, 13.4", args_json={"city": "Berlin"}),
            failed(2, "geocode", "quota exceeded for project", status_code=429, args_json={"city": "Rome"}),
        ),
        "rate_limited",
        "ev_tool_call-2",
    ),
)

CASCADES: Final = (
    Scenario(
        "an expired key, met again at every call until the turns ran out",
        run_of(
            *(failed(n, f"crm_{n}", "invalid API key", status_code=401) for n in range(1, 5)),
            error_type="MaxTurnsExceeded",
            error_message="Max turns (4) exceeded",
        ),
        "tool_permission",
        "ev_tool_call-1",
    ),
    Scenario(
        "the database is down, so the search is empty and the answer no JSON",
        run_of(
            failed(1, "query_orders", "server: Connection refused", error_class="OperationalError"),
            call(2, "search_notes", result="[]"),
            steps=[step(1, "Read", "failure"), step(2, "Search"), step(3, "Answer", "failure")],
            error_type="JSONDecodeError",
            error_message="Expecting value: line 1 column 1 (char 0)",
        ),
        "upstream_error",
        "ev_tool_call-1",
    ),
    Scenario(
        "a call put right after one refusal, then refused for another reason",
        run_of(
            failed(1, "open_case", "Missing required field: 'customer_id'", args_json={"title": "x"}),
            failed(2, "open_case", "Forbidden", status_code=403, args_json={"title": "x", "customer_id": "c-1"}),
            error_message="Task failed",
        ),
        "tool_permission",
        "ev_tool_call-2",
    ),
    Scenario(
        "a malformed call repeated as it was until access was cut",
        run_of(
            *(
                failed(n, "open_case", "Missing required field: 'customer_id'", args_json={"title": "x"})
                for n in (1, 2)
            ),
            failed(3, "open_case", "Forbidden", status_code=403, args_json={"title": "x"}),
            error_message="Task failed",
        ),
        "tool_schema_mismatch",
        "ev_tool_call-1",
    ),
    Scenario(
        "a program of the agent's own that breaks within itself",
        run_of(
            failed(
                1,
                "execute_code",
                'Traceback (most recent call last):\n  File "main.py", line 3, in <module>\n    total(rows)\n'
                "TypeError: total() missing 1 required positional argument: 'currency'",
            ),
            error_message="Task failed",
        ),
        "unknown",
        "ev_tool_call-1",
    ),
    Scenario(
        "a refund that was refused, however much the agent did after it",
        run_of(
            failed(1, "issue_refund", "Forbidden", status_code=403),
            call(2, "get_order", result="4711"),
            call(3, "send_email", result="sent"),
            call(4, "write_note", result="saved"),
            steps=[step(n) for n in range(1, 5)],
            error_message="Task failed",
        ),
        "tool_permission",
        "ev_tool_call-1",
    ),
    Scenario(
        "an optional lookup refused, then an answer that could not be read",
        run_of(
            failed(1, "get_weather", "Forbidden", status_code=403),
            call(2, "draft", result="text"),
            steps=[step(1), step(2), step(3, "Answer", "failure")],
            error_type="OutputParserException",
            error_message="Could not parse LLM output: `Sure, here it is`",
        ),
        "output_parse_error",
        "ev_run_error",
    ),
    Scenario(
        "nothing but an empty search before the answer failed",
        run_of(
            call(1, "search_notes", result='{"hits": {"total": {"value": 0}, "hits": []}, "timed_out": false}'),
            call(2, "get_template", result="Dear …"),
            steps=[step(1), step(2), step(3, "Answer", "failure")],
            error_message="Task failed",
        ),
        "retrieval_empty",
        "ev_tool_call-1",
    ),
    Scenario(
        "nothing found, so the next call lacks its argument",
        run_of(
            call(1, "search_customers", result='{"results": []}'),
            failed(2, "open_case", "missing 1 required argument: 'customer_id'", error_class="TypeError"),
            steps=[step(1, "Search"), step(2, "Open case", "failure")],
        ),
        "retrieval_empty",
        "ev_tool_call-1",
        ("ev_tool_call-1", "ev_tool_call-2", "ev_step_step-2"),
    ),
    Scenario(
        "one exception at the tool, the step and the run",
        run_of(
            failed(1, "ask_subagent", "openai.RateLimitError: Error code: 429 - rate_limit_exceeded"),
            steps=[step(1, "Delegate", "failure", "RateLimitError: 429")],
            error_type="RateLimitError",
            error_message="Error code: 429 - rate_limit_exceeded",
        ),
        "rate_limited",
        "ev_tool_call-1",
        ("ev_tool_call-1", "ev_step_step-1", "ev_run_error"),
    ),
    Scenario(
        "three tools of one dead backend",
        run_of(
            *(
                failed(n, tool, "[Errno 111] Connection refused", error_class="httpx.ConnectError")
                for n, tool in enumerate(("list_parts", "get_price", "get_stock"), 1)
            ),
            error_type="httpx.ConnectError",
            error_message="All connection attempts failed",
        ),
        "upstream_error",
        "ev_tool_call-1",
    ),
    Scenario(
        "the limit of the graph is the symptom, the broken tool the cause",
        run_of(
            *(failed(n, "sync", "Internal Server Error", status_code=500, args_json={"n": n}) for n in range(1, 6)),
            error_type="GraphRecursionError",
            error_message="Recursion limit of 25 reached without hitting a stop condition.",
        ),
        "upstream_error",
        "ev_tool_call-1",
    ),
)


ERRORS: Final = (*SEVERAL_ERRORS, *RECOVERED, *CASCADES)
