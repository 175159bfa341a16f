"""What a fleet's failures tell, from the overview to the report of one run: the demo, and what its commands answer."""

import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from local.demo import fleet
from local.demo.fleet_runs import FAULTY_AGENT, FAULTY_TOOL, FAULTY_VERSION, fleet_runs
from local.testing import running_stack

Json = dict[str, Any]

# Fewer say too little of what fails by chance.
_RUNS = 360


def test_a_fault_in_one_version_of_one_agent_is_singled_out_by_every_answer(
    capsys: pytest.CaptureFixture[str],
) -> None:
    runs = fleet_runs(_RUNS, until=datetime.now(UTC))
    faulty = [run for run in runs if "customer_id" not in run["tool_calls"][0]["args_json"]]
    of_agent = [run for run in runs if run["agent_name"] == FAULTY_AGENT]
    of_version = [run for run in of_agent if run["agent_version"] == FAULTY_VERSION]
    assert 0 < len(faulty) < _failures(runs)

    with running_stack() as stack:
        assert fleet.main(["--api-url", stack.api_url, "--runs", str(_RUNS)]) == 0
        told = capsys.readouterr().out
        answers = [httpx.get(url, timeout=90).json() for url in re.findall(r"curl '(\S+)'", told)]
    overview, trends, failures, analysis = answers

    assert (overview["total_runs"], overview["failures"]) == (_RUNS, _failures(runs))
    assert next(iter(overview["failures_by_category"])) == "tool_schema_mismatch"
    tool = {"tool": FAULTY_TOOL, "count": _failures(of_agent), "calls": len(of_agent)}
    assert overview["top_failing_tools"][0] == tool

    worst = trends["groups"][0]
    assert (worst["agent_name"], worst["group"]) == (FAULTY_AGENT, FAULTY_VERSION)
    assert (sum(worst["failures"]), sum(worst["total"])) == (_failures(of_version), len(of_version))

    regression = worst["regression"]
    assert (regression["recent_failures"], regression["recent_total"]) == (_failures(of_version), len(of_version))
    before = [run for run in of_agent if run not in of_version]
    assert (regression["baseline_failures"], regression["baseline_total"]) == (_failures(before), len(before))
    assert f"{FAULTY_VERSION} is worse than the versions before it" in _unwrapped(told)
    assert [group["group"] for group in trends["groups"] if group["regression"]] == [FAULTY_VERSION]

    recurring = failures["items"][0]
    assert (recurring["category"], recurring["cause"], recurring["tool"]) == (
        "tool_schema_mismatch",
        "missing_argument",
        FAULTY_TOOL,
    )
    assert (recurring["agents"], recurring["first_version"]) == ([FAULTY_AGENT], FAULTY_VERSION)
    assert recurring["count"] + recurring["also_seen"] == len(faulty)

    report = analysis["report"]
    assert report["fingerprint"] == recurring["fingerprint"]
    assert report["run_id"] in {run["run_id"] for run in faulty}
    assert "'customer_id'" in report["hypotheses"][0]["title"]
    assert report["summary"] in _unwrapped(told)


def _failures(runs: list[Json]) -> int:
    return sum(run["status"] == "failure" for run in runs)


def _unwrapped(text: str) -> str:
    return " ".join(text.split())
