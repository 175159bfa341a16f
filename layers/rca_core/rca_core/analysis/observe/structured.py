"""What a structured answer says about itself: that it is an error, or that it holds nothing."""

import ast
import json
from collections.abc import Iterator
from typing import Any, Final

from rca_core.analysis.observe.text import with_whole_characters
from rca_core.analysis.rules.model import listed

MAX_DEPTH: Final = 4
LONGEST_NUMBER: Final = 9

# Keys are compared in small letters, without punctuation.
_WRAPPERS: Final = frozenset(listed("response result body output payload answer content status data"))
"""Keys whose value speaks for the whole answer, if it is an object."""
_FLAGS: Final = frozenset(listed("iserror haserror haserrors error errors failed failure erro"))
_SAYS: Final = frozenset(
    listed(
        """
        error errors err exception fault erro errormessage errormsg errordescription errordetails errorcode errorinfo
        """
    )
)
_STATES: Final = frozenset(listed("status state result outcome type returncode resultstatus"))
_BAD_STATES: Final = frozenset(listed("error failed failure fail errored exception"))
_GOOD: Final = frozenset(listed("success succeeded ok successful issuccess"))
_STATUS_CODES: Final = frozenset(listed("status statuscode httpstatus httpstatuscode httpcode responsecode code cod"))
_NUMBERED: Final = frozenset(listed("errorcode errcode errno resultcode retcode"))
"""Keys whose number is zero when all went well."""
_TOLD: Final = frozenset(
    listed(
        """
        message msg reason description detail details errordescription errormsg errmsg resultmsg error title
        errormessage
        """
    )
)
_ENVELOPE: Final = _TOLD | frozenset(
    listed(
        """
        code cod type requestid status data logid traceid success timestamp path help documentationurl docurl param
        """
    )
)
"""Keys of an answer that is nothing but a code and a message."""
_NOTHING: Final = frozenset(
    ("", "none", "null", "ok", "success", "0", "no error", "noerror", "false", "200", "[]", "{}")
)
_HITS: Final = frozenset(
    listed(
        """
        results result items data documents docs matches hits records rows entries nodes chunks passages sources values
        value list content contents response objects organic organicresults webpages memories files issues pages
        articles products orders users customers events messages tickets flights hotels searchresults retrievalresults
        structuredcontent edges features candidates predictions snippets quotes elements places jobs papers books
        """
    )
)
_COUNTS: Final = frozenset(
    listed(
        """
        totalcount totalresults numfound keycount totalhits resultcount rowcount nbhits numresults
        """
    )
)
_TELLS: Final = frozenset(listed("answer text summary output body html markdown"))
_ABOUT: Final = frozenset(listed("columns fields headers warnings filters errors query"))
"""Lists that are there however little was found."""


def parse(text: str) -> Any:
    """Return the object or list that a text spells in JSON or as Python writes it; None if it spells neither."""
    start = text.lstrip()[:1]
    if start not in ("{", "["):
        return None
    try:
        return with_whole_characters(json.loads(text))
    except (ValueError, RecursionError):
        pass
    if "'" not in text:
        return None
    try:
        value = with_whole_characters(ast.literal_eval(text.strip()))
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None
    return value if isinstance(value, dict | list) else None


def is_error(value: Any, depth: int = 0) -> bool:
    """Return whether an answer calls itself an error; what stands in lists are rows and events, not the answer."""
    if not isinstance(value, dict) or depth > MAX_DEPTH:
        return False
    own = {_plain(key): each for key, each in value.items() if isinstance(key, str)}
    if any(_says_error(key, each, own) for key, each in own.items()) or _is_envelope(own):
        return True
    inner = [each for key, each in own.items() if key in _WRAPPERS or len(own) == 1]
    return any(is_error(_unquoted(each), depth + 1) for each in inner)


def is_empty(value: Any) -> bool:
    """Return whether an answer of a lookup holds no hit: its lists are empty or its counts zero, and nothing else."""
    if not value:
        return True
    if isinstance(value, list):
        return all(isinstance(each, list) and not each for each in value)
    if not isinstance(value, dict):
        return False
    found = list(_leaves(value, 0))
    if any(_is_content(key, each) for key, each in found):
        return False
    return any(_is_no_hit(key, each) for key, each in found)


def _unquoted(value: Any) -> Any:
    """Return what a text inside an answer spells, if it is an object or a list in its turn."""
    inner = parse(value) if isinstance(value, str) else None
    return value if inner is None else inner


def _plain(key: str) -> str:
    return "".join(char for char in key.lower() if char.isalnum())


def _says_error(key: str, value: Any, own: dict[str, Any]) -> bool:
    if isinstance(value, bool) or (isinstance(value, str) and value.lower() in ("true", "false")):
        true = value is True or str(value).lower() == "true"
        return true if key in _FLAGS else key in _GOOD and not true
    if key in _STATES and isinstance(value, str) and value.lower() in _BAD_STATES:
        return True
    number = _number(value)
    if number is not None:
        if key in _STATUS_CODES and 400 <= number <= 599:
            return key not in ("code", "cod") or (bool(_TOLD & own.keys()) and own.keys() <= _ENVELOPE)
        return key in _NUMBERED and number != 0 and bool(_TOLD & own.keys())
    if key in _SAYS and not _has_result(own):
        return bool(value) and not (isinstance(value, str) and value.strip().lower() in _NOTHING)
    return False


def _number(value: Any) -> int | None:
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) <= LONGEST_NUMBER else None


def _has_result(own: dict[str, Any]) -> bool:
    """Return whether an answer holds something besides its error: then the error is of a part of it."""
    return any(own.get(key) for key in ("data", "result", "results", "response", "output"))


def _is_envelope(own: dict[str, Any]) -> bool:
    """Return whether an answer is nothing but a code in letters and a message."""
    code = own.get("code")
    return (
        isinstance(code, str)
        and not code.isdecimal()
        and code.lower() not in _NOTHING
        and any(isinstance(own.get(key), str) for key in _TOLD)
        and own.keys() <= _ENVELOPE
        and not own.get("data")
    )


def _leaves(value: dict[Any, Any], depth: int) -> Iterator[tuple[str, Any]]:
    """Yield (key, value) pairs, those of objects inside in their place."""
    for key, quoted in value.items():
        name, each = _plain(str(key)), _unquoted(quoted)
        if isinstance(each, dict) and each and depth < MAX_DEPTH:
            yield from ((f"{name} {inner}", leaf) for inner, leaf in _leaves(each, depth + 1))
        else:
            yield name, each


def _is_content(path: str, value: Any) -> bool:
    """Return whether a leaf is something that was found, or something told in place of it."""
    keys = path.split(" ")
    if isinstance(value, list):
        return bool(value) and keys[-1] not in _ABOUT
    if isinstance(value, str):
        return keys[-1] in _TELLS and bool(value.strip())
    # An object of hits by id, or a hit that is no list.
    return keys[0] in _HITS and len(keys) > 1 and keys[-1] not in _COUNTS and bool(value)


def _is_no_hit(path: str, value: Any) -> bool:
    key = path.rsplit(" ", maxsplit=1)[-1]
    if key in _HITS and not isinstance(value, str | bool | int | float):
        return not value
    return key in _COUNTS and _number(value) == 0
