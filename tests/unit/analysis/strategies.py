"""Random runs: every field that the analysis reads, with texts that look like failures among texts that do not."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from rca_core.telemetry import AgentRun, RunProfile
from tests.unit.analysis.builders import START
from tests.unit.analysis.labelled import OWN_TEXTS

REAL_TEXTS = sorted(set(OWN_TEXTS))
TEXTS = st.one_of(
    st.none(),
    st.sampled_from(REAL_TEXTS),
    st.text(max_size=60),
    st.sampled_from(
        [
            "",
            "Internal Server Error",
            "Missing required field: 'customer_id'",
            "429 Too Many Requests",
            "Error: user not found",
            "[]",
            '{"isError": true, "content": "Forbidden"}',
            "<html><head><title>503 Service Unavailable</title></head></html>",
            'Traceback (most recent call last):\n  File "x.py"\nValueError: 17 is not 18',
            "Max turns (10) exceeded",
            "12 rows",
            "{0} {agent} %s {{",
            "`| x | ` [a](http://b) <img> @someone *c* " * 30,
            "1234567890" * 90,
        ]
    ),
)
NAMES = st.sampled_from(["search_docs", "order_lookup_api", "get_order", "think", "send 2 [mails]", "a" * 200])
STATUSES = st.sampled_from(["success", "failure", "running", "skipped"])
TIMES = st.one_of(st.none(), st.integers(0, 600).map(lambda seconds: START + timedelta(seconds=seconds)))
CLASSES = st.sampled_from(
    [None, "", "ValidationError", "openai.RateLimitError", "TimeoutError", "ValueError", "Strange 9"]
)
CODES = st.sampled_from([None, 0, 200, 400, 403, 404, 429, 500, 504])
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=15)),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=5), inner, max_size=2)),
    max_leaves=3,
)


@st.composite
def runs(draw: st.DrawFn) -> AgentRun:
    """Draw a run with up to five steps, eight calls and three guardrail events."""
    steps = [
        {
            "step_id": f"step-{number}",
            "name": draw(st.sampled_from(["", "Plan", "Act 2", "Answer"])),
            "status": draw(STATUSES),
            "started_at": draw(TIMES),
            "output_summary": draw(TEXTS),
            "retries": draw(st.integers(0, 4)),
            "latency_ms": draw(st.one_of(st.none(), st.integers(0, 9_000), st.just(12.5))),
        }
        for number in range(draw(st.integers(0, 5)))
    ]
    step_ids = st.sampled_from([None, *(str(each["step_id"]) for each in steps)])
    calls = [_call(draw, number, step_ids) for number in range(draw(st.integers(0, 8)))]
    if calls and draw(st.integers(0, 3)) == 0:  # one call made again and again
        calls += [{**calls[-1], "call_id": f"again-{number}"} for number in range(draw(st.integers(2, 4)))]
    call_ids = st.sampled_from([None, *(str(each["call_id"]) for each in calls)])
    events = [
        {
            "event_id": f"guard {number}",
            "type": draw(st.sampled_from(["pii_redaction", "policy_block", "schema_validation", "other"])),
            "message": draw(TEXTS),
            "step_id": draw(step_ids),
            "call_id": draw(call_ids),
            "created_at": draw(TIMES),
        }
        for number in range(draw(st.integers(0, 3)))
    ]
    return AgentRun.model_validate(
        {
            "run_id": "run-1",
            "agent_name": draw(st.sampled_from(["helper", "agent 7 {x}", "*bold*"])),
            "agent_version": draw(st.sampled_from([None, "1.0", "2.0"])),
            "model": draw(st.sampled_from([None, "m-1", "m-2"])),
            "started_at": START,
            "ended_at": draw(TIMES),
            "status": draw(st.sampled_from(["success", "failure", "failure", "running"])),
            "error_type": draw(CLASSES),
            "error_message": draw(TEXTS),
            "steps": steps,
            "tool_calls": calls,
            "guardrail_events": events,
        }
    )


def _call(draw: st.DrawFn, number: int, step_ids: st.SearchStrategy[str | None]) -> dict[str, Any]:
    return {
        "call_id": f"call-{number}",
        "step_id": draw(step_ids),
        "tool_name": draw(NAMES),
        "status": draw(STATUSES),
        "args_json": draw(JSON),
        "args_hash": draw(st.sampled_from([None, "h1", "h2"])),
        "result_summary": draw(TEXTS),
        "error_class": draw(CLASSES),
        "error_message": draw(TEXTS),
        "status_code": draw(CODES),
        "retries": draw(st.integers(0, 5)),
        "started_at": draw(TIMES),
    }


@st.composite
def histories(draw: st.DrawFn) -> list[RunProfile]:
    """Draw earlier runs of the agent."""
    return [
        RunProfile(
            run_id=f"old-{number}",
            agent_version=draw(st.sampled_from([None, "1.0", "2.0"])),
            model=draw(st.sampled_from([None, "m-1", "m-2"])),
            started_at=START - timedelta(hours=number),
            status=draw(st.sampled_from(["success", "failure", "running"])),
            steps={"Plan": (1, draw(st.integers(0, 1)))},
            tools={"get_order": (2, draw(st.integers(0, 2)))},
        )
        for number in range(draw(st.integers(0, 40)))
    ]
