"""The pages on connecting show the scripts that are run, and name what there is."""

import re

import pytest

from smart_sre.adapters import FRAMEWORKS
from smart_sre.command import api, reading
from smart_sre.command.main import _EXIT_CODES
from smart_sre.command.snippets import NAMES
from tests.frameworks.environments import HERE, OTLP, frameworks, ways
from tests.support.docs import blocks, names, page, rows, section

# Those that are connected by our own client; what only traces connect has pages of its own.
OURS = [name for name in frameworks() if ways(name) != [OTLP]]
INDEX = page("docs/connect/README.md")


@pytest.mark.parametrize("name", OURS)
def test_a_page_shows_the_script_that_is_run_and_is_listed(name: str) -> None:
    script = (HERE / name / "script.py").read_text(encoding="utf-8")
    lines = script.count("  # connect\n")

    assert script in blocks(page(f"docs/connect/{name}.md"), "python")
    assert re.search(rf"\]\({name}\.md\) \| {lines} \|", INDEX)


def test_every_framework_has_an_adapter_a_snippet_and_a_page() -> None:
    assert set(FRAMEWORKS) | {"python", "opentelemetry"} == set(NAMES)
    assert set(FRAMEWORKS) - {"langchain"} | {"python"} == set(OURS)


def test_exit_codes_are_those_of_the_command() -> None:
    listed = [int(code) for code, _ in rows(section(INDEX, "The command"))]

    assert listed == [int(code) for code in re.findall(r"^  (\d)  ", _EXIT_CODES, re.MULTILINE)]
    assert {reading.BAD_NEWS, api.UNREACHABLE, api.REFUSED} <= set(listed)


def test_variables_are_those_that_are_read() -> None:
    listed = {name for cell, _ in rows(section(INDEX, "Address and secret")) for name in names(cell)}
    source = (HERE.parents[1] / "clients/python/smart_sre/settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'"(SMART_SRE_[A-Z_]+)"', source))

    assert listed == read | {"SMART_SRE_SECRET_FILE", "SMART_SRE_ACCESS_SECRET_FILE"}
