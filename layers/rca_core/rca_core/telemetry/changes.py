"""What ingest changed of what was sent, told to the sender: counted by kind and field, or refused on request."""

from collections import Counter
from typing import Final, Literal

from typing_extensions import TypedDict

from rca_core.errors import MAX_FIELD_ERRORS, FieldError
from rca_core.telemetry.fields import MAX_NAME, cut_middle

Loc = tuple[str | int, ...]

Change = Literal[
    "unknown_status",
    "missing_status",
    "missing_start",
    "time_order",
    "negative_number",
    "not_finite",
    "out_of_range",
    "not_a_list",
    "not_an_object",
    "epoch_time",
    "no_offset",
    "unknown_reference",
    "unknown_choice",
    "duplicate_id",
    "missing_id",
    "missing_name",
    "wrong_type",
    "unknown_field",
    "invalid_text",
    "too_deep",
    "cut",
    "stale_running",
]

MESSAGES: Final[dict[Change, str]] = {
    "unknown_status": "is no status that is known: derived, the value is kept in attributes",
    "missing_status": "was not sent: derived",
    "missing_start": "was not sent: the earliest time of a child, or the time of arrival",
    "time_order": "was before its start: set to the start, the time is kept in attributes",
    "negative_number": "was negative: 0, or null for a time; the value is kept in attributes",
    "not_finite": "was no finite number: null",
    "out_of_range": "was out of range: the nearest that is kept or null, the value is kept in attributes",
    "not_a_list": "was no list: taken for the one entry of a list, or for its entries by id",
    "not_an_object": "was no object: kept in the run's attributes",
    "epoch_time": "was a number: read as the seconds, milliseconds, microseconds or nanoseconds that it can mean",
    "no_offset": "had no offset: taken as UTC",
    "unknown_reference": "names nothing in this run: null, the value is kept in attributes",
    "unknown_choice": "is none of the known words: the value is kept in attributes",
    "duplicate_id": "was used before in this run: told apart by ~2, ~3 and so on",
    "missing_id": "was not sent: taken from `id`, or made from the position",
    "missing_name": "was not sent: taken from `name` or `tool`, or made from the position",
    "wrong_type": "was of another type: read as what it spells or null, the value is kept in attributes",
    "unknown_field": "is not known: kept in attributes",
    "invalid_text": "held half a character, NUL or bytes that are no Unicode: replaced by U+FFFD",
    "too_deep": "nests too deeply: the inner part is kept as JSON text",
    "cut": "was over its limit: cut in the middle",
    "stale_running": "is running, and the run has ended: what is stored stays",
}

_MAX_NAMED_UNKNOWN: Final = 50


class IngestWarning(TypedDict):
    """Something that is kept in another form than it was sent in; `count` says how often."""

    code: str
    field: str
    count: int
    message: str


class Changes:
    """What was changed of one body."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[Change, str]] = Counter()
        self._refused: dict[Loc, FieldError] = {}
        self.positions: dict[str, list[int]] = {}
        """Of each group of which entries were set aside: where the others stood when they were sent."""

    def note(self, change: Change, loc: Loc) -> None:
        """Remember one change of the value at a place of what was sent."""
        match loc:
            case (str(group), int(index), *rest) if group in self.positions:
                loc = (group, self.positions[group][index], *rest)
        self._counts[change, _field(loc)] += 1
        if len(self._refused) < MAX_FIELD_ERRORS and loc not in self._refused:
            # Keys below a known field are the sender's own, of any length.
            where = [cut_middle(part, MAX_NAME) if isinstance(part, str) else part for part in loc]
            self._refused[loc] = FieldError(loc=where, msg=MESSAGES[change], type=change)

    def refusals(self) -> list[FieldError]:
        """Return the first fifty places, each once, for a sender that wants to be refused instead."""
        return list(self._refused.values())

    def warnings(self) -> list[IngestWarning]:
        """Return what the sender is told, within what an answer can carry: a body may have a million unknown fields."""
        unknown = [(key, count) for key, count in self._counts.items() if key[0] == "unknown_field"]
        unnamed = dict(unknown[_MAX_NAMED_UNKNOWN:])
        named = [
            warning(change, cut_middle(field, MAX_NAME), count)
            for (change, field), count in self._counts.items()
            if (change, field) not in unnamed
        ]
        return named + ([warning("unknown_field", "…", sum(unnamed.values()))] if unnamed else [])


def warning(change: Change, field: str, count: int) -> IngestWarning:
    """Return one warning."""
    return IngestWarning(code=change, field=field, count=count, message=MESSAGES[change])


def redaction_warning(kind: str, count: int) -> IngestWarning:
    """Return the warning that values of a kind of credential, or of personal data, were redacted."""
    message = f"was replaced by [redacted:{kind}] before anything was stored"
    return IngestWarning(code="redacted", field=kind, count=count, message=message)


def _field(loc: Loc) -> str:
    """Return the field that a place is in, of all entries alike: `steps[].status`, `cost.total_cost_usd`, `model`."""
    match loc:
        case (str(group), int(), *rest):
            return f"{group}[].{rest[0]}" if rest and isinstance(rest[0], str) else group
        case ("cost", str(field), *_):
            return f"cost.{field}"
        case _:
            return str(loc[0]) if loc else ""
