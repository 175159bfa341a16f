"""The attributes and events of one span, sorted by what they say: one pass, a look-up for each."""

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from rca_core.telemetry.fields import MAX_NAME
from rca_core.telemetry.otlp import names, texts

Pairs = Iterable[tuple[str, Any]]
"""Names of attributes with their values, as a decoder holds them."""
_MAX_OWN: Final = 24
_MAX_IDS: Final = 16
_SKIP, _RANKED, _INDEXED, _LISTED, _OWN = range(5)
_MOST_REMEMBERED: Final = 8_192
# What an empty value says: that nothing was found.
_TOLD_EMPTY: Final = frozenset(["retrieval.documents", "gen_ai.retrieval.documents", "output.value"])
_EMPTY: Final = ("", "{}", "<not specified>")
# Events whose attributes are named as those of a span.
_DETAILS: Final = frozenset(
    ["gen_ai.client.inference.operation.details", "gen_ai.guardrail.result", "gen_ai.security.finding"]
)

_interests: dict[str, int] = {}


class Raw(NamedTuple):
    """A span as a decoder hands it over."""

    trace_id: str
    span_id: str
    parent_id: str
    name: str
    kind: int
    flags: int
    start: int
    end: int
    code: int
    message: str
    attributes: Pairs
    events: list[tuple[str, Pairs]]


def _interest(name: str) -> int:
    """Return what is done with an attribute, by its name."""
    if name in names.RANKED:
        found = _RANKED
    elif name.startswith(names.INDEXED):
        found = _INDEXED
    elif name in names.CORRELATION or name.startswith(names.ASSOCIATION):
        found = _LISTED
    else:
        found = _SKIP if name.startswith(names.CONVENTIONS) else _OWN
    # Names are the sender's: what is remembered of them is bounded.
    if len(_interests) >= _MOST_REMEMBERED:
        _interests.clear()
    _interests[name] = found
    return found


class Attributes:
    """What the attributes and events of one span say; `value_of` gives the plain value of one."""

    def __init__(self, value_of: Callable[[Any], Any], raw: Raw) -> None:
        self._value_of = value_of
        self._ranks: dict[str, int] = {}
        self.found: dict[str, Any] = {}
        """Of each field of `names.FIELDS`, the value under the first of its names that says something."""
        self.indexed: list[tuple[str, Any]] = []
        self.ids: list[str] = []
        self.own: dict[str, Any] = {}
        self.is_infra = False
        self.exception: dict[str, Any] | None = None
        self.choice: dict[str, Any] = {}
        self.asked: str | None = None
        self.sent: Any = None
        self._take(raw.attributes, 0)
        for name, attributes in raw.events:
            self._event(name, attributes)

    def _take(self, attributes: Pairs, behind: int) -> None:  # noqa: C901  one loop, for speed
        value_of, found, ranks = self._value_of, self.found, self._ranks
        for name, held in attributes:
            interest = _interests.get(name)
            if interest is None:
                interest = _interest(name)
            if interest == _SKIP:
                continue
            value = value_of(held)
            if (value is None or value in _EMPTY or value == []) and name not in _TOLD_EMPTY:
                continue
            if interest == _RANKED:
                for field, rank in names.RANKED[name]:
                    if ranks.get(field, 99) > rank + behind:
                        ranks[field] = rank + behind
                        found[field] = value
            elif interest == _INDEXED:
                self.indexed.append((name, value))
            elif interest == _LISTED:
                self._identify(name, value)
            elif len(self.own) < _MAX_OWN:
                self.own[name[:MAX_NAME]] = value
            if not self.is_infra and name.startswith(names.INFRA_PREFIXES):
                self.is_infra = True

    def _identify(self, name: str, value: Any) -> None:
        if name.startswith(names.ASSOCIATION):
            own = name[len(names.ASSOCIATION) :]
            if own.startswith(names.NO_ASSOCIATION):
                return
            if len(self.own) < _MAX_OWN:
                self.own[own[:MAX_NAME]] = value
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str | int) and not isinstance(each, bool) and each != "" and len(self.ids) < _MAX_IDS:
                self.ids.append(str(each)[:MAX_NAME])

    def _event(self, name: str, attributes: Pairs) -> None:
        if name == "exception":
            self.exception = self._read(attributes)
        elif name == "gen_ai.choice":
            self.choice = self._read(attributes)
        elif name == "gen_ai.tool.message":
            self.sent = self._read(attributes).get("content")
        elif name == "gen_ai.user.message":
            self.asked = texts.text_of(self._read(attributes).get("content"))
        elif name in _DETAILS:
            self._take(attributes, 50)

    def _read(self, attributes: Pairs) -> dict[str, Any]:
        return {name: self._value_of(held) for name, held in attributes if name != "exception.stacktrace"}

    def text(self, field: str) -> str | None:
        """Return a name that a field holds; None if it holds none."""
        value = self.found.get(field)
        return value[:MAX_NAME] if isinstance(value, str) else None

    def word(self, field: str) -> str:
        """Return the word that a field holds, in lower case; empty if it holds none."""
        return word(self.found.get(field))


def word(value: Any) -> str:
    """Return a value as a word in lower case; empty if it is none."""
    return value.strip('"').lower() if isinstance(value, str) else "true" if value is True else ""
