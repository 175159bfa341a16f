"""Which arguments texts blame, borne out by what was sent."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from rca_core.analysis.observe.text import with_whole_characters
from rca_core.analysis.read.roles.model import MAX_TEXT, BlamedArgument, Claim, Kind, Path
from rca_core.analysis.read.roles.paths import find, normal, readings, spelled
from rca_core.analysis.read.roles.sentences import claims_in
from rca_core.analysis.read.roles.structure import structure_of

MAX_BLAMED: Final = 20
MAX_SENTENCES: Final = 40
_QUOTES: Final = ('"', "'", "`")


def blamed_arguments(texts: Sequence[str], args: Any | None, *, tool_name: str) -> tuple[BlamedArgument, ...]:
    """Return the arguments that texts blame, the most certain first; none where none is certain.

    `args` are what the tool was called with, None if that was not recorded: a missing argument is not in them, any
    other is. `tool_name` tells the tool's own name from that of an argument.
    """
    sent = _as_sent(args)
    found: dict[Path, BlamedArgument] = {}
    certainty: dict[Path, int] = {}
    for number, text in enumerate(texts):
        for claim in _claims(text[:MAX_TEXT], tool_name):
            checked = _check(claim, sent, tool_name)
            if checked is None:
                continue
            path, kind = checked
            key = tuple(map(normal, path))
            if len(found) >= MAX_BLAMED or any(_is_part_of(key, kind, known, each) for known, each in found.items()):
                continue
            found[key] = BlamedArgument(".".join(path), kind, claim.start, claim.end, number)
            certainty[key] = claim.certainty
    # What holds an argument that is named is blamed for it.
    found = {key: each for key, each in found.items() if not any(key == k[: len(key)] and key != k for k in found)}
    # A usual word is no name where another place of the text gives one.
    if any(certainty[key] for key in found):
        found = {key: each for key, each in found.items() if certainty[key]}
    ordered = sorted(found, key=lambda key: (-certainty[key], found[key].text, found[key].start))
    return tuple(found[key] for key in ordered)


def unsent_field(texts: Sequence[str], args: Any | None, *, tool_name: str) -> str | None:
    """Return a field that a text calls unknown and that was not among the arguments: the tool sent it on its own."""
    sent = _as_sent(args)
    if sent is None:
        return None
    for text in texts:
        for claim in _claims(text[:MAX_TEXT], tool_name):
            quoted = claim.certainty > 1 or text[claim.start - 1 : claim.start] in _QUOTES
            is_unknown = claim.saying.kind == "unexpected" and not claim.needs_sent and quoted
            if is_unknown and not find(sent, claim.path[-1:])[0]:
                return claim.path[-1]
    return None


def _is_part_of(key: Path, kind: Kind, known: Path, found: BlamedArgument) -> bool:
    """Return whether a path is the end of one that is known already, or what holds it, blamed for the same."""
    return key == known[-len(key) :] or (key == known[: len(key)] and kind == found.kind)


def _as_sent(args: Any) -> Any:
    """Return recorded arguments as an object, None if they are none."""
    if isinstance(args, str):
        try:
            args = with_whole_characters(json.loads(args))
        except (ValueError, RecursionError):
            return None
    return args if isinstance(args, dict) else None


def _claims(text: str, tool_name: str) -> Iterator[Claim]:
    """Yield what a text says, its documents first."""
    structure = structure_of(text)
    for said in structure.said:
        place = _place(text, said.path)
        if place is not None:
            yield Claim(said.path, said.saying, *place, certainty=2)
    yield from claims_in(structure.rest, tool_name)
    for sentence in structure.sentences[:MAX_SENTENCES]:
        for claim in claims_in(sentence, tool_name):
            place = _place(text, (sentence[claim.start : claim.end],))
            if place is not None:
                yield Claim(claim.path, claim.saying, *place, claim.certainty, needs_sent=claim.needs_sent)


def _place(text: str, path: Path) -> tuple[int, int] | None:
    """Return where the last name of a path stands in a text, in quotes rather than not."""
    for name in reversed(path):
        if name.isdecimal():
            continue
        for shape in (f'"{name}"', f"'{name}'", f'"{name}\\"', f'/{name}"', f".{name}", name):
            at = text.find(shape)
            if at >= 0:
                start = at + shape.index(name)
                return start, start + len(name)
        return None
    return None


def _check(claim: Claim, sent: dict[str, Any] | None, tool_name: str) -> tuple[Path, Kind] | None:
    """Return the path and kind of a claim that what was sent bears out; None if it contradicts the claim."""
    paths = list(readings(claim.path, tool_name))
    if claim.path[-1] == "length" and len(claim.path) > 1:  # of what the path before it names
        paths += readings(claim.path[:-1], tool_name)
    if sent is None:
        return None if claim.needs_sent else (paths[-1], claim.saying.kind)
    # In front of a path may stand the name of a method or model.
    shorter = [claim.path[1:]] if len(claim.path) > 1 and claim.saying.kind != "missing" else []
    there = next((path for path in (*paths, *shorter) if find(sent, path)[0]), None)
    if there is None and claim.needs_sent:
        return None
    if there is None:
        kind = claim.saying.if_absent or claim.saying.kind
        return _absent(paths, kind, sent)
    kind = claim.saying.if_sent or claim.saying.kind
    if kind != "missing":
        return spelled(sent, there), kind
    # What was sent empty may be called missing; it is not, its value is refused.
    value = find(sent, there)[1]
    return (spelled(sent, there), "wrong_value") if value in (None, "", [], {}) else None


def _absent(paths: Sequence[Path], kind: Kind, sent: dict[str, Any]) -> tuple[Path, Kind] | None:
    inside = next((each for each in paths if len(each) > 1 and isinstance(find(sent, each[:-1])[1], dict | list)), None)
    if kind == "missing":
        return inside or paths[-1], kind
    return (inside, kind) if inside and kind in ("wrong_type", "wrong_value") else None
