"""Bodies broken in one to five places, and where: the same for the same seed."""

import json
import random
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from tests.support.runs import Body, guardrail, run_body, step, tool_call

Loc = tuple[str | int, ...]
_GROUPS: Final = ("steps", "tool_calls", "guardrail_events")
_KINDS: Final[dict[str, dict[str, str]]] = {
    "": {
        **dict.fromkeys(("model", "error_message", "trace_id", "input_summary"), "text"),
        **dict.fromkeys(("started_at", "ended_at"), "time"),
        "status": "status",
        "correlation_ids": "texts",
        "attributes": "attributes",
    },
    "steps": {
        **dict.fromkeys(("output_summary", "error_message", "model", "finish_reason", "name"), "text"),
        **dict.fromkeys(("started_at", "ended_at"), "time"),
        **dict.fromkeys(("latency_ms", "retries", "tokens_prompt", "cost_usd"), "number"),
        "step_id": "id",
        "status": "status",
        "kind": "choice",
        "parent_step_id": "reference",
        "attributes": "attributes",
    },
    "tool_calls": {
        **dict.fromkeys(("result_summary", "error_message", "error_class", "tool_name"), "text"),
        **dict.fromkeys(("started_at", "ended_at"), "time"),
        **dict.fromkeys(("latency_ms", "retries", "status_code", "result_count"), "number"),
        "call_id": "id",
        "step_id": "reference",
        "status": "status",
        "attributes": "attributes",
    },
    "guardrail_events": {
        "message": "text",
        "created_at": "time",
        "event_id": "id",
        "type": "choice",
        "action": "choice",
        "call_id": "reference",
        "step_id": "reference",
        "attributes": "attributes",
    },
}


class Broken(NamedTuple):
    """A body, where it is broken, what has to be found in what is kept of it, and how many children it has."""

    raw: bytes
    places: list[Loc]
    marks: list[str]
    children: int


def broken_body(seed: int) -> Broken:
    """Return a run of a dozen children that is broken in one to five places."""
    rng = random.Random(seed)  # noqa: S311  reproducible, not secret
    body = _whole(rng)
    entries: list[tuple[str, int]] = [("", 0), *((group, i) for group in _GROUPS for i in range(len(body[group])))]
    places: list[Loc] = []
    marks: list[str] = []
    for number, (group, index) in enumerate(rng.sample(entries, min(len(entries), rng.randint(1, 5)))):
        mark = f"zz-{seed}-{number}"
        places.append(_break(rng, body, group, index, mark, marks))
    children = sum(len(body[group]) for group in _GROUPS)
    if rng.random() < 0.1:
        group = rng.choice(_GROUPS)
        if len(body[group]) == 1:
            body[group] = body[group][0]
            places.append((group,))
    return Broken(_encoded(rng, body), places, marks, children)


def _whole(rng: random.Random) -> Body:
    steps = [step(f"s{n}", started_at=f"2026-01-15T10:00:{n:02}Z") for n in range(rng.randint(1, 5))]
    calls = [tool_call(f"c{n}", step_id="s0", args_json={"q": n}) for n in range(rng.randint(1, 5))]
    events = [guardrail(f"g{n}", step_id="s0", call_id="c0") for n in range(rng.randint(1, 3))]
    return run_body(steps=steps, tool_calls=calls, guardrail_events=events)


def _break(rng: random.Random, body: Body, group: str, index: int, mark: str, marks: list[str]) -> Loc:
    """Break one entry in one way; return the place."""
    entry: Body = body if not group else body[group][index]
    if group and index and rng.random() < 0.1:  # the first of each is what others refer to
        body[group][index] = mark
        marks.append(mark)
        return (group, index)
    if rng.random() < 0.15:
        entry[mark] = rng.choice([None, 1, [mark], {"a": mark}])
        marks.append(mark)
        return (group, index, mark) if group else (mark,)
    field = rng.choice([name for name in _KINDS[group] if index or name not in ("step_id", "call_id")])
    value = _VALUES[_KINDS[group][field]](rng, mark)
    entry[field] = value
    if mark in json.dumps(value, default=str):
        marks.append(mark)
    return (group, index, field) if group else (field,)


def _of_text(rng: random.Random, mark: str) -> Any:
    return rng.choice([{"a": mark}, [mark, 1], 7.5, True, "x" * 25_000, f"{mark}\ud83e", "nul\x00"])


def _of_time(rng: random.Random, mark: str) -> Any:
    return rng.choice(
        [mark, {"t": mark}, 1_796_025_600, 1_796_025_600_123_456_789, -5, "0001-01-01T00:00:00Z", "2026-01-15T10:00:00",
         "2150-01-01T00:00:00Z", True, float("inf")]
    )  # fmt: skip


def _of_number(rng: random.Random, mark: str) -> Any:
    return rng.choice([mark, [mark], -1, 1e30, float("nan"), float("-inf"), {"n": mark}, 2**70])


def _of_id(rng: random.Random, mark: str) -> Any:
    return rng.choice([None, "", 7, {"id": mark}, "x" * 600])


def _of_reference(rng: random.Random, mark: str) -> Any:
    return rng.choice([mark, {"id": mark}, "x" * 600])


def _of_status(rng: random.Random, mark: str) -> Any:
    return rng.choice([mark, None, {"code": mark}, 429, False])


def _of_choice(rng: random.Random, mark: str) -> Any:
    return rng.choice([mark, [mark], 7])


def _of_texts(rng: random.Random, mark: str) -> Any:
    return rng.choice([mark, [{"a": mark}], [1, mark], {"a": mark}])


def _of_attributes(rng: random.Random, mark: str) -> Any:
    return rng.choice([mark, [mark], {"a": float("nan")}, {"a": "\ud800"}])


_VALUES: Final[dict[str, Callable[[random.Random, str], Any]]] = {
    "text": _of_text,
    "time": _of_time,
    "number": _of_number,
    "id": _of_id,
    "reference": _of_reference,
    "status": _of_status,
    "choice": _of_choice,
    "texts": _of_texts,
    "attributes": _of_attributes,
}


def _encoded(rng: random.Random, body: Body) -> bytes:
    text = json.dumps(body)
    return text.encode(rng.choice(["utf-8"] * 6 + ["utf-8-sig", "utf-16"]))
