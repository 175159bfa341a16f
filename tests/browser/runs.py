"""Runs that are hard to show: of a crew of agents, very long, and hostile."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

Json = dict[str, Any]

_BEGAN: Final = datetime(2026, 1, 15, 9, tzinfo=UTC)
HOSTILE: Final = (
    "<script>window.hostile='script'</script>"
    "<img src=x onerror=\"window.hostile='onerror'\"><svg onload=\"window.hostile='onload'\"></svg>"
    "<style>*{display:none!important}</style><iframe srcdoc=\"<script>top.hostile='frame'</script>\"></iframe>"
    "</textarea></title><a href=\"javascript:window.hostile='link'\">click</a>"
    " [click](javascript:window.hostile='markdown') {{constructor.constructor('window.hostile=1')()}}"
    " \u202egnippihs\u202c \u202everte\u200b \x1b[31m "
)
UNBROKEN: Final = "x" * 1_500


def _at(second: float) -> str:
    return (_BEGAN + timedelta(seconds=second)).isoformat()


def _step(number: int, name: str, began: float, ended: float, **more: Any) -> Json:
    return {
        "step_id": f"step-{number:02}",
        "name": name,
        "status": "success",
        "started_at": _at(began),
        "ended_at": _at(ended),
        **more,
    }


def _call(number: int, step: int, tool: str, began: float, ended: float, **more: Any) -> Json:
    return {
        "call_id": f"call-{number:02}",
        "step_id": f"step-{step:02}",
        "tool_name": tool,
        "status": "success",
        "status_code": 200,
        "started_at": _at(began),
        "ended_at": _at(ended),
        **more,
    }


def crew_run() -> Json:
    """Return a run of three agents: a schema that changed fails the second, and the third writes without its facts."""
    refused = {
        "status": "failure",
        "status_code": 422,
        "error_class": "ValidationError",
        "error_message": "Missing required field: 'currency'. Schema 3.0 of ledger_query requires it.",
        "args_json": {"account": "a-2291", "period": {"from": "2025-10-01", "to": "2025-12-31"}, "limit": 500},
    }
    steps = [
        _step(1, "Answer the quarterly question", 0, 94, kind="agent", agent_name="coordinator", status="failure"),
        _step(2, "Plan the work", 0.4, 6.2, kind="planner", agent_name="coordinator", parent_step_id="step-01"),
        _step(3, "Gather the figures", 6.4, 58, kind="agent", agent_name="analyst", parent_step_id="step-01"),
        _step(4, "Choose sources", 6.8, 12, kind="llm", agent_name="analyst", parent_step_id="step-03"),
        _step(
            5, "Search the knowledge base", 12.2, 19, kind="retriever", agent_name="analyst", parent_step_id="step-03"
        ),
        _step(6, "Query the ledger", 19.4, 57.6, kind="chain", agent_name="analyst", parent_step_id="step-03"),
        _step(7, "Write the summary", 58.4, 92, kind="agent", agent_name="writer", parent_step_id="step-01"),
        _step(8, "Draft", 58.8, 79, kind="llm", agent_name="writer", parent_step_id="step-07"),
        _step(9, "Check the draft against its sources", 79.2, 91.6, kind="llm", agent_name="writer"),
    ]
    steps[2] |= {"status": "failure", "output_summary": "No figures: the ledger refused the query"}
    steps[5] |= {"status": "failure", "retries": 2, "error_message": "ledger_query was refused three times"}
    steps[8] |= {"status": "failure", "parent_step_id": "step-07", "output_summary": "The draft cites no figures"}
    for number, tokens in ((1, 1_840), (3, 2_210), (7, 5_920), (8, 6_480)):
        model = {"model": "example-model-large", "tokens_prompt": tokens, "tokens_completion": tokens // 7}
        steps[number] |= model | {"cost_usd": round(tokens * 4e-6, 6)}
    calls = [
        _call(1, 5, "knowledge_search", 12.6, 14.1, result_count=8, top_score=0.83),
        _call(2, 5, "knowledge_fetch", 14.4, 18.7, status="failure", status_code=503, error_class="ServiceUnavailable"),
        _call(3, 5, "knowledge_fetch", 18.7, 18.9, result_summary="Closing procedure, section 4"),
        _call(4, 6, "ledger_query", 19.8, 21.2, **refused),
        _call(5, 6, "ledger_query", 29.5, 30.8, **refused),
        _call(6, 6, "ledger_query", 55.9, 57.2, **refused),
        _call(7, 8, "style_guide", 59.1, 60.4, result_summary="Short sentences, figures first"),
    ]
    return {
        "run_id": "crew-quarterly-figures",
        "agent_name": "quarterly-report-crew",
        "agent_version": "3.0.0",
        "environment": "prod",
        "model": "example-model-large",
        "status": "failure",
        "error_type": "IncompleteAnswer",
        "error_message": "The summary cites no figures",
        "started_at": _at(0),
        "ended_at": _at(94),
        "input_summary": "What did account a-2291 spend in the last quarter?",
        "steps": steps,
        "tool_calls": calls,
        "guardrail_events": [
            {
                "event_id": "guard-01",
                "step_id": "step-09",
                "type": "policy_block",
                "action": "blocked",
                "message": "An answer about money has to cite its figures",
                "created_at": _at(91.8),
            }
        ],
    }


def long_run(events: int = 6_000) -> Json:
    """Return a run of many events, half of them steps and half tool calls; the last call fails."""
    half = events // 2
    steps = [
        _step(number, f"Reconcile batch {number}", number * 2, number * 2 + 1.8, agent_name=f"worker-{number % 7}")
        for number in range(half)
    ]
    calls = [
        _call(number, number, ("batch_read", "batch_write")[number % 2], number * 2 + 0.1, number * 2 + 1.5)
        for number in range(events - half)
    ]
    failure = {"status_code": 504, "error_class": "TimeoutError", "error_message": "batch_write: no answer within 30 s"}
    calls[-1] |= {"status": "failure", **failure}
    steps[-1] |= {"status": "failure", "error_message": "Batch could not be written"}
    return {
        "run_id": "long-reconciliation",
        "agent_name": "reconciliation-agent",
        "agent_version": "1.4.0",
        "environment": "prod",
        "status": "failure",
        "error_type": "TimeoutError",
        "error_message": "The last batch could not be written",
        "started_at": _at(0),
        "ended_at": _at(events),
        "steps": steps,
        "tool_calls": calls,
    }


def hostile_run() -> Json:
    """Return a run whose every text tries to be more than text."""
    text = HOSTILE + UNBROKEN
    return {
        "run_id": "hostile-run",
        "agent_name": HOSTILE[:200],
        "agent_version": HOSTILE[:200],
        "environment": HOSTILE[:200],
        "model": HOSTILE[:200],
        "status": "failure",
        "error_type": HOSTILE[:200],
        "error_message": text,
        "started_at": _at(0),
        "ended_at": _at(3),
        "input_summary": text,
        "output_summary": text,
        "attributes": {HOSTILE: {HOSTILE: [HOSTILE, UNBROKEN]}, "__proto__": {"polluted": True}},
        "steps": [_step(1, HOSTILE[:200], 0, 3, status="failure", input_summary=text, error_message=text)],
        "tool_calls": [
            _call(
                1,
                1,
                HOSTILE[:200],
                1,
                2,
                status="failure",
                status_code=422,
                error_class="ValidationError",
                error_message=f"Missing required field: '{HOSTILE}'",
                args_json={HOSTILE: HOSTILE, "long": UNBROKEN},
            )
        ],
        "guardrail_events": [
            {
                "event_id": "guard-01",
                "step_id": "step-01",
                "type": "schema_validation",
                "name": HOSTILE,
                "message": text,
            }
        ],
    }
