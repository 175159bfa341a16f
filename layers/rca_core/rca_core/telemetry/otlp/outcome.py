"""How a run ended, and what says so: most frameworks end the root well after a tool failed for good.

A run failed if its root or an agent in it did, if a guardrail blocked it, or if a call of a tool or a model failed and
no later call of the same one succeeded. What a later success made good is recovered. Nothing is inferred that no span
shows, and what was inferred is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import re2

from rca_core.telemetry.otlp.facts import ERROR, Facts, Span
from rca_core.telemetry.otlp.names import FILTERED
from rca_core.telemetry.otlp.tree import Tree, has_failed

_DIGITS: Final = re2.compile(r"\d+")
_WORD: Final = re2.compile(r"[\w.-]{2,256}")
_STEPS: Final = ("chain", "planner", "other", "retriever")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a tool or a model, whichever spans are of it."""

    span: Span
    facts: Facts
    failed: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: what shows it, whether it failed, and the facts that tell why."""

    shown_by: str
    failed: bool = False
    facts: Facts | None = None


class Trace(NamedTuple):
    """What of a trace that has ended decides on its outcome."""

    tree: Tree
    root: Span | None
    calls: Sequence[Call]
    tools: Sequence[str]
    """The names of all tools that are known."""


def outcome(trace: Trace) -> Outcome:
    """Return how a trace ended, by the first of what can show it."""
    for check in (_root, _agent, _guardrail, _call, _step, _retrieval):
        if found := check(trace):
            return found
    failed = any(map(has_failed, trace.tree.spans))
    return Outcome("no span shows a failure that stands" if failed else "no span shows a failure")


def _root(trace: Trace) -> Outcome | None:
    if trace.root is None or trace.root.code != ERROR:
        return None
    return _told(trace.tree, trace.root, "the root span ended with an error")


def _agent(trace: Trace) -> Outcome | None:
    failed = next((span for span in trace.tree.spans if span.kind == "agent" and span.code == ERROR), None)
    return _told(trace.tree, failed, "the span of an agent ended with an error") if failed else None


def _guardrail(trace: Trace) -> Outcome | None:
    for span in trace.tree.spans:
        if "tripwire" in span.facts:
            return _told(trace.tree, span, "a guardrail's tripwire was triggered")
        if span.facts.get("guard_action") == "blocked":
            return Outcome("a guardrail blocked", failed=True, facts=_blocked(span.facts))
        if span.kind == "llm" and span.facts.get("finish_reason", "").lower() in FILTERED:
            return Outcome("a model's answer was filtered", failed=True, facts=span.facts)
    return None


def _call(trace: Trace) -> Outcome | None:
    for call in reversed(trace.calls):
        if call.failed and not _made_good(call, trace.calls):
            what = "a call of a model" if call.span.kind == "llm" else "a tool call"
            how = "" if call.span.code == ERROR or call.facts.get("failed_in_status") else ", as its result says,"
            shown_by = f"{what} failed{how} and none of the same succeeded later"
            return Outcome(shown_by, failed=True, facts=call.facts)
    return None


def _step(trace: Trace) -> Outcome | None:
    for span in reversed(trace.tree.spans):
        if span.code == ERROR and span.kind in _STEPS and _stands(trace, span):
            return _told(trace.tree, span, "a step ended with an error and none like it succeeded later")
    return None


def _retrieval(trace: Trace) -> Outcome | None:
    informing = [call for call in trace.calls if call.span.kind != "llm"]
    if not informing or any(call.span.kind != "retriever" or call.facts.get("result_count") != 0 for call in informing):
        return None
    return Outcome("every retrieval found nothing, and the answer rests on no other tool", failed=True)


def _told(tree: Tree, span: Span, shown_by: str) -> Outcome:
    origin = tree.origin(span)
    facts = origin.facts if origin.facts.get("error_message") else span.facts
    return Outcome(shown_by, failed=True, facts=facts)


def _blocked(facts: Facts) -> Facts:
    reason = facts.get("guard_reason") or facts.get("error_message") or facts.get("output_summary")
    return {"error_type": facts.get("error_type"), "error_message": reason}


def _made_good(failure: Call, calls: Sequence[Call]) -> bool:
    """Return whether a later call of the same tool or model succeeded."""
    for call in calls:
        if call.failed or call.span.kind != failure.span.kind or call.span.start <= failure.span.start:
            continue
        if call.span.kind == "llm":
            models = failure.facts.get("model"), call.facts.get("model")
            if None in models or models[0] == models[1]:
                return True
        elif call.facts["tool_name"] == failure.facts["tool_name"]:
            return True
    return False


def _stands(trace: Trace, span: Span) -> bool:
    """Return whether the failure of a step is its own, and nothing later made it good."""
    if any(each.kind in ("tool", "llm", "agent") for each in _within(trace.tree, span)):
        return False
    words = _WORD.findall(span.facts.get("error_message") or "")
    if (named := next((word for word in words if word in trace.tools), None)) is not None:
        return not any(
            call.facts.get("tool_name") == named and not call.failed and call.span.start > span.start
            for call in trace.calls
        )
    shape = _DIGITS.sub("", span.facts["name"])
    return not any(
        other.start > span.start and not has_failed(other) and _DIGITS.sub("", other.facts["name"]) == shape
        for other in trace.tree.spans
    )


def _within(tree: Tree, span: Span) -> list[Span]:
    """Return all failed spans within one."""
    found, stack, seen = [], [span], {span.span_id}
    while stack:
        for each in tree.children[stack.pop().span_id]:
            if each.span_id not in seen:
                seen.add(each.span_id)
                stack.append(each)
                if has_failed(each):
                    found.append(each)
    return found
