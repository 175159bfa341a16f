"""A run while it happens: entries are begun and finished from any thread, within a budget of memory."""

import contextlib
import json
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from smart_sre.plain import MAX_ID, MAX_NAME, MAX_SUMMARY, MAX_TEXT, cut, plain, text_of, weigh

Group = Literal["steps", "tool_calls", "guardrail_events"]
Json = dict[str, Any]

MAX_ENTRIES: Final = 5_000
"""The server takes 10,000."""
_KEPT_FOR_FAILURES: Final = 500
MAX_WEIGHT: Final = 4_000_000
"""Bytes of a run's entries, about: beyond them, texts are cut to their first and last characters."""
_SHORT: Final = 200
_TEXTS: Final = {
    "name": MAX_NAME,
    "tool_name": MAX_NAME,
    "agent_name": MAX_NAME,
    "model": MAX_NAME,
    "error_type": MAX_NAME,
    "error_class": MAX_NAME,
    "finish_reason": MAX_NAME,
    "input_summary": MAX_SUMMARY,
    "output_summary": MAX_SUMMARY,
    "result_summary": MAX_SUMMARY,
    "error_message": MAX_TEXT,
    "message": MAX_TEXT,
    "step_id": MAX_ID,
    "call_id": MAX_ID,
    "event_id": MAX_ID,
    "parent_step_id": MAX_ID,
}
_IDS: Final = {"steps": "step_id", "tool_calls": "call_id", "guardrail_events": "event_id"}


class Clock:
    """Wall time that never goes back: where it began, and how long it has been since."""

    def __init__(self) -> None:
        self._wall = datetime.now(UTC)
        self._begun = time.monotonic()

    def now(self) -> str:
        """Return the time as RFC 3339."""
        passed = timedelta(seconds=time.monotonic() - self._begun)
        return (self._wall + passed).isoformat().replace("+00:00", "Z")


class Entry:
    """A step or a tool call under way. `finish` counts once."""

    def __init__(self, recording: "Recording", group: Group, fields: Json) -> None:
        self._recording = recording
        self.group = group
        self.fields = fields
        self.done = False
        self.left_out = False

    @property
    def id(self) -> str:
        """Return the entry's id within its run."""
        return str(self.fields[_IDS[self.group]])

    def set(self, **fields: Any) -> None:
        """Add what became known; None adds nothing."""
        self._recording.add_to(self, fields)

    def finish(self, **fields: Any) -> None:
        """End the entry, as a success unless `status` or an error says otherwise."""
        self._recording.finish(self, fields)


class Recording:
    """One run of an agent: its header, and what happened in it so far."""

    def __init__(self, agent_name: str, **fields: Any) -> None:
        self._lock = threading.Lock()
        self._clock = Clock()
        self._fields: Json = {
            "run_id": f"run-{uuid.uuid4().hex}",
            "agent_name": cut(agent_name, MAX_NAME) or "agent",
            "started_at": self._clock.now(),
        }
        self._groups: dict[Group, list[Entry]] = {"steps": [], "tool_calls": [], "guardrail_events": []}
        self._count = 0
        self._weight = 0
        self._left_out = 0
        self._cut = 0
        self._decided: Json = {}
        self.set(**fields)

    @property
    def run_id(self) -> str:
        """Return the run's id."""
        return str(self._fields["run_id"])

    @property
    def agent_name(self) -> str:
        """Return the agent's name."""
        return str(self._fields["agent_name"])

    def set(self, **fields: Any) -> None:
        """Add what became known of the run itself; None adds nothing."""
        prepared = _prepare(fields)
        with self._lock:
            _merge(self._fields, prepared)

    def set_first(self, **fields: Any) -> None:
        """Add what is not known yet."""
        self.set(**{name: value for name, value in fields.items() if name not in self._fields})

    def begin(self, group: Group, **fields: Any) -> Entry:
        """Begin a step or a tool call, or note a guardrail's event."""
        known = {_IDS[group]: uuid.uuid4().hex[:16], **self._prepared(fields)}
        known.setdefault("created_at" if group == "guardrail_events" else "started_at", self._clock.now())
        entry = Entry(self, group, known)
        room = MAX_ENTRIES if group == "guardrail_events" else MAX_ENTRIES - _KEPT_FOR_FAILURES
        with self._lock:
            if self._count < room:
                self._keep(entry)
            else:
                entry.left_out = True
                self._left_out += 1
        return entry

    def event(self, **fields: Any) -> None:
        """Note what a guardrail did."""
        self.begin("guardrail_events", **fields).done = True

    def add_to(self, entry: Entry, fields: Json) -> None:
        """Add fields to an entry."""
        prepared = self._prepared(fields)
        with self._lock:
            before = weigh(entry.fields)
            _merge(entry.fields, prepared)
            if not entry.left_out:
                self._weight += weigh(entry.fields) - before

    def finish(self, entry: Entry, fields: Json) -> None:
        """End an entry."""
        if entry.done:
            return
        entry.done = True
        status = fields.pop("status", None) or ("failure" if _has_error(fields) else "success")
        self.add_to(entry, {"ended_at": self._clock.now(), **fields, "status": status})
        with self._lock:
            # It was one too many when it began, but what failed is what a report is made of.
            if status == "failure" and entry.left_out and self._count < MAX_ENTRIES:
                entry.left_out = False
                self._left_out -= 1
                self._keep(entry)

    def names(self, group: Group) -> frozenset[str]:
        """Return the names of the entries that there are."""
        with self._lock:
            return frozenset(str(each.fields.get("name")) for each in self._groups[group])

    def known_ids(self, group: Group) -> frozenset[str]:
        """Return the ids of the entries that there are."""
        with self._lock:
            return frozenset(each.id for each in self._groups[group])

    def failed(self, group: Group, **fields: str) -> bool:
        """Tell whether an entry with these fields failed."""
        with self._lock:
            return any(
                each.fields.get("status") == "failure" and all(each.fields.get(k) == v for k, v in fields.items())
                for each in self._groups[group]
            )

    def decide(self, status: Literal["success", "failure"], **fields: Any) -> None:
        """Say how the run ended; what is said first counts."""
        prepared = {"status": status, **_prepare(fields)}
        with self._lock:
            self._decided = self._decided or prepared

    def body(self, *, ended: bool) -> Json:
        """Return the run as it is posted; once it ended, its entries are let go."""
        with self._lock:
            run = {**self._fields, "attributes": dict(self._fields.get("attributes", {}))}
            for group, entries in self._groups.items():
                run[group] = [_posted(each) for each in entries]
            if self._left_out:
                run["attributes"]["client_entries_left_out"] = self._left_out
            if self._cut:
                run["attributes"]["client_entries_cut"] = self._cut
            if ended:
                run["ended_at"] = self._clock.now()
                self._settle(run)
                # Entries know their recording: without them, no circle keeps the run in memory.
                for entries in self._groups.values():
                    entries.clear()
            else:
                run["status"] = "running"
        return run

    def weight(self) -> int:
        """Return about how many bytes the run takes."""
        return self._weight + 2_000

    def _keep(self, entry: Entry) -> None:
        self._groups[entry.group].append(entry)
        self._count += 1
        self._weight += weigh(entry.fields)

    def _prepared(self, fields: Json) -> Json:
        if self._weight <= MAX_WEIGHT:
            return _prepare(fields)
        self._cut += 1
        return _prepare(fields, most=_SHORT)

    def _settle(self, run: Json) -> None:
        """Say how an ended run ended: as it was told, or by what failed in it and was not made good."""
        if self._decided:
            run.update({key: value for key, value in self._decided.items() if key != "attributes"})
            run["attributes"].update(self._decided.get("attributes", {}))
            return
        run["status"] = "success"
        if found := _unrecovered(run):
            run["status"] = "failure"
            run["attributes"]["status_inferred_from"] = found


def _has_error(fields: Json) -> bool:
    return any(fields.get(name) for name in ("error_message", "error_class", "error_type"))


def _unrecovered(run: Json) -> str | None:
    """Return what failed and was not made good by a later success of the same tool; None if nothing is left."""
    for event in run["guardrail_events"]:
        if event.get("action") == "blocked":
            return f"guardrail {event.get('name') or event['event_id']} blocked"
    last = {call.get("tool_name"): call for call in run["tool_calls"] if call["status"] in ("success", "failure")}
    for name, call in last.items():
        if call["status"] == "failure":
            return f"tool {name} failed and no later call of it succeeded"
    return None


def _posted(entry: Entry) -> Json:
    fields = dict(entry.fields)
    if entry.group != "guardrail_events":
        fields.setdefault("status", "running")
    return fields


def _prepare(fields: Json, most: int = MAX_TEXT) -> Json:
    """Return copies of fields within their limits: made outside of locks, as it may run the user's `__repr__`."""
    return {name: _prepared(name, value, most) for name, value in fields.items() if value is not None}


def _prepared(name: str, value: Any, most: int) -> Any:
    if name in _TEXTS:
        return text_of(value, min(_TEXTS[name], most))
    if name == "args_json" and isinstance(value, str) and value.startswith("{"):
        # Models write arguments as text: as an object, their credentials are known by their names.
        with contextlib.suppress(ValueError, RecursionError):
            return plain(json.loads(value), most)
    return plain(value, most)


def _merge(known: Json, prepared: Json) -> None:
    for name, value in prepared.items():
        if name == "attributes" and isinstance(value, dict):
            known[name] = {**known.get(name, {}), **value}
        else:
            known[name] = value
