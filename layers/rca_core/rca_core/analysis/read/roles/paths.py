"""Names of arguments as texts write them, and where they stand in the arguments that were sent."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from rca_core.analysis.read.roles.model import Path
from rca_core.analysis.rules.model import listed

MAX_PARTS: Final = 12
MAX_PART: Final = 80
_SEPARATORS: Final = str.maketrans(dict.fromkeys("[]/'\"`#:", "."))
CONTAINERS: Final = frozenset(
    listed("""
    body query path params param parameters arguments args kwargs input inputs data request req payload json instance
    root this toolinput requestbody variables form formdata attributes properties value obj object querystring
    """)
)
_MODELS: Final = ("request", "args", "arguments", "input", "inputs", "params", "parameters", "dto", "schema", "payload")


def parse_path(written: str) -> Path | None:
    """Return the parts of a name as written (`a.b[0]`, `/a/b/0`, `a[b]`, `$.a`); None if it is no name."""
    dotted = written.strip().translate(_SEPARATORS)
    if any(char.isspace() for char in dotted):
        return None
    parts = tuple(part.lstrip("-") for part in dotted.split("."))
    return clean_path(part for part in parts if part and part != "$")


def clean_path(parts: Iterator[str] | tuple[str, ...]) -> Path | None:
    """Return a path whose parts are names or positions; None if they are not."""
    path = tuple(parts)
    if not 0 < len(path) <= MAX_PARTS or not any(char.isalpha() for part in path for char in part):
        return None
    return path if all(_is_part(part) for part in path) else None


_TAGS: Final = frozenset(
    listed("str int float bool dict list set tuple bytes none decimal date datetime uuid any model")
)


def without_tags(parts: Iterable[str]) -> Path:
    """Return the parts of a path without those that pydantic adds for the branch of a union: `value.str`."""
    found = tuple(parts)
    return (*found[:1], *(part for part in found[1:] if not (part in _TAGS or part.endswith(("]", ")")))))


def _is_part(part: str) -> bool:
    return 0 < len(part) <= MAX_PART and all(char.isalnum() or char in "_-$@.+*" for char in part)


def normal(name: str) -> str:
    """Return a name in the one form of its snake, camel and kebab spellings."""
    return "".join(char for char in name.lower() if char.isalnum())


def find(value: Any, path: Path) -> tuple[bool, Any]:
    """Return whether a path leads to something in what was sent, and to what."""
    steps = _follow(value, path)
    return (False, None) if steps is None else (True, steps[1])


def spelled(value: Any, path: Path) -> Path:
    """Return a path that leads to something with its keys as they were sent."""
    steps = _follow(value, path)
    return path if steps is None else steps[0]


def _follow(value: Any, path: Path) -> tuple[Path, Any] | None:
    """Return the keys on the way of a path and what it leads to; a key may itself hold points."""
    if not path:
        return (), value
    if isinstance(value, list):
        if not path[0].isdecimal() or int(path[0][:6]) >= len(value):
            return None
        rest = _follow(value[int(path[0])], path[1:])
        return rest and ((path[0], *rest[0]), rest[1])
    if not isinstance(value, dict):
        return None
    for count in range(1, len(path) + 1):
        joined = ".".join(path[:count])
        wanted = normal(joined)
        keys = [joined] if joined in value else [key for key in value if wanted and normal(str(key)) == wanted]
        for key in keys[:1]:
            if rest := _follow(value[key], path[count:]):
                return (str(key), *rest[0]), rest[1]
    return None


def readings(path: Path, tool_name: str) -> Iterator[Path]:
    """Yield a path, then what it may be without the containers in front of it, the shortest last."""
    yield path
    while len(path) > 1 and _is_container(path[0], tool_name):
        path = path[1:]
        yield path


def _is_container(part: str, tool_name: str) -> bool:
    name = normal(part)
    own = normal(tool_name)
    if name in CONTAINERS or (own and name == own):
        return True
    # A class for the arguments: CreateItemRequest, search_args.
    return name.endswith(_MODELS) and name not in _MODELS and (part[0].isupper() or bool(own and name.startswith(own)))
