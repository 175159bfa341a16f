"""The stack's log, each line with the name of who says it: a file, or the terminal."""

import sys
from pathlib import Path
from typing import TextIO

_files: list[TextIO] = []


def keep_log(path: Path) -> None:
    """Write what functions say to a file, from its start; what the user should see goes to stderr as well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _files.append(path.open("w", encoding="utf-8", errors="backslashreplace"))


def log_descriptor() -> int:
    """Return where another process of the stack may write to."""
    return _files[-1].fileno() if _files else sys.stderr.fileno()


def log(name: str, text: str) -> None:
    """Write lines to the log; `name` is a function's logical id."""
    _write(_files[-1:] or [sys.stderr], name, text)


def tell(name: str, text: str) -> None:
    """Write lines to the log, and to the terminal: something went wrong."""
    _write([*_files[-1:], sys.stderr], name, text)


def _write(streams: list[TextIO], name: str, text: str) -> None:
    # Only a line feed ends an entry, as on AWS: a text may hold Unicode's other line separators.
    lines = "".join(f"[{name}] {line}\n" for line in filter(None, text.split("\n")))
    for stream in streams:
        stream.write(lines)
        stream.flush()
