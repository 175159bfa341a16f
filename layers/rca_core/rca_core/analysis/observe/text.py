"""A text of telemetry as it is read: within a size, quotes of quoted JSON as they were."""

from typing import Final

import re2

MAX_MATCHED: Final = 4_000
"""Characters of one text that are matched; the middle of a longer one is left out."""


def flatten(text: str) -> str:
    """Return the text within the matched size, quotes inside quoted JSON unescaped."""
    if len(text) > MAX_MATCHED:
        text = f"{text[: MAX_MATCHED // 2]}\n{text[-MAX_MATCHED // 2 :]}"
    if "\\" in text:
        text = text.replace("\\\\", "\\").replace('\\"', '"').replace("\\'", "'").replace("\\n", "\n")
    return text


# What a harness appends for the agent to read: [Tool loop warning: …], [System notice: …].
_NOTICE: Final = re2.compile(r"(?i)\s*\[(?:[\w-]+ ){0,4}(?:warning|notice|reminder|hint|note): [^\[\]]*\]\s*\z")


def without_notices(text: str) -> str:
    """Return a text without the notices in brackets at its end, unless it is nothing else."""
    while "[" in text and (notice := _NOTICE.search(text)):
        rest = text[: notice.start()]
        if not rest.strip():
            return text
        text = rest
    return text
