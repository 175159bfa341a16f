"""Replace credentials, and on request personal data, in runs and texts by `[redacted:kind]`."""

import hashlib
import hmac
import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import accumulate
from typing import Any, Final

from rca_core.telemetry.fields import Number
from rca_core.telemetry.redaction.judge import credential_parts
from rca_core.telemetry.redaction.keys import key_of
from rca_core.telemetry.redaction.known_values import KnownValues
from rca_core.telemetry.redaction.own import OwnPatterns
from rca_core.telemetry.redaction.personal import PERSONAL, personal_kind
from rca_core.telemetry.redaction.scan import CREDENTIALS, Scanner, replace
from rca_core.telemetry.redaction.text import Span, encode, lazily
from rca_core.telemetry.redaction.walk import Place, Walk
from rca_core.telemetry.wire import CHILDREN, COST, RUN

_CHILDREN: Final = ("steps", "tool_calls", "guardrail_events")
# What stands for something by being the same wherever it stands: what is redacted of it is a keyed hash.
_IDENTIFIERS: Final = ("run_id", "step_id", "call_id", "event_id", "parent_step_id", "args_hash")
# A few words: what else is sent there is kept among the attributes, and looked at there.
_WORDS: Final = frozenset(["status", "type", "kind"])
_APART: Final = _WORDS.union(_IDENTIFIERS, _CHILDREN, ["cost"])
# Counts, durations and prices, whatever their digits: with a mark in the place of a number nobody could read the run.
_FIGURES: Final = frozenset(
    name for shape in (RUN, COST, *CHILDREN.values()) for name, kind in shape.fields.items() if isinstance(kind, Number)
)
_DIGEST: Final = lazily(r"[0-9a-fA-F]{32,128}")
# In an id that was redacted before: of it, nothing is redacted again.
_MADE: Final = lazily(r"redacted-[0-9a-f]{16,32}")
_HOLDING: Final = (dict, list)
_NUMBERS: Final = (int, float)
_MAX_RUN_ID: Final = 128


@cache
def _scanner(*, personal: bool) -> Scanner:
    return Scanner((*CREDENTIALS, *PERSONAL) if personal else CREDENTIALS)


class Redactor:
    """Replaces credentials; personal data and what patterns of one's own find, if it is told to.

    Args:
        personal: Also replace e-mail addresses, phone numbers, card numbers and IBANs.
        patterns: Patterns in RE2's syntax, whose matches are replaced too. `ValueError` names one that is none.
        hash_key: Keys the hashes that stand for redacted arguments and ids. Stable across processes.
    """

    def __init__(self, *, personal: bool = False, patterns: Sequence[str] = (), hash_key: bytes = b"") -> None:
        self._personal = personal
        self._own = OwnPatterns(patterns)
        self._hash_key = hash_key
        self._scanner = _scanner(personal=personal)

    def is_clean(self, body: bytes) -> bool:
        """Return whether a run's JSON surely holds nothing to redact, and nothing that JSON cannot keep: one search."""
        return not self._own and self._scanner.gate.search(body) is None

    def redact_text(self, text: str) -> tuple[str, Counter[str]]:
        """Return a text with what is to be redacted replaced, and how many values of each kind that were."""
        counts: Counter[str] = Counter()
        if self._scanner.gate.search(encode(text)):
            text = self._scanner.redact(text, counts)
        return self._own.redact(text, counts), counts

    def redact_run(self, run: dict[str, Any]) -> Counter[str]:
        """Redact a validated run in place; return how many values of each kind that were."""
        return _Redacting(run, self._scanner, self._own, self._hash_key, personal=self._personal).redact()


class _Redacting:
    def __init__(
        self, run: dict[str, Any], scanner: Scanner, own: OwnPatterns, hash_key: bytes, *, personal: bool
    ) -> None:
        self._run = run
        self._scanner = scanner
        self._own = own
        self._hash_key = hash_key
        self._personal = personal
        self._counts: Counter[str] = Counter()
        self._known = KnownValues()
        self._walk = Walk()
        self._identifiers: list[Place] = []
        self._calls: list[dict[str, Any]] = run.get("tool_calls") or []

    def redact(self) -> Counter[str]:
        self._gather()
        for place in self._walk.keyed:
            self._keyed(place)
        if self._personal:
            self._whole([*self._walk.texts, *self._walk.numbers])
        texts = [place for place in (*self._walk.texts, *self._walk.keyed) if isinstance(place.value, str)]
        self._search(texts, self._scanner.gate, self._scan)
        self._search(self._walk.names, self._scanner.gate, self._scan)
        texts += self._walk.names
        if self._own:
            self._each(texts, lambda text: self._own.redact(text, self._counts))
        if known := self._known.pattern():
            self._search(texts, known, lambda text: self._known.redact(text, self._counts))
        if self._own:
            self._each(self._identifiers, self._identifier)
        else:
            self._search(self._identifiers, self._scanner.gate, self._identifier)
        self._apply()
        return self._counts

    def _gather(self) -> None:
        self._entry(self._run)
        if isinstance(cost := self._run.get("cost"), dict):
            self._entry(cost)
        elif cost is not None:
            self._walk.add(self._run, "cost")
        for group in _CHILDREN:
            entries = self._run.get(group) or []
            for index, entry in enumerate(entries):
                if isinstance(entry, dict):
                    self._entry(entry, index if group == "tool_calls" else -1)
                else:  # no child, but it is kept
                    self._walk.add(entries, index)

    def _entry(self, entry: dict[str, Any], call: int = -1) -> None:
        """Gather what a run or a child holds: written out for what nearly all fields are, texts under plain names."""
        texts = self._walk.texts
        for name, value in entry.items():
            if value.__class__ is str and name not in _APART:
                if (key := key_of(name)) is None and name != "args_json":
                    texts.append(Place(entry, name, value, None, -1))
                else:
                    self._walk.add(entry, name, call=call if name == "args_json" else -1, key=key)
            elif name in _IDENTIFIERS:
                if isinstance(value, str) and not (name == "args_hash" and _DIGEST().fullmatch(value)):
                    self._identifiers.append(Place(entry, name, value, None, -1))
                elif isinstance(value, _HOLDING):
                    self._walk.add(entry, name)
            elif name not in _APART and (
                value.__class__ in _HOLDING
                or (value.__class__ in _NUMBERS and name not in _FIGURES and (self._personal or key_of(name)))
            ):
                self._walk.add(entry, name, call=call if name == "args_json" else -1, key=key_of(name))

    # ---------------------------------------------------------------- what is found
    def _whole(self, places: Iterable[Place]) -> None:
        """Redact numbers and texts that are personal as they stand."""
        for place in places:
            if place.changed is None and (kind := personal_kind(place.at, place.value)):
                place.changed = f"[redacted:{kind}]"
                self._counts[kind] += 1

    def _keyed(self, place: Place) -> None:
        key, value = place.key, place.value
        if key is None:
            return
        if not isinstance(value, str):
            place.changed, value = f"[redacted:{key.kind}]", ""
            self._counts[key.kind] += 1
        if parts := credential_parts(key, value):
            spans = [Span(start, end, key.kind) for start, end in sorted(parts)]
            self._known.add(value, spans)
            place.changed = replace(value, spans, self._counts)

    def _scan(self, text: str) -> str:
        return self._scanner.redact(text, self._counts, self._known)

    def _identifier(self, text: str) -> str:
        """Return an id whose credential is a keyed hash: the same wherever it stands, and no other's."""
        made = _MADE().sub("redacted", text)
        if self._own.redact(made, self._counts) != made:
            return f"redacted-{self._hash(text)[:32]}"
        spans = self._scanner.find(text)
        parts, position = [], 0
        for span in spans:
            self._counts[span.kind] += 1
            parts += [text[position : span.start], f"redacted-{self._hash(text[span.start : span.end])[:16]}"]
            position = span.end
        changed = "".join([*parts, text[position:]])
        return (
            changed if len(changed) <= _MAX_RUN_ID or len(changed) <= len(text) else f"redacted-{self._hash(text)[:32]}"
        )

    def _hash(self, text: str) -> str:
        return hmac.new(self._hash_key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    # ---------------------------------------------------------------- how it is searched
    def _search(self, places: Sequence[Place], pattern: Any, redact: Callable[[str], str]) -> None:
        """Redact the texts in which a pattern is found: one search through all of them, not one for each."""
        texts = [(place.value if place.changed is None else place.changed) for place in places]
        data = encode("\0".join(texts))
        ends = list(accumulate(len(text) + 1 for text in texts))
        position = 0
        while match := pattern.search(data, position):
            # What stands before a word belongs to a match, and may be the separator.
            index = bisect_right(ends, match.start() + (data[match.start()] == 0))
            if index >= len(places):
                return
            if (changed := redact(texts[index])) != texts[index]:
                places[index].changed = changed
            position = ends[index] - 1

    def _each(self, places: Iterable[Place], redact: Callable[[str], str]) -> None:
        for place in places:
            text = place.value if place.changed is None else place.changed
            if isinstance(text, str) and (changed := redact(text)) != text:
                place.changed = changed

    # ---------------------------------------------------------------- what is changed
    def _apply(self) -> None:
        every = (*self._walk.texts, *self._walk.keyed, *self._walk.numbers, *self._identifiers)
        places = [place for place in every if place.changed is not None]
        renamed = [place for place in self._walk.names if place.changed is not None]
        for index in {place.call for place in (*places, *renamed)} - {-1}:
            call = self._calls[index]
            sent = str(call.get("args_hash") or "") or _canonical(call["args_json"])
            call["args_hash"] = self._hash(sent)
        for place in places:
            place.container[place.at] = place.changed
        names: dict[int, tuple[dict[str, Any], dict[str, str]]] = {}
        for place in renamed:
            names.setdefault(id(place.container), (place.container, {}))[1][place.at] = place.changed
        for container, new_names in names.values():
            _rename(container, new_names)


def _canonical(args: Any) -> str:
    return json.dumps(args, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def _rename(container: dict[str, Any], new_names: dict[str, str]) -> None:
    """Rename keys where they stand; further ones of the same name are numbered."""
    entries = list(container.items())
    container.clear()
    taken: Counter[str] = Counter()
    for name, value in entries:
        wanted = new_names.get(name, name)
        taken[wanted] += 1
        container[wanted if taken[wanted] == 1 else f"{wanted}~{taken[wanted]}"] = value
