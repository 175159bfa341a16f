"""Arguments of calls as text: the same for the same arguments, whatever they hold."""

import json
from typing import Any


def canonical(value: Any, *, readable: bool = False) -> str | None:
    """Return a value as JSON, keys sorted unless it is to be read; None if it is nested too deeply for that."""
    try:
        return json.dumps(value, sort_keys=not readable, ensure_ascii=not readable, default=str)
    except (RecursionError, TypeError, ValueError):  # nested past the limit, or keys that cannot be compared
        return None
