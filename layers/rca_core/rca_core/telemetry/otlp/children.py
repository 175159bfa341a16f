"""The children of a run: its steps, calls of tools and interventions of guardrails, out of the spans of its trace."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic_core import to_json

from rca_core.telemetry.fields import FIRST_TIME, LAST_TIME, MAX_CHILDREN, MAX_ID, MAX_MILLISECONDS
from rca_core.telemetry.otlp.facts import ERROR, Facts, Span
from rca_core.telemetry.otlp.names import FILTERED
from rca_core.telemetry.otlp.outcome import Call
from rca_core.telemetry.otlp.tree import Tree
from rca_core.telemetry.wire import Body

_LAST_MICROSECOND: Final = int((LAST_TIME - FIRST_TIME).total_seconds()) * 10**6
_MAX_WAITING: Final = 64
"""Calls of one tool among which that with the same arguments is looked for."""
_STEP_KINDS: Final = {"agent": "agent", "llm": "llm", "retriever": "retriever", "planner": "planner", "chain": "chain"}


class Children:
    """Makes the children of one run. `joined` has the facts of each call, whichever spans are of it."""

    def __init__(self, tree: Tree, joined: Mapping[str, tuple[Facts, bool]], *, has_ended: bool) -> None:
        self._spans = tree.spans
        self._tree = tree
        self._joined = joined
        self._has_ended = has_ended

    def of(self, calls: Sequence[Call]) -> Body:
        """Return the children by group, within the number that a run may have."""
        steps, events = self._steps_and_events()
        found: Body = {"steps": steps, "tool_calls": self._tool_calls(calls), "guardrail_events": events}
        self._bound(found)
        return found

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
            "status": "failure" if failed else "success" if span.end or self._has_ended else "running",
            "started_at": time_of(span.start) if span.start else None,
            "ended_at": time_of(span.end) if span.end else None,
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
        elif span.kind == "llm" and (reason := facts.get("finish_reason", "")).lower() in FILTERED:
            action, name, message = "blocked", reason, f"The model's answer was stopped: finish reason {reason}"
        if action is None:
            return None
        message = message or facts.get("output_summary") or facts.get("error_message")
        # A step that is named and succeeded would say that the block was got past.
        step_id = span.span_id if self._is_step(span) and self._joined[span.span_id][1] else None
        event: Body = {
            "event_id": span.span_id,
            "type": "policy_block" if action == "blocked" else "pii_redaction" if action == "redacted" else "other",
            "name": name,
            "action": action,
            "message": message,
            "step_id": step_id,
            "created_at": time_of(span.end or span.start) if span.end or span.start else None,
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
                "status": "failure" if call.failed else "success" if span.end or self._has_ended else "running",
                "args_json": args,
                "args_hash": facts.get("args_hash"),
                "result_summary": facts.get("result_summary") if span.kind == "tool" else facts.get("output_summary"),
                "result_count": facts.get("result_count"),
                "top_score": facts.get("top_score"),
                "status_code": facts.get("status_code"),
                "started_at": time_of(span.start) if span.start else None,
                "ended_at": time_of(span.end) if span.end else None,
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
            same = next((index for index, each in enumerate(waiting[:_MAX_WAITING]) if each[1] == args), None)
            if same is not None or not isinstance(args, dict):
                call_id, asked = waiting.pop(same or 0)
        better = asked if not isinstance(args, dict) and isinstance(asked, dict) else args
        return (call_id[:MAX_ID] if call_id else None), better


def time_of(nanoseconds: int) -> datetime:
    """Return the time that nanoseconds since 1970 are, the last that is kept for a later one."""
    return FIRST_TIME + timedelta(microseconds=min(nanoseconds // 1_000, _LAST_MICROSECOND))


def _milliseconds(span: Span) -> float:
    took = min(max(span.end - span.start, 0) / 1e6, MAX_MILLISECONDS)
    return round(took, 3)
