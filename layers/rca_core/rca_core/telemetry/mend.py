"""Bodies that do not validate, put into a form that does.

Only bodies that were refused as they stand come here. Each entry is validated by itself, and only what is wrong with it
is mended, by the kind of its field: one odd child among thousands costs little, and no value is looked at twice.
"""

import json
import math
from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from rca_core.errors import FieldError, InvalidInput
from rca_core.telemetry.changes import Change, Changes, Loc
from rca_core.telemetry.clean import Cleaner, folded
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
from rca_core.telemetry.normalise import check_size, keep
from rca_core.telemetry.scalars import (
    LONGEST_NUMBER,
    as_epoch,
    as_number,
    dated_time,
    epoch_time,
    is_number,
    within_range,
)
from rca_core.telemetry.statuses import meant_status
from rca_core.telemetry.wire import CHILDREN, COST, ENTRY_BODIES, GROUPS, RUN, RUN_BODY, Body, Shape


def mend(raw: bytes, changes: Changes, redact: Callable[[Body], object]) -> Body:
    """Return the run that a body means, valid, with what was changed noted; `InvalidInput` if it means none.

    `redact` takes credentials out of a body, before anything of it is cut.
    """
    body, lenient = _read(raw)
    if not isinstance(body, dict):
        raise InvalidInput([FieldError(loc=[], msg="must be a JSON object", type="no_object")])
    body |= {group: _entries(body, group, changes) for group in GROUPS}
    check_size({group: body[group] for group in GROUPS})
    if lenient:
        body = Cleaner(changes).run(body)
    _refuse_strangers(body)
    redact(body)
    groups: dict[str, list[Any]] = {group: body[group] for group in GROUPS}
    run = _Entry((), changes)
    run.open({**body, **dict.fromkeys(GROUPS)}, RUN)
    run.cost()
    mended = run.mended(RUN_BODY, RUN)
    for group, entries in groups.items():
        mended[group] = _children(group, entries, changes)
        if strays := [entry for entry in entries if not isinstance(entry, dict)]:
            keep(mended, group, folded(strays, changes, (group,)))
    changes.positions = {
        group: [index for index, entry in enumerate(entries) if isinstance(entry, dict)]
        for group, entries in groups.items()
        if len(mended[group]) < len(entries)
    }
    return mended


def _read(raw: bytes) -> tuple[Any, bool]:
    """Return what JSON says, and whether only a lenient parser could read it."""
    try:
        return from_json(raw), False
    except ValueError:
        # Half a character, bytes of another encoding, or no JSON: the lenient parser knows which.
        pass
    try:
        return json.loads(_text(raw), parse_int=_whole), True
    except RecursionError:
        msg, kind = "nests too deeply", "too_deep"
    except json.JSONDecodeError as error:
        msg, kind = f"is no JSON: {error.msg} at character {error.pos}", "json_invalid"
    raise InvalidInput([FieldError(loc=[], msg=msg, type=kind)])


def _text(raw: bytes) -> str:
    # A byte order mark or UTF-16 shows in the first bytes, as JSON begins with ASCII.
    return raw.decode(json.detect_encoding(raw), errors="replace")


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) < LONGEST_NUMBER else math.inf


def _refuse_strangers(body: Body) -> None:
    """Refuse what no run can be made of: an agent without a name, an id that is none."""
    errors = []
    name = body.get("agent_name")
    if name is None or isinstance(name, dict | list) or not str(name):
        msg, kind = ("must name the agent", "no_name") if "agent_name" in body else ("is missing", "missing")
        errors.append(FieldError(loc=["agent_name"], msg=msg, type=kind))
    try:
        RUN_BODY.validate_python({"agent_name": "any", "run_id": body.get("run_id")})
    except ValidationError:
        msg = "must have 1 to 128 characters of A-Z, a-z, 0-9 and ._:-"
        errors.append(FieldError(loc=["run_id"], msg=msg, type="no_run_id"))
    if errors:
        raise InvalidInput(errors)


def _entries(body: Body, group: str, changes: Changes) -> list[Any]:
    """Return the children of a group: what is no list is its one entry, and a map of entries by id is their list."""
    sent = body.get(group)
    if isinstance(sent, list) or sent is None:
        return sent or []
    changes.note("not_a_list", (group,))
    shape = CHILDREN[group]
    if isinstance(sent, dict) and sent and not shape.fields.keys() & sent.keys():
        values = list(sent.items())
        if all(isinstance(value, dict) for _, value in values):
            return [{str(shape.identifier): key} | value for key, value in values]
    return [sent]


def _children(group: str, entries: list[Any], changes: Changes) -> list[Body]:
    """Return the children of a group, valid, without what is no child."""
    adapter, shape = ENTRY_BODIES[group], CHILDREN[group]
    children = []
    for index, sent in enumerate(entries):
        if isinstance(sent, dict):
            entry = _Entry((group, index), changes)
            entry.open(sent, shape)
            children.append(entry.mended(adapter, shape))
        else:
            changes.note("not_an_object", (group, index))
    return children


class _Entry:
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
            if entry.get(field) is not None:
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
        entry = _Entry((*self._loc, "cost"), self._changes)
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
        listed = sent if isinstance(sent, list) else [sent]
        for index, each in enumerate(listed):
            if not isinstance(each, str):
                self._note("wrong_type", field, index)
            elif len(each) > limit:
                self._note("cut", field, index)
        if not all(isinstance(each, str) for each in listed):
            keep(self._entry, field, folded(sent, self._changes, (*self._loc, field)))
        return [cut_middle(_as_text(_named(each)), limit) for each in listed if each is not None]


def _as_text(value: Any) -> str:
    """Return a value as a person would write it: a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _named(value: Any) -> Any:
    """Return the name of a definition, as of a tool; any other value as it is."""
    inner = value.get("function", value) if isinstance(value, dict) else None
    name = inner.get("name") if isinstance(inner, dict) else None
    return name if isinstance(name, str) else value
