"""What the telemetry holds for a report to speak of: the children of a run, and the texts in them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from rca_core.analysis.model import Evidence
from rca_core.telemetry import AgentRun

Children = dict[tuple[str, str], BaseModel]


def children_of(run: AgentRun) -> Children:
    """Return the children of a run by kind and id."""
    found: Children = {("step", step.step_id): step for step in run.steps}
    found.update({("tool_call", call.call_id): call for call in run.tool_calls})
    found.update({("guardrail", event.event_id): event for event in run.guardrail_events})
    return found


def child_of(evidence: Evidence, children: Children) -> BaseModel | None:
    """Return the child that a piece of evidence refers to; None if it is not of one, or of one that is not there."""
    # A contrast is of a call.
    kind = "tool_call" if evidence.kind == "contrast" else evidence.kind
    return children.get((kind, evidence.ref_id))


def texts_of(subject: BaseModel, run: AgentRun) -> Iterator[str]:
    """Yield the text fields of a child, or of the run with the names of its tools."""
    for name, value in subject.__dict__.items():
        if isinstance(value, str):
            yield value
        elif name == "attributes":
            yield from scalars(value)
    if subject is run:
        yield from (call.tool_name for call in run.tool_calls)


def scalars(values: Any) -> Iterator[str]:
    """Yield every scalar in nested values as text; a stack, because telemetry may nest deeper than Python may call."""
    stack = [values]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            stack += (*value.keys(), *value.values())
        elif isinstance(value, list | tuple):
            stack += value
        elif isinstance(value, datetime):
            yield value.isoformat()
        elif value is not None:
            yield str(value)
