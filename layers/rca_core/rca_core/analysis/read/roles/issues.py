"""One error about an argument as validators and services shape it: where, and what is wrong there."""

from collections.abc import Iterator
from typing import Any, Final

from rca_core.analysis.read.roles.model import Path, Said, Saying, first
from rca_core.analysis.read.roles.paths import clean_path, normal, parse_path, without_tags
from rca_core.analysis.read.roles.sayings import (
    MISSING,
    UNEXPECTED,
    WRONG_TYPE,
    saying_of,
    saying_of_code,
    says_undefined,
)

# Keys in normal form: lower case, letters and digits.
_WHERE: Final = (
    "loc",
    "instancepath",
    "datapath",
    "instancelocation",
    "jsonpath",
    "path",
    "propertypath",
    "fieldpath",
    "fieldname",
    "field",
    "parametername",
    "parameter",
    "param",
    "propertyname",
    "property",
    "argumentname",
    "argument",
    "attribute",
    "pointer",
)
_SAYS: Final = (
    "msg", "message", "description", "detail", "reason", "defaultmessage", "errormessage", "error", "title",
    "issue", "text", "messages", "errors",
)  # fmt: skip
_CODES: Final = (
    "code",
    "type",
    "keyword",
    "reason",
    "errorcode",
    "error",
    "rule",
    "validation",
    "errortype",
    "validator",
)
_PATHLESS: Final = frozenset(("header", "headers", "cookie", "cookies"))


def issue_in(own: dict[str, Any]) -> Iterator[Said]:
    """Yield what one object says, if it is an error about an argument."""
    if ("constraints" in own or "children" in own) and isinstance(own.get("property"), str):
        yield from _class_validator(own)
        return
    if own.get("locationtype") in ("parameter", "query", "path") and isinstance(own.get("location"), str):
        own = {**own, "param": own["location"]}
    where = _where(own)
    saying = _saying(own)
    inside = own.get("params") if isinstance(own.get("params"), dict) else own.get("context")
    more = _property_inside(inside if isinstance(inside, dict) else {}, own)
    if more is not None:
        for name, said in more:
            yield from _joined(where or (), name, said)
    elif isinstance(own.get("keys"), list) and where is not None and saying is UNEXPECTED:
        for name in own["keys"][:20]:
            yield from _joined(where, str(name), UNEXPECTED)
    elif where and saying and not _is_branch(own) and not _is_of_an_answer(own):
        yield Said(where, saying)


def _is_branch(own: dict[str, Any]) -> bool:
    """Return whether an object only holds the errors of what is inside it."""
    return str(own.get("keyword") or "").lower() in ("anyof", "oneof", "allof", "if")


def _is_of_an_answer(own: dict[str, Any]) -> bool:
    """Return whether a path is the place in an answer where an error arose, as GraphQL gives it."""
    return isinstance(own.get("path"), list) and not any(
        key in own for key in (*_CODES[:4], "errorcode", "validation", "params", "kind", "issue")
    )


def _class_validator(own: dict[str, Any], above: Path = ()) -> Iterator[Said]:
    path = (own["property"],) if own["property"].isdecimal() else parse_path(own["property"])
    constraints = own.get("constraints")
    if path is None:
        return
    if isinstance(constraints, dict) and constraints:
        read = [saying_of_code(str(code)) or saying_of(str(text)) for code, text in list(constraints.items())[:20]]
        if saying := first(*read):
            yield Said((*above, *path), saying)
    children = own.get("children")
    for child in children[:20] if isinstance(children, list) else ():
        if isinstance(child, dict) and isinstance(child.get("property"), str):
            inner = {normal(str(key)): each for key, each in child.items()}
            yield from _class_validator(inner, (*above, *path))


def _where(own: dict[str, Any]) -> Path | None:
    """Return the path that an error names; empty for the whole of what was sent, None where it names none."""
    source = own.get("source")
    if isinstance(source, dict):
        named = first(source.get("pointer"), source.get("parameter"))
        if isinstance(named, str):
            return parse_path(named)
    for key in _WHERE:
        if key in own and (path := _path_in(own[key])) is not None:
            return path
    if isinstance(own.get("name"), str) and ("reason" in own or "detail" in own) and "code" not in own:
        return parse_path(own["name"])  # RFC 9457's invalid-params
    return None


def _path_in(value: Any) -> Path | None:
    if isinstance(value, str):
        # The path of a request is no path of an argument.
        if value == "" or value in ("$", "#", "/"):
            return ()
        return None if "://" in value else parse_path(value)
    if isinstance(value, list | tuple):
        value = [_key_of(part) for part in value]
    if isinstance(value, list) and all(isinstance(part, str | int) for part in value):
        if value and str(value[0]).lower() in _PATHLESS:
            return None
        parts = without_tags(str(part) for part in value)
        # FastAPI's way to say the whole body.
        return clean_path(parts) if parts and parts != ("body",) else ()
    return None


def _key_of(part: Any) -> Any:
    """Return the key of one part of a path; some write it as an object."""
    if not isinstance(part, dict):
        return part
    return next((part[key] for key in ("key", "fieldName", "index", "name") if key in part), None)


def _saying(own: dict[str, Any]) -> Saying | None:
    text = " ".join(_texts(own))
    codes = [str(own[key]) for key in _CODES if isinstance(own.get(key), str)]
    code = first(*(saying_of_code(each) for each in codes if " " not in each))
    if code is WRONG_TYPE and (own.get("received") == "undefined" or says_undefined(text)):
        return MISSING
    if "invalidunion" in map(normal, codes):
        return WRONG_TYPE
    return code or saying_of(text) if text or code else None


def _texts(own: dict[str, Any]) -> Iterator[str]:
    for key in _SAYS:
        if isinstance(own.get(key), str):
            yield own[key]
        elif isinstance(own.get(key), list):
            yield from (each for each in own[key][:3] if isinstance(each, str))


def _property_inside(params: dict[Any, Any], own: dict[str, Any]) -> list[tuple[str, Saying]] | None:
    """Return the properties that an error of a JSON Schema names beside its path."""
    inner = {normal(str(key)): each for key, each in params.items()}
    if isinstance(name := inner.get("missingproperty"), str):
        return [(name, MISSING)]
    for key in ("additionalproperty", "unevaluatedproperty"):
        if isinstance(name := inner.get(key), str):
            return [(name, UNEXPECTED)]
    # As written by `jsonschema` for Node and by gojsonschema.
    if own.get("name") == "required" and isinstance(name := own.get("argument"), str):
        return [(name, MISSING)]
    if own.get("name") == "additionalProperties" and isinstance(name := own.get("argument"), str):
        return [(name, UNEXPECTED)]
    return None


def _joined(where: Path, name: str, saying: Saying) -> Iterator[Said]:
    path = parse_path(name)
    # Some name the property in the path as well.
    if path is not None:
        yield Said(where if where[-len(path) :] == path else (*where, *path), saying)
