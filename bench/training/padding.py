"""Texts amid much else, as logs, bodies of JSON and listings hold them: is what tells still found?"""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Final

from bench.training.corpus import Row

LENGTH: Final = 1_900
"""Characters of a padded text."""
SHORT: Final = 250
"""Longer texts have enough around them."""
_THINGS: Final = ("tariff", "basket", "shelf", "parcel", "meter", "invoice", "route", "sample", "ward", "booking")
_DOINGS: Final = ("loaded", "kept", "sent to queue", "counted", "sorted", "archived", "listed", "merged", "tagged")
_Padding = Callable[[Random], str]


def _line_of_json(random: Random) -> str:
    return json.dumps({name: random.choice((random.randrange(9_000), *_DOINGS)) for name in _two(random)}) + ", "


def _line_of_log(random: Random) -> str:
    one, other = _two(random)
    return f"{random.randrange(24):02}:{random.randrange(60):02} INFO [{one}] {other} {random.choice(_DOINGS)}\n"


def _line_of_code(random: Random) -> str:
    one, other = _two(random)
    return f"    {one}_{random.randrange(50)} = {random.choice(('sum', 'max', 'load'))}({other})\n"


def _two(random: Random) -> list[str]:
    return random.sample(_THINGS, 2)


PADDINGS: Final[dict[str, _Padding]] = {"json": _line_of_json, "log": _line_of_log, "code": _line_of_code}


def padded(row: Row, kind: str, *, seed: int) -> Row:
    """Return a failure with its message among other lines; the same at every call."""
    random = Random(f"{seed} {kind} {row.said.text}")  # noqa: S311  no secret
    text = row.error_message or ""
    lines = [""]
    while sum(map(len, lines)) < LENGTH - len(text):
        lines.append(PADDINGS[kind](random))
    at = random.randrange(len(lines))
    inside = json.dumps({"note": text}, ensure_ascii=False) + ", " if kind == "json" else f"{text}\n"
    return replace(row, error_message="".join((*lines[:at], inside, *lines[at:])))


def may_be_padded(rows: Sequence[Row]) -> list[Row]:
    """Return the short failures; of a result that succeeded only the start is read."""
    return [row for row in rows if row.status == "failure" and row.error_message and len(row.error_message) <= SHORT]
