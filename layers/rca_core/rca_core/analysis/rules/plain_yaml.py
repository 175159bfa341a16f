"""YAML that says what it seems to say, and no more than its size lets one expect."""

from collections.abc import Hashable
from typing import Any, ClassVar, Final

import yaml


class NotPlainYaml(ValueError):
    """A text is no YAML, or has what is not taken; says where, and repeats nothing of the text."""


MAX_DEPTH: Final = 20
"""How deep a file may be nested; rules need six."""


def load(text: str) -> Any:
    """Return what a YAML text holds. Raises `NotPlainYaml`.

    It is what JSON can say: texts, numbers, truth values, nothing, lists, and mappings by texts. A date is the text it
    is written as. Refused are aliases, because a few lines of them can stand for gigabytes, all other tags, and keys
    that are there twice, of which YAML's own reader keeps the last.
    """
    try:
        _check_events(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506  it is a safe loader
    except NotPlainYaml:
        raise
    except (yaml.scanner.ScannerError, yaml.parser.ParserError) as error:
        raise _refused(error.problem_mark, str(error.problem)) from error
    except yaml.MarkedYAMLError as error:
        # Its words name the tag or the key that it could not use: they are the text's.
        raise _refused(error.problem_mark, "a tag or a key cannot be used") from error
    except (yaml.YAMLError, ValueError, ArithmeticError, LookupError) as error:
        # Of what a tag names and what stands there is none, `!!bool x` say, the reader asks as if it were.
        raise NotPlainYaml(f"is no YAML: {type(error).__name__}") from error


def _check_events(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            raise _refused(event.start_mark, "aliases are not taken")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise NotPlainYaml("is nested too deeply")


def _refused(mark: Any, problem: str) -> NotPlainYaml:
    where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    return NotPlainYaml(f"is no YAML{where}: {problem}")


_STANDARD: Final = "tag:yaml.org,2002:"
_BOOL: Final = f"{_STANDARD}bool"
_TAKEN: Final = frozenset(_STANDARD + kind for kind in ("str", "int", "float", "bool", "null", "seq", "map"))


class _Loader(yaml.CSafeLoader):
    # Other packages teach SafeLoader tags of their own. The one for what has no tag (None) is its error.
    yaml_constructors: ClassVar = {
        tag: construct
        for tag, construct in yaml.constructor.SafeConstructor.yaml_constructors.items()
        if tag is None or tag in _TAKEN
    }
    yaml_multi_constructors: ClassVar = {}
    # What looks like a date, a merge or a default is a text, and so are yes, no, on and off.
    yaml_implicit_resolvers = {  # noqa: RUF012  declared so by its base
        first: [(tag, form) for tag, form in resolvers if tag in _TAKEN and (tag != _BOOL or first in "tTfF")]
        for first, resolvers in yaml.resolver.Resolver.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _refused(key.start_mark, "a key is no text")
            if key.value in seen:
                raise _refused(key.start_mark, "a key is there twice")
            seen.add(key.value)
        return super().construct_mapping(node, deep)
