"""Runs of frameworks that tell what happens by ids: which run an id belongs to, and under which step it hangs."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

from smart_sre.client import Client, default_client
from smart_sre.problems import error_fields, run_error_fields
from smart_sre.recording import Entry, Group, Recording
from smart_sre.spans import current_run

_MOST: Final = 20_000
"""Ids that are remembered: of what a framework began and never ended, the oldest are forgotten."""
_ERROR_NAMES: Final = {"steps": "error_type", "tool_calls": "error_class"}


@dataclass(slots=True, eq=False)
class Node:
    """What an id stands for: a run, or an entry of one."""

    recording: Recording
    owner: Client | None
    """Who ends the run; None of one that the program itself began."""
    entry: Entry | None
    step_id: str | None
    """The step that its children hang under."""


class Tracked:
    """What a framework has begun and not ended."""

    def __init__(self, agent_name: str | None = None, client: Client | None = None) -> None:
        """Track runs; `agent_name` names them instead of the framework."""
        self._agent_name = agent_name
        self._client = client
        self._nodes: OrderedDict[Any, Node] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, key: Any, agent_name: str | None, **fields: Any) -> Node | None:
        """Begin a run; within a run that the program began itself, all goes there."""
        client = self._client or default_client()
        if not client.enabled:
            return None
        if (around := current_run()) and around.recording:
            return self._remember(key, Node(around.recording, None, None, around.step_here()))
        recording = client.begin(self._agent_name or agent_name or "agent", **fields)
        return self._remember(key, Node(recording, client, None, None))

    def begin(self, key: Any, parent: Any, group: Group, **fields: Any) -> Node | None:
        """Begin an entry under another; nothing where that is not known."""
        if not (above := self._nodes.get(parent)):
            return None
        place = {"step_id" if group == "tool_calls" else "parent_step_id": above.step_id}
        entry = above.recording.begin(group, **place, **fields)
        step_id = entry.id if group == "steps" else above.step_id
        return self._remember(key, Node(above.recording, None, entry, step_id))

    def follow(self, key: Any, parent: Any) -> None:
        """Let an id stand for what another stands for: what happens under it, happens under that."""
        if above := self._nodes.get(parent):
            self._remember(key, Node(above.recording, None, None, above.step_id))

    def node(self, key: Any) -> Node | None:
        """Return what an id stands for."""
        return self._nodes.get(key)

    def finish(self, key: Any, error: BaseException | None = None, **fields: Any) -> None:
        """End an entry."""
        node = self._forget(key)
        if node and node.entry:
            known = error_fields(error, name=_ERROR_NAMES[node.entry.group]) if error is not None else {}
            node.entry.finish(**{**known, **fields})

    def close(self, key: Any, error: BaseException | None = None, **fields: Any) -> None:
        """End a run."""
        node = self._forget(key)
        if not node or not node.owner:
            return
        node.recording.set(**fields)
        if error is not None:
            node.recording.decide("failure", **run_error_fields(error))
        node.owner.end(node.recording)
        with self._lock:
            for left in [each for each, other in self._nodes.items() if other.recording is node.recording]:
                del self._nodes[left]

    def _remember(self, key: Any, node: Node) -> Node:
        with self._lock:
            self._nodes[key] = node
            forgotten = self._nodes.popitem(last=False)[1] if len(self._nodes) > _MOST else None
        if forgotten and forgotten.owner:
            forgotten.owner.discard(forgotten.recording)
        return node

    def _forget(self, key: Any) -> Node | None:
        with self._lock:
            return self._nodes.pop(key, None)
