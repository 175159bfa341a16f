"""What a text says of an argument: before it is checked against what was sent, and after."""

from dataclasses import dataclass
from typing import Final, NamedTuple, TypeVar

from rca_core.analysis.model import ArgumentKind

Kind = ArgumentKind
Path = tuple[str, ...]

MAX_TEXT: Final = 20_000
"""Characters of one text that are read."""

NOT_READ: Final = "\x1f"
"""Stands for each character that is not to be read."""


@dataclass(frozen=True, slots=True)
class BlamedArgument:
    """An argument that a text blames for a refusal, and for what."""

    name: str
    """Its path with dots, as the text spells it, without a leading container: `items.0.sku`."""
    kind: Kind
    start: int
    end: int
    """Where the name stands, in characters of the text."""
    text: int = 0
    """Which of the texts it stands in."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What a message says is wrong with an argument; by the message alone, and where the argument was sent or not."""

    kind: Kind
    if_sent: Kind | None = None
    if_absent: Kind | None = None


class Said(NamedTuple):
    """A path with what a document says of it."""

    path: Path
    saying: Saying


@dataclass(frozen=True, slots=True)
class Claim:
    """A name as one place of a text writes it, with what that place says of it."""

    path: Path
    saying: Saying
    start: int
    end: int
    certainty: int = 1
    """2 for structure, 1 for a sentence."""
    needs_sent: bool = False
    """Whether what was sent has to bear it out: the wording alone would fit something else."""


T = TypeVar("T")


def first(*values: T | None) -> T | None:
    """Return the first of the values that is one."""
    return next((each for each in values if each is not None), None)
