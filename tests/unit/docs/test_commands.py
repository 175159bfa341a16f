"""The commands that the guides show are ones: modules, options and parameters that there are, with values they take."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cache

import pytest

from local.parameters import parameter_values, parse_overrides
from tests.support.docs import ELLIPSIS, blocks, guides
from tests.support.template import ROOT, template

SHOWN = [line for language in ("", "sh") for block in blocks(guides(), language) for line in block.splitlines()]
# Options of `make`'s ARGS are those of what the target runs.
RUN_BY = {"run": "local", "fuzz": "tests.deep.fuzz.runner", "soak": "bench.soak"}


def commands() -> Iterator[list[str]]:
    """Yield the words of each command; of `make TARGET ARGS=…` those of the command that it runs."""
    for line in SHOWN:
        if line.startswith("make ") and (found := re.search(r'ARGS="(.*?)"', line)):
            if module := RUN_BY.get(line.split()[1]):
                yield ["python", "-m", module, *shlex.split(found[1])]
        elif line.startswith(("python -m ", "sam ")):
            yield shlex.split(line, comments=True)


COMMANDS = list(commands())
MODULES = [words[2:] for words in COMMANDS if words[0] == "python"]
ASSIGNED = [
    word
    for words in COMMANDS
    for flag in ("--parameter", "--parameter-overrides")
    if flag in words
    for word in words[words.index(flag) + 1 :]
    if re.match(r"\w+=", word)
]


@cache
def usage(*words: str) -> str:
    """Return what a module says of its options."""
    asked = [sys.executable, "-m", *words, "--help"]
    return subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True, timeout=60).stdout


@pytest.mark.parametrize("words", MODULES, ids=" ".join)
def test_a_command_takes_the_options_it_is_shown_with(words: list[str]) -> None:
    subcommand = words[:2] if words[0] == "rca_core.analysis" else words[:1]
    options = {word for word in words if word.startswith("--")}

    assert [option for option in options if option not in usage(*subcommand)] == []


def test_commands_are_found() -> None:
    assert len(MODULES) > 10
    assert len(ASSIGNED) > 10


@pytest.mark.parametrize("assigned", ASSIGNED)
def test_a_parameter_takes_the_value_it_is_shown_with(assigned: str) -> None:
    overrides = parse_overrides([assigned])
    name = next(iter(overrides))

    assert name in template()["Parameters"]
    if ELLIPSIS not in assigned and "$" not in assigned:
        parameter_values(template()["Parameters"], overrides)
