"""What of a run can be listed, filtered and shown without its body."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from rca_core.metrics.histogram import histogram, pack
from rca_core.storage.codec import timestamp
from rca_core.telemetry.accepted import accepted_calls
from rca_core.telemetry.fields import MAX_SUMMARY, cut_middle
from rca_core.telemetry.profile import RunProfile, step_profiles, tally
from rca_core.telemetry.recovery import count_unrecovered
from rca_core.telemetry.statuses import RunStatus
from rca_core.telemetry.symptom import symptom
from rca_core.telemetry.wire import Body

RcaStatus = Literal["queued", "running", "done", "error"]

# A header is copied into two indexes: what is unbounded in a body is bounded here.
MAX_LISTED_CORRELATION_IDS: Final = 20


class RunCost(BaseModel):
    """What a run used: tokens, and US dollars where the agent knows them."""

    tokens_prompt: int | None = None
    tokens_completion: int | None = None
    total_cost_usd: float | None = None


class RcaRef(BaseModel):
    """One analysis of a run, as the run lists it; `revision` is of the run, `confidence` that of the first hypothesis.

    Of one that ended before they were listed, cause and confidence are null.
    """

    rca_run_id: str
    status: RcaStatus
    category: str | None = None
    cause: str | None = None
    confidence: str | None = None
    revision: int
    created_at: datetime


class RunHeader(BaseModel):
    """A run without its body. `duration_ms` is null while it runs; the error message and ids are cut for listing."""

    # An item that cannot be read ends in the log, without what it holds.
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    run_id: str
    agent_name: str
    agent_version: str | None = None
    model: str | None = None
    environment: str | None = None
    status: RunStatus
    error_type: str | None = None
    error_message: str | None = None
    started_at: datetime
    ended_at: datetime | None = None
    duration_ms: int | None = None
    step_count: int
    tool_call_count: int
    guardrail_event_count: int
    unrecovered_failures: int = Field(0, description="failed tool calls that no later call of the same tool made good")
    cost: RunCost = Field(default_factory=RunCost)
    trace_id: str | None = None
    correlation_ids: list[str] = Field(default_factory=list)
    revision: int
    created_at: datetime
    updated_at: datetime


class RunDetail(RunHeader):
    """A run's header with the analyses made of it, newest last."""

    rca_runs: list[RcaRef]


class ChunkedBody(NamedTuple):
    """Where the chunks of a larger body are: the revision and id that name them, and how many there are."""

    revision: int
    body_id: str
    chunks: int


def header_values(run: Body) -> dict[str, Any]:
    """Return the attributes that a run's header item shows, filters and sorts by."""
    started, ended = run["started_at"], run.get("ended_at")
    message = run.get("error_message")
    cost = run.get("cost") or {}
    steps, calls = run.get("steps") or [], run.get("tool_calls") or []
    return {
        "agent_name": run["agent_name"],
        "agent_version": run.get("agent_version"),
        "model": run.get("model"),
        "environment": run.get("environment"),
        "status": run["status"],
        "error_type": run.get("error_type"),
        "error_message": None if message is None else cut_middle(message, MAX_SUMMARY),
        "started_at": timestamp(started),
        "ended_at": None if ended is None else timestamp(ended),
        "day": started.date().isoformat(),
        "duration_ms": None if ended is None else round((ended - started).total_seconds() * 1000),
        "step_count": len(steps),
        "tool_call_count": len(calls),
        "guardrail_event_count": len(run.get("guardrail_events") or []),
        "unrecovered_failures": count_unrecovered(calls),
        "cost": {name: cost.get(name) for name in RunCost.model_fields},
        "trace_id": run.get("trace_id"),
        "symptom": symptom(run),
        "correlation_ids": [
            cut_middle(text, 256) for text in (run.get("correlation_ids") or [])[:MAX_LISTED_CORRELATION_IDS]
        ],
        "latencies": _latencies(steps),
        # Text, not a map: it is only ever read whole, and a map would cost a type tag per number.
        "profile": json.dumps(
            {
                "steps": step_profiles(steps),
                "tools": tally((call["tool_name"], call["status"]) for call in calls),
                "accepted": accepted_calls(calls),
            },
            separators=(",", ":"),
            ensure_ascii=False,
        ),
    }


def _latencies(steps: Iterable[Body]) -> str | None:
    counts = histogram(latency for step in steps if (latency := step.get("latency_ms")) is not None)
    return pack(counts) or None


def header_from(values: Mapping[str, Any]) -> RunHeader:
    """Return the header that an item, or an index entry, holds."""
    return RunHeader.model_validate({**values, "run_id": values["PK"].removeprefix("RUN#")})


def profile_from(values: Mapping[str, Any]) -> RunProfile:
    """Return what an entry of the by-agent index tells a baseline."""
    return RunProfile.model_validate(
        {
            "run_id": values["PK"].removeprefix("RUN#"),
            "agent_version": values.get("agent_version"),
            "model": values.get("model"),
            "environment": values.get("environment"),
            "started_at": values["started_at"],
            "status": values["status"],
            **json.loads(values["profile"]),
        }
    )
