"""Maps of fields to what is wrong with them, as web frameworks answer."""

from typing import Any, Final

from rca_core.analysis.read.roles.model import Path, Said, first
from rca_core.analysis.read.roles.paths import normal, parse_path
from rca_core.analysis.read.roles.sayings import saying_of, saying_of_code
from rca_core.analysis.rules.model import listed

MAX_DEPTH: Final = 8


def _keys(text: str) -> frozenset[str]:
    return frozenset(listed(text))


# Keys in normal form: lower case, letters and digits.
NO_FIELD: Final = _keys(
    """nonfielderrors all base schema errors root message messages msg error errors detail details code status
    statuscode type title path timestamp traceid requestid documentationurl instance success reason description url
    help stack name iserror content text data result output response body method line column position file exception
    cause hint severity summary errordescription moreinfo locations extensions errormessage errorcode errortype info
    warning warnings note notes kind apiversion domain id index"""
)
_NEVER_FIELD: Final = _keys(
    """nonfielderrors all base schema errors error fielderrors formerrors validationerrors messages errormessages
    responsemetadata detail details violations invalidparams issues causes"""
)
_OFTEN_FIELD: Final = _keys(
    "name title description type status code url id data body text content summary method file kind path"
)


def map_in(
    value: dict[Any, Any], above: Path, no_field: frozenset[str] = frozenset(), *, plain: bool = True
) -> list[Said]:
    """Return what a map of fields to lists of their messages says; to plain texts as well, if `plain`."""
    if "description" in value and "type" in value:  # a field of a schema
        return []
    found: list[Said] = []
    for key, each in list(value.items())[:60]:
        name = normal(str(key))
        if (
            name in _NEVER_FIELD
            or (isinstance(each, str) and name in NO_FIELD - _OFTEN_FIELD)
            or (name in no_field and not _reads_as_field(name, each))
        ):
            continue
        path = (str(key),) if above and str(key).isdecimal() else parse_path(str(key))
        if path is not None:
            found += _entry((*above, *path), each, plain=plain)
    return found


def _reads_as_field(name: str, each: Any) -> bool:
    """Return whether a key that errors have of their own is a field here: it holds a list of its messages."""
    return name in _OFTEN_FIELD and isinstance(each, list) and bool(each) and all(isinstance(one, str) for one in each)


def _entry(path: Path, each: Any, *, plain: bool) -> list[Said]:
    if len(path) > MAX_DEPTH:
        return []
    if isinstance(each, list) or (isinstance(each, str) and plain):
        return _messages(path, each if isinstance(each, list) else [each], plain=plain)
    if not isinstance(each, dict):
        return []
    for key in ("_errors", "errors"):
        if isinstance(each.get(key), list) and each[key]:
            return _messages(path, each[key], plain=plain)
    if text := _message(each):
        code = str(each.get("kind") or each.get("type") or each.get("code") or "")
        saying = saying_of_code(code) or saying_of(text)
        return [Said(path, saying)] if saying else []
    return map_in(each, path, plain=plain)


def _messages(path: Path, each: list[Any], *, plain: bool) -> list[Said]:
    texts = [one if isinstance(one, str) else _message(one) for one in each[:10]]
    if texts and all(isinstance(one, str) for one in texts):
        saying = first(*(saying_of(one) for one in texts if one))
        return [Said(path, saying)] if saying else []
    # One object of errors for each item that was sent.
    inner = [map_in(one, (*path, str(at)), plain=plain) for at, one in enumerate(each[:20]) if isinstance(one, dict)]
    return [said for found in inner for said in found]


def _message(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    return next((value[key] for key in ("message", "msg") if isinstance(value.get(key), str)), None)
