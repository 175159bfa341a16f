"""Errors in the shapes that validators and services give them: lists of issues, maps of fields, problem documents."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from rca_core.analysis.read.roles.documents import documents
from rca_core.analysis.read.roles.model import BLANK, Path, Saying, first
from rca_core.analysis.read.roles.paths import clean_path, normal, parse_path, without_tags
from rca_core.analysis.read.roles.sayings import (
    MISSING,
    UNEXPECTED,
    WRONG_TYPE,
    saying_of,
    saying_of_code,
    says_undefined,
)

MAX_DEPTH: Final = 8
MAX_NODES: Final = 2_000


class Said(NamedTuple):
    """A path with what a structure says of it."""

    path: Path
    saying: Saying


def _keys(text: str) -> frozenset[str]:
    return frozenset(text.split())


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
_CODES: Final = ("code", "type", "keyword", "reason", "errorcode", "error", "rule", "validation", "errortype", "validator")
_MAPS: Final = _keys(
    "errors fielderrors fields validationerrors details detail error invalidfields fieldviolations messages"
    " inputerrors modelstate validation errormessages invalidparams formerrors message data failures"
)
# What was sent, and what describes it: no error stands there.
_ECHOES: Final = _keys(
    """input inputvalue ctx given body request value rejectedvalue received params schema parentschema stack trace
    context url instance payload headers query config options expected rawvalue currentvalue target args arguments
    kwargs toolinput example examples allowedvalues traceback metadata requestid"""
)
_NO_FIELD: Final = _keys(
    """nonfielderrors all base schema errors root message messages msg error errors detail details code status statuscode
    type title path timestamp traceid requestid documentationurl instance success reason description url help stack name
    iserror content text data result output response body method line column position file exception cause hint severity
    summary errordescription moreinfo locations extensions errormessage errorcode errortype info warning warnings note notes kind apiversion domain id index"""
)
_NEVER_FIELD: Final = _keys(
    """nonfielderrors all base schema errors error fielderrors formerrors validationerrors messages errormessages
    responsemetadata detail details violations invalidparams issues causes isError"""
)
_OFTEN_FIELD: Final = _keys("name title description type status code url id data body text content summary method file kind path")
_PATHLESS: Final = _keys("header headers cookie cookies")


def said_in(text: str) -> list[Said]:
    """Return what the documents in a text say of arguments, in their order."""
    return list(_Walk().text(text, 0))


def messages_in(text: str) -> list[str]:
    """Return the sentences that documents in a text hold, to be read as sentences."""
    walk = _Walk()
    for _ in walk.text(text, 0):
        pass
    return walk.sentences


def without_documents(text: str) -> str:
    """Return a text of the same length in which what documents hold is blank."""
    for document in documents(text):
        value = document.value
        if isinstance(value, dict) or any(isinstance(each, dict) for each in value):
            text = f"{text[: document.start]}{BLANK * (document.end - document.start)}{text[document.end :]}"
    return text


class _Walk:
    def __init__(self) -> None:
        self.nodes = 0
        self.sentences: list[str] = []

    def text(self, text: str, depth: int) -> Iterator[Said]:
        for document in documents(text):
            yield from self.value(document.value, depth, top=True)

    def value(self, value: Any, depth: int, *, top: bool = False) -> Iterator[Said]:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            return
        if isinstance(value, dict):
            yield from self._object(value, depth, top=top)
        elif isinstance(value, list):
            for each in value:
                yield from self.value(each, depth + 1)
        elif isinstance(value, str) and value:
            if depth:
                self.sentences.append(value)
            yield from self.text(value, depth + 1) if "{" in value or "[" in value else ()

    def _object(self, value: dict[Any, Any], depth: int, *, top: bool) -> Iterator[Said]:
        own = {normal(str(key)): each for key, each in value.items()}
        issue = list(_issue(own))
        yield from issue
        if not issue and top:
            yield from _map(value, (), _NO_FIELD, plain=False)
        for key, each in value.items():
            name = normal(str(key))
            if name in _ECHOES and not _holds_an_error(each):
                continue
            mapped = _map(each, ()) if not issue and name in _MAPS and _is_map(each) else []
            yield from mapped
            if not mapped:
                yield from self.value(each, depth + 1)


def _holds_an_error(value: Any) -> bool:
    """Return whether what may be an echo is an answer that holds an error."""
    return isinstance(value, dict) and any(normal(str(key)) in ("detail", "errors", "error") for key in value)


def _is_map(value: Any) -> bool:
    """Return whether an object maps fields to messages: it has none of its own with a code."""
    if not isinstance(value, dict):
        return False
    own = {normal(str(key)) for key in value}
    return not (own & {"message", "msg", "detail"} and own & {"code", "type", "status", "name", "param"})


def _issue(own: dict[str, Any]) -> Iterator[Said]:
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
    return isinstance(own.get("path"), list) and not any(key in own for key in (*_CODES[:4], "errorcode", "validation", "params", "kind", "issue"))


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


def _map(
    value: dict[Any, Any], above: Path, no_field: frozenset[str] = frozenset(), *, plain: bool = True
) -> list[Said]:
    """Return what a map of fields to lists of their messages says; to plain texts as well, if `plain`."""
    if "description" in value and "type" in value:  # a field of a schema
        return []
    found: list[Said] = []
    for key, each in list(value.items())[:60]:
        name = normal(str(key))
        if name in _NEVER_FIELD or (isinstance(each, str) and name in _NO_FIELD - _OFTEN_FIELD) or (name in no_field and not _reads_as_field(name, each)):
            continue
        path = (str(key),) if above and str(key).isdecimal() else parse_path(str(key))
        if path is not None:
            found += _entry((*above, *path), each, plain=plain)
    return found


def _reads_as_field(name: str, each: Any) -> bool:
    """Return whether a key that errors have of their own is a field here: it holds a list of its messages."""
    return (
        name in _OFTEN_FIELD and isinstance(each, list) and bool(each) and all(isinstance(one, str) for one in each)
    )


def _entry(path: Path, each: Any, *, plain: bool) -> list[Said]:
    if len(path) > MAX_DEPTH:
        return []
    if isinstance(each, str) and plain:
        each = [each]
    if isinstance(each, list):
        texts = [one if isinstance(one, str) else _message(one) for one in each[:10]]
        if texts and all(isinstance(one, str) for one in texts):
            saying = first(*(saying_of(one) for one in texts if one))
            return [Said(path, saying)] if saying else []
        # One object of errors for each item that was sent.
        inner = [_map(one, (*path, str(at)), plain=plain) for at, one in enumerate(each[:20]) if isinstance(one, dict)]
        return [said for found in inner for said in found]
    if isinstance(each, dict):
        for key in ("_errors", "errors"):
            if isinstance(each.get(key), list) and each[key]:
                return _entry(path, each[key], plain=plain)
        if isinstance(text := _message(each), str):
            saying = saying_of_code(str(each.get("kind") or each.get("type") or each.get("code") or "")) or saying_of(text)
            return [Said(path, saying)] if saying else []
        return _map(each, path, plain=plain)
    return []


def _message(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    return next((value[key] for key in ("message", "msg") if isinstance(value.get(key), str)), None)
