"""Agent runs to post, small ones and ones that take chunks."""

import json
import random
from datetime import UTC, datetime
from typing import Any, NamedTuple

from rca_core.storage.runs import PutResult
from rca_core.telemetry.ingest import ParsedRun, parse_agent_run

Body = dict[str, Any]
ARRIVAL = datetime(2026, 1, 20, tzinfo=UTC)


def run_body(**fields: Any) -> Body:
    """Return a run as an agent posts it, with these fields over the least there can be."""
    least = {"run_id": "run-1", "agent_name": "agent", "status": "failure", "started_at": "2026-01-15T10:00:00Z"}
    return least | fields


def step(step_id: str = "step-1", **fields: Any) -> Body:
    """Return a step."""
    return {"step_id": step_id, "name": "work", "status": "success", **fields}


def tool_call(call_id: str = "call-1", **fields: Any) -> Body:
    """Return a tool call."""
    return {"call_id": call_id, "tool_name": "search", "status": "success", **fields}


def guardrail(event_id: str = "guard-1", **fields: Any) -> Body:
    """Return a guardrail event."""
    return {"event_id": event_id, "type": "policy_block", **fields}


def parse(body: Any, *, run_id: str = "run-made", strict: bool = False) -> ParsedRun:
    """Return what ingest makes of a body: raw bytes, or anything that JSON can say."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return parse_agent_run(raw, new_run_id=lambda: run_id, now=ARRIVAL, strict=strict)


def parsed(**fields: Any) -> ParsedRun:
    """Return a parsed run with these fields."""
    return parse(run_body(**fields))


def incompressible(seed: int, characters: int) -> str:
    """Return text that compresses to no less than half its length, the same for the same seed."""
    return random.Random(seed).randbytes(characters // 2).hex()  # noqa: S311  reproducible, not secret


def large_run(*, seed: int = 1, steps: int = 500, **fields: Any) -> ParsedRun:
    """Return a run whose compressed body takes several chunks: about a kilobyte a step."""
    children = [step(f"step-{n}", output_summary=incompressible(seed * 10_000 + n, 2_000)) for n in range(steps)]
    return parsed(steps=children, **fields)


class Told(NamedTuple):
    """What an agent is told became of its run."""

    revision: int
    created: bool
    changed: bool


def told(result: PutResult) -> Told:
    """Return what of a result its agent is told."""
    return Told(result.revision, result.created, result.changed)
