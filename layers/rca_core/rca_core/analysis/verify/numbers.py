"""Check the numbers in a report's prose: each stands in the telemetry cited, or counts it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final
from unicodedata import decimal

from pydantic import BaseModel

from rca_core.analysis.model import RcaReport
from rca_core.analysis.verify.children import Children, child_of, scalars
from rca_core.telemetry import AgentRun, Step

_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")
_ENTITY = re.compile(r"&#(?:58|46);")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_CHILDREN: Final = frozenset(("steps", "tool_calls", "guardrail_events"))


def wrong_numbers(report: RcaReport, run: AgentRun, children: Children) -> Iterator[str]:
    """Yield each number in the prose that is neither in the telemetry cited nor a count of it."""
    cited = [child for each in report.evidence_index if (child := child_of(each, children))]
    # A step has its own id, so that it is among these where it is cited itself.
    steps = {str(getattr(child, "step_id", "")) for child in cited}
    counts = (len(run.steps), len(run.tool_calls), len(run.guardrail_events), max(0, len(report.hypotheses) - 1))
    sources: list[Any] = [
        counts,
        _calls_by_tool(run, cited),
        *({**each.__dict__, "title": None} for each in report.evidence_index),
        *(child.__dict__ for child in cited if not isinstance(child, Step)),
        *(step.__dict__ for step in run.steps if step.step_id in steps),
        {name: value for name, value in run.__dict__.items() if name not in _CHILDREN},
        run.cost.__dict__,
        report.metrics_snapshot.__dict__,
        report.recurrence.__dict__ if report.recurrence else {},
        # Data collection names steps that no evidence refers to.
        [(step.step_id, step.name) for step in run.steps] if report.insufficient_evidence else [],
    ]
    known = {token for text in scalars(sources) for token in _parts(text)}
    known_in_ticket = known | {"1", *(str(action.due_in_days) for action in report.action_items)}
    known_in_ticket.update((*_parts(report.rca_run_id), *_parts(report.fingerprint or "")))
    for where, prose in _prose(report):
        for number in map(_in_ascii, _NUMBER.findall(prose)):
            if number not in (known_in_ticket if where == "jira_fields" else known):
                yield f"{where} names {number}, which is nowhere in the telemetry cited"


def _calls_by_tool(run: AgentRun, cited: Iterable[BaseModel]) -> list[int]:
    """Return how many calls were made, and failed, of each tool that a cited call is of."""
    tools = {getattr(child, "tool_name", None) for child in cited}
    calls = [call for call in run.tool_calls if call.tool_name in tools]
    failed = Counter(
        call.tool_name
        for call in calls
        if call.status == "failure" or (call.status == "success" and (call.status_code or 0) >= 400)
    )
    return [*Counter(call.tool_name for call in calls).values(), *failed.values()]


def _parts(text: str) -> Iterator[str]:
    for token in map(_in_ascii, _DIGITS.findall(text)):
        yield token
        yield from token.split(".")


def _in_ascii(number: str) -> str:
    """Return a number as ASCII writes it: `\\d` is a digit of any script, and a number is the same in each."""
    return number if number.isascii() else "".join(f"{decimal(char, char)}" for char in number)


def _prose(report: RcaReport) -> Iterator[tuple[str, str]]:
    yield "summary", report.summary
    for hypothesis in report.hypotheses:
        yield (
            hypothesis.hypothesis_id,
            " ".join(
                (
                    hypothesis.title,
                    hypothesis.description,
                    hypothesis.mitigation,
                    hypothesis.would_disprove,
                    hypothesis.validate_fix,
                    *hypothesis.verification_steps,
                )
            ),
        )
    for action in report.action_items:
        yield action.action_id, f"{action.title} {action.description}"
    for each in report.evidence_index:
        yield each.evidence_id, each.title
    # In the ticket's lists every number is 1; a colon or a point of a link is written as its code.
    ticket = f"{report.jira_fields.jira_summary} {report.jira_fields.jira_description_md}"
    yield "jira_fields", _ENTITY.sub(" ", ticket)
