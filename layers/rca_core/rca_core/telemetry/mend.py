"""Bodies that do not validate, put into a form that does.

Only bodies that were refused as they stand come here. Each entry is validated by itself, and only what is wrong with it
is mended, by the kind of its field: one odd child among thousands costs little, and no value is looked at twice.
"""

import json
import math
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from rca_core.errors import FieldError, InvalidInput
from rca_core.telemetry.changes import Changes
from rca_core.telemetry.clean import Cleaner, folded
from rca_core.telemetry.entry import Entry
from rca_core.telemetry.fields import Attributes, Json
from rca_core.telemetry.normalise import check_size, keep
from rca_core.telemetry.scalars import LONGEST_NUMBER
from rca_core.telemetry.wire import CHILDREN, ENTRY_BODIES, GROUPS, RUN, RUN_BODY, Body, Shape


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
    return _mend_fields(body, changes)


def _mend_fields(body: Body, changes: Changes) -> Body:
    """Return the run that a body means, valid. The body has its groups of children as lists, and names its agent."""
    groups: dict[str, list[Any]] = {group: body[group] for group in GROUPS}
    run = Entry((), changes)
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


def shortened(run: Body) -> Body:
    """Return a run that was valid before marks took the place of credentials, which may be longer than those."""
    try:
        RUN_BODY.validate_python(run)
    except ValidationError:
        # Its sender did not cause it, and is told of the credentials.
        return _mend_fields({**run, **{group: run.get(group) or [] for group in GROUPS}}, Changes())
    return run


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
    except UnicodeDecodeError as error:
        msg, kind = f"is no JSON: not {error.encoding} at byte {error.start}", "json_invalid"
    except json.JSONDecodeError as error:
        msg, kind = f"is no JSON: {error.msg} at character {error.pos}", "json_invalid"
    raise InvalidInput([FieldError(loc=[], msg=msg, type=kind)])


def _text(raw: bytes) -> str:
    # A byte order mark or UTF-16 shows in the first bytes, as JSON begins with ASCII.
    encoding = json.detect_encoding(raw)
    # What is no Unicode becomes halves of characters, which are found and told as such.
    return raw.decode(encoding, "surrogateescape" if encoding.startswith("utf-8") else "surrogatepass")


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
    if not isinstance(sent, dict) or _is_entry(sent, shape):
        return [sent]
    key = str(shape.identifier)
    # What is no object stays with its name, and is kept as a pair.
    return [
        {**value, key: value.get(key) or name} if isinstance(value, dict) else [name, value]
        for name, value in sent.items()
    ]


def _is_entry(sent: Body, shape: Shape) -> bool:
    """Return whether an object is one child. A map of children by id has objects only, also under names of fields."""
    holding = (Attributes, Json)
    fields = [name for name in sent if name in shape.fields]
    if any(not isinstance(sent[name], dict) or isinstance(shape.fields[name], holding) for name in fields):
        return True
    return bool(sent) and not any(isinstance(value, dict) for value in sent.values())


def _children(group: str, entries: list[Any], changes: Changes) -> list[Body]:
    """Return the children of a group, valid, without what is no child."""
    adapter, shape = ENTRY_BODIES[group], CHILDREN[group]
    children = []
    for index, sent in enumerate(entries):
        if isinstance(sent, dict):
            entry = Entry((group, index), changes)
            entry.open(sent, shape)
            children.append(entry.mended(adapter, shape))
        else:
            changes.note("not_an_object", (group, index))
    return children
