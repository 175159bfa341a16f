"""The stack's log: stderr, each line with the name of who says it."""

import sys


def log(name: str, text: str) -> None:
    """Write lines to the log; `name` is a function's logical id."""
    # Only a line feed ends an entry, as on AWS: a text may hold Unicode's other line separators.
    for line in filter(None, text.split("\n")):
        sys.stderr.write(f"[{name}] {line}\n")
    sys.stderr.flush()
