"""One entry of a body put into a form that validates, by the kinds of its fields: a run, a child, a cost."""

import json
import math
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rca_core.errors import FieldError, InvalidInput
from rca_core.telemetry.changes import Change, Changes, Loc
from rca_core.telemetry.clean import folded
from rca_core.telemetry.fields import (
    LAST_TIME,
    MAX_CHILDREN,
    MAX_ID,
    Choice,
    Identifier,
    Kind,
    Number,
    Outcome,
    Reference,
    Text,
    Texts,
    cut_middle,
)
from rca_core.telemetry.normalise import keep
from rca_core.telemetry.scalars import as_epoch, as_number, dated_time, epoch_time, is_number, within_range
from rca_core.telemetry.statuses import meant_status
from rca_core.telemetry.wire import COST, ENTRY_BODIES, Body, Shape


class Entry:
    """One entry on its way to a form that validates: a run without its children, a child, a cost."""

    def __init__(self, loc: Loc, changes: Changes) -> None:
        self._loc = loc
        self._changes = changes
        self._entry: Body = {}

    def open(self, sent: Body, shape: Shape) -> None:
        """Take an entry as it was sent; put right what no validator can be asked about."""
        entry = self._entry = dict(sent)
        attributes = entry.get("attributes")
        if attributes is not None and not isinstance(attributes, dict):
            self._note("wrong_type", "attributes")
            entry["attributes"] = {"attributes": attributes}
        for field in shape.times:
            # A time is one already where the rest is mended a second time.
            if entry.get(field) is not None and not isinstance(entry[field], datetime):
                self._time(field, entry[field])

    def cost(self) -> None:
        """Mend what a run says it used; a bare number is its price."""
        cost = self._entry.get("cost")
        if cost is None:
            return
        if not isinstance(cost, dict):
            self._keep("wrong_type", "cost", cost)
            price = as_number(cost)
            cost = {} if price is None else {"total_cost_usd": price}
        entry = Entry((*self._loc, "cost"), self._changes)
        entry.open(cost, COST)
        self._entry["cost"] = entry.mended(ENTRY_BODIES["cost"], COST)

    def mended(self, adapter: TypeAdapter[Body], shape: Shape) -> Body:
        """Return the entry valid: what fits as it is, the rest by the kind of its field."""
        try:
            return adapter.validate_python(self._entry)
        except ValidationError as error:
            wrong = {str(each["loc"][0]) for each in error.errors(include_url=False, include_context=False)}
        for field, kind in shape.fields.items():
            if field in wrong:
                self._entry[field] = self._kept(field, self._entry[field], kind)
        return adapter.validate_python(self._entry)

    def _note(self, change: Change, *place: str | int) -> None:
        self._changes.note(change, (*self._loc, *place))

    def _keep(self, change: Change, field: str, sent: Any) -> None:
        """Note a change, and keep the value as it was sent in the attributes."""
        self._note(change, field)
        keep(self._entry, field, folded(sent, self._changes, (*self._loc, field)))

    def _kept(self, field: str, sent: Any, kind: Kind | None) -> Any:  # noqa: PLR0911  a case a kind
        """Return what is kept of a value that a field cannot hold as it was sent."""
        match kind:
            case Text(limit):
                return self._text(field, sent, limit)
            case Identifier() | Reference():
                return self._id(field, sent)
            case Outcome():
                self._keep("unknown_status", field, sent)
                # As if nothing had been said, where the value means nothing: what the entry carries decides.
                return meant_status(sent) or "unset"
            case Number():
                return self._number(field, sent, kind)
            case Choice():
                self._keep("unknown_choice" if isinstance(sent, str) else "wrong_type", field, sent)
                return kind.meant_by(sent) if isinstance(sent, str) else kind.other
            case Texts(limit):
                return self._texts(field, sent, limit)
            case _:
                self._keep("wrong_type", field, sent)
                return None

    def _time(self, field: str, sent: Any) -> None:
        number = as_epoch(sent)
        time = dated_time(sent) if number is None else None
        if number is not None:
            time = self._epoch(field, sent, number)
        elif time is None:
            self._keep("wrong_type", field, sent)
        elif (kept := within_range(time)) != time:
            self._keep("out_of_range", field, sent)
            time = kept
        self._entry[field] = time

    def _epoch(self, field: str, sent: Any, number: float) -> datetime | None:
        if isinstance(number, float) and not math.isfinite(number):
            self._keep("not_finite", field, str(sent))
            return None
        if number < 0:
            self._keep("negative_number", field, sent)
            return None
        if time := epoch_time(number):
            self._note("epoch_time", field)
            return time
        self._keep("out_of_range", field, sent)
        return LAST_TIME

    def _text(self, field: str, sent: Any, limit: int) -> str:
        if isinstance(sent, str):
            self._note("cut", field)
        else:
            self._keep("wrong_type", field, sent)
        return cut_middle(_as_text(sent), limit)

    def _id(self, field: str, sent: Any) -> str | None:
        if isinstance(sent, str):
            if sent:
                self._note("cut", field)
            return cut_middle(sent, MAX_ID) or None
        if is_number(sent):
            # A number is as good a name as a text: nothing is lost.
            self._note("wrong_type", field)
            return str(sent)
        self._keep("wrong_type", field, sent)
        return None

    def _number(self, field: str, sent: Any, bounds: Number) -> float | None:
        number = as_number(sent)
        if number is None:
            self._keep("wrong_type", field, sent)
            return None
        if not math.isfinite(number):
            self._keep("not_finite", field, str(sent))
            return None
        within = min(max(number, bounds.least), bounds.most)
        kept = round(within) if bounds.whole else within
        if kept != number or not is_number(sent):  # 5.0 is a whole number, too
            negative = number < 0 and bounds.least == 0
            change: Change = "negative_number" if negative else "out_of_range" if within != number else "wrong_type"
            self._keep(change, field, sent)
        return kept

    def _texts(self, field: str, sent: Any, limit: int) -> list[str]:
        if isinstance(sent, list) and len(sent) > MAX_CHILDREN:
            msg = f"{len(sent)} entries; at most {MAX_CHILDREN}"
            raise InvalidInput([FieldError(loc=[*self._loc, field], msg=msg, type="too_long")])
        if not isinstance(sent, list):
            self._note("not_a_list", field)
        listed = _listed(sent)
        for index, each in enumerate(listed):
            if not isinstance(each, str):
                self._note("wrong_type", field, index)
            elif len(each) > limit:
                self._note("cut", field, index)
        if isinstance(sent, dict) or not all(isinstance(each, str) for each in listed):
            keep(self._entry, field, folded(sent, self._changes, (*self._loc, field)))
        return [cut_middle(_as_text(_named(each)), limit) for each in listed if each is not None]


def _as_text(value: Any) -> str:
    """Return a value as a person would write it: a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _listed(sent: Any) -> list[Any]:
    """Return a list as it is, the names of a map of definitions, or anything else as the one entry of a list."""
    if isinstance(sent, list):
        return sent
    definitions = (
        isinstance(sent, dict) and _named(sent) is sent and all(isinstance(each, dict) for each in sent.values())
    )
    return list(sent) if definitions else [sent]


def _named(value: Any) -> Any:
    """Return the name of a definition, as of a tool; any other value as it is."""
    inner = value.get("function", value) if isinstance(value, dict) else None
    name = inner.get("name") if isinstance(inner, dict) else None
    return name if isinstance(name, str) else value
