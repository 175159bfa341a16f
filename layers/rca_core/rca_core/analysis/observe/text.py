"""A text of telemetry as it is read: within a size, quotes of quoted JSON as they were."""

from typing import Any, Final

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


def with_whole_characters(value: Any) -> Any:
    """Return what a text spelled, halves of characters replaced: JSON may name them, and no search takes them."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [with_whole_characters(each) for each in value]
    if isinstance(value, dict):
        return {with_whole_characters(key): with_whole_characters(each) for key, each in value.items()}
    return value
