# ruff: noqa: E501  a table reads better with a case a line
"""Every way in which a body may be out of form, and what becomes of it: run, step, tool call, guardrail event.

`python -m tests.support.mending` prints the table.
"""

import json
from typing import Any, Final, NamedTuple

from rich.console import Console
from rich.table import Table

from tests.support.runs import Body, guardrail, parse, run_body, step, tool_call

_TIME: Final = "2026-01-15T10:00:00Z"
ABSENT: Final = object()
"""In place of a value: the field is not sent. In place of what is kept: the field is not there."""


class Mending(NamedTuple):
    """One wrong value in one kind of entry: what is sent, what is kept, which warning tells it.

    `kept` are fields of the entry afterwards; `attributes` what stands there of what was sent.
    """

    change: str
    entry: str
    sent: Body
    kept: Body
    attributes: Body


def _run(change: str, sent: Body, kept: Body, attributes: Body | None = None) -> Mending:
    return Mending(change, "run", sent, kept, attributes or {})


def _step(change: str, sent: Body, kept: Body, attributes: Body | None = None) -> Mending:
    return Mending(change, "step", sent, kept, attributes or {})


def _call(change: str, sent: Body, kept: Body, attributes: Body | None = None) -> Mending:
    return Mending(change, "tool call", sent, kept, attributes or {})


def _event(change: str, sent: Body, kept: Body, attributes: Body | None = None) -> Mending:
    return Mending(change, "guardrail event", sent, kept, attributes or {})


_NANOSECONDS: Final = 1_796_025_600_123_456_789
_FROM_NANOSECONDS: Final = "2026-11-30T08:00:00.123456Z"
_HUGE: Final = 10**350
"""More than a float can be."""
_LONG: Final = "x" * 30_000
_DEEP: Final = json.loads("[" * 160 + "]" * 160)


MENDINGS: Final = [
    # a status that nobody knows: by the error that the entry carries
    _run("unknown_status", {"status": "halfway", "error_message": "x"}, {"status": "failure"}, {"status": "halfway"}),
    _run("unknown_status", {"status": "skipped"}, {"status": "success"}, {"status": "skipped"}),
    _run("unknown_status", {"status": {"code": 2}}, {"status": "failure"}, {"status": {"code": 2}}),
    _run("unknown_status", {"status": {"code": "STATUS_CODE_OK"}}, {"status": "success"}, {"status": {"code": "STATUS_CODE_OK"}}),
    _run("unknown_status", {"status": {"code": 7}}, {"status": "success"}, {"status": {"code": 7}}),
    _step("unknown_status", {"status": {"state": "skipped"}}, {"status": "skipped"}, {"status": {"state": "skipped"}}),
    _run("unknown_status", {"status": {"state": "skipped"}}, {"status": "success"}, {"status": {"state": "skipped"}}),
    _step("unknown_status", {"status": "halfway"}, {"status": "success"}, {"status": "halfway"}),
    _step("unknown_status", {"status": False}, {"status": "failure"}, {"status": False}),
    _call("unknown_status", {"status": "odd", "error_class": "X"}, {"status": "failure"}, {"status": "odd"}),
    _call("unknown_status", {"status": 429}, {"status": "failure"}, {"status": 429}),
    _call("unknown_status", {"status": "503"}, {"status": "failure"}, {"status": "503"}),
    _step("unknown_status", {"status": "False"}, {"status": "failure"}, {"status": "False"}),
    # no status, no start
    _run("missing_status", {"status": ABSENT, "error_type": "X"}, {"status": "failure"}),
    _run("missing_status", {"status": None}, {"status": "running"}),
    _run("missing_status", {"status": ABSENT, "ended_at": _TIME}, {"status": "success"}),
    _step("missing_status", {"status": ABSENT, "error_message": "x"}, {"status": "failure"}),
    _step("missing_status", {"status": None}, {"status": "running"}),
    _call("missing_status", {"status": None, "result_summary": "found"}, {"status": "success"}),
    _call("missing_status", {"status": ABSENT, "status_code": 500}, {"status": "failure"}),
    _run("missing_start", {"started_at": ABSENT}, {"started_at": "2026-01-20T00:00:00Z"}),
    _run("missing_start", {"started_at": None, "ended_at": _TIME}, {"started_at": _TIME}),
    # an end before its start
    _run("time_order", {"ended_at": "2026-01-15T09:00:00Z"}, {"ended_at": _TIME}, {"ended_at": "2026-01-15T09:00:00Z"}),
    *(
        make(
            "time_order",
            {"started_at": _TIME, "ended_at": "2026-01-15T09:00:00Z"},
            {"started_at": _TIME, "ended_at": _TIME},
            {"ended_at": "2026-01-15T09:00:00Z"},
        )
        for make in (_step, _call)
    ),
    # numbers
    _run("negative_number", {"cost": {"tokens_prompt": -3}}, {"cost": {"tokens_prompt": 0, "attributes": {"tokens_prompt": -3}}}),
    _step("negative_number", {"latency_ms": -0.5}, {"latency_ms": 0}, {"latency_ms": -0.5}),
    _step("negative_number", {"retries": -1}, {"retries": 0}, {"retries": -1}),
    _call("negative_number", {"status_code": -1}, {"status_code": 0}, {"status_code": -1}),
    _run("not_finite", {"cost": {"total_cost_usd": float("nan")}}, {"cost": {"attributes": {"total_cost_usd": "nan"}}}),
    _run("not_finite", {"attributes": {"a": [float("inf")]}}, {}, {"a": [None]}),
    _step("not_finite", {"latency_ms": float("inf")}, {"latency_ms": ABSENT}, {"latency_ms": "inf"}),
    _call("not_finite", {"args_json": {"a": float("nan")}}, {"args_json": {"a": None}}),
    _event("not_finite", {"attributes": {"a": float("nan")}}, {}, {"a": None}),
    _step("not_finite", {"started_at": float("nan")}, {"started_at": ABSENT}, {"started_at": "nan"}),
    _call("negative_number", {"started_at": -1}, {"started_at": ABSENT}, {"started_at": -1}),
    _run("out_of_range", {"cost": {"tokens_prompt": 2**60}}, {"cost": {"tokens_prompt": 2**53, "attributes": {"tokens_prompt": 2**60}}}),
    _step("out_of_range", {"retries": 2**40}, {"retries": 2**31 - 1}, {"retries": 2**40}),
    _call("out_of_range", {"status_code": 4290}, {"status_code": 999}, {"status_code": 4290}),
    _run("out_of_range", {"ended_at": "2150-01-01T00:00:00Z"}, {"ended_at": "2100-12-31T23:59:59.999999Z"}, {"ended_at": "2150-01-01T00:00:00Z"}),
    _step("out_of_range", {"started_at": "0001-01-01T00:00:00Z"}, {"started_at": ABSENT}, {"started_at": "0001-01-01T00:00:00Z"}),
    _call("out_of_range", {"started_at": "1969-12-31T00:00:00Z"}, {"started_at": "1970-01-01T00:00:00Z"}, {"started_at": "1969-12-31T00:00:00Z"}),
    _event("out_of_range", {"created_at": "2101-01-01T00:00:00Z"}, {"created_at": "2100-12-31T23:59:59.999999Z"}, {"created_at": "2101-01-01T00:00:00Z"}),
    _run("out_of_range", {"cost": {"total_cost_usd": _HUGE}}, {"cost": {"total_cost_usd": 1e9, "attributes": {"total_cost_usd": _HUGE}}}),
    _step("out_of_range", {"tokens_prompt": _HUGE}, {"tokens_prompt": 2**53}, {"tokens_prompt": _HUGE}),
    _call("out_of_range", {"started_at": _HUGE}, {"started_at": "2100-12-31T23:59:59.999999Z"}, {"started_at": _HUGE}),
    _step("out_of_range", {"started_at": "1970-01-01T00:00:00+01:00"}, {"started_at": "1970-01-01T00:00:00Z"}, {"started_at": "1970-01-01T00:00:00+01:00"}),
    _call("out_of_range", {"started_at": "0001-01-01T00:00:00+01:00"}, {"started_at": ABSENT}, {"started_at": "0001-01-01T00:00:00+01:00"}),
    _event("out_of_range", {"created_at": "9999-12-31T23:59:59-01:00"}, {"created_at": "2100-12-31T23:59:59.999999Z"}, {"created_at": "9999-12-31T23:59:59-01:00"}),
    # lists and objects
    _run("not_a_list", {"correlation_ids": "a-1"}, {"correlation_ids": ["a-1"]}),
    Mending("not_a_list", "group of one", {"steps": step("only")}, {"steps": [step("only")]}, {}),
    Mending("not_a_list", "group by id", {"steps": {"a": {"name": "n", "status": "ok"}}}, {"steps": [{"step_id": "a", "name": "n", "status": "success"}]}, {}),
    Mending("not_a_list", "group by id", {"steps": {"model": {"name": "n", "status": "ok"}}}, {"steps": [{"step_id": "model", "name": "n", "status": "success"}]}, {}),
    Mending("not_a_list", "group by id", {"tool_calls": {"a": {"call_id": None, "tool_name": "n", "status": "ok"}}}, {"tool_calls": [{"call_id": "a", "tool_name": "n", "status": "success"}]}, {}),
    Mending("not_a_list", "group by id", {"guardrail_events": {}}, {"guardrail_events": []}, {}),
    Mending("not_a_list", "group of one", {"steps": {"step_id": "a", "name": "n", "status": "ok", "attributes": {}}}, {"steps": [{"step_id": "a", "name": "n", "status": "success", "attributes": {}}]}, {}),
    Mending("not_an_object", "group by id", {"steps": {"a": {"name": "n", "status": "ok"}, "b": 7}}, {"steps": [{"step_id": "a", "name": "n", "status": "success"}]}, {"steps": [["b", 7]]}),
    Mending("not_an_object", "group of none", {"steps": [step("a"), "odd", 7]}, {"steps": [step("a")]}, {"steps": ["odd", 7]}),
    Mending("not_an_object", "group of none", {"tool_calls": "search"}, {"tool_calls": []}, {"tool_calls": ["search"]}),
    # times
    _run("epoch_time", {"started_at": 1_796_025_600}, {"started_at": "2026-11-30T08:00:00Z"}),
    _run("epoch_time", {"started_at": _NANOSECONDS}, {"started_at": _FROM_NANOSECONDS}),
    _step("epoch_time", {"started_at": 1_796_025_600_123}, {"started_at": "2026-11-30T08:00:00.123000Z"}),
    _call("epoch_time", {"started_at": 1_796_025_600_123_456}, {"started_at": _FROM_NANOSECONDS}),
    _event("epoch_time", {"created_at": str(_NANOSECONDS)}, {"created_at": _FROM_NANOSECONDS}),
    _step("epoch_time", {"started_at": "1796025600"}, {"started_at": "2026-11-30T08:00:00Z"}),
    _step("epoch_time", {"ended_at": " 1.7960256005e9"}, {"ended_at": "2026-11-30T08:00:00.500000Z"}),
    _step("no_offset", {"started_at": "2026-01-15 10:00:00 UTC"}, {"started_at": _TIME}),
    _run("no_offset", {"started_at": "2026-01-15T10:00:00"}, {"started_at": _TIME}),
    _step("no_offset", {"started_at": "2026-01-15 10:00:00"}, {"started_at": _TIME}),
    _call("no_offset", {"ended_at": "2026-01-15T10:00:00"}, {"ended_at": _TIME}),
    _event("no_offset", {"created_at": "2026-01-15T10:00:00"}, {"created_at": _TIME}),
    # references, ids and names
    _step("unknown_reference", {"parent_step_id": "none"}, {"parent_step_id": ABSENT}, {"parent_step_id": "none"}),
    _step("unknown_reference", {"parent_step_id": "step-1"}, {"parent_step_id": ABSENT}, {"parent_step_id": "step-1"}),
    _call("unknown_reference", {"step_id": "none"}, {"step_id": ABSENT}, {"step_id": "none"}),
    _event("unknown_reference", {"call_id": "none"}, {"call_id": ABSENT}, {"call_id": "none"}),
    Mending("duplicate_id", "twins", {"steps": [step("a"), step("a")]}, {"steps": [step("a"), step("a~2")]}, {}),
    Mending("duplicate_id", "twins", {"tool_calls": [tool_call("a"), tool_call("a~2"), tool_call("a")]}, {"tool_calls": [tool_call("a"), tool_call("a~2"), tool_call("a~3")]}, {}),
    Mending("duplicate_id", "twins", {"guardrail_events": [guardrail("a"), guardrail("a")]}, {"guardrail_events": [guardrail("a"), guardrail("a~2")]}, {}),
    _step("missing_id", {"step_id": ABSENT}, {"step_id": "step-1"}),
    _call("missing_id", {"call_id": ""}, {"call_id": "tool_call-1"}),
    _call("missing_id", {"call_id": ABSENT, "id": "toolu_1"}, {"call_id": "toolu_1"}, {"id": "toolu_1"}),
    _event("missing_id", {"event_id": None}, {"event_id": "guardrail-1"}),
    _step("missing_name", {"name": ABSENT}, {"name": "step-1"}),
    _call("missing_name", {"tool_name": None}, {"tool_name": "tool_call-1"}),
    _call("missing_name", {"tool_name": ABSENT, "name": "search"}, {"tool_name": "search"}, {"name": "search"}),
    # words of a few
    _step("unknown_choice", {"kind": "CHAT"}, {"kind": "llm"}, {"kind": "CHAT"}),
    _step("unknown_choice", {"kind": "quantum"}, {"kind": "other"}, {"kind": "quantum"}),
    _event("unknown_choice", {"type": "toxicity"}, {"type": "other"}, {"type": "toxicity"}),
    _event("unknown_choice", {"type": ABSENT}, {"type": "other"}),
    _event("unknown_choice", {"action": "shrugged"}, {"action": ABSENT}, {"action": "shrugged"}),
    # types and unknown fields
    _run("wrong_type", {"model": {"name": "m"}}, {"model": '{"name": "m"}'}, {"model": {"name": "m"}}),
    _run("wrong_type", {"agent_version": 2}, {"agent_version": "2"}, {"agent_version": 2}),
    _run("not_a_list", {"available_tools": {"f": {"description": "d"}}}, {"available_tools": ["f"]}, {"available_tools": {"f": {"description": "d"}}}),
    _run("wrong_type", {"cost": 0.5}, {"cost": {"total_cost_usd": 0.5}}, {"cost": 0.5}),
    _run("wrong_type", {"attributes": ["a"]}, {}, {"attributes": ["a"]}),
    _run("wrong_type", {"ended_at": "soon"}, {"ended_at": ABSENT}, {"ended_at": "soon"}),
    _run("wrong_type", {"available_tools": [{"type": "function", "function": {"name": "f"}}]}, {"available_tools": ["f"]}, {"available_tools": [{"type": "function", "function": {"name": "f"}}]}),
    _run("wrong_type", {"cost": "0.5"}, {"cost": {"total_cost_usd": 0.5}}, {"cost": "0.5"}),
    # No parser of dates that is at hand knows which half of the day it is.
    _step("wrong_type", {"started_at": "Jan 15, 2026 10:00 PM"}, {"started_at": ABSENT}, {"started_at": "Jan 15, 2026 10:00 PM"}),
    _step("wrong_type", {"latency_ms": "12"}, {"latency_ms": 12}, {"latency_ms": "12"}),
    _step("wrong_type", {"tokens_prompt": True}, {"tokens_prompt": ABSENT}, {"tokens_prompt": True}),
    _call("wrong_type", {"top_score": "0.5"}, {"top_score": 0.5}, {"top_score": "0.5"}),
    _call("wrong_type", {"status_code": "404"}, {"status_code": 404}, {"status_code": "404"}),
    _step("wrong_type", {"latency_ms": "fast"}, {"latency_ms": ABSENT}, {"latency_ms": "fast"}),
    _step("wrong_type", {"step_id": 7}, {"step_id": "7"}),
    _call("wrong_type", {"retries": 1.5}, {"retries": 2}, {"retries": 1.5}),
    _call("wrong_type", {"error_message": ["a"]}, {"error_message": '["a"]'}, {"error_message": ["a"]}),
    _event("wrong_type", {"message": {"why": "no"}}, {"message": '{"why": "no"}'}, {"message": {"why": "no"}}),
    _run("unknown_field", {"team": "search"}, {}, {"team": "search"}),
    _step("unknown_field", {"node": 1}, {}, {"node": 1}),
    _call("unknown_field", {"odd": None}, {}, {"odd": None}),
    _event("unknown_field", {"severity": "high"}, {}, {"severity": "high"}),
    # texts
    _run("invalid_text", {"error_message": "bad \ud83e"}, {"error_message": "bad \ufffd"}),
    _run("invalid_text", {"agent_name": "a\x00b"}, {"agent_name": "a\ufffdb"}),
    _step("invalid_text", {"output_summary": "\udfff"}, {"output_summary": "\ufffd"}),
    _call("invalid_text", {"args_json": {"a\x00": "\ud800"}}, {"args_json": {"a\ufffd": "\ufffd"}}),
    _run("invalid_text", {"odd": {chr(0xD800): 1, "\x00": 2, "\ufffd": 3}}, {}, {"odd": {"\ufffd": 3, "\ufffd~2": 1, "\ufffd~3": 2}}),
    _step("invalid_text", {"a\udfff": 1}, {}, {"a\ufffd": 1}),
    _event("invalid_text", {"message": "x\x00"}, {"message": "x\ufffd"}),
    _run("too_deep", {"odd": _DEEP}, {}),
    _call("too_deep", {"odd": _DEEP}, {}),
    _run("cut", {"input_summary": _LONG}, {"input_summary": 2_000}),
    _run("cut", {"error_message": _LONG}, {"error_message": 20_000}),
    _step("cut", {"output_summary": _LONG}, {"output_summary": 2_000}),
    _call("cut", {"result_summary": _LONG}, {"result_summary": 2_000}),
    _call("cut", {"tool_name": _LONG}, {"tool_name": 256}),
    _event("cut", {"message": _LONG}, {"message": 20_000}),
]  # fmt: skip

_GROUPS: Final = {
    "step": ("steps", step),
    "tool call": ("tool_calls", tool_call),
    "guardrail event": ("guardrail_events", guardrail),
}


def body_of(mending: Mending) -> bytes:
    """Return the body that a case sends."""
    group, make = _GROUPS.get(mending.entry, ("", run_body))
    entry = {name: value for name, value in (make() | mending.sent).items() if value is not ABSENT}
    return json.dumps(run_body(**{group: [entry]}) if group else entry).encode()


def stored(mending: Mending) -> tuple[Body, list[tuple[str, str]]]:
    """Return the entry that is stored for a case, and the warnings that tell of it by code and field."""
    result = parse(body_of(mending))
    run = json.loads(result.body)
    group, _ = _GROUPS.get(mending.entry, ("", None))
    return run[group][0] if group else run, [(each["code"], each["field"]) for each in result.warnings]


def table() -> Table:
    """Return what becomes of each case."""
    result = Table(title="What is mended", title_justify="left")
    for name in ("kind", "entry", "sent", "kept", "in attributes", "warnings"):
        result.add_column(name, overflow="fold")
    for mending in MENDINGS:
        entry, warnings = stored(mending)
        kept = {name: entry.get(name, "-") for name in mending.sent if name in entry or name in mending.kept}
        told = ", ".join(f"{code} {field}" for code, field in warnings)
        shown = (_short(mending.sent), _short(kept), _short(entry.get("attributes", {})), told)
        result.add_row(mending.change, mending.entry, *shown)
    return result


def _short(value: Any) -> str:
    text = json.dumps(value, default=lambda _: "absent", ensure_ascii=True)
    return text if len(text) <= 90 else f"{text[:60]}… ({len(text)} characters)"


if __name__ == "__main__":
    Console(width=180).print(table())
