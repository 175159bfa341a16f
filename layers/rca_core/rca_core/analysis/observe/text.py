"""A text of telemetry as it is read: within a size, quotes of quoted JSON as they were."""

from typing import Final

MAX_MATCHED: Final = 4_000
"""Characters of one text that are matched; the middle of a longer one is left out."""


def flatten(text: str) -> str:
    """Return the text within the matched size, quotes inside quoted JSON unescaped."""
    if len(text) > MAX_MATCHED:
        text = f"{text[: MAX_MATCHED // 2]}\n{text[-MAX_MATCHED // 2 :]}"
    if "\\" in text:
        text = text.replace("\\\\", "\\").replace('\\"', '"').replace("\\'", "'").replace("\\n", "\n")
    return text
