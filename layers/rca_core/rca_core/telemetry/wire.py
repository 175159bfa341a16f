"""An agent run as agents send it: validators that make plain dictionaries, derived from the models of what is kept.

Dictionaries, not models: a run with thousands of children is validated, put right in place and written without an
object per child, at half the CPU. Nearly everything may be absent: what is missing is derived or made.
"""

from collections.abc import Mapping
from datetime import datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Final, NamedTuple, NotRequired, Required, Union, get_args, get_origin

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    TypeAdapter,
    with_config,
)
from pydantic.fields import FieldInfo
from pydantic.json_schema import WithJsonSchema
from pydantic_core import CoreConfig, CoreSchema, SchemaSerializer
from pydantic_core.core_schema import chain_schema, datetime_schema, json_or_python_schema, str_schema
from typing_extensions import TypedDict

from rca_core.telemetry.fields import (
    FIRST_TIME,
    LAST_TIME,
    MAX_CHILDREN,
    Attributes,
    Identifier,
    Kind,
    Outcome,
    Reference,
    Text,
    Texts,
    Time,
)
from rca_core.telemetry.model import AgentRun, Cost, GuardrailEvent, Step, ToolCall
from rca_core.telemetry.statuses import RUN_STATUS_SYNONYMS, STATUS_SYNONYMS

Body = dict[str, Any]
"""A run, or a part of one, as plain values; times are datetimes."""

GROUPS: Final[Mapping[str, type[BaseModel]]] = {
    "steps": Step,
    "tool_calls": ToolCall,
    "guardrail_events": GuardrailEvent,
}
# Unknown fields are kept, numbers are finite.
_CONFIG: Final = ConfigDict(extra="allow", allow_inf_nan=False)


class Shape(NamedTuple):
    """What one kind of entry has: its fields in the order they are kept, by kind."""

    fields: Mapping[str, Kind | None]
    identifier: str | None
    name: str | None
    times: tuple[str, ...]
    references: tuple[tuple[str, str], ...]
    has_status: bool


def _shape(model: type[BaseModel], name: str | None) -> Shape:
    fields = {field: kind_of(info) for field, info in model.model_fields.items()}
    return Shape(
        fields,
        next((field for field, kind in fields.items() if isinstance(kind, Identifier)), None),
        name,
        tuple(field for field, kind in fields.items() if isinstance(kind, Time)),
        tuple((field, kind.group) for field, kind in fields.items() if isinstance(kind, Reference)),
        any(isinstance(kind, Outcome) for kind in fields.values()),
    )


def kind_of(info: FieldInfo) -> Kind | None:
    """Return the kind of a model's field; None for one that holds entries, and for the run's own id."""
    found = [each for each in (*info.metadata, *_metadata(info.annotation)) if isinstance(each, Kind)]
    return found[0] if found else None


def _metadata(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) in (Union, UnionType):
        return tuple(each for part in get_args(annotation) for each in _metadata(part))
    return annotation.__metadata__ if get_origin(annotation) is Annotated else ()


def _accepted(info: FieldInfo) -> Any:
    """Return the type that a field of what is sent has, without None."""
    kind = kind_of(info)
    match kind:
        case Text(limit):
            cut = {"type": "string", "description": _note(info, f"over {limit} characters: cut in the middle")}
            return Annotated[str, Field(max_length=limit), WithJsonSchema(cut)]
        case Time():
            told = {"description": info.description} if info.description else {}
            return Annotated[datetime, _Dated, WithJsonSchema({**told, "type": "string", "format": "date-time"})]
        case Outcome(of_run):
            words = sorted(RUN_STATUS_SYNONYMS if of_run else STATUS_SYNONYMS)
            statuses = "success, failure or running" if of_run else "success, failure, running or skipped"
            meaning = f"{statuses}, or a synonym of one; derived when absent"
            note: dict[str, Any] = {"type": "string", "enum": words, "description": meaning}
            return Annotated[str, WithJsonSchema(note)]
        case Texts(limit):
            text = Annotated[str, Field(max_length=limit)]
            return Annotated[list[text], Field(max_length=MAX_CHILDREN, description=info.description)]
        case Attributes():
            return Annotated[dict[str, Any], Field(description="what else there is to say")]
        case _:
            inner = _without_none(info.annotation)
            return Annotated[inner, *info.metadata, Field(description=info.description)]


class _Dated:
    """A time in JSON is a text that begins with its date: what a number means, also in a text, is told when mended."""

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        dated = chain_schema(
            [str_schema(strict=True, pattern=r"^\d{4}-"), datetime_schema(ge=FIRST_TIME, le=LAST_TIME)]
        )
        parsed = datetime_schema(strict=True, ge=FIRST_TIME, le=LAST_TIME)
        return json_or_python_schema(json_schema=dated, python_schema=parsed)


def _note(info: FieldInfo, limit: str) -> str:
    return f"{info.description}; {limit}" if info.description else limit


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, UnionType):
        return Union[tuple(part for part in get_args(annotation) if part is not NoneType)]  # noqa: UP007
    return annotation


def _typed(model: type[BaseModel], name: str, required: str = "", **replaced: Any) -> Any:
    fields: dict[str, Any] = {}
    for field, info in model.model_fields.items():
        accepted = replaced.get(field) or _accepted(info)
        if field == required:
            fields[field] = Required[Annotated[accepted, Field(min_length=1)]]
        else:
            fields[field] = NotRequired[accepted | None]
    typed = TypedDict(name, fields)  # type: ignore[misc]  # made from the models, so that there is one declaration
    typed.__doc__ = model.__doc__
    typed.__module__ = __name__
    return with_config(_CONFIG)(typed)


def _bounded(child: Any) -> Any:
    # Bounded in the type, so that validation stops there: a body may hold millions of entries, each with its errors.
    return Annotated[list[child], Field(max_length=MAX_CHILDREN)]


_BODIES: Final = {group: _typed(model, f"{model.__name__}Body") for group, model in GROUPS.items()}
_COST: Final = _typed(Cost, "CostBody")
# Without a name of its agent there is no run.
RunBody: Final = _typed(
    AgentRun, "AgentRunBody", "agent_name", cost=_COST, **{name: _bounded(body) for name, body in _BODIES.items()}
)

RUN: Final = _shape(AgentRun, None)
COST: Final = _shape(Cost, None)
CHILDREN: Final = {
    "steps": _shape(Step, "name"),
    "tool_calls": _shape(ToolCall, "tool_name"),
    "guardrail_events": _shape(GuardrailEvent, None),
}

RUN_BODY: Final[TypeAdapter[Body]] = TypeAdapter(RunBody)
ENTRY_BODIES: Final[Mapping[str, TypeAdapter[Body]]] = {
    group: TypeAdapter(body) for group, body in (*_BODIES.items(), ("cost", _COST))
}

# A number that JSON cannot hold, deep in an argument, is spelled out, so that it can be found and mended.
_SERIALIZER: Final = SchemaSerializer(RUN_BODY.core_schema, CoreConfig(ser_json_inf_nan="constants"))


def write_body(run: Body) -> bytes:
    """Return a run as JSON: known fields in one order whatever order they were sent in, without the null ones."""
    in_order = {name: run[name] for name in RUN.fields if name in run}
    return _SERIALIZER.to_json(in_order, exclude_none=True)
