"""What a step's output looks like, in a few bytes: how long it is, of what shape, with which keys."""

from collections.abc import Sequence
from typing import Final, NamedTuple
from zlib import crc32

from pydantic_core import from_json

from rca_core.telemetry.fields import MAX_SUMMARY

# One letter each: they are kept with every step of every run.
EMPTY: Final = "e"
OBJECT: Final = "o"
ARRAY: Final = "a"
FENCED: Final = "f"
"""Between the fences of a Markdown code block, or at least behind the first."""
UNCLOSED: Final = "u"
"""Starts as JSON, but does not end so."""
TEXT: Final = "t"

_CLOSING: Final = {"{": ("}", OBJECT), "[": ("]", ARRAY)}


class Output(NamedTuple):
    """One output: its characters, the letter of its shape, a digest of its top-level keys if it is a JSON object."""

    characters: int
    shape: str
    keys: str = ""


def describe(text: str) -> Output:
    """Return what an output looks like.

    The shape is read off both ends, which a text that was cut in the middle has kept. Its keys are not known, even if
    what is left of it can be read.
    """
    shape = _shape(text.strip())
    keys = _keys(text) if shape == OBJECT and len(text) < MAX_SUMMARY else ""
    return Output(len(text), shape, keys)


def usual(texts: Sequence[str]) -> str:
    """Return the output that stands for several of one step name in one run: one of median length.

    One for each run, because a baseline compares runs. The median, because the last or the longest follows the number
    of rounds that a loop made; the lower of two in the middle, because it has to be an output that there was; and the
    first by letters of several, so that their order does not matter.
    """
    median = sorted(map(len, texts))[(len(texts) - 1) // 2]
    return min(text for text in texts if len(text) == median)


def top_level_keys(text: str) -> list[str]:
    """Return the keys of a JSON object, sorted; `ValueError` if it cannot be read."""
    return sorted(from_json(text))


def _shape(text: str) -> str:
    if not text:
        return EMPTY
    if text.startswith("```"):
        return FENCED
    if text[0] not in _CLOSING:
        return TEXT
    closing, shape = _CLOSING[text[0]]
    return shape if text[-1] == closing else UNCLOSED


def _keys(text: str) -> str:
    try:
        return f"{crc32(chr(0).join(top_level_keys(text)).encode()) & 0xFFFF:04x}"
    except ValueError:
        return ""
