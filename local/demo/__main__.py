"""Start a stack, post two failed runs, follow both analyses, print both reports; exit 0 only if both are right."""

import json
import sys
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from local.demo.client import Client
from local.demo.show import show_report
from local.testing import running_stack

Json = dict[str, Any]

_EVENTS: Final = Path(__file__).parents[2] / "events"
_RUNS: Final = ("tool_schema_mismatch", "insufficient_evidence")


def main() -> int:
    """Run the demo; return the process's exit code."""
    console = Console()
    console.print("Starting a stack on free ports …", style="dim")
    with running_stack() as stack:
        console.print(f"Serving on {stack.api_url}, streaming on {stack.stream_url}", style="dim")
        console.print(f"The page, while this runs: {stack.api_url}/ui/\n", style="dim")
        client = Client(stack.api_url)
        reports = {name: _analyse(console, client, name) for name in _RUNS}
        client.close()
    wrong = _mismatch(reports["tool_schema_mismatch"]) + _insufficient(reports["insufficient_evidence"])
    for complaint in wrong:
        console.print(f"WRONG: {complaint}", style="bold red")
    if not wrong:
        console.print("Both reports are right.", style="bold green")
    return 1 if wrong else 0


def _analyse(console: Console, client: Client, name: str) -> Json:
    run = json.loads((_EVENTS / f"{name}.json").read_text())
    stored = client.ingest(run)
    created = client.analyse(stored["run_id"])
    columns = (TextColumn("{task.description:24}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("Queued", total=100)
        for record in client.follow(created["stream_url"]):
            progress.update(bar, completed=record["pct"], description=record["step"])
    rca = client.rca_run(created["rca_run_id"])
    if rca["report"] is None:
        sys.exit(f"the analysis of {stored['run_id']} ended as {rca['status']}: {rca['error_message']}")
    report: Json = rca["report"]
    show_report(console, report)
    return report


def _mismatch(report: Json) -> list[str]:
    """Return what is wrong with the report on a tool that was called without a field that it requires."""
    if report["category"] != "tool_schema_mismatch" or not report["hypotheses"]:
        return [f"expected a tool schema mismatch, got {report['category']}"]
    best = report["hypotheses"][0]
    wrong = []
    if best["confidence"] != "high":
        wrong.append(f"expected high confidence, got {best['confidence']}")
    if missing := {"ev_tool_call-001", "ev_guard_guard-001"} - set(best["evidence_ids"]):
        wrong.append(f"the best hypothesis does not cite {sorted(missing)}")
    return wrong


def _insufficient(report: Json) -> list[str]:
    """Return what is wrong with the report on a run that recorded nothing that explains its failure."""
    wrong = []
    if not report["insufficient_evidence"] or report["hypotheses"]:
        wrong.append("expected insufficient evidence and no hypotheses")
    titles = [item["title"] for item in report["action_items"]]
    if titles != ["Enable detailed tracing", "Add structured error codes"]:
        wrong.append(f"expected the two data-collection actions, got {titles}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
