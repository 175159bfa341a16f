"""What libraries say of arguments in forms of several lines, and Python of a call."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from rca_core.analysis.read.roles.model import NOT_READ, Claim, Path, Saying
from rca_core.analysis.read.roles.names import as_claim, named_group, names_in
from rca_core.analysis.read.roles.paths import clean_path, normal, without_tags
from rca_core.analysis.read.roles.sayings import MISSING, UNEXPECTED, compiled, saying_of, saying_of_code
from rca_core.analysis.read.roles.wording import MARKED, NAME, QUOTED_LIST
from rca_core.analysis.rules.model import listed

CALLED_FUNCTION: Final = compiled(
    r"(?P<name>[\w.<>]{1,120})\(\) (?:(?:missing \d+ required (?:positional"
    r"|keyword-only) arguments?: (?P<missing>[^\n]+))|(?:got an unexpected keyword argument "
    r"'(?P<extra>[^'\n]{1,80})')"
    r"|(?:got multiple values for (?:keyword )?argument '(?P<twice>[^'\n]{1,80})')"
    r"|(?:got some positional-only arguments passed as keyword arguments: '(?P<positional>[^'\n]{1,80})'))"
)
_GOT_UNEXPECTED: Final = compiled(rf"(?:^|[^)] )\bgot an unexpected keyword argument:? ['\"]?(?P<name>{NAME})['\"]?")
_MISSING_POSITIONAL: Final = compiled(
    r"(?:^|[^)] )\bmissing (?:a|\d+) required (?:positional |keyword-only )?arguments?: (?P<missing>[^\n]+)"
)
MAX_INSTANCE: Final = 2_000
MAX_ABOVE: Final = 4_000
"""Characters above an error in which its model is looked for."""
_SCHEMA_PATH: Final = r"(?:\[(?:'[^'\n]*'|\d+)\])*"
_FAILED_VALIDATING: Final = compiled(
    rf"(?P<told>[^\n]+)\n+failed validating ['\"](?P<code>\w+)['\"] in (?:schema|\w+)(?P<schema>{_SCHEMA_PATH})"
)
_ON_INSTANCE: Final = compiled(rf"\non \w+(?P<path>{_SCHEMA_PATH}):")
_FIRST_QUOTED: Final = compiled(rf"(?:^|\(| ){QUOTED_LIST} (?:is a required|was unexpected|were unexpected)")


def json_schema(text: str) -> Iterator[Claim]:
    """Yield what Python's jsonschema says: the words, then where they hold, in the schema and in what was sent."""
    for match in _FAILED_VALIDATING.finditer(text):
        saying = saying_of_code(match.group(2))
        instance = _ON_INSTANCE.search(text[match.end() : match.end() + MAX_INSTANCE])
        path = _path_of(instance.group(1)) if instance else _properties(_path_of(match.group(3)))
        named = _FIRST_QUOTED.search(match.group(1))
        if named and saying and (found := named_group(named, "names")):
            for written, at in names_in(*found):
                start = match.start(1) + at
                yield Claim((*path, written), saying, start, start + len(written))
        elif saying and path and not path[-1].isdecimal() and saying.kind in ("wrong_type", "wrong_value"):
            start = text.find(f"'{path[-1]}'", match.end(1)) + 1
            yield Claim(path, saying, start, start + len(path[-1]))


def _path_of(written: str) -> Path:
    return tuple(part.strip("'") for part in written.strip("[]").split("][") if part)


def _properties(path: Path) -> Path:
    """Return the properties on a path in a schema, as far as it goes through nothing else."""
    names: list[str] = []
    at = 0
    while at + 1 < len(path) and path[at] == "properties":
        names.append(path[at + 1])
        at += 2
    return tuple(names) if at == len(path) else ()


_TYPED: Final = compiled(r"[\[(]type=(?P<code>[\w.]+)")


def typed_lines(text: str, tool_name: str) -> Iterator[Claim]:
    """Yield what pydantic says: a line with a path, below it a message that ends with its type."""
    lines = text.splitlines(keepends=True)
    place = 0
    for line, below in pairwise(lines):
        start, place = place, place + len(line)
        typed = _TYPED.search(below) if below[:1].isspace() else None
        name = line.strip()
        if typed is None or not name or "type=" in line:
            continue
        saying = saying_of_code(typed.group(1)) or saying_of(below[: typed.start()])
        model = model_before(text, start)
        path = clean_path(without_tags(_parts(name)))
        if saying is None or path is None or (model and not is_of_the_call(model)) or path == (tool_name,):
            continue
        start += line.index(name)
        yield Claim(path, saying, start, start + len(name))


def _parts(name: str) -> list[str]:
    """Return the parts of a path as pydantic prints it; a part may hold points in brackets: `items.list[a.B].0`."""
    parts, depth, begin = [], 0, 0
    name = name.replace(" -> ", ".")
    for at, char in enumerate(name):
        depth += (char in "[(") - (char in "])")
        if char == "." and depth == 0:
            parts.append(name[begin:at])
            begin = at + 1
    return [part for part in (*parts, name[begin:]) if part]


def without_typed_lines(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(
        NOT_READ * (len(line) - 1) + "\n" if _TYPED.search(line) and line[:1].isspace() else line for line in lines
    )


_MODEL: Final = compiled(r"\bvalidation errors? (?:detected )?(?:for|in) (?P<name>[\w.\[\]-]{1,120})")
_NO_CALL: Final = ("settings", "config", "configuration", "response", "output", "result", "answer", "completion", "env")


def model_before(text: str, place: int) -> str | None:
    """Return the model that pydantic names above its errors."""
    found = None
    for match in _MODEL.finditer(text[max(0, place - MAX_ABOVE) : place]):
        found = named_group(match, "name")
    return found[0] if found else None


def is_of_the_call(model: str) -> bool:
    """Return whether a model is of what was sent: not of settings, nor of what a model wrote."""
    return not normal(model).endswith(_NO_CALL)


_RUNS_TOOLS: Final = frozenset(
    listed("run arun call acall invoke ainvoke forward execute func function fn wrapper handler lambda main tool inner")
)


def function_calls(text: str, tool_name: str) -> Iterator[Claim]:
    """Yield what Python says of the call of a function that may be the tool."""
    for match in CALLED_FUNCTION.finditer(text):
        function = named_group(match, "name")
        is_tool = function is not None and _may_be_the_tool(function[0], tool_name)
        for part, saying in (("missing", MISSING), ("extra", UNEXPECTED)):
            if (found := named_group(match, part)) and (is_tool or saying is UNEXPECTED):
                yield from _called_with(found, saying, needs_sent=not is_tool)

    for match in _GOT_UNEXPECTED.finditer(text):
        if (found := named_group(match, "name")) and (one := as_claim(*found, UNEXPECTED, mark=MARKED)):
            yield one
    for match in _MISSING_POSITIONAL.finditer(text):
        if found := named_group(match, "missing"):
            yield from _called_with(found, MISSING, needs_sent=False)


def _called_with(found: tuple[str, int], saying: Saying, *, needs_sent: bool) -> Iterator[Claim]:
    quoted = "'" in found[0]
    for written, start in names_in(*found):
        if quoted and found[0][start - found[1] - 1 : start - found[1]] not in ("'", ""):
            break
        if one := as_claim(written, start, saying, mark=MARKED, needs_sent=needs_sent):
            yield one


def _may_be_the_tool(function: str, tool_name: str) -> bool:
    *_, last = function.rsplit(".", 1)
    name, tool = normal(last), normal(tool_name)
    if name == "init":
        owner = normal(function.split(".")[-2]) if "." in function else ""
        return bool(tool) and owner.startswith(tool)
    if name in _RUNS_TOOLS or last.startswith("<"):
        return True
    return bool(tool) and bool(name) and (name in tool or tool in name)
