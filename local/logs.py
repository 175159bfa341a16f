"""The stack's log: stderr, each line with the name of who says it."""

import sys


def log(name: str, text: str) -> None:
    """Write lines to the log; `name` is a function's logical id."""
    for line in text.splitlines():
        sys.stderr.write(f"[{name}] {line}\n")
    sys.stderr.flush()
