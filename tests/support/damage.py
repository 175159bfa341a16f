"""Items as another version writes them, or as damage leaves them: an attribute too many, too few, of another type."""

from collections.abc import Iterator
from typing import Any, Final

Item = dict[str, Any]

_KEYS: Final = ("PK", "SK")
_OTHERS: Final[tuple[Item, ...]] = (
    {"S": "\x00 not this"},
    {"N": "-7"},
    {"B": b"\xff\x00"},
    {"L": [{"M": {}}]},
    {"BOOL": True},
)


def newer(item: Item) -> Item:
    """Return an item as a later version might write it."""
    return item | {"of_a_later_version": {"M": {"count": {"N": "5"}}}, "schema": {"N": "99"}}


def damaged(item: Item, *, keep: tuple[str, ...] = ()) -> Iterator[tuple[str, Item]]:
    """Yield an item without each of its attributes, and with each of another type, beside what was done to it."""
    for name, value in item.items():
        if name in (*_KEYS, *keep):
            continue
        yield f"no {name}", {each: there for each, there in item.items() if each != name}
        for other in _OTHERS:
            if other.keys() != value.keys() or name in ("held", "counts", "profile"):
                yield f"{name} is {other}", item | {name: other}
