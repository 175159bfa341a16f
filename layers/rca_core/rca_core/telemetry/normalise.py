"""Validated bodies put in one form, in place: statuses, times, lengths, unknown fields, references.

The loop over children is written out for speed: it runs up to 10,000 times a request, and everything that is not the
common case leaves it for a method.
"""

from collections import Counter
from collections.abc import MutableMapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from typing_extensions import TypedDict

from rca_core.errors import FieldError
from rca_core.telemetry.fields import (
    MAX_CHILDREN,
    MAX_NAME,
    MAX_SUMMARY,
    MAX_TEXT,
    STATUS_SYNONYMS,
    YEARS,
    cut_middle,
    parse_status,
    to_utc,
)
from rca_core.telemetry.wire import AgentRunBody, CostBody, GuardrailEventBody, StepBody, ToolCallBody

# A path of the API, and what clients take out of every path.
_RESERVED_RUN_IDS: Final = frozenset({"rca-runs", ".", ".."})
# Moved to `attributes` a value stands a level deeper, and a body has to stay within what a JSON parser follows (200).
_MAX_UNKNOWN_DEPTH: Final = 150
_MAX_NAMED_UNKNOWN: Final = 50

_Loc = tuple[str | int, ...]
_Entry = MutableMapping[str, Any]


class IngestWarning(TypedDict):
    """Something that is kept in another form than it was sent in; `count` says how often."""

    code: str
    field: str
    count: int
    message: str


class _Shape(NamedTuple):
    """What one kind of entry has: its fields, its identifier, limits of its texts, its times, its references."""

    fields: frozenset[str]
    identifier: str
    texts: tuple[tuple[str, int], ...]
    times: tuple[str, ...]
    references: tuple[tuple[str, str], ...] = ()


_RUN: Final = _Shape(
    frozenset(AgentRunBody.__annotations__),
    "run_id",
    (
        ("agent_name", MAX_NAME),
        ("agent_version", MAX_NAME),
        ("model", MAX_NAME),
        ("environment", MAX_NAME),
        ("error_type", MAX_NAME),
        ("error_message", MAX_TEXT),
        ("trace_id", MAX_NAME),
    ),
    ("started_at", "ended_at"),
)
_CHILDREN: Final = {
    "steps": _Shape(
        frozenset(StepBody.__annotations__),
        "step_id",
        (("name", MAX_NAME), ("input_summary", MAX_SUMMARY), ("output_summary", MAX_SUMMARY)),
        ("started_at", "ended_at"),
    ),
    "tool_calls": _Shape(
        frozenset(ToolCallBody.__annotations__),
        "call_id",
        (
            ("tool_name", MAX_NAME),
            ("args_hash", MAX_NAME),
            ("result_summary", MAX_SUMMARY),
            ("error_class", MAX_NAME),
            ("error_message", MAX_TEXT),
        ),
        ("started_at",),
        (("step_id", "steps"),),
    ),
    "guardrail_events": _Shape(
        frozenset(GuardrailEventBody.__annotations__),
        "event_id",
        (("message", MAX_TEXT),),
        ("created_at",),
        (("step_id", "steps"), ("call_id", "tool_calls")),
    ),
}
_COST_FIELDS: Final = frozenset(CostBody.__annotations__)


def normalise(run: AgentRunBody) -> tuple[list[FieldError], list[IngestWarning]]:
    """Put a validated body in one form, in place; return what is refused and what was changed."""
    work = _Normalising()
    work.run(run)  # type: ignore[arg-type]
    return work.errors, work.warnings()


class _Normalising:
    def __init__(self) -> None:
        self.errors: list[FieldError] = []
        self._cut: Counter[tuple[str, int]] = Counter()
        self._unknown: Counter[str] = Counter()

    def run(self, run: _Entry) -> None:
        groups: dict[str, list[_Entry]] = {}
        for group in _CHILDREN:
            groups[group] = run[group] = run.get(group) or []
        if (total := sum(map(len, groups.values()))) > MAX_CHILDREN:
            self._refuse((), f"{total} steps, tool calls and guardrail events; at most {MAX_CHILDREN}", "too_long")
            return
        if run.get("run_id") in _RESERVED_RUN_IDS:
            self._refuse(("run_id",), "is reserved", "reserved")
        self._children("", _RUN, [run], {})
        if run["status"] == "skipped":
            self._refuse(("status",), "must be success, failure or running", "status")
        if (cost := run.get("cost")) and not cost.keys() <= _COST_FIELDS:
            self._keep_unknown(("cost",), _COST_FIELDS, cost)
        ids = {group: self._identifiers(group, entries) for group, entries in groups.items()}
        for group, entries in groups.items():
            self._children(group, _CHILDREN[group], entries, ids)

    def warnings(self) -> list[IngestWarning]:
        cut = [
            IngestWarning(code="cut", field=field, count=count, message=f"over {limit} characters: cut in the middle")
            for (field, limit), count in self._cut.items()
        ]
        return cut + self._unknown_warnings()

    def _unknown_warnings(self) -> list[IngestWarning]:
        """Name the unknown fields, within what an answer can carry: a body may have a million of them."""
        fields = list(self._unknown.items())
        named = [
            IngestWarning(
                code="unknown_field",
                field=cut_middle(field, MAX_NAME),
                count=count,
                message="unknown: kept in attributes",
            )
            for field, count in fields[:_MAX_NAMED_UNKNOWN]
        ]
        if rest := sum(count for _, count in fields[_MAX_NAMED_UNKNOWN:]):
            message = "more unknown fields: kept in attributes"
            named.append(IngestWarning(code="unknown_field", field="…", count=rest, message=message))
        return named

    def _children(  # noqa: C901  one loop on purpose, see above
        self, group: str, shape: _Shape, entries: list[_Entry], ids: dict[str, set[str]]
    ) -> None:
        fields, texts, times = shape.fields, shape.texts, shape.times
        references = [(field, ids[target]) for field, target in shape.references]
        first_year, last_year = YEARS
        for index, entry in enumerate(entries):
            get = entry.get
            if not entry.keys() <= fields:
                self._keep_unknown((group, index) if group else (), fields, entry)
            for field, limit in texts:
                text = get(field)
                if text is not None and len(text) > limit:
                    entry[field] = cut_middle(text, limit)
                    self._cut[f"{group}[].{field}" if group else field, limit] += 1
            for field in times:
                time = get(field)
                if time is not None and (
                    time.tzinfo is None or time.utcoffset() or not first_year <= time.year <= last_year
                ):
                    self._time(_loc(group, index, field), entry, field, time)
            for field, known in references:
                if get(field) is not None and entry[field] not in known:
                    self._refuse((group, index, field), "names nothing in this run", "unknown_reference")
            if (sent := get("status")) is not None:
                status = STATUS_SYNONYMS.get(sent) or parse_status(sent)
                entry["status"] = status
                if status not in STATUS_SYNONYMS:
                    self._refuse(_loc(group, index, "status"), "must be success, failure, running or skipped", "status")
            if get("ended_at") is not None:
                self._interval(group, index, entry)

    def _identifiers(self, group: str, entries: list[_Entry]) -> set[str]:
        key = _CHILDREN[group].identifier
        ids = {entry[key] for entry in entries}
        if len(ids) < len(entries):
            seen: set[str] = set()
            for index, entry in enumerate(entries):
                if entry[key] in seen:
                    self._refuse((group, index, key), "is already used in this run", "duplicate")
                seen.add(entry[key])
        return ids

    def _interval(self, group: str, index: int, entry: _Entry) -> None:
        """Refuse an end before its start; work out a step's latency where it was not measured."""
        start, end = entry.get("started_at"), entry["ended_at"]
        if start is None or start.tzinfo is None or end.tzinfo is None:
            return
        if end < start:
            self._refuse(_loc(group, index, "ended_at"), "is before started_at", "time_order")
        elif group == "steps" and entry.get("latency_ms") is None:
            entry["latency_ms"] = round((end - start).total_seconds() * 1000)
            if "attributes" in entry:  # last, as where a latency was sent
                entry["attributes"] = entry.pop("attributes")

    def _time(self, loc: _Loc, entry: _Entry, field: str, time: datetime) -> None:
        """Put a time in UTC. A time that cannot be is refused."""
        try:
            time = to_utc(time)
        except ValueError:
            self._refuse(loc, "is out of range", "time_range")
            return
        entry[field] = time
        if not YEARS[0] <= time.year <= YEARS[1]:
            self._refuse(loc, f"must be in the years {YEARS[0]} to {YEARS[1]}", "time_range")

    def _keep_unknown(self, loc: _Loc, fields: frozenset[str], entry: _Entry) -> None:
        prefix = f"{loc[0]}{'[]' if len(loc) > 1 else ''}." if loc else ""
        attributes = dict(entry.get("attributes") or {})
        for name in [name for name in entry if name not in fields]:
            value = attributes[name] = entry.pop(name)
            self._unknown[prefix + name] += 1
            if _nests_deeper(value, _MAX_UNKNOWN_DEPTH):
                where = (*loc, cut_middle(name, MAX_NAME))
                self._refuse(where, f"nests more than {_MAX_UNKNOWN_DEPTH} levels deep", "too_deep")
        entry["attributes"] = attributes

    def _refuse(self, loc: _Loc, msg: str, kind: str) -> None:
        self.errors.append(FieldError(loc=list(loc), msg=msg, type=kind))


def _nests_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_nests_deeper(item, levels - 1) for item in inner)


def _loc(group: str, index: int, field: str) -> _Loc:
    return (group, index, field) if group else (field,)
