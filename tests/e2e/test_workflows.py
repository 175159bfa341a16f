"""The product's two workflows, and what an agent may do with a run it has sent."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.client import StackClient, records

Json = dict[str, Any]
Event = Callable[..., Json]


def test_a_tool_that_refused_its_arguments_is_the_root_cause(client: StackClient, event: Event) -> None:
    stored = client.ingest(event("tool_schema_mismatch"))

    rca = client.analyse(stored["run_id"])
    events, done = client.finished(rca)

    assert [record["pct"] for record in records(events)] == [5, 30, 55, 85, 100]
    assert [record["step"] for record in records(events)] == [
        "Starting RCA",
        "Collecting evidence",
        "Classifying failure",
        "Generating report",
        "RCA complete",
    ]
    ids = [each.id for each in events]
    assert ids == sorted(set(ids))
    assert done["status"] == "done"
    report = done["report"]
    assert (report["category"], report["insufficient_evidence"]) == ("tool_schema_mismatch", False)
    best = report["hypotheses"][0]
    assert best["confidence"] == "high"
    assert {"ev_tool_call-001", "ev_guard_guard-001"} <= set(best["evidence_ids"])
    assert report["rca_run_id"] == rca["rca_run_id"]
    assert report["revision"] == 1
    [listed] = client.get(f"/agent-runs/{stored['run_id']}")["rca_runs"]
    assert (listed["rca_run_id"], listed["status"]) == (rca["rca_run_id"], "done")
    assert (listed["category"], listed["cause"]) == ("tool_schema_mismatch", "missing_argument")
    assert (listed["confidence"], listed["revision"]) == ("high", 1)


def test_a_run_that_recorded_nothing_gets_no_cause_but_says_what_to_record(client: StackClient, event: Event) -> None:
    report = client.report(event("insufficient_evidence"))

    assert report["category"] == "unknown"
    assert report["insufficient_evidence"] is True
    assert report["insufficient_reason"] == ("Limited telemetry: no tool failures or specific error details captured")
    assert report["hypotheses"] == []
    assert [(item["type"], item["title"]) for item in report["action_items"]] == [
        ("monitoring", "Enable detailed tracing"),
        ("code_change", "Add structured error codes"),
    ]


def test_runs_may_number_their_children_alike(client: StackClient, event: Event) -> None:
    first = event("tool_schema_mismatch", run_id="alike-1")
    second = event("tool_schema_mismatch", run_id="alike-2", error_message="Another run, the same child ids")

    assert client.ingest(first)["created"]
    assert client.ingest(second)["created"]

    assert client.get("/agent-runs/alike-1")["error_message"] == first["error_message"]
    assert client.get("/agent-runs/alike-2")["error_message"] == second["error_message"]


def test_the_same_body_again_changes_nothing(client: StackClient, event: Event) -> None:
    run = event("tool_schema_mismatch", run_id="same-again")

    first = client.ingest(run)
    assert first | {"warnings": []} == {
        "run_id": "same-again",
        "revision": 1,
        "created": True,
        "changed": True,
        "rca_run_id": first["rca_run_id"],
        "warnings": [],
    }
    again = client.ingest(run)

    assert (again["revision"], again["created"], again["changed"]) == (1, False, False)
    assert again["rca_run_id"] == first["rca_run_id"]


def test_a_run_sent_with_fewer_children_keeps_exactly_those(client: StackClient, event: Event) -> None:
    run = event("tool_schema_mismatch", run_id="fewer")
    client.ingest(run)

    run["tool_calls"] = run["tool_calls"][:1]
    run["steps"] = run["steps"][1:2]
    second = client.ingest(run)

    assert (second["revision"], second["changed"]) == (2, True)
    assert [each["event_id"] for each in client.timeline("fewer")] == ["step-002", "call-001", "guard-001"]


@pytest.mark.parametrize("compressed", [False, True])
def test_six_thousand_children_are_read_back_equal(client: StackClient, event: Event, *, compressed: bool) -> None:
    run = event("tool_schema_mismatch", run_id=f"large-{compressed}")
    run["steps"] = [_step(number) for number in range(3000)]
    run["tool_calls"] = [_tool_call(number) for number in range(3000)]
    run["guardrail_events"] = []
    body = json.dumps(run).encode()
    headers = {"Content-Type": "application/json"}
    if compressed:
        body, headers = gzip.compress(body), headers | {"Content-Encoding": "gzip"}

    answer = client.http.post("/agent-runs", content=body, headers=headers)

    assert answer.status_code == 200, answer.text
    timeline = client.timeline(run["run_id"])
    steps = {each["event_id"]: each for each in timeline if each["event_type"] == "step"}
    calls = {each["event_id"]: each for each in timeline if each["event_type"] == "tool_call"}
    for step in run["steps"]:
        read = steps[step["step_id"]]
        details = read["details"]
        assert (read["name"], read["timestamp"]) == (step["name"], step["started_at"])
        assert {name: value for name, value in details.items() if value not in (None, {})} == {
            name: value for name, value in step.items() if name not in ("step_id", "name", "status", "started_at")
        }
    for call in run["tool_calls"]:
        details = calls[call["call_id"]]["details"]
        assert details == {name: call.get(name, {} if name == "attributes" else None) for name in details}


def _step(number: int) -> Json:
    return {
        "step_id": f"step-{number}",
        "name": f"Work on part {number}",
        "status": "success",
        "started_at": f"2026-01-15T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}Z",
        "ended_at": "2026-01-15T12:00:00Z",
        "input_summary": f"Part {number * 7919 % 104729} of the work",
        "output_summary": f"Part done with {number * 104729 % 7919}",
        "retries": number % 3,
        "latency_ms": number + 1,
    }


def _tool_call(number: int) -> Json:
    return {
        "call_id": f"call-{number}",
        "step_id": f"step-{number}",
        "tool_name": f"tool_{number % 7}",
        "status": "success",
        "args_json": {"number": number, "nested": {"list": [number, None, "text"]}},
        "args_hash": f"{number * 2654435761 % 2**32:08x}",
        "result_summary": f"Result {number * 31 % 997}",
        "error_class": None,
        "error_message": None,
        "status_code": 200,
        "retries": 0,
        "latency_ms": number % 911,
    }
