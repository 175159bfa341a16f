"""Names of arguments as texts write them, and where they stand in the arguments that were sent."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from rca_core.analysis.read.roles.model import Path

MAX_PARTS: Final = 12
MAX_PART: Final = 80
_SEPARATORS: Final = str.maketrans(dict.fromkeys("[]/'\"`#:", "."))
CONTAINERS: Final = frozenset(
    """
    body query path params param parameters arguments args kwargs input inputs data request req payload json instance
    root this toolinput requestbody variables form formdata attributes properties value obj object querystring
    """.split()
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


_TAGS: Final = frozenset("str int float bool dict list set tuple bytes none decimal date datetime uuid any model".split())


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
    for part in path:
        if isinstance(value, dict):
            key = part if part in value else next((k for k in value if normal(str(k)) == normal(part)), None)
            if key is None:
                return False, None
            value = value[key]
        elif isinstance(value, list) and part.isdecimal() and int(part[:6]) < len(value):
            value = value[int(part)]
        else:
            return False, None
    return True, value


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


def spelled(value: Any, path: Path) -> Path:
    """Return a path that leads to something with its keys as they were sent."""
    parts: list[str] = []
    for part in path:
        if isinstance(value, dict):
            key = part if part in value else next(str(k) for k in value if normal(str(k)) == normal(part))
            parts.append(key)
            value = next(each for k, each in value.items() if str(k) == key)
        else:
            parts.append(part)
            value = value[int(part)] if isinstance(value, list) else None
    return tuple(parts)
