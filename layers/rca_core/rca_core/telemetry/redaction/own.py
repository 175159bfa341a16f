"""Patterns of one's own, in RE2's syntax: linear on any text."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import re2

from rca_core.telemetry.redaction.quotes import between_escapes

_MAX_MEMORY = 8 << 20


class OwnPatterns:
    """Replaces what patterns of one's own match; false if there are none."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = [_compile(pattern) for pattern in patterns]

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def redact(self, text: str, counts: Counter[str]) -> str:
        """Return a text with every match replaced, and count them."""
        for pattern in self._patterns:
            found = 0
            # A lone surrogate is no text for RE2; what comes out of it is the same everywhere else.
            readable = text if text.isascii() else text.encode("utf-8", "replace").decode()
            parts, position = [], 0
            for match in pattern.finditer(readable):
                if match.end() > match.start():
                    start, end = between_escapes(text, match.start(), match.end())
                    parts += [text[position:start], "[redacted:custom]"]
                    position = end
                    found += 1
            if found:
                text = "".join([*parts, text[position:]])
                counts["custom"] += found
        return text


def _compile(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        message = f"cannot be used as a pattern: {pattern!r}: {reason}"
        raise ValueError(message) from None
