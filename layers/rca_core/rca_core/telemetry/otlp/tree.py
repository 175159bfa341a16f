"""The spans of one trace as a tree: what holds what, and which nested spans are one and the same call."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

from rca_core.telemetry.otlp.facts import ERROR, Facts, Span
from rca_core.telemetry.otlp.texts import says_nothing

_HOPS: Final = 200
"""Levels that are climbed at most: telemetry may nest without end, or in a circle."""
_FAILED: Final = frozenset(["failed_in_result", "failed_in_event", "failed_in_status"])
_BETWEEN: Final = ("infra", "other")
_COMPARED: Final = 200


class Tree:
    """Spans with what they hold; `spans` are in order of their start."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self.spans = spans
        self.by_id = {span.span_id: span for span in spans}
        self.children: dict[str, list[Span]] = defaultdict(list)
        for span in spans:
            if span.parent_id and span.parent_id != span.span_id:
                self.children[span.parent_id].append(span)
        self._origins: dict[str, Span] = {}
        self.outer: dict[str, str] = {}
        """Inner span -> the span of the same call that holds it."""
        self.inner: dict[str, list[Span]] = defaultdict(list)
        for span in spans:
            if span.kind in ("tool", "llm", "retriever") and (holder := self._same_call(span)):
                self.outer[span.span_id] = holder.span_id
        for span in spans:
            if span.span_id in self.outer:
                self.inner[self.outermost(span.span_id)].append(span)

    def above(self, span: Span) -> Iterator[Span]:
        """Yield what holds a span, the nearest first."""
        at = span
        for _ in range(_HOPS):
            parent = self.by_id.get(at.parent_id)
            if parent is None or parent is span:
                return
            yield parent
            at = parent

    def outermost(self, span_id: str) -> str:
        """Return the span that stands for the call that a span is of."""
        for _ in range(_HOPS):
            holder = self.outer.get(span_id)
            if holder is None:
                break
            span_id = holder
        return span_id

    def _same_call(self, span: Span) -> Span | None:
        for holder in self.above(span):
            if holder.kind == span.kind:
                return holder if span.kind != "tool" or _same_tool(holder.facts, span.facts) else None
            if holder.kind not in _BETWEEN:
                return None
        return None

    def failing_below(self, span: Span) -> list[Span]:
        """Return the nearest spans within one that failed, by their end."""
        found, stack = [], list(self.children[span.span_id])
        seen = {span.span_id}
        while stack:
            each = stack.pop()
            if each.span_id in seen:
                continue
            seen.add(each.span_id)
            if has_failed(each) and each.kind != "infra":
                found.append(each)
            else:
                stack += self.children[each.span_id]
        return sorted(found, key=lambda each: (each.end, each.start, each.span_id))

    def origin(self, span: Span) -> Span:
        """Return the innermost span that a failure came from: an exception is recorded on all that it passes."""
        at, passed = span, dict[str, Span]()
        while at.span_id not in self._origins and at.span_id not in passed:
            passed[at.span_id] = at
            related = [each for each in self.failing_below(at) if _related(at.facts, each.facts)]
            if not related:
                break
            at = related[-1]
        found = self._origins.get(at.span_id, at)
        self._origins |= dict.fromkeys(passed, found)
        return found


def has_failed(span: Span) -> bool:
    """Return whether a span says that it failed, by its status or by what it holds."""
    return span.code == ERROR or bool(span.facts.keys() & _FAILED)


def _same_tool(outer: Facts, inner: Facts) -> bool:
    return outer["tool_name"] == inner["tool_name"] or "tool" in (outer["tool_name"], inner["tool_name"])


def _related(outer: Facts, inner: Facts) -> bool:
    """Return whether one failure is the other, as far as their texts tell."""
    upper, lower = outer.get("error_message"), inner.get("error_message")
    if says_nothing(upper) or says_nothing(lower):
        return True
    one, other = str(upper)[:_COMPARED], str(lower)[:_COMPARED]
    return one in str(lower) or other in str(upper)


def joined(span: Span, inner: Sequence[Span]) -> tuple[Facts, bool]:
    """Return the facts of one call out of the spans that are of it, and whether it failed.

    The outermost span comes first; what it does not say the others do. The worst status counts, but for an attempt
    within the call that a later one made good. Of errors, the innermost that says something is the cause.
    """
    if not inner:
        return span.facts, has_failed(span)
    facts: Facts = dict(span.facts)
    last: dict[str, Span] = {each.parent_id: each for each in inner}
    failed = has_failed(span) or any(has_failed(each) for each in last.values())
    for each in inner:
        for name, value in each.facts.items():
            if name not in facts or _says_less(name, facts[name]):
                facts[name] = value
    for each in (span, *inner):
        if has_failed(each) and not says_nothing(each.facts.get("error_message")):
            for name in ("error_message", "error_type", "status_code"):
                if each.facts.get(name) is not None and not (name == "error_type" and says_nothing(each.facts[name])):
                    facts[name] = each.facts[name]
    return facts, failed


def _says_less(name: str, value: Any) -> bool:
    return (name == "tool_name" and value == "tool") or (
        name in ("error_message", "error_type") and says_nothing(value)
    )
