"""What a follower sees when a worker dies, and when nothing helps."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.client import StackClient, records

Json = dict[str, Any]
Event = Callable[..., Json]


@pytest.mark.fault(10)
def test_a_worker_killed_between_30_and_55_is_replaced_and_a_follower_sees_the_end(
    failing_client: StackClient, event: Event
) -> None:
    failing_client.ingest(event("tool_schema_mismatch", run_id="dies-once"))
    rca = failing_client.analyse("dies-once")

    events, done = failing_client.finished(rca)

    assert [record["pct"] for record in records(events)] == [5, 30, 5, 30, 55, 85, 100]
    ids = [each.id for each in events]
    assert ids == sorted(set(ids))
    assert done["status"] == "done"
    assert done["report"]["category"] == "tool_schema_mismatch"


def test_a_job_that_never_works_ends_as_an_error_with_a_reason_and_the_next_one_is_not_blocked(
    failing_client: StackClient, event: Event
) -> None:
    failing_client.ingest(event("tool_schema_mismatch", run_id="never-works"))
    rca = failing_client.analyse("never-works")

    events, failed = failing_client.finished(rca)

    assert json.loads(events[-1].data)["status"] == "error"
    assert failed["status"] == "error"
    assert failed["report"] is None
    assert "RuntimeError in attempt 2" in failed["error_message"]
    again = failing_client.analyse("never-works")
    assert again["created"] is True
    assert again["rca_run_id"] != rca["rca_run_id"]


@pytest.mark.fault(6)
def test_an_analysis_that_could_not_be_enqueued_is_worked_all_the_same(
    queueless_client: StackClient, event: Event, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    asked_for = event("tool_schema_mismatch", run_id="asked-for", agent_name="patient")
    assert queueless_client.ingest(asked_for)["rca_run_id"] is None
    assert queueless_client.http.post("/agent-runs/asked-for/rca-runs").status_code >= 500
    # Its run is stored: an ingest does not fail over its analysis.
    assert queueless_client.ingest(event("tool_schema_mismatch", run_id="by-itself"))["rca_run_id"] is None

    def analysed() -> bool:
        runs = [queueless_client.get(f"/agent-runs/{run_id}") for run_id in ("asked-for", "by-itself")]
        return [rca["status"] for run in runs for rca in run["rca_runs"]] == ["done", "done"]

    eventually(analysed)
