"""Whole runs: what is named as the cause, where it starts, and what is left unsaid."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from rca_core.analysis.diagnose.gate import NO_DETAILS
from rca_core.telemetry import AgentRun
from tests.unit.analysis.builders import call, failed, report_of, run_of, step


def schema_changed() -> AgentRun:
    missing = {"error_class": "ValidationError", "status_code": 400, "args_json": {"invoice": "A-7"}}
    return run_of(
        call(1, "plan", result="1) look up 2) answer"),
        failed(2, "invoice_lookup", "Missing required field: 'tenant_id'", retries=2, **missing),
        failed(3, "invoice_lookup", "Missing required field: 'tenant_id'", step_id="step-2", **missing),
        steps=[step(1), step(2, "Look up invoice", "failure"), step(4, "Answer", "failure", "No invoice data to show")],
        guardrail_events=[
            {
                "event_id": "guard-1",
                "type": "schema_validation",
                "message": "Call of invoice_lookup lacks the tenant_id parameter",
                "call_id": "call-2",
            }
        ],
        error_type="ToolCallError",
        error_message="Tool call failed",
    )


def rate_limited_model() -> AgentRun:
    return run_of(
        call(1, "search_notes", result="3 notes"),
        error_type="openai.RateLimitError",
        error_message="Error code: 429 - {'error': {'code': 'rate_limit_exceeded'}}",
    )


def permission() -> AgentRun:
    return run_of(failed(1, "crm_export", "caller may not export", status_code=403))


def timeout() -> AgentRun:
    return run_of(failed(1, "render_pdf", "", error_class="asyncio.TimeoutError", latency_ms=30000))


def same_call_again_and_again() -> AgentRun:
    same: dict[str, Any] = {"args_json": {"q": "opening hours"}}
    return run_of(
        *(call(n, "list_shops", result="shop 1, shop 2", **same) for n in range(1, 7)), error_message="Task failed"
    )


def cycle_of_two_calls() -> AgentRun:
    pair = [("open_page", "the page"), ("close_page", "closed")]
    calls = [call(n, *pair[n % 2][:1], result=pair[n % 2][1], args_json={"page": 1}) for n in range(1, 9)]
    return run_of(*calls, error_message="Task failed")


def retry_storm() -> AgentRun:
    return run_of(failed(1, "sync_ledger", "ledger said no", retries=6))


def nothing_found() -> AgentRun:
    return run_of(
        call(1, "search_manuals", result="[]", args_json={"q": "valve X9"}),
        steps=[step(1), step(2, "Answer", "failure", "nothing to answer from")],
        error_message="Run failed",
    )


def model_blocked_by_policy() -> AgentRun:
    return run_of(
        call(1, "draft", result="a draft"),
        guardrail_events=[{"event_id": "g-1", "type": "policy_block", "message": "Medical advice is not allowed"}],
        error_message="Run failed",
    )


def context_too_long_after_recovered_error() -> AgentRun:
    return run_of(
        failed(1, "fetch_page", "Read timed out", status_code=504),
        call(2, "fetch_page", result="page text"),
        error_type="BadRequestError",
        error_message="prompt is too long: 250000 tokens > 200000 maximum",
    )


def cascade_from_dead_database() -> AgentRun:
    return run_of(
        failed(1, "query_orders", "connection to server failed: Connection refused", error_class="OperationalError"),
        failed(2, "summarize", "Missing required parameter: rows", status_code=400),
        steps=[step(1, "Read", "failure"), step(2, "Sum up", "failure")],
        error_type="ValidationError",
        error_message="Missing required parameter: rows",
    )


def tool_failure_that_ends_in_the_turn_limit() -> AgentRun:
    return run_of(
        *(failed(n, "post_message", "missing_scope", args_json={"try": n}) for n in range(1, 5)),
        error_type="MaxTurnsExceeded",
        error_message="Max turns (4) exceeded",
    )


def hidden_permission_page() -> AgentRun:
    page = "<html><head><title>403 Forbidden</title></head><body>nginx</body></html>"
    return run_of(
        call(1, "read_wiki", result=page),
        steps=[step(1), step(2, "Answer", "failure", "could not read the page")],
        error_message="Task failed",
    )


def unparsable_answer() -> AgentRun:
    return run_of(
        call(1, "search_notes", result="3 notes"),
        error_type="OutputParserException",
        error_message="Could not parse LLM output: `I think so`",
    )


def earlier_empty_search_then_server_down() -> AgentRun:
    return run_of(
        call(1, "search_manuals", result="[]"),
        failed(2, "create_ticket", "Internal Server Error", status_code=500),
        error_message="Task failed",
    )


EXPLAINED: list[tuple[Callable[[], AgentRun], str, str]] = [
    (schema_changed, "tool_schema_mismatch", "ev_tool_call-2"),
    (rate_limited_model, "rate_limited", "ev_run_error"),
    (permission, "tool_permission", "ev_tool_call-1"),
    (timeout, "timeout", "ev_tool_call-1"),
    (same_call_again_and_again, "planner_loop", "ev_run_loop"),
    (cycle_of_two_calls, "planner_loop", "ev_run_loop"),
    (retry_storm, "planner_loop", "ev_tool_call-1"),
    (nothing_found, "retrieval_empty", "ev_tool_call-1"),
    (model_blocked_by_policy, "guardrail_block", "ev_guard_g-1"),
    (context_too_long_after_recovered_error, "context_overflow", "ev_run_error"),
    (cascade_from_dead_database, "upstream_error", "ev_tool_call-1"),
    (tool_failure_that_ends_in_the_turn_limit, "tool_permission", "ev_tool_call-1"),
    (hidden_permission_page, "tool_permission", "ev_tool_call-1"),
    (unparsable_answer, "output_parse_error", "ev_run_error"),
    (earlier_empty_search_then_server_down, "upstream_error", "ev_tool_call-2"),
]


@pytest.mark.parametrize(("build", "category", "root"), EXPLAINED, ids=[each[0].__name__ for each in EXPLAINED])
def test_the_cause_is_found_where_it_started(build: Callable[[], AgentRun], category: str, root: str) -> None:
    report = report_of(build())

    assert (report.category, report.root_evidence_id) == (category, root)
    assert report.causal_chain[0] == root
    assert not report.insufficient_evidence


@pytest.mark.parametrize("build", [each[0] for each in EXPLAINED], ids=[each[0].__name__ for each in EXPLAINED])
def test_the_order_of_the_payload_does_not_matter(build: Callable[[], AgentRun]) -> None:
    run = build()
    shuffled: dict[str, Any] = {}
    for name in ("steps", "tool_calls", "guardrail_events"):
        children = list(getattr(run, name))
        random.Random(7).shuffle(children)  # noqa: S311 - the same order each time, nothing secret
        shuffled[name] = tuple(children)

    assert report_of(run.model_copy(update=shuffled)) == report_of(run)


def test_a_refused_call_names_tool_argument_status_and_step() -> None:
    report = report_of(schema_changed())

    top = report.hypotheses[0]
    assert top.confidence == "high"
    assert {"ev_tool_call-2", "ev_tool_call-3", "ev_guard_guard-1"} <= set(top.evidence_ids)
    told = " ".join((top.title, top.description, top.mitigation, *top.verification_steps))
    for word in ("invoice_lookup", "tenant_id", "400", "step-2"):
        assert word in told
    assert "invoice_lookup" in report.action_items[0].title
    assert "tenant_id" in report.action_items[0].description


def test_the_chain_does_not_run_backwards() -> None:
    report = report_of(context_too_long_after_recovered_error())

    assert report.causal_chain == ("ev_run_error",)


def test_a_run_cut_off_is_shown_where_it_stopped() -> None:
    report = report_of(run_of(call(1, "plan"), steps=[step(1), step(2, "Ship", "running")], ended_at=None))

    assert report.insufficient_evidence
    assert [each.evidence_id for each in report.evidence_index] == ["ev_step_step-2"]


def test_secondary_causes_are_ranked_hypotheses() -> None:
    report = report_of(tool_failure_that_ends_in_the_turn_limit())

    assert [each.category for each in report.hypotheses] == ["tool_permission", "planner_loop"]
    assert report.causal_chain[-1] == "ev_run_error"


def test_a_failure_that_a_retry_made_good_is_not_blamed() -> None:
    run = run_of(
        failed(1, "fetch_page", "Read timed out"),
        call(2, "fetch_page", result="page text"),
        error_message="Task failed",
    )

    report = report_of(run)

    assert report.insufficient_evidence
    assert report.hypotheses == ()
    assert [each.evidence_id for each in report.evidence_index] == ["ev_tool_call-1"]


def test_another_way_to_the_same_end_recovers_a_failure() -> None:
    run = run_of(
        call(1, "find_user_by_email", result="Error: user not found"),
        call(2, "find_user_by_name", result='{"user": "u-1"}'),
        error_message="Goal not reached",
    )

    assert report_of(run).insufficient_evidence


def test_an_agent_that_went_on_from_not_found_is_not_blamed() -> None:
    run = run_of(
        call(1, "get_order", result="Error: order not found"),
        steps=[step(1), step(2, "Reply", output="I could not find that order; can you check the number?")],
        error_message="Task goal not reached",
    )

    assert report_of(run).insufficient_evidence


def test_paging_is_no_loop() -> None:
    pages = [call(n, "list_orders", result=f"orders {n}", args_json={"page": n}) for n in range(1, 30)]

    assert report_of(run_of(*pages, error_message="Task failed")).category == "unknown"


def test_polling_whose_result_changes_is_no_loop() -> None:
    polls = [call(n, "job_status", result=f"{n * 10} %", args_json={"job": "j"}) for n in range(1, 9)]

    assert report_of(run_of(*polls, error_message="Task failed")).category == "unknown"


def test_a_loop_that_the_agent_left_is_not_blamed() -> None:
    stuck = [call(n, "list_shops", result="shop 1", args_json={}) for n in range(1, 5)]

    run = run_of(*stuck, call(5, "open_shop", result="open"), error_message="Task failed")

    assert report_of(run).category == "unknown"


def test_a_step_that_was_retried_in_vain_is_a_loop_only_where_the_run_names_an_error() -> None:
    steps = [step(1, "Sync", "failure", retries=5)]

    named = report_of(run_of(steps=steps, error_type="LedgerSyncAborted", error_message="Task failed"))
    bare = report_of(run_of(steps=steps, error_message="Task failed"))

    assert (named.category, named.hypotheses[0].confidence) == ("planner_loop", "low")
    assert bare.insufficient_evidence


def test_a_run_that_succeeded_is_told_to_have_failed_nowhere() -> None:
    report = report_of(
        run_of(failed(1, "fetch_page", "Read timed out"), call(2, "fetch_page", result="text"), status="success")
    )

    assert (report.category, report.hypotheses, report.action_items) == ("unknown", (), ())
    assert not report.insufficient_evidence
    assert "nothing failed" in report.summary


def test_a_success_whose_last_act_failed_names_it_and_claims_no_cause() -> None:
    run = run_of(
        call(1, "fetch_page", result="text"),
        failed(2, "send_email", "Forbidden", status_code=403),
        steps=[step(1), step(2, status="failure")],
        status="success",
    )

    report = report_of(run)

    assert (report.category, report.hypotheses) == ("unknown", ())
    assert 'call call-2 of send_email ("Forbidden")' in report.summary
    assert "recovered" not in report.summary
    assert "ev_tool_call-2" in {each.evidence_id for each in report.evidence_index}


def test_a_call_that_never_ended_is_evidence_of_a_run_that_did() -> None:
    run = run_of(
        call(1, "read_file", result="text"),
        {**call(2, "run_build", result=None), "status": "running"},
        error_message="Run did not finish",
    )

    report = report_of(run)

    assert (report.category, report.cause, report.root_evidence_id) == ("unknown", "unfinished_call", "ev_tool_call-2")
    assert not report.insufficient_evidence
    assert report.hypotheses[0].title == "Call call-2 of run_build in step step-2 (Step 2) never ended, cause not known"


@pytest.mark.parametrize(
    "fields",
    [
        {"error_message": "429 Too Many Requests"},
        {"error_type": "RateLimitError"},
        {"status_code": 429},
        {"output_summary": "Rate limit reached for requests"},
        {"attributes": {"exception": {"message": "429 Too Many Requests"}}},
    ],
)
def test_what_a_failed_step_says_of_itself_is_evidence(fields: dict[str, Any]) -> None:
    report = report_of(run_of(steps=[step(1), step(2, status="failure", **fields)], error_message="Task failed"))

    assert (report.category, report.root_evidence_id) == ("rate_limited", "ev_step_step-2")


def test_a_failed_step_that_says_why_in_words_nobody_knows_is_located() -> None:
    steps = [step(1), step(2, status="failure", output_summary="only odd numbers weld")]

    report = report_of(run_of(steps=steps, error_message="Task failed", error_type="AgentError"))

    assert (report.category, report.insufficient_evidence) == ("unknown", False)
    assert report.hypotheses[0].evidence_ids[0] == "ev_step_step-2"
    assert report.hypotheses[0].confidence == "low"


def test_a_failed_step_that_says_nothing_is_no_evidence_of_a_cause() -> None:
    steps = [step(1), step(2, status="failure", output_summary="Task failed")]

    report = report_of(run_of(steps=steps, error_message="Task failed"))

    assert report.insufficient_reason == NO_DETAILS


@pytest.mark.parametrize("status", [429, 503, 401])
def test_an_error_status_of_a_call_that_was_taken_for_a_success_is_evidence(status: int) -> None:
    run = run_of(call(1, "search_api", result='{"hits": 1}', status_code=status), error_message="Task failed")

    report = report_of(run)

    assert report.root_evidence_id == "ev_tool_call-1"
    assert report.category in ("rate_limited", "upstream_error", "tool_permission")
    assert report.hypotheses[0].confidence != "high"


def test_a_failure_that_no_rule_explains_is_located_and_no_cause_claimed() -> None:
    report = report_of(run_of(failed(1, "weld_seam", "flux capacitor misaligned"), error_message="Task failed"))

    assert report.category == "unknown"
    assert not report.insufficient_evidence
    (only,) = report.hypotheses
    assert only.confidence == "low"
    assert only.evidence_ids == ("ev_tool_call-1",)
    assert "weld_seam" in only.title
    assert "no cause is claimed" in only.description


def test_an_unexplained_failure_comes_before_the_malformed_call_that_followed_it() -> None:
    run = run_of(
        failed(1, "read_meter", "flux capacitor misaligned"),
        failed(2, "store_reading", "Missing required field: 'value'"),
    )

    report = report_of(run)

    assert [each.category for each in report.hypotheses] == ["unknown", "tool_schema_mismatch"]
    assert report.hypotheses[1].confidence != "high"


def test_without_tools_error_type_or_guardrails_only_data_collection_is_asked_for() -> None:
    run = run_of(status="failure", error_message="Internal Server Error", steps=[step(1, "Load"), step(2, "Store")])

    report = report_of(run)

    assert report.insufficient_reason == "Limited telemetry: no tool failures or specific error details captured"
    assert (report.evidence_index, report.hypotheses, report.category) == ((), (), "unknown")
    assert [(each.type, each.title, each.priority) for each in report.action_items] == [
        ("monitoring", "Enable detailed tracing", "high"),
        ("code_change", "Add structured error codes", "medium"),
    ]
    assert "helper" in report.action_items[0].description
    assert "Load" in report.action_items[0].description


def test_a_tool_that_took_the_same_kind_of_call_before_speaks_against_a_schema_change() -> None:
    run = run_of(
        call(1, "store_reading", result="stored", args_json={"value": 1}),
        failed(2, "store_reading", "Missing required field: 'value'", args_json={}),
    )

    assert report_of(run).hypotheses[0].contradicting_evidence_ids == ("ev_tool_call-1",)
