"""Runs of any size, made of plausible text: half steps, half tool calls. One tool refuses one call in ten, for good."""

import base64
import json
import random
from typing import Any, Final

SIZES: Final = (15, 600, 6_000)

# fmt: off
_WORDS: Final = (
    "account", "agent", "answer", "batch", "cancel", "check", "customer", "delivery", "detail", "document",
    "draft", "email", "entry", "error", "failed", "field", "find", "invoice", "item", "label", "lookup",
    "missing", "note", "number", "order", "parse", "payment", "plan", "policy", "price", "product", "query",
    "refund", "reply", "report", "request", "result", "retry", "return", "route", "schema", "search", "send",
    "shipment", "status", "step", "summary", "ticket", "total", "update", "user",
)
# fmt: on


def agent_run(children: int, *, run_id: str = "bench-run") -> dict[str, Any]:
    """Return a failed run with so many children; the same for the same arguments."""
    rng = random.Random(children)  # noqa: S311  reproducible text, not a secret
    steps = children // 2
    return {
        "run_id": run_id,
        "agent_name": "bench-agent",
        "agent_version": "1.0.0",
        "model": "example-model",
        "environment": "bench",
        "started_at": "2026-01-15T10:00:00Z",
        "ended_at": "2026-01-15T12:00:00Z",
        "status": "failure",
        "error_type": "ToolCallError",
        "error_message": "A tool call failed",
        "steps": [_step(rng, number) for number in range(steps)],
        "tool_calls": [_tool_call(rng, number, steps) for number in range(children - steps)],
        "guardrail_events": [],
        "cost": {"tokens_prompt": 1250, "tokens_completion": 380, "total_cost_usd": 0.02},
    }


def body(children: int, *, run_id: str = "bench-run") -> bytes:
    """Return the JSON of such a run."""
    return json.dumps(agent_run(children, run_id=run_id)).encode()


def incompressible_body(*, run_id: str = "bench-run", summaries: int = 2_900) -> bytes:
    """Return the JSON of a run whose texts are random: 5.9 MB, of which compression leaves three quarters."""
    rng = random.Random(summaries)  # noqa: S311  reproducible text, not a secret
    steps = [
        {
            "step_id": f"step-{number}",
            "status": "success",
            "output_summary": base64.b64encode(rng.randbytes(1_470)).decode(),
        }
        for number in range(summaries)
    ]
    return json.dumps({**agent_run(0, run_id=run_id), "steps": steps}).encode()


def _step(rng: random.Random, number: int) -> dict[str, Any]:
    minute, second = divmod(number, 60)
    start = f"2026-01-15T{10 + minute // 60:02}:{minute % 60:02}:{second:02}"
    return {
        "step_id": f"step-{number}",
        "name": _text(rng, 3),
        "status": "success" if number % 10 else "failure",
        "started_at": f"{start}Z",
        "ended_at": f"{start}.500Z",
        "input_summary": _text(rng, 12),
        "output_summary": _text(rng, 12),
        "retries": 0,
        "latency_ms": 500,
    }


def _tool_call(rng: random.Random, number: int, steps: int) -> dict[str, Any]:
    failed = number % 10 == 0
    return {
        "call_id": f"call-{number}",
        "step_id": f"step-{number % steps}",
        "tool_name": "orders_api" if failed else f"{rng.choice(_WORDS)}_api",
        "status": "failure" if failed else "success",
        "args_json": {"query": _text(rng, 3), "number": number},
        "result_summary": "" if failed else _text(rng, 10),
        "error_class": "ValidationError" if failed else None,
        "error_message": "Missing required field: 'customer_id'" if failed else None,
        "status_code": 400 if failed else 200,
        "retries": 0,
        "latency_ms": rng.randrange(1000),
    }


def _text(rng: random.Random, words: int) -> str:
    return " ".join(rng.choice(_WORDS) for _ in range(words)) + f" {rng.randrange(100_000)}"
