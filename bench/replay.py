"""Post runs to a running stack, read each back, analyse the failed ones and follow them.

`python -m bench.replay RUNS.jsonl`: a line is a run, or an object that holds it under `run` and what people found under
`label`. Exits 0 only if every run was accepted and read back equal and every analysis ended as `done`.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from httpx_sse import connect_sse
from rich.console import Console
from rich.table import Table

Json = dict[str, Any]


def main() -> int:
    """Replay a file of runs; return the process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.replay", description=__doc__)
    parser.add_argument("runs", type=Path)
    parser.add_argument("--api", default="http://127.0.0.1:8000", help="the API of a running stack")
    arguments = parser.parse_args()
    console = Console()
    table = Table(title="What the reports claim", title_justify="left")
    for name in ("run", "status", "category", "cause", "insufficient", "hypotheses", "people found"):
        table.add_column(name)
    claims: Counter[str] = Counter()
    faults: list[str] = []
    with httpx.Client(base_url=arguments.api, timeout=60) as http:
        lines = list(_lines(arguments.runs))
        for run, label in lines:
            stored = http.post("/agent-runs", json=run)
            if stored.status_code != 200:
                faults.append(f"{run['run_id']}: {stored.text}")
                continue
            faults += _differences(http, run)
            if run["status"] != "failure":
                continue
            report = _analyse(http, run["run_id"])
            if report is None:
                faults.append(f"{run['run_id']}: its analysis did not end as done")
                continue
            claims[report["category"] if report["hypotheses"] else "no claim"] += 1
            table.add_row(
                run["run_id"],
                run["status"],
                report["category"],
                report["cause"],
                str(report["insufficient_evidence"]),
                " / ".join(f"{each['title']} ({each['confidence']})" for each in report["hypotheses"]),
                str(label.get("human_root_cause", "")),
            )
    console.print(table)
    console.print(f"{len(lines)} runs; claims: {dict(claims)}; faults: {len(faults)}")
    for fault in faults:
        console.print(fault, markup=False)
    return 1 if faults else 0


def _lines(path: Path) -> Iterator[tuple[Json, Json]]:
    for line in path.read_text().splitlines():
        entry = json.loads(line)
        yield entry.get("run", entry), entry.get("label") or {}


def _analyse(http: httpx.Client, run_id: str) -> Json | None:
    created = http.post(f"/agent-runs/{run_id}/rca-runs").raise_for_status().json()
    with connect_sse(http, "GET", created["stream_url"]) as source:
        percentages = [json.loads(event.data)["pct"] for event in source.iter_sse()]
    rca: Json = http.get(f"/agent-runs/rca-runs/{created['rca_run_id']}").raise_for_status().json()
    if rca["status"] != "done" or percentages[-1:] != [100]:
        return None
    report: Json = rca["report"]
    return report


def _differences(http: httpx.Client, run: Json) -> list[str]:
    """Return where the stored run differs from the one sent."""
    path = f"/agent-runs/{run['run_id']}"
    header = http.get(path).raise_for_status().json()
    timeline = http.get(f"{path}/timeline").raise_for_status().json()
    # What a run does not say about its cost is null in the header.
    header["cost"] = {name: value for name, value in header["cost"].items() if value is not None}
    wrong = [f"{run['run_id']}: header {name}" for name in header.keys() & run.keys() if header[name] != run[name]]
    events = {(each["event_type"], each["event_id"]): each for each in timeline}
    for kind, group, key in (("step", "steps", "step_id"), ("tool_call", "tool_calls", "call_id")):
        for child in run[group]:
            event = events.pop((kind, child[key]), {"details": {}})
            shown = {**event["details"], "name": event.get("name"), "status": event.get("status")}
            sent = {**child, "name": child.get("name") or child.get("tool_name")}
            wrong += [
                f"{run['run_id']}: {child[key]} {name}"
                for name in shown.keys() & sent.keys()
                if shown[name] != sent[name]
            ]
    guardrails = [child["event_id"] for child in run.get("guardrail_events", [])]
    wrong += [
        f"{run['run_id']}: {kind} {each} is not one that was sent" for kind, each in events if each not in guardrails
    ]
    return wrong


if __name__ == "__main__":
    sys.exit(main())
