"""The report as a ticket: markdown in which no text of the telemetry can become markup."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rca_core.analysis.model import ActionItem, Evidence, Hypothesis, JiraFields
from rca_core.analysis.plain import cut, plain
from rca_core.telemetry import AgentRun
from rca_core.telemetry.fields import rfc3339

MAX_SUMMARY: Final = 200
MAX_SHOWN: Final = 10
"""Pieces of evidence that are quoted: what the hypotheses cite before anything else."""
# What can mark up inside a line, braces where a tracker reads macros; an underscore within a word cannot.
_MARKUP = re.compile(r"([\\`*\[\]{}!|<>~&@]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")
_LINK = re.compile(r"\b(?:([a-z][a-z0-9+.-]{1,15}):(?=//|\S{1,64}@)|(www)\.)", re.IGNORECASE)


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
    evidence: Sequence[Evidence],
    hypotheses: Sequence[Hypothesis],
    chain: Sequence[str],
    actions: Sequence[ActionItem],
    rca_run_id: str,
    fingerprint: str | None = None,
) -> JiraFields:
    """Return the summary line and the description of a ticket."""
    by_id = {each.evidence_id: each for each in evidence}
    parts = [_facts(run, rca_run_id, fingerprint), "", escape(summary)]
    if len(chain) > 1:
        parts += ["", "### What led where", "", *(_link_of_chain(by_id[each]) for each in chain)]
    for hypothesis in hypotheses:
        parts += ["", *_hypothesis(hypothesis)]
    cited = dict.fromkeys(each for hypothesis in hypotheses for each in hypothesis.evidence_ids)
    cited.update(dict.fromkeys((*chain, *by_id)))
    # A step that failed without a word is quoted by its name, which its title holds already.
    telling = [by_id[each] for each in cited if by_id[each].snippet not in by_id[each].title]
    shown = telling[:MAX_SHOWN]
    if shown:
        parts += ["", "### Evidence"]
    for each in sorted(shown, key=evidence.index):
        parts += ["", f"{escape(each.evidence_id)}: {escape(each.title)}", "", fence(each.snippet)]
    parts += ["", "### Actions", "", *map(_action, actions)]
    return JiraFields(
        jira_summary=cut(plain(f"[RCA] {run.agent_name}: {headline}", 400), MAX_SUMMARY),
        jira_description_md="\n".join(parts),
    )


def with_fact(ticket: JiraFields, name: str, value: str) -> JiraFields:
    """Return a ticket with one more of the facts that its description starts with."""
    facts, _, rest = ticket.jira_description_md.partition("\n\n")
    return ticket.model_copy(update={"jira_description_md": f"{facts}\n{_fact(name, value)}\n\n{rest}"})


def _facts(run: AgentRun, rca_run_id: str, fingerprint: str | None) -> str:
    facts = (
        ("Run", run.run_id),
        ("Agent", run.agent_name),
        ("Version", run.agent_version),
        ("Model", run.model),
        ("Environment", run.environment),
        ("Started", rfc3339(run.started_at)),
        ("Ended", rfc3339(run.ended_at) if run.ended_at else None),
        ("Trace", run.trace_id),
        ("Analysis", rca_run_id),
        ("Fingerprint", fingerprint),
    )
    return "\n".join(_fact(name, value) for name, value in facts if value)


def _fact(name: str, value: str) -> str:
    return f"- {name}: {escape(value)}"


def _link_of_chain(each: Evidence) -> str:
    when = f"{rfc3339(each.occurred_at)} " if each.occurred_at else ""
    return f"1. {when}{escape(each.title)} ({escape(each.evidence_id)})"


def _hypothesis(hypothesis: Hypothesis) -> Iterator[str]:
    yield f"### {escape(hypothesis.title)} ({hypothesis.confidence} confidence)"
    yield ""
    yield escape(hypothesis.description)
    yield ""
    yield f"Evidence: {_ids(hypothesis.evidence_ids)}"
    if hypothesis.contradicting_evidence_ids:
        yield f"Against it: {_ids(hypothesis.contradicting_evidence_ids)}"
    yield ""
    yield "To verify:"
    yield from (f"1. {escape(step)}" for step in hypothesis.verification_steps)
    yield ""
    yield f"Mitigation: {escape(hypothesis.mitigation)}"


def _action(action: ActionItem) -> str:
    return (
        f"- [{action.priority}] {escape(action.title)}: {escape(action.description)} "
        f"({action.owner}, {action.due_in_days} days)"
    )


def _ids(ids: Iterable[str]) -> str:
    return ", ".join(escape(each) for each in ids)
