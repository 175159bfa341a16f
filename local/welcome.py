"""What a stack says when it serves: where, for how long, and what to try next."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.stack import Settings

_SAMPLE = Path("events") / "tool_schema_mismatch.json"


def welcome(settings: "Settings", *, folder: Path, keep: Path | None, log: Path | None) -> str:
    """Return some lines for whoever started the stack in a terminal; `folder` is the template's."""
    api = settings.api_origin
    lines = [
        "",
        f"  Page     {api}/ui/",
        f"  API      {api}",
        f"  Docs     {api}/docs",
        f"  Streams  {settings.stream_origin}",
        f"  Logs     {log}" if log else "  Logs     here",
        f"  Data     kept in {keep}" if keep else f"  Data     {_lifetime(settings)}",
    ]
    if (sample := folder / _SAMPLE).exists():
        lines += [
            "",
            "Try, in another terminal, a failed run and its root cause:",
            "",
            f"  curl -X POST {api}/agent-runs -H 'Content-Type: application/json' -d @{sample}",
            f"  curl -X POST {api}/agent-runs/run-tool-schema-mismatch/rca-runs",
            "",
            "The second answers with rca_run_id and stream_url: GET both, or go on with README.md.",
        ]
    return "\n".join([*lines, "", "Ctrl-C stops it.", ""])


def _lifetime(settings: "Settings") -> str:
    own = "until Ctrl-C; --keep DIR keeps them across restarts"
    return own if settings.own_emulator else "where --endpoint-url points"
