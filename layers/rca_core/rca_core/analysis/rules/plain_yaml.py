"""YAML that says what it seems to say, and no more than its size lets one expect.

Apart from `custom`, so that nobody pays for the parser who has no file to read.
"""

from collections.abc import Hashable
from typing import Any

import yaml


class NotPlainYaml(ValueError):
    """A text is no YAML, or has what is not taken; says where, and repeats nothing of the text."""


def load(text: str) -> Any:
    """Return what a YAML text holds. Raises `NotPlainYaml`.

    Aliases are refused, because a few lines of them can stand for gigabytes, and so are keys that are there twice, of
    which YAML's own reader keeps the last.
    """
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506  it is a SafeLoader
    except NotPlainYaml:
        raise
    except (yaml.scanner.ScannerError, yaml.parser.ParserError) as error:
        raise _refused(error.problem_mark, str(error.problem)) from error
    except yaml.MarkedYAMLError as error:
        # Its words name the tag or the key that it could not use: they are the text's.
        raise _refused(error.problem_mark, "a tag or a key cannot be used") from error
    except (yaml.YAMLError, RecursionError, ValueError, ArithmeticError) as error:
        raise NotPlainYaml(f"is no YAML: {type(error).__name__}") from error


def _refused(mark: Any, problem: str) -> NotPlainYaml:
    where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    return NotPlainYaml(f"is no YAML{where}: {problem}")


class _Loader(yaml.SafeLoader):
    # Other packages teach SafeLoader tags of their own.
    yaml_constructors = yaml.constructor.SafeConstructor.yaml_constructors
    yaml_multi_constructors = yaml.constructor.SafeConstructor.yaml_multi_constructors

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            raise _refused(event.start_mark, "aliases are not taken")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise _refused(key.start_mark, "a key is there twice")
                seen.add(key.value)
        return super().construct_mapping(node, deep)
