"""Runs of a fleet of agents, always the same but for their times: one version has a fault, all have bad luck."""

import random
import uuid
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

Json = dict[str, Any]

ENVIRONMENT: Final = "demo"
FAULTY_AGENT: Final = "order-agent"
FAULTY_VERSION: Final = "2.1.0"
FAULTY_TOOL: Final = "order_lookup"

_SEED: Final = 10
_FAULTY_SHARE: Final = 0.7
_UNLUCKY_SHARE: Final = 0.03
_EVERY: Final = timedelta(minutes=1)


class _Agent(NamedTuple):
    name: str
    version: str
    tool: str
    share: int
    """Of all runs, in proportion to the others' shares."""


class _Fault(NamedTuple):
    status_code: int
    error_class: str
    message: str


_FAULT: Final = _Fault(422, "ValidationError", "Missing required field: 'customer_id'")
_BAD_LUCK: Final = (
    _Fault(504, "GatewayTimeout", "No answer within 30 s"),
    _Fault(429, "TooManyRequests", "Rate limit exceeded, try again later"),
)
_AGENTS: Final = (
    _Agent(FAULTY_AGENT, "2.0.0", FAULTY_TOOL, 4),
    _Agent("support-triage-agent", "3.4.1", "ticket_search", 2),
    _Agent("refund-agent", "1.8.0", "payment_refund", 1),
    _Agent("shipping-agent", "2.2.0", "shipment_status", 1),
    _Agent("invoice-agent", "1.3.2", "invoice_fetch", 1),
    _Agent("catalog-agent", "4.0.1", "product_search", 1),
    _Agent("scheduling-agent", "0.9.4", "calendar_query", 1),
    _Agent("contract-review-agent", "1.1.0", "document_fetch", 1),
    _Agent("code-review-agent", "2.5.0", "repository_diff", 1),
    _Agent("reporting-agent", "1.6.3", "warehouse_query", 1),
    _Agent("translation-agent", "3.0.2", "glossary_lookup", 1),
    _Agent("research-agent", "0.7.0", "web_search", 1),
)


def fleet_runs(count: int, *, until: datetime) -> list[Json]:
    """Return `count` runs of 12 agents, as ingest takes them, in the order in which they ended, up to `until`.

    From the middle on one agent runs in a new version, of which 70 % of the runs leave out a field that a tool
    requires. Besides, 3 % of all runs fail over a timeout or a rate limit.
    """
    first = until - count * _EVERY
    return [_run(number, first + number * _EVERY, new_version=number >= count // 2) for number in range(count)]


def _run(number: int, began: datetime, *, new_version: bool) -> Json:
    rng = random.Random(f"{_SEED} {number}")  # noqa: S311  the same runs each time
    [agent] = rng.choices(_AGENTS, [agent.share for agent in _AGENTS])
    if agent.name == FAULTY_AGENT and new_version:
        agent = agent._replace(version=FAULTY_VERSION)
    call = _call(rng, agent)
    failed = call["status"] == "failure"
    steps = [_step(rng, "step-1", "Plan"), _step(rng, "step-2", f"Use {agent.tool}", failed=failed)]
    if not failed:
        steps.append(_step(rng, "step-3", "Answer"))
    prompt, completion = rng.randint(600, 2_400), rng.randint(80, 500)
    return {
        "run_id": f"fleet-{number:04}",
        "agent_name": agent.name,
        "agent_version": agent.version,
        "environment": ENVIRONMENT,
        "status": "failure" if failed else "success",
        "error_type": "ToolCallError" if failed else None,
        "error_message": f"{agent.tool} failed" if failed else None,
        "started_at": began.isoformat(),
        "ended_at": (began + timedelta(milliseconds=sum(step["latency_ms"] for step in steps))).isoformat(),
        "steps": steps,
        "tool_calls": [call],
        "cost": {
            "tokens_prompt": prompt,
            "tokens_completion": completion,
            "total_cost_usd": round(prompt * 2e-6 + completion * 8e-6, 6),
        },
    }


def _step(rng: random.Random, step_id: str, name: str, *, failed: bool = False) -> Json:
    latency = round(rng.lognormvariate(6.5, 0.7))
    return {"step_id": step_id, "name": name, "status": "failure" if failed else "success", "latency_ms": latency}


def _call(rng: random.Random, agent: _Agent) -> Json:
    args = {"reference": f"{rng.randrange(10**6):06}", "customer_id": f"c-{rng.randrange(10**4):04}"}
    call = {"call_id": "call-1", "step_id": "step-2", "tool_name": agent.tool, "args_json": args}
    faulty = (agent.name, agent.version) == (FAULTY_AGENT, FAULTY_VERSION) and rng.random() < _FAULTY_SHARE
    if faulty:
        del args["customer_id"]
    elif rng.random() >= _UNLUCKY_SHARE:
        return call | {"status": "success", "status_code": 200}
    fault = _FAULT if faulty else rng.choice(_BAD_LUCK)
    return call | {
        "status": "failure",
        "status_code": fault.status_code,
        "error_class": fault.error_class,
        "error_message": f"{fault.message} (request {uuid.UUID(int=rng.getrandbits(128))})",
    }
