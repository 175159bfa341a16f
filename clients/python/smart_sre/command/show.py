"""A report for people: in a terminal, or as markdown."""

from collections.abc import Iterator
from typing import Any, Final

from smart_sre.command.terminal import Terminal, clean, one_line

Json = dict[str, Any]

_CONFIDENCE: Final = {"high": "green", "medium": "yellow", "low": "dim"}
_MOST_EVIDENCE: Final = 12


def show_report(terminal: Terminal, report: Json) -> None:
    """Write a report for a terminal."""
    say, style = terminal.say, terminal.style
    say(style(f"{report['category']} / {report['cause']}", "bold", "red" if report["hypotheses"] else "yellow"))
    say(style(one_line(f"run {report['run_id']}, report {report['report_id']}", terminal.width), "dim"))
    say()
    terminal.paragraph(report["summary"])
    if report["insufficient_reason"]:
        say()
        terminal.paragraph(report["insufficient_reason"])
    for number, each in enumerate(report["hypotheses"], 1):
        _hypothesis(terminal, number, each)
    _evidence(terminal, report)
    if report["action_items"]:
        terminal.heading("What to do")
        for item in report["action_items"]:
            due = style(f"{item['priority']}, {item['owner']}, in {item['due_in_days']} days", "dim")
            terminal.paragraph(item["title"], first="  • ", indent="    ")
            terminal.paragraph(item["description"], indent="    ")
            say(f"    {due}")
    if report["missing_evidence"]:
        terminal.heading("Not recorded, and would have decided")
        for text in report["missing_evidence"]:
            terminal.paragraph(text, first="  • ", indent="    ")


def _hypothesis(terminal: Terminal, number: int, each: Json) -> None:
    confidence = terminal.style(f"({each['confidence']} confidence)", _CONFIDENCE.get(each["confidence"], "dim"))
    terminal.heading(f"{number}. {clean(each['title'])} {confidence}")
    terminal.paragraph(each["description"], indent="   ")
    for label, text in (
        ("Check", " ".join(f"({n}) {step}" for n, step in enumerate(each["verification_steps"], 1))),
        ("Mitigate", each["mitigation"]),
        ("Would disprove it", each["would_disprove"]),
        ("Fixed when", each["validate_fix"]),
    ):
        if text:
            terminal.paragraph(f"{label}: {text}", indent="     ", first="   ")


def _evidence(terminal: Terminal, report: Json) -> None:
    chain = report["causal_chain"]
    cited = {name for each in report["hypotheses"] for name in each["evidence_ids"]} | set(chain)
    shown = [each for each in report["evidence_index"] if each["evidence_id"] in cited] or report["evidence_index"]
    if not shown:
        return
    terminal.heading("Evidence")
    order = {name: place for place, name in enumerate(chain)}
    shown.sort(key=lambda each: order.get(each["evidence_id"], len(order)))
    for each in shown[:_MOST_EVIDENCE]:
        mark = "root" if each["evidence_id"] == report["root_evidence_id"] else ""
        terminal.say(
            f"  {terminal.style(one_line(each['evidence_id'], 60), 'cyan')}  {one_line(each['title'], 60)}"
            + (f"  {terminal.style(mark, 'bold')}" if mark else "")
        )
        if each["snippet"]:
            terminal.paragraph(f'"{one_line(each["snippet"], 300)}"', indent="      ", first="     ")
    if len(shown) > _MOST_EVIDENCE:
        terminal.say(terminal.style(f"  and {len(shown) - _MOST_EVIDENCE} more", "dim"))


def markdown(report: Json) -> Iterator[str]:
    """Yield a report as lines of markdown, for a comment on a change or in a ticket."""
    yield f"### `{report['category']}` / `{report['cause']}`: run `{_code(report['run_id'])}`"
    yield ""
    yield _escaped(report["summary"])
    for number, each in enumerate(report["hypotheses"], 1):
        yield ""
        yield f"**{number}. {_escaped(each['title'])}** ({each['confidence']} confidence)"
        yield ""
        yield _escaped(each["description"])
        yield ""
        yield f"- Evidence: {', '.join(f'`{_code(name)}`' for name in each['evidence_ids'])}"
        yield f"- Mitigation: {_escaped(each['mitigation'])}"
    if report["action_items"]:
        yield ""
        for item in report["action_items"]:
            yield f"- [ ] {_escaped(item['title'])} ({item['priority']}): {_escaped(item['description'])}"
    if report["missing_evidence"]:
        yield ""
        yield f"Not recorded: {_escaped('; '.join(report['missing_evidence']))}"


def _escaped(text: str) -> str:
    """Return telemetry as markdown that shows it, and does nothing else."""
    plain = " ".join(clean(text).split())
    return "".join(f"\\{each}" if each in "\\`*_{}[]<>#|@!~" else each for each in plain)


def _code(text: str) -> str:
    return " ".join(clean(text).replace("`", "'").split())
