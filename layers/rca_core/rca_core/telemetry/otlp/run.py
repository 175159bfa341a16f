"""The spans of one trace -> the run they tell of, as it can be posted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic_core import to_json

from rca_core.telemetry.fields import (
    FIRST_TIME,
    LAST_TIME,
    MAX_CHILDREN,
    MAX_ID,
    MAX_MILLISECONDS,
    MAX_NAME,
    cut_middle,
)
from rca_core.telemetry.otlp import texts
from rca_core.telemetry.otlp.facts import ERROR, Facts, Span
from rca_core.telemetry.otlp.names import GENERIC_NAMES
from rca_core.telemetry.otlp.outcome import Call, Outcome, Trace, outcome
from rca_core.telemetry.otlp.spans import MAX_KEPT
from rca_core.telemetry.otlp.tree import Tree, joined
from rca_core.telemetry.wire import Body

_LAST_MICROSECOND: Final = int((LAST_TIME - FIRST_TIME).total_seconds()) * 10**6
_STEP_KINDS: Final = {"agent": "agent", "llm": "llm", "retriever": "retriever", "planner": "planner", "chain": "chain"}
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
            "started_at": _time(min(starts)) if starts else None,
            "ended_at": _time(max(ends)) if ended and ends else None,
            "status": "running" if not ended else "failure" if result.failed else "success",
            "trace_id": self._trace_id,
            "correlation_ids": self._correlated(),
            "input_summary": self._asked(),
            "output_summary": self._answered() if ended else None,
            "available_tools": self._tools,
        }
        if result.failed and result.facts:
            run["error_type"] = result.facts.get("error_type")
            run["error_message"] = result.facts.get("error_message")
        steps, events = self._steps_and_events()
        run["steps"], run["tool_calls"], run["guardrail_events"] = steps, self._tool_calls(calls), events
        self._bound(run)
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
        for span in spans:
            if span.kind != "llm" and (text := span.facts.get("input_summary")):
                return str(text)
        for span in self._spans:
            if span.kind == "llm" and (text := span.facts.get("input_summary")):
                return texts.said(text, by_user=True)
        return None

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

    # ---------------------------------------------------------------- its children
    def _step_above(self, span: Span) -> str | None:
        for holder in self._tree.above(span):
            outer = self._tree.outermost(holder.span_id)
            at = self._tree.by_id[outer]
            if self._is_step(at) and outer != span.span_id:
                return outer
        return None

    def _is_step(self, span: Span) -> bool:
        return span.kind != "tool" or bool(span.facts.get("handoff"))

    def _steps_and_events(self) -> tuple[list[Body], list[Body]]:
        steps, events = [], []
        for span in self._spans:
            if span.span_id not in self._joined:
                continue
            facts, failed = self._joined[span.span_id]
            if self._is_step(span):
                steps.append(self._step(span, facts, failed=failed))
            event = self._event(span, facts)
            if event:
                events.append(event)
        return steps, events

    def _step(self, span: Span, facts: Facts, *, failed: bool) -> Body:
        attributes = dict(facts.get("attributes", ()))
        step: Body = {
            "step_id": span.span_id,
            "name": facts["name"],
            "kind": _STEP_KINDS.get(span.kind, "other"),
            "parent_step_id": self._step_above(span),
            "agent_name": facts.get("agent_name"),
            "model": facts.get("model"),
            "status": "failure" if failed else "success" if span.end or self._ended or self._silent else "running",
            "started_at": _time(span.start) if span.start else None,
            "ended_at": _time(span.end) if span.end else None,
            "input_summary": facts.get("input_summary"),
            "output_summary": facts.get("output_summary"),
            "status_code": facts.get("status_code"),
            "finish_reason": facts.get("finish_reason"),
        }
        if span.kind == "llm":
            step |= {name: facts.get(name) for name in ("tokens_prompt", "tokens_completion", "cost_usd")}
        if failed:
            origin = self._tree.origin(span)
            if self._tree.outermost(origin.span_id) != span.span_id:
                # The same exception is recorded on all that it passes: told once, where it came from.
                attributes["propagated_from"] = self._tree.outermost(origin.span_id)
            else:
                step |= {"error_type": facts.get("error_type"), "error_message": facts.get("error_message")}
                if "type_told" in facts:
                    attributes["type_told"] = facts["type_told"]
        if span.start and span.end:
            step["latency_ms"] = _milliseconds(span)
        if attributes:
            step["attributes"] = attributes
        return {name: value for name, value in step.items() if value is not None}

    def _event(self, span: Span, facts: Facts) -> Body | None:
        """Return the intervention of a guardrail that a span tells of; one that passed all is a step and no more."""
        action, name, message = facts.get("guard_action"), facts.get("guard_name"), facts.get("guard_reason")
        if "tripwire" in span.facts:
            action, name, message = "blocked", facts["tripwire"] or None, facts.get("error_message")
        elif span.kind == "guardrail" and span.code == ERROR:
            action, message = "blocked", message or facts.get("error_message")
        elif span.kind == "llm" and facts.get("finish_reason", "").lower() in (
            "content_filter",
            "guardrail_intervened",
        ):
            action, name, message = (
                "blocked",
                facts["finish_reason"],
                f"The model stopped with {facts['finish_reason']}",
            )
        if action is None:
            return None
        message = message or facts.get("output_summary") or facts.get("error_message")
        step_id = span.span_id if self._is_step(span) else self._step_above(span)
        event: Body = {
            "event_id": span.span_id,
            "type": "policy_block" if action == "blocked" else "pii_redaction" if action == "redacted" else "other",
            "name": name,
            "action": action,
            "message": message,
            "step_id": step_id,
            "created_at": _time(span.end or span.start) if span.end or span.start else None,
        }
        return {field: value for field, value in event.items() if value is not None}

    def _tool_calls(self, calls: Sequence[Call]) -> list[Body]:
        asked = _Asked(self._spans, {str(call.facts["call_id"]) for call in calls if call.facts.get("call_id")})
        statuses = self._statuses_below()
        failures: dict[tuple[str, bytes], int] = defaultdict(int)
        found = []
        for call in calls:
            if call.span.kind == "llm":
                continue
            span, facts = call.span, call.facts
            call_id, args = asked.match(facts)
            entry: Body = {
                "call_id": call_id or span.span_id,
                "step_id": span.span_id if span.kind == "retriever" else self._step_above(span),
                "tool_name": facts["tool_name"],
                "status": "failure"
                if call.failed
                else "success"
                if span.end or self._ended or self._silent
                else "running",
                "args_json": args,
                "args_hash": facts.get("args_hash"),
                "result_summary": facts.get("result_summary") if span.kind == "tool" else facts.get("output_summary"),
                "result_count": facts.get("result_count"),
                "top_score": facts.get("top_score"),
                "status_code": facts.get("status_code"),
                "started_at": _time(span.start) if span.start else None,
                "ended_at": _time(span.end) if span.end else None,
            }
            attributes = dict(facts.get("attributes", ()))
            if call.failed:
                kind = facts.get("error_type")
                entry["error_message"] = facts.get("error_message")
                entry["error_class"] = kind
                if kind is None and "type_told" in facts:
                    attributes["type_told"] = facts["type_told"]
                if entry["status_code"] is None:
                    entry["status_code"] = statuses.get(span.span_id)
                if span.code != ERROR:
                    attributes["status_inferred_from"] = "what the span holds: its own status is not ERROR"
            key = (facts["tool_name"], to_json(args, inf_nan_mode="constants"))
            entry["retries"] = max(facts.get("retries", 0), failures[key])
            failures[key] = failures[key] + 1 if call.failed else 0
            if span.start and span.end:
                entry["latency_ms"] = _milliseconds(span)
            if attributes:
                entry["attributes"] = attributes
            found.append({name: value for name, value in entry.items() if value is not None})
        return found

    def _statuses_below(self) -> dict[str, int]:
        """Return the HTTP statuses of errors that were met within calls of tools, by call."""
        found: dict[str, int] = {}
        for span in self._spans:
            code = span.facts.get("status_code")
            if span.kind == "infra" and code is not None and 400 <= code <= 599:
                for holder in self._tree.above(span):
                    if holder.kind == "tool":
                        found[self._tree.outermost(holder.span_id)] = code
                    elif holder.kind not in ("infra", "other", "chain"):
                        break
        return found

    def _bound(self, run: Body) -> None:
        """Keep within the number of children that a run may have: a retrieval is a step and a call."""
        over = sum(len(run[group]) for group in ("steps", "tool_calls", "guardrail_events")) - MAX_CHILDREN
        if over > 0:
            kept = sorted(run["steps"], key=lambda step: step["status"] == "failure", reverse=True)[
                : len(run["steps"]) - over
            ]
            ids = {step["step_id"] for step in kept}
            run["steps"] = [step for step in run["steps"] if step["step_id"] in ids]
            for entry in (*run["steps"], *run["tool_calls"], *run["guardrail_events"]):
                for field in ("parent_step_id", "step_id"):
                    if field in entry and entry[field] not in ids:
                        del entry[field]


class _Asked:
    """The calls that models asked for: they know the ids and the arguments that spans of tools may not."""

    def __init__(self, spans: Sequence[Span], taken: set[str]) -> None:
        self._by_id: dict[str, Any] = {}
        self._open: dict[str, list[tuple[str | None, Any]]] = defaultdict(list)
        for span in spans:
            for call_id, name, args in span.facts.get("calls", ()):
                if isinstance(call_id, str) and call_id:
                    if call_id in self._by_id:
                        continue
                    self._by_id[call_id] = args
                if call_id not in taken:
                    self._open[name].append((call_id if isinstance(call_id, str) else None, args))

    def match(self, facts: Facts) -> tuple[str | None, Any]:
        """Return the id and the arguments of a call: its own where it has them, else those of the call asked for."""
        call_id, args = facts.get("call_id"), facts.get("args_json")
        asked: Any = None
        if call_id is not None:
            asked = self._by_id.get(call_id)
        elif waiting := self._open.get(facts["tool_name"]):
            same = next((index for index, each in enumerate(waiting) if each[1] == args), None)
            if same is not None or not isinstance(args, dict):
                call_id, asked = waiting.pop(same or 0)
        better = asked if not isinstance(args, dict) and isinstance(asked, dict) else args
        return (call_id[:MAX_ID] if call_id else None), better


def _plain(name: str) -> str:
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    return cut_middle(name.strip(), MAX_NAME)


def _time(nanoseconds: int) -> datetime:
    return FIRST_TIME + timedelta(microseconds=min(nanoseconds // 1_000, _LAST_MICROSECOND))


def _milliseconds(span: Span) -> float:
    took = min(max(span.end - span.start, 0) / 1e6, MAX_MILLISECONDS)
    return round(took, 3)
