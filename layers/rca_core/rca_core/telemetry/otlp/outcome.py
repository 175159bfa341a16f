"""How a run ended, and what says so: most frameworks end the root well after a tool failed for good.

A run failed if its root or an agent in it did, if a guardrail blocked it, or if a call of a tool or a model failed and
no later call of the same one succeeded. What a later success made good is recovered. Nothing is inferred that no span
shows, and what was inferred is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

import re2

from rca_core.telemetry.otlp.facts import ERROR, Facts, Span
from rca_core.telemetry.otlp.names import FILTERED
from rca_core.telemetry.otlp.tree import Tree, has_failed

_DIGITS: Final = re2.compile(r"\d+")
_WORD: Final = re2.compile(r"[\w.-]{2,256}")
_MAX_STEPS: Final = 100
"""Failed steps that are looked at, the last ones: each is compared with all that came after it."""
_ANY: Final = ""
_Key = tuple[str, str | None]
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
        if _is_filtered(span) and not any(
            other.kind == "llm" and other.start > span.start and not has_failed(other) and not _is_filtered(other)
            for other in trace.tree.spans
        ):
            return Outcome("a model's answer was filtered", failed=True, facts=span.facts)
    return None


def _is_filtered(span: Span) -> bool:
    return span.kind == "llm" and span.facts.get("finish_reason", "").lower() in FILTERED


def _call(trace: Trace) -> Outcome | None:
    successes = _latest_successes(trace.calls)
    for call in reversed(trace.calls):
        if call.failed and call.span.start >= max(successes.get(key, 0) for key in _made_good_by(call)):
            what = "a call of a model" if call.span.kind == "llm" else "a tool call"
            how = "" if call.span.code == ERROR or call.facts.get("failed_in_status") else ", as its result says,"
            shown_by = f"{what} failed{how} and none of the same succeeded later"
            return Outcome(shown_by, failed=True, facts=call.facts)
    return None


def _latest_successes(calls: Sequence[Call]) -> dict[_Key, int]:
    """Return when the last success of each tool and each model started, and that of any model."""
    found: dict[_Key, int] = {}
    for call in calls:
        if not call.failed:
            kind, name = call.span.kind, call.facts.get("model" if call.span.kind == "llm" else "tool_name")
            for key in {(kind, name), (kind, _ANY)}:
                found[key] = max(found.get(key, 0), call.span.start)
    return found


def _made_good_by(call: Call) -> tuple[_Key, ...]:
    """Return what a success has to be of to make a failure good: of the same tool, of the same model where both say."""
    if call.span.kind != "llm":
        return ((call.span.kind, call.facts["tool_name"]),)
    model = call.facts.get("model")
    return (("llm", _ANY),) if model is None else (("llm", model), ("llm", None))


def _step(trace: Trace) -> Outcome | None:
    failed = (span for span in reversed(trace.tree.spans) if span.code == ERROR and span.kind in _STEPS)
    for span in islice(failed, _MAX_STEPS):
        if _stands(trace, span):
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
