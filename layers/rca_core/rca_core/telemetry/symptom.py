"""What a failed run shows before anyone analyses it, as a short hash: runs alike in it are likely one failure."""

import hashlib
import json
from typing import Final

from rca_core.telemetry.masking import masked
from rca_core.telemetry.wire import Body

MAX_FAILURES: Final = 5
"""Kinds of failed calls that count; a run with more of them differs from others anyway."""

_Kind = tuple[str, str, int]


def symptom(run: Body) -> str | None:
    """Return 16 hex characters for what a failed run shows; None for one that did not fail.

    Of its agent, its error and the kinds of its failed calls (tool, error class, status) with the first message of
    each. Neither the order of kinds nor how often each failed counts.
    """
    if run["status"] != "failure":
        return None
    first: dict[_Kind, Body] = {}
    for call in run.get("tool_calls") or []:
        if call["status"] == "failure":
            kind = (call["tool_name"], call.get("error_class") or "", call.get("status_code") or 0)
            first.setdefault(kind, call)
    failures = [(*kind, masked(_said(first[kind]))) for kind in sorted(first)[:MAX_FAILURES]]
    shown = [run["agent_name"], run.get("error_type"), masked(run.get("error_message")), failures]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]


def _said(call: Body) -> str | None:
    return call.get("error_message") or call.get("result_summary")
