"""Failed runs that start their own analysis, on a whole stack: nobody asks for any."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from rca_core.storage.symptom_limit import ANALYSES_AN_HOUR
from tests.e2e.client import StackClient

Json = dict[str, Any]
Event = Callable[..., Json]
Eventually = Callable[[Callable[[], bool]], None]


def test_a_failed_run_that_is_posted_and_left_alone_gets_its_report(
    client: StackClient, event: Event, eventually: Eventually
) -> None:
    rca_run_id = client.ingest(event("tool_schema_mismatch", run_id="left-alone", agent_name="lonely"))["rca_run_id"]

    def ended() -> bool:
        return bool(client.get(f"/agent-runs/rca-runs/{rca_run_id}")["status"] == "done")

    eventually(ended)
    assert client.get(f"/agent-runs/rca-runs/{rca_run_id}")["report"]["category"] == "tool_schema_mismatch"
    [listed] = client.get("/agent-runs/left-alone")["rca_runs"]
    assert (listed["rca_run_id"], listed["status"], listed["category"]) == (rca_run_id, "done", "tool_schema_mismatch")


def test_of_a_storm_of_a_hundred_runs_that_fail_alike_some_are_analysed(
    client: StackClient, event: Event, eventually: Eventually
) -> None:
    began = datetime.now(UTC)
    runs = [event("tool_schema_mismatch", run_id=f"storm-{number}", agent_name="stormy") for number in range(100)]
    with ThreadPoolExecutor(16) as agents:
        answers = list(agents.map(client.ingest, runs))
    hours = (datetime.now(UTC).replace(minute=0) - began.replace(minute=0)).seconds // 3600 + 1

    started = {answer["rca_run_id"] for answer in answers} - {None}
    assert ANALYSES_AN_HOUR <= len(started) <= ANALYSES_AN_HOUR * hours

    def all_ended() -> bool:
        return all(client.get(f"/agent-runs/rca-runs/{each}")["status"] == "done" for each in started)

    eventually(all_ended)
    listed = [client.get(f"/agent-runs/{run['run_id']}")["rca_runs"] for run in runs]
    assert {rca["rca_run_id"] for rcas in listed for rca in rcas} == started
    skipped = next(answer["run_id"] for answer in answers if answer["rca_run_id"] is None)
    assert client.analyse(skipped)["created"] is True


@pytest.mark.parametrize(
    ("stack", "agents"), [("failing_client", {"any": False}), ("ruled_client", {"two": False, "any": True})]
)
def test_the_template_s_parameters_decide_whose_runs_start_one(
    request: pytest.FixtureRequest, event: Event, stack: str, agents: dict[str, bool]
) -> None:
    client: StackClient = request.getfixturevalue(stack)
    for name, starts in agents.items():
        run = event("tool_schema_mismatch", run_id=f"of-{name}", agent_name=name)
        assert (client.ingest(run)["rca_run_id"] is not None) is starts
        assert client.report(run)["category"] == "tool_schema_mismatch"
