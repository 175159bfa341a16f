"""The report as a ticket: markdown in which no text of the telemetry can become markup."""

import re
from collections.abc import Iterable
from typing import Final

from rca_core.analysis.report_model import ActionItem, Evidence, Hypothesis, JiraFields
from rca_core.analysis.wording import cut, plain
from rca_core.telemetry import AgentRun

MAX_SUMMARY: Final = 200
# What can mark up inside a line; an underscore within a word cannot.
_MARKUP = re.compile(r"([\\`*\[\]!|<>~&@]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")
_LINK = re.compile(r"\b(?:([a-z][a-z0-9+.-]{1,15}):(?=//|\w+@)|(www)\.)", re.IGNORECASE)


def escape(text: str) -> str:
    """Return a line of markdown that reads as the text does, and marks nothing up, links nothing, mentions nobody."""
    return _LINK.sub(_unlink, _MARKUP.sub(r"\\\1", plain(text, 2_000)))


def _unlink(match: re.Match[str]) -> str:
    return f"{match[1]}&#58;" if match[1] else f"{match[2]}&#46;"


def fence(text: str) -> str:
    """Return a text as a code block whose fence is longer than any run of backticks in it."""
    clean = "".join(char if char.isprintable() or char in "\n\t" else " " for char in text.replace("\r", "\n"))
    longest = max((len(run) for run in re.findall(r"`+", clean)), default=0)
    bar = "`" * max(3, longest + 1)
    return f"{bar}text\n{clean}\n{bar}"


def jira_fields(
    run: AgentRun,
    headline: str,
    summary: str,
    evidence: Iterable[Evidence],
    hypotheses: Iterable[Hypothesis],
    actions: Iterable[ActionItem],
) -> JiraFields:
    """Return the summary line and the description of a ticket."""
    parts = [_facts(run), "", escape(summary)]
    for hypothesis in hypotheses:
        parts += [
            "",
            f"### {escape(hypothesis.title)} ({hypothesis.confidence} confidence)",
            "",
            escape(hypothesis.description),
            "",
            f"Evidence: {_ids(hypothesis.evidence_ids)}",
        ]
        if hypothesis.contradicting_evidence_ids:
            parts.append(f"Against it: {_ids(hypothesis.contradicting_evidence_ids)}")
        parts += [
            "",
            "To verify:",
            *(f"1. {escape(step)}" for step in hypothesis.verification_steps),
            "",
            f"Mitigation: {escape(hypothesis.mitigation)}",
        ]
    shown = list(evidence)[:10]
    if shown:
        parts += ["", "### Evidence"]
    for each in shown:
        parts += ["", f"{escape(each.evidence_id)}: {escape(each.title)}", "", fence(each.snippet)]
    parts += [
        "",
        "### Actions",
        "",
        *(
            f"- [{action.priority}] {escape(action.title)}: {escape(action.description)} "
            f"({action.owner}, {action.due_in_days} days)"
            for action in actions
        ),
    ]
    return JiraFields(
        jira_summary=cut(plain(f"[RCA] {run.agent_name}: {headline}", 400), MAX_SUMMARY),
        jira_description_md="\n".join(parts),
    )


def _facts(run: AgentRun) -> str:
    facts = (
        ("Run", run.run_id),
        ("Agent", run.agent_name),
        ("Version", run.agent_version),
        ("Model", run.model),
        ("Environment", run.environment),
        ("Trace", run.trace_id),
    )
    return "\n".join(f"- {name}: {escape(value)}" for name, value in facts if value)


def _ids(ids: Iterable[str]) -> str:
    return ", ".join(escape(each) for each in ids)
