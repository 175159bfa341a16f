"""What makes the described API one to try: tags, and examples that succeed. Nothing here runs in a request.

Once the two runs are posted, each gets a 2xx from a stack that was just started: the runs are those of `events/`, and
what is asked about is theirs. Only an analysis has no id that could be known ahead.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from rca_core.analysis import analyze, fingerprint_of
from rca_core.telemetry import AgentRun
from rca_core.telemetry.ingest import parse_agent_run

_EVENTS: Final = Path(__file__).parents[4] / "events"
_RUN, _OTHER_RUN = "tool_schema_mismatch", "insufficient_evidence"
_RCA: Final = "rca-0123456789abcdef0123456789abcdef"
_TRACE: Final = "tool_timeout"
_SUMMARIES: Final = {
    _RUN: "A run that a tool's schema refused: its report names the field",
    _OTHER_RUN: "A run that recorded too little: its report says what to record",
}

_TAGS: Final = {
    "Runs": "What agents did. Start here: post one of the two examples.",
    "Analyses": "Why a run failed. A failed run starts its analysis itself: posting it answers with its `rca_run_id`.",
    "Failures": "What recurs over many runs, under a fingerprint. Counted within seconds of an analysis.",
    "Metrics": "What all runs amount to, and how that changed. Counted within seconds of a run.",
    "About": "The API itself. Open to anyone.",
}
_ABOUT: Final = ("/", "/openapi.json", "/docs")

_DESCRIPTIONS: Final = {
    "run_id": "Of a run: as it was sent, or as posting it answered.",
    "rca_run_id": "Of an analysis: what posting a run, or asking for its analysis, answered. Put yours here.",
    "fingerprint": "Of a recurring failure: in the list of failures, and in reports.",
    "agent_name": "Of this agent only.",
    "agent_version": "Of this version only; of every agent that has it, unless one is named.",
    "environment": "Of this environment only.",
    "without_environment": "Of those only that name no environment.",
    "unrecovered_failures": "Those only with failed calls that nothing made good, or, if false, those without.",
    "failing_tool": "Those only with a failed call of this tool, recovered or not. Needs `agent_name`.",
    "min_duration_ms": "Those only that took so long or longer.",
    "min_cost_usd": "Those only that cost so much or more.",
    "text": "Those only with this, in any case, in id, agent, error, trace or correlation ids.",
    "findings": "Say of failed runs what their analysis found: half a read unit for each.",
    "status": "In this state only.",
    "since": "From this time on.",
    "until": "Before this time.",
    "limit": "How many at most.",
    "cursor": "Where the next page starts: `next_cursor` of the one before.",
    "offset": "How many to pass over.",
    "tool": "Of this tool only.",
    "before": "Of the earlier analysis.",
    "path": "Of an event, as in its outline and in highlights; none for the run's own fields.",
    "strict": "Refuse what would be mended, and name each such field: for tests of an integration.",
    "force": "Analyse again what was analysed already.",
    "sort": "Those seen last first, or the most frequent.",
    "category": "Of this category only.",
    "hours": "How many of the last hours.",
    "group_by": "What makes a group.",
    "bucket": "How long each interval is.",
}


def add_examples(document: dict[str, Any]) -> dict[str, Any]:
    """Give a document's operations their tags, and their parameters and bodies examples; return it."""
    runs = {name: json.loads((_EVENTS / f"{name}.json").read_text("utf-8")) for name in _SUMMARIES}
    values = _values(runs)
    document["tags"] = [{"name": name, "description": text} for name, text in _TAGS.items()]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            operation["tags"] = [_tag(path)]
            own = values | _OWN.get(f"{method} {path}", {})
            for parameter in operation["parameters"]:
                name = parameter["name"]
                parameter["description"] = _DESCRIPTIONS[name]
                # A cursor is what an answer gave; there is none that always holds.
                if name in own:
                    parameter["example"] = own[name]
    _add_bodies(document["paths"], runs)
    return document


def _tag(path: str) -> str:
    if path in _ABOUT:
        return "About"
    if path == "/v1/traces":
        return "Runs"
    if "rca-runs" in path:
        return "Analyses"
    first = path.split("/")[1]
    return {"agent-runs": "Runs", "failures": "Failures", "metrics": "Metrics"}[first]


def _values(runs: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    run = runs[_RUN]
    return {
        "run_id": run["run_id"],
        "rca_run_id": _RCA,
        "fingerprint": _fingerprint(run),
        "agent_name": run["agent_name"],
        "environment": run["environment"],
        "since": "2026-01-01T00:00:00Z",
        "before": _RCA,
        "limit": 20,
        "path": f"tool_calls/{run['tool_calls'][0]['call_id']}",
        "offset": 0,
        "force": False,
    }


_OWN: Final[dict[str, dict[str, Any]]] = {
    # The other run, so that the first one is there for what follows.
    "delete /agent-runs/{run_id}": {"run_id": "run-insufficient-evidence"},
    "get /agent-runs": {"status": "failure", "until": "2027-01-01T00:00:00Z", "findings": True},
    "get /failures": {"sort": "count", "status": "open", "category": _RUN},
    "get /metrics/overview": {"hours": 168},
    "get /metrics/trends": {"group_by": "version", "bucket": "day", "hours": 168},
}


# No example says when it was made.
_WRITTEN: Final = datetime(2026, 1, 1, tzinfo=UTC)


def _fingerprint(body: Mapping[str, Any]) -> str:
    parsed = parse_agent_run(json.dumps(body).encode(), new_run_id=str, now=_WRITTEN)
    run = AgentRun.from_body(parsed.body)
    found = fingerprint_of(analyze(run, now=_WRITTEN), run)
    if found is None:
        raise ValueError(f"the sample run {_RUN} shows no failure")
    return found.fingerprint


def _add_bodies(paths: Mapping[str, Any], runs: Mapping[str, Any]) -> None:
    ingest = paths["/agent-runs"]["post"]["requestBody"]["content"]["application/json"]
    ingest["examples"] = {name: {"summary": _SUMMARIES[name], "value": run} for name, run in runs.items()}
    trace = paths["/v1/traces"]["post"]["requestBody"]["content"]["application/json"]
    trace["examples"] = {
        _TRACE: {
            "summary": "The spans of an agent one of whose tools timed out, as its exporter sends them",
            "value": json.loads((_EVENTS / f"traces/{_TRACE}.json").read_text("utf-8")),
        }
    }
    change = paths["/failures/{fingerprint}"]["patch"]["requestBody"]["content"]["application/json"]
    change["examples"] = {
        "resolved": {"summary": "It is resolved, until a later run shows it again", "value": {"status": "resolved"}},
        "open": {"summary": "It is open", "value": {"status": "open"}},
    }
