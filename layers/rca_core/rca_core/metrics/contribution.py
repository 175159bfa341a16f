"""What one run adds to the counters."""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from rca_core.metrics.block import AGENT, CATEGORY, FAILED, RUN_MS, RUNS, STEP_MS, TOOL, VERSION, Block
from rca_core.metrics.histogram import Counts, histogram, unpack
from rca_core.metrics.names import short, version_name

NOT_ANALYSED: Final = "not_analysed"
"""The category of failed runs whose current revision has no finished analysis."""
_MICRO: Final = 1_000_000


class Contribution(NamedTuple):
    """What a run adds to an hour's counters, and to which: `hour` as in 2026-01-20T13, UTC, of its last ingest."""

    hour: str
    agent: str
    environment: str
    block: Block


def contribution(header: Mapping[str, Any]) -> Contribution:
    """Return what a stored run contributes; a failed one as not analysed. `header` is its item, as plain values."""
    agent, status = short(header["agent_name"]), header["status"]
    failed = status == "failure"
    groups = {AGENT: agent}
    if version := header.get("agent_version"):
        groups[VERSION] = version_name(header["agent_name"], version)
    block: Block = {RUNS: _run(header, status)}
    for section, name in groups.items():
        block[section] = {name: 1}
        if failed:
            block[section + FAILED] = {name: 1}
    if failed:
        block[CATEGORY] = {NOT_ANALYSED: 1}
    for section, counts in _tools(header):
        block[section] = counts
    if latencies := header.get("latencies"):
        block[STEP_MS] = unpack(latencies)
    if (duration := header.get("duration_ms")) is not None:
        block[RUN_MS] = histogram([duration])
    return Contribution(header["updated_at"][:13], agent, short(header.get("environment") or ""), block)


def categorised(block: Block, category: str) -> Block:
    """Return a failed run's block with the category that its analysis found."""
    return {**block, CATEGORY: {category: 1}} if CATEGORY in block else block


def of_agent(block: Block) -> Block:
    """Return what of a block the counters of its own agent hold: without the comparison of agents."""
    return {section: counts for section, counts in block.items() if section not in (AGENT, AGENT + FAILED)}


def _run(header: Mapping[str, Any], status: str) -> Counts:
    cost = header.get("cost") or {}
    counts = {
        "total": 1,
        status: 1,
        "tokens_prompt": int(cost.get("tokens_prompt") or 0),
        "tokens_completion": int(cost.get("tokens_completion") or 0),
        "cost_micros": round((cost.get("total_cost_usd") or 0) * _MICRO),
        # A run of before they were counted says nothing of them.
        "unrecovered_failures": (unrecovered := int(header.get("unrecovered_failures") or 0)),
        "unrecovered_successes": int(status == "success" and unrecovered > 0),
    }
    return {name: count for name, count in counts.items() if count}


def _tools(header: Mapping[str, Any]) -> list[tuple[str, Counts]]:
    """Return the calls of each tool that ended, and those of them that failed."""
    calls: Counts = {}
    failures: Counts = {}
    for tool, (ended, failed) in json.loads(header["profile"])["tools"].items():
        name = short(tool)
        calls[name] = calls.get(name, 0) + ended
        if failed:
            failures[name] = failures.get(name, 0) + failed
    return [(section, counts) for section, counts in ((TOOL, calls), (TOOL + FAILED, failures)) if counts]
