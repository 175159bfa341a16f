"""Reports, readably, in a terminal. Telemetry is printed as text: nothing in it is markup."""

from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

Json = dict[str, Any]

_CONFIDENCE = {"high": "bold green", "medium": "yellow", "low": "dim"}


def show_report(console: Console, report: Json) -> None:
    """Print one report: verdict, hypotheses with what they cite, actions, evidence."""
    parts: list[RenderableType] = [Text(report["summary"]), Text()]
    if report["insufficient_evidence"]:
        parts += [Text(f"Insufficient evidence. {report['insufficient_reason']}", style="yellow"), Text()]
    for hypothesis in report["hypotheses"]:
        parts += [_hypothesis(hypothesis), Text()]
    parts.append(_actions(report["action_items"]))
    if report["evidence_index"]:
        parts += [Text(), _evidence(report["evidence_index"])]
    title = Text.assemble(report["run_id"], "  ", (report["category"], "bold"), f"  {report['cause']}")
    console.print(Panel(Group(*parts), title=title, title_align="left", padding=(1, 2)))


def _hypothesis(hypothesis: Json) -> RenderableType:
    confidence = hypothesis["confidence"]
    lines: list[RenderableType] = [
        Text.assemble((hypothesis["title"], "bold"), "  ", (f"{confidence} confidence", _CONFIDENCE[confidence])),
        Text(hypothesis["description"]),
        Text.assemble(("cites ", "dim"), (", ".join(hypothesis["evidence_ids"]), "cyan")),
    ]
    if hypothesis["contradicting_evidence_ids"]:
        lines.append(Text.assemble(("against it ", "dim"), ", ".join(hypothesis["contradicting_evidence_ids"])))
    lines += [Text.assemble(("verify  ", "dim"), step) for step in hypothesis["verification_steps"]]
    lines.append(Text.assemble(("mitigate  ", "dim"), hypothesis["mitigation"]))
    return Padding(Group(*lines), (0, 0, 0, 2))


def _actions(actions: list[Json]) -> RenderableType:
    table = Table(title="Actions", title_justify="left", box=None, show_header=False, padding=(0, 2, 0, 0))
    for action in actions:
        table.add_row(
            Text(action["priority"]),
            Text(action["type"], style="dim"),
            Text.assemble((action["title"], "bold"), f"\n{action['description']}"),
        )
    return table


def _evidence(evidence: list[Json]) -> RenderableType:
    table = Table(title="Evidence", title_justify="left", box=None, show_header=False, padding=(0, 2, 0, 0))
    for item in evidence:
        table.add_row(
            Text(item["evidence_id"], style="cyan", no_wrap=True), Text(f"{item['title']}\n{item['snippet']}")
        )
    return table
