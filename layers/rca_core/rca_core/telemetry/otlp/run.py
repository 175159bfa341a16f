"""The spans of one trace -> the run they tell of, as it can be posted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from rca_core.telemetry.fields import (
    MAX_NAME,
    cut_middle,
)
from rca_core.telemetry.otlp import texts
from rca_core.telemetry.otlp.children import Children, time_of
from rca_core.telemetry.otlp.facts import Facts, Span
from rca_core.telemetry.otlp.names import GENERIC_NAMES
from rca_core.telemetry.otlp.outcome import Call, Outcome, Trace, outcome
from rca_core.telemetry.otlp.spans import MAX_KEPT
from rca_core.telemetry.otlp.tree import Tree, joined
from rca_core.telemetry.wire import Body

_MAX_CORRELATED: Final = 64
_MAX_AVAILABLE: Final = 256
_SUFFIXES: Final = (".run", ".kickoff", ".workflow", ".agent", ".invoke", ".query")


def run_of(run_id: str, trace_id: str, spans: Sequence[Span], *, silent: bool = False) -> Body:
    """Return the run that the spans of a trace tell of; `silent` if no more of them are waited for.

    The same spans give the same run. Spans are in the order of `spans.merge`.
    """
    return _Building(run_id, trace_id, spans, silent=silent).run()


class _Building:
    def __init__(self, run_id: str, trace_id: str, spans: Sequence[Span], *, silent: bool) -> None:
        self._run_id = run_id
        self._trace_id = trace_id
        self._spans = spans
        self._silent = silent
        self._tree = Tree(spans)
        self._joined: dict[str, tuple[Facts, bool]] = {}
        for span in spans:
            if span.span_id not in self._tree.outer:
                self._joined[span.span_id] = joined(span, self._tree.inner.get(span.span_id, ()))
        self._root, self._ended = self._find_root()
        self._tools = sorted({name for span in spans for name in span.facts.get("tools", ())})[:_MAX_AVAILABLE]

    # ---------------------------------------------------------------- the whole
    def run(self) -> Body:
        calls = [
            Call(span, *self._joined[span.span_id])
            for span in self._spans
            if span.kind in ("tool", "llm", "retriever")
            and span.span_id in self._joined
            and not span.facts.get("handoff")
        ]
        ended = self._ended or self._silent
        known = [*self._tools, *{call.facts["tool_name"] for call in calls if call.span.kind == "tool"}]
        result = outcome(Trace(self._tree, self._root, calls, known)) if ended else Outcome("no root span has ended")
        starts = [span.start for span in self._spans if span.start]
        ends = [span.end for span in self._spans if span.end]
        run: Body = {
            "run_id": self._run_id,
            "agent_name": self._agent_name(),
            "agent_version": self._first("agent_version") or self._first("version") or self._first("release"),
            "model": self._model(calls),
            "environment": self._first("environment"),
            "started_at": time_of(min(starts)) if starts else None,
            "ended_at": time_of(max(ends)) if ended and ends else None,
            "status": "running" if not ended else "failure" if result.failed else "success",
            "trace_id": self._first("trace") or self._trace_id,
            "correlation_ids": self._correlated(),
            "input_summary": self._asked(),
            "output_summary": self._answered() if ended else None,
            "available_tools": self._tools,
        }
        if result.failed and result.facts:
            run["error_type"] = result.facts.get("error_type")
            run["error_message"] = result.facts.get("error_message")
        run |= Children(self._tree, self._joined, has_ended=ended).of(calls)
        run["cost"] = self._cost(calls)
        attributes: Body = {
            "status_inferred_from": result.shown_by
            + (", and the trace fell silent" if self._silent and not self._ended else "")
        }
        attributes["instrumentation"] = sorted(
            {span.facts["scope"] for span in self._spans if span.facts.get("scope")}
        )[:20]
        if len(self._spans) >= MAX_KEPT:
            attributes["spans_kept"] = f"of more spans than {MAX_KEPT}, the roots, those that failed and the earliest"
        run["attributes"] = attributes
        return {name: value for name, value in run.items() if value is not None}

    def _find_root(self) -> tuple[Span | None, bool]:
        """Return the root span of the run, and whether the run has ended with it.

        A span whose parent is in another service is the root of what this service did, unless the parent is here too.
        """
        roots = [span for span in self._spans if not span.parent_id]
        local = [
            span for span in self._spans if span.parent_id and span.remote and span.parent_id not in self._tree.by_id
        ]
        orphans = [
            span
            for span in self._spans
            if span.parent_id and not span.remote and span.parent_id not in self._tree.by_id
        ]
        if roots:
            agents = [span for span in roots if span.kind == "agent"]
            root = (agents or roots)[0]
            return root, any(span.end for span in roots)
        entry = next(iter(local), None)
        return entry, entry is not None and bool(entry.end) and not orphans

    def _first(self, field: str) -> Any:
        if self._root is not None and (found := self._root.facts.get(field)) is not None:
            return found
        return next((found for span in self._spans if (found := span.facts.get(field)) is not None), None)

    def _agent_name(self) -> str:
        agents = [span for span in self._spans if span.kind == "agent"]
        depth = {span.span_id: sum(1 for _ in self._tree.above(span)) for span in agents}
        agents.sort(key=lambda span: depth[span.span_id])
        for span in agents:
            if (name := span.facts.get("agent_name")) and name.lower() not in GENERIC_NAMES:
                return str(name)
        hint = self._first("agent_hint") or self._first("agent_name")
        if hint:
            return str(hint)
        named = [_plain(span.facts["name"]) for span in (*agents, *([self._root] if self._root else []))]
        named = [name for name in named if name and name.lower() not in GENERIC_NAMES]
        if agents and named:
            return named[0]
        workflow = self._first("workflow")
        if workflow and workflow.lower() not in GENERIC_NAMES:
            return str(workflow)
        first = self._root or (self._spans[0] if self._spans else None)
        return str(self._first("service") or next(iter(named), None) or (first and first.facts["name"]) or "unnamed")

    def _model(self, calls: Iterable[Call]) -> str | None:
        counts = Counter(call.facts["model"] for call in calls if call.span.kind == "llm" and call.facts.get("model"))
        if counts:
            most = max(counts.values())
            return str(next(model for model, count in counts.items() if count == most))
        return str(told) if (told := self._first("model")) else None

    def _correlated(self) -> list[str]:
        found = dict.fromkeys(each for span in self._spans for each in span.facts.get("ids", ()))
        return list(found)[:_MAX_CORRELATED]

    def _asked(self) -> str | None:
        spans = [*([self._root] if self._root else []), *(span for span in self._spans if span.kind == "agent")]
        given = [str(text) for span in spans if span.kind != "llm" and (text := span.facts.get("input_summary"))]
        # What a framework starts with may hold anything but the question: its own state, the agent's description.
        if given and not given[0].startswith("{"):
            return given[0]
        for span in self._spans:
            if span.kind == "llm" and (text := span.facts.get("input_summary")):
                return texts.said(text, by_user=True) or next(iter(given), None)
        return next(iter(given), None)

    def _answered(self) -> str | None:
        agents = [span for span in self._spans if span.kind == "agent"]
        for span in [*([self._root] if self._root else []), *agents]:
            if span.kind != "llm" and (text := span.facts.get("output_summary")):
                return str(text)
        answers = [
            span.facts.get("output_summary")
            for span in self._spans
            if span.kind == "llm" and not span.facts.get("calls")
        ]
        return answers[-1] if answers else None

    def _cost(self, calls: Sequence[Call]) -> Body:
        """Sum up what the innermost calls of models used; what agents say counts only where those say nothing."""
        models = [call.facts for call in calls if call.span.kind == "llm"]
        cost: Body = {}
        for total, field in (
            ("tokens_prompt", "tokens_prompt"),
            ("tokens_completion", "tokens_completion"),
            ("total_cost_usd", "cost_usd"),
        ):
            said = [facts[field] for facts in models if field in facts]
            if not said:
                said = [
                    span.facts[field]
                    for span in self._spans
                    if span.kind == "agent"
                    and field in span.facts
                    and not any(field in each.facts for each in self._tree.above(span) if each.kind == "agent")
                ]
            if said:
                cost[total] = min(sum(said), 2**53) if field != "cost_usd" else round(min(float(sum(said)), 1e9), 9)
        return cost


def _plain(name: str) -> str:
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    return cut_middle(name.strip(), MAX_NAME)
