"""Runs for the tests of the analysis: short to write, in the order in which things happened."""

from datetime import UTC, datetime, timedelta
from typing import Any

from rca_core.analysis import RcaReport, RuleSet, analyze
from rca_core.telemetry import AgentRun, RunProfile

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def step(number: int, name: str = "", status: str = "success", output: str = "", **fields: Any) -> dict[str, Any]:
    """Return step-<number>, which lasts from that minute to the next."""
    return {
        "step_id": f"step-{number}",
        "name": name or f"Step {number}",
        "status": status,
        "started_at": START + timedelta(minutes=number),
        "ended_at": START + timedelta(minutes=number + 1),
        "output_summary": output,
        **fields,
    }


def call(number: int, tool: str, status: str = "success", result: str | None = None, **fields: Any) -> dict[str, Any]:
    """Return call-<number>, made in the step of the same number unless told otherwise."""
    return {
        "call_id": f"call-{number}",
        "step_id": fields.pop("step_id", f"step-{number}"),
        "tool_name": tool,
        "status": status,
        "result_summary": result,
        **fields,
    }


def failed(number: int, tool: str, message: str, **fields: Any) -> dict[str, Any]:
    """Return a failed call."""
    return call(number, tool, "failure", error_message=message, **fields)


def run_of(*calls: dict[str, Any], status: str = "failure", **fields: Any) -> AgentRun:
    """Return a run with these calls and, unless steps are given, a step for each that ended as the call did."""
    ended = {int(each["step_id"].rsplit("-", 1)[1]): each["status"] for each in calls}
    return AgentRun.model_validate(
        {
            "run_id": "run-1",
            "agent_name": "helper",
            "agent_version": "2.0",
            "model": "some-model",
            "environment": "test",
            "started_at": START,
            "ended_at": START + timedelta(hours=1),
            "status": status,
            "steps": [step(number, status=ended[number]) for number in sorted(ended)],
            "tool_calls": calls,
            **fields,
        }
    )


def report_of(run: AgentRun, baseline: list[RunProfile] | None = None, rules: RuleSet | None = None) -> RcaReport:
    """Return the report of a run."""
    return analyze(run, now=NOW, baseline=baseline, rules=rules)


def profile(age: int, version: str | None, *, fails: bool, model: str | None = "some-model") -> RunProfile:
    """Return what is kept of a run so many hours before the one of the test."""
    return RunProfile(
        run_id=f"old-{age}",
        agent_version=version,
        model=model,
        environment="test",
        started_at=START - timedelta(hours=age),
        status="failure" if fails else "success",
        steps={"Step 1": (1, int(fails))},
        tools={},
    )


def history(before: list[bool], after: list[bool]) -> list[RunProfile]:
    """Return runs of version 1.0, then of version 2.0, oldest first; True is a failure."""
    outcomes = [("1.0", fails) for fails in before] + [("2.0", fails) for fails in after]
    return [profile(len(outcomes) - n, version, fails=fails) for n, (version, fails) in enumerate(outcomes)]
