"""Validated bodies put in one form, in place: statuses, times, ids, unknown fields, references, sums.

The loop over children is written out for speed: it runs up to 10,000 times a request, and everything that is not the
common case leaves it for a method.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from rca_core.errors import FieldError, InvalidInput
from rca_core.telemetry.changes import Change, Changes, Loc
from rca_core.telemetry.clean import folded
from rca_core.telemetry.fields import MAX_CHILDREN, MAX_MILLISECONDS, MAX_NAME, Number, cut_middle, to_utc
from rca_core.telemetry.statuses import (
    RUN_STATUS_SYNONYMS,
    STATUS_SYNONYMS,
    derive_status,
    is_unset,
    known_status,
    meant_status,
)
from rca_core.telemetry.wire import CHILDREN, COST, RUN, Body, Shape

# A path of the API, and what clients take out of every path.
_RESERVED_RUN_IDS: Final = frozenset({"rca-runs", ".", ".."})
_ALIASES: Final = {"tool_name": ("name", "tool"), "step_id": ("id",), "call_id": ("id",), "event_id": ("id",)}
"""What others call the fields that a child is known by."""
_POSITION: Final = {"steps": "step", "tool_calls": "tool_call", "guardrail_events": "guardrail"}
_SUMS: Final = (
    ("tokens_prompt", "tokens_prompt"),
    ("tokens_completion", "tokens_completion"),
    ("total_cost_usd", "cost_usd"),
)


def normalise(run: Body, changes: Changes, now: datetime) -> bool:
    """Put a validated body in one form, in place; return whether its start is `now`, for want of any other time.

    Raises `InvalidInput` for what is over a limit or cannot be addressed.
    """
    groups: dict[str, list[Body]] = {}
    for group in CHILDREN:
        groups[group] = run[group] = run.get(group) or []
    check_size(groups)
    if run.get("run_id") in _RESERVED_RUN_IDS:
        _refuse(("run_id",), "is reserved", "reserved")
    work = _Normalising(changes)
    if (cost := run.get("cost")) and not cost.keys() <= COST.fields.keys():
        work.keep_unknown(("cost",), COST, cost)
        run["cost"] = _in_order(cost, COST)
    ids = {group: work.identify(group, entries) for group, entries in groups.items()}
    for group, entries in groups.items():
        work.entries(group, CHILDREN[group], entries, ids)
    work.break_cycles(groups["steps"])
    arrived = _start(run, changes, now)
    work.entries("", RUN, [run], {})
    _sum_costs(run)
    return arrived


def check_size(groups: Mapping[str, Sequence[Any]]) -> None:
    """Refuse more children than a run may have; `InvalidInput` names the group if one alone is too long."""
    if (total := sum(map(len, groups.values()))) > MAX_CHILDREN:
        longest = max(groups, key=lambda group: len(groups[group]))
        loc = (longest,) if len(groups[longest]) > MAX_CHILDREN else ()
        _refuse(loc, f"{total} steps, tool calls and guardrail events; at most {MAX_CHILDREN}", "too_long")


class _Normalising:
    def __init__(self, changes: Changes) -> None:
        self._note = changes.note
        self._changes = changes

    def entries(  # noqa: C901, PLR0912  one loop on purpose, see above
        self, group: str, shape: Shape, entries: list[Body], ids: dict[str, set[str]]
    ) -> None:
        fields, times, name, has_status = shape.fields.keys(), shape.times, shape.name, shape.has_status
        references = [(field, ids[target]) for field, target in shape.references]
        statuses = STATUS_SYNONYMS if group else RUN_STATUS_SYNONYMS
        for index, entry in enumerate(entries):
            get = entry.get
            odd = not entry.keys() <= fields
            if odd:
                self.keep_unknown((group, index) if group else (), shape, entry)
            for field in times:
                time = get(field)
                if time is not None and (time.tzinfo is None or time.utcoffset()):
                    if time.tzinfo is None:
                        self._note("no_offset", _loc(group, index, field))
                    entry[field] = to_utc(time)
            for field, known in references:
                if get(field) is not None and entry[field] not in known:
                    self._keep(entry, field, _loc(group, index, field), "unknown_reference")
                    odd = True
            if name and not get(name):
                self._name(group, index, entry, name)
                odd = True
            if has_status:
                if status := statuses.get(get("status")):  # type: ignore[arg-type]  # None is no word
                    entry["status"] = status
                else:
                    self._status(group, index, entry)
                    odd = True
            elif group and get("type") is None:
                self._note("unknown_choice", _loc(group, index, "type"))
                entry["type"] = "other"
                odd = True
            if get("ended_at") is not None:
                odd = self._interval(group, index, entry) or odd
            if odd and group:  # the run itself is put in order when it is written
                entries[index] = _in_order(entry, shape)

    def identify(self, group: str, entries: list[Body]) -> set[str]:
        """Give every child an id of its own; return the ids."""
        key = str(CHILDREN[group].identifier)
        ids = {entry.get(key) for entry in entries}
        if len(ids) == len(entries) and None not in ids:
            return ids  # type: ignore[return-value]
        taken, numbers = {each for each in ids if each is not None}, dict[str, int]()
        seen: set[str] = set()
        for index, entry in enumerate(entries):
            change: Change = "duplicate_id" if entry.get(key) else "missing_id"
            base = entry.get(key) or self._alias(entry, key) or f"{_POSITION[group]}-{index + 1}"
            unique = base
            while unique in seen or (unique != entry.get(key) and unique in taken):
                numbers[base] = numbers.get(base, 1) + 1
                unique = cut_middle(base, 500) + f"~{numbers[base]}"
            if unique != entry.get(key):
                self._note(change, (group, index, key))
                # First, as where it was sent.
                entries[index] = {key: unique, **{name: value for name, value in entry.items() if name != key}}
            seen.add(unique)
            taken.add(unique)
        return taken

    def break_cycles(self, steps: list[Body]) -> None:
        """Make a tree of steps: one that is its own ancestor has no parent."""
        parents: dict[str, str] = {
            step["step_id"]: step["parent_step_id"] for step in steps if step.get("parent_step_id")
        }
        rooted: set[str] = set()
        for index, step in enumerate(steps):
            path: dict[str, None] = {}
            at = step["step_id"]
            while at in parents and at not in rooted and at not in path:
                path[at] = None
                at = parents[at]
            if at in path:
                # The cycle is cut where it was entered from: at the first of its steps in the order given.
                self._cut(steps, index if at == step["step_id"] else None, at, parents)
            rooted.update(path)

    def _cut(self, steps: list[Body], index: int | None, step_id: str, parents: dict[str, str]) -> None:
        if index is None:
            index = next(place for place, step in enumerate(steps) if step["step_id"] == step_id)
        del parents[step_id]
        self._keep(steps[index], "parent_step_id", ("steps", index, "parent_step_id"), "unknown_reference")
        steps[index] = _in_order(steps[index], CHILDREN["steps"])

    def keep_unknown(self, loc: Loc, shape: Shape, entry: Body) -> None:
        """Keep the fields of an entry that nobody knows in its attributes."""
        for name in [name for name in entry if name not in shape.fields]:
            self._note("unknown_field", (*loc, name))
            self._move(entry, name, entry.pop(name), (*loc, name))

    def _keep(self, entry: Body, field: str, loc: Loc, change: Change) -> None:
        self._note(change, loc)
        self._move(entry, field, entry.pop(field), loc)

    def _move(self, entry: Body, name: str, value: Any, loc: Loc) -> None:
        keep(entry, name, folded(value, self._changes, loc))

    def _name(self, group: str, index: int, entry: Body, field: str) -> None:
        self._note("missing_name", (group, index, field))
        entry[field] = self._alias(entry, field) or f"{_POSITION[group]}-{index + 1}"

    def _alias(self, entry: Body, field: str) -> str | None:
        """Return a name or an id that was sent under another name; it stays there, too."""
        attributes = entry.get("attributes") or {}
        for name in _ALIASES.get(field, ()):
            sent = entry.get(name, attributes.get(name))
            if (isinstance(sent, str) and sent.strip()) or (isinstance(sent, int) and not isinstance(sent, bool)):
                return cut_middle(str(sent), MAX_NAME)
        return None

    def _status(self, group: str, index: int, entry: Body) -> None:
        """Find what a word means that is in no simple form, or derive the status from what the entry carries."""
        sent = entry.get("status")
        known = known_status(sent) if sent else None
        if known and (group or known != "skipped"):
            entry["status"] = known
            return
        entry["status"] = meant_status(sent) or derive_status(entry, may_run=sent is None)
        if sent is None:
            self._note("missing_status", _loc(group, index, "status"))
        elif not is_unset(sent):
            self._note("unknown_status", _loc(group, index, "status"))
            keep(entry, "status", sent)

    def _interval(self, group: str, index: int, entry: Body) -> bool:
        """Put an end before its start right; work out a step's latency where it was not measured."""
        start, end = entry.get("started_at"), entry["ended_at"]
        if start is None:
            return False
        if end < start:
            self._note("time_order", _loc(group, index, "ended_at"))
            keep(entry, "ended_at", end)
            entry["ended_at"] = end = start
        elif not (group == "steps" and entry.get("latency_ms") is None):
            return False
        if group == "steps" and entry.get("latency_ms") is None:
            entry["latency_ms"] = min(round((end - start).total_seconds() * 1000), MAX_MILLISECONDS)
        return True


def keep(entry: Body, name: str, value: Any) -> None:
    """Keep a value in an entry's attributes, under a name that is free there."""
    attributes = dict(entry.get("attributes") or {})
    free, number = name, 2
    while free in attributes:
        free, number = f"{name}~{number}", number + 1
    attributes[free] = value
    entry["attributes"] = attributes


def _start(run: Body, changes: Changes, now: datetime) -> bool:
    """Give a run without a start one: the earliest time of a child, its end, or the time of arrival."""
    if run.get("started_at") is not None:
        return False
    changes.note("missing_start", ("started_at",))
    times = list(_times(run))
    if end := run.get("ended_at"):
        times.append(to_utc(end))
    run["started_at"] = min(times, default=now)
    return not times


def _times(run: Body) -> Iterable[datetime]:
    for group, shape in CHILDREN.items():
        for entry in run[group]:
            yield from (time for field in shape.times if (time := entry.get(field)) is not None)


def _sum_costs(run: Body) -> None:
    """Sum up from the steps what the run does not say it used.

    A step that others are part of may count them itself: of what it says and what they say, the larger is taken.
    """
    cost = run.get("cost") or {}
    steps: list[Body] = run["steps"]
    for total, each in _SUMS:
        bounds = COST.fields[total]
        told = any(step.get(each) is not None for step in steps)
        if cost.get(total) is None and told and isinstance(bounds, Number):
            found = min(_sum(steps, each), bounds.most)
            cost[total] = found if bounds.whole else round(float(found), 9)
    if cost:
        run["cost"] = _in_order(cost, COST)


def _sum(steps: list[Body], field: str) -> float:
    parents = {step["step_id"]: step.get("parent_step_id") for step in steps}
    sums: dict[str | None, float] = dict.fromkeys([*parents, None], 0)
    said = {step["step_id"]: step.get(field) or 0 for step in steps}
    for step_id in _innermost_first(parents):
        sums[parents[step_id]] += max(said[step_id], sums[step_id])
    return sums[None]


def _innermost_first(parents: Mapping[str, str | None]) -> Iterable[str]:
    """Return the steps of a tree so that each comes before the one that it is part of."""
    parts: dict[str | None, list[str]] = {}
    for step_id, parent in parents.items():
        parts.setdefault(parent, []).append(step_id)
    outermost_first = list(parts.get(None, ()))
    for step_id in outermost_first:
        outermost_first += parts.get(step_id, ())
    return reversed(outermost_first)


def _in_order(entry: Body, shape: Shape) -> Body:
    """Return an entry with its fields in the order in which they are kept."""
    return {name: entry[name] for name in shape.fields if name in entry}


def _refuse(loc: Loc, msg: str, kind: str) -> None:
    raise InvalidInput([FieldError(loc=list(loc), msg=msg, type=kind)])


def _loc(group: str, index: int, field: str) -> Loc:
    return (group, index, field) if group else (field,)
