"""The pages on connecting show the scripts that are run, and name what there is."""

import re

import pytest

from smart_sre.adapters import FRAMEWORKS
from smart_sre.command import api, reading
from smart_sre.command.main import _EXIT_CODES
from smart_sre.command.snippets import NAMES
from tests.frameworks.environments import HERE, MARK, OTLP, connected, frameworks, packages, script, ways
from tests.support.docs import blocks, names, page, rows, section

INDEX = page("docs/connect/README.md")


@pytest.mark.parametrize("name", frameworks())
def test_a_page_shows_what_is_run_and_is_listed(name: str) -> None:
    text = page(f"docs/connect/{name}.md")
    counts = {way: str(connected(name, way).count(MARK)) for way in ways(name)}
    ours = next((count for way, count in counts.items() if way != OTLP), "-")

    if ours != "-":
        assert script(name) in blocks(text, "python")
    assert f"]({name}.md) | {ours} | {counts.get(OTLP, '-')} |" in INDEX


@pytest.mark.parametrize("name", [name for name in frameworks() if OTLP in ways(name)])
def test_a_page_shows_what_to_install_and_the_lines_that_send_traces(name: str) -> None:
    text = page(f"docs/connect/{name}.md")
    lines = [line.removesuffix(MARK) for line in connected(name, OTLP).splitlines(keepends=True) if line.endswith(MARK)]
    installed = [block.replace("'", "").split() for block in blocks(text, "sh")]

    assert lines in [[line for line in block.splitlines() if line] for block in blocks(text, "python")]
    assert ["pip", "install", *packages(name)] in installed


def test_every_framework_has_an_adapter_a_snippet_and_a_page() -> None:
    ours = {name for name in frameworks() if ways(name) != [OTLP]}

    assert set(FRAMEWORKS) | {"python", "opentelemetry"} == set(NAMES)
    assert set(FRAMEWORKS) - {"langchain"} | {"python"} == ours


def test_exit_codes_are_those_of_the_command() -> None:
    listed = [int(code) for code, _ in rows(section(INDEX, "The command"))]

    assert listed == [int(code) for code in re.findall(r"^  (\d)  ", _EXIT_CODES, re.MULTILINE)]
    assert {reading.BAD_NEWS, api.UNREACHABLE, api.REFUSED} <= set(listed)


def test_variables_are_those_that_are_read() -> None:
    listed = {name for cell, _ in rows(section(INDEX, "Address and secret")) for name in names(cell)}
    source = (HERE.parents[1] / "clients/python/smart_sre/settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'"(SMART_SRE_[A-Z_]+)"', source))

    assert listed == read | {"SMART_SRE_SECRET_FILE", "SMART_SRE_ACCESS_SECRET_FILE"}
