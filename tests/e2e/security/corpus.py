"""Texts that mean harm where they are shown: each is telemetry, and nothing else, wherever it turns up."""

import json
from pathlib import Path
from typing import Any, Final

_WRITTEN: Final[dict[str, str]] = json.loads(Path(__file__).with_name("hostile_texts.json").read_text(encoding="utf-8"))
_MADE: Final = {
    "long word": "A" * 5_000,
    "long line": "very " * 1_000,
    "combining": "Z\u0351\u036b\u0343\u036a" * 40,
    "backslashes": "\\" * 300 + "*x*" + "\\\\`\\[x](y)\\",
    "brackets": "[" * 300 + "](" * 50 + "<" * 300 + "{" * 300 + "(" * 200,
    "backticks": "`" * 301 + " x " + "`" * 2,
    "slow to match": "a" * 40 + "!" + "(a+)+$ " + "x" * 40 + "\\",
    "controls": "".join(map(chr, (*range(1, 32), *range(0x7F, 0xA0)))),
}
HOSTILE: Final = _WRITTEN | _MADE

Json = dict[str, Any]


def hostile_run(text: str, *, run_id: str = "hostile", fails: bool = True) -> Json:
    """Return a run that has the text in every field that takes text, keys of arguments and attributes included."""
    failed = "failure" if fails else "success"
    name = text or "x"
    # What names a child must differ from child to child, and have a length.
    ids = {kind: f"{kind} {text}"[:512] for kind in ("step", "call", "event")}
    nested = {name[:200]: [text, {name[:100]: text}], "plain": text}
    return {
        "run_id": run_id,
        "agent_name": name,
        "agent_version": text,
        "model": text,
        "environment": text,
        "started_at": "2026-01-20T12:00:00Z",
        "ended_at": "2026-01-20T12:05:00Z",
        "status": failed,
        "error_type": text,
        "error_message": text,
        "trace_id": text,
        "correlation_ids": [text, text],
        "attributes": nested,
        "steps": [
            {
                "step_id": ids["step"],
                "name": text,
                "status": failed,
                "started_at": "2026-01-20T12:00:00Z",
                "ended_at": "2026-01-20T12:01:00Z",
                "input_summary": text,
                "output_summary": text,
                "attributes": nested,
            }
        ],
        "tool_calls": [
            {
                "call_id": ids["call"],
                "step_id": ids["step"],
                "tool_name": name,
                "status": failed,
                "args_json": nested,
                "args_hash": text,
                "result_summary": text,
                "error_class": text,
                "error_message": text,
                "attributes": nested,
            }
        ],
        "guardrail_events": [
            {
                "event_id": ids["event"],
                "type": "policy_block",
                "message": text,
                "step_id": ids["step"],
                "call_id": ids["call"],
                "created_at": "2026-01-20T12:02:00Z",
            }
        ],
        f"unknown {name}"[:300]: nested,
    }
