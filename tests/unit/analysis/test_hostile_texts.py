"""No text, however it is padded or nearly matches, makes work that grows faster than the text."""

import ast
from pathlib import Path

import pytest

import rca_core.analysis
from rca_core.analysis import default_rules
from rca_core.analysis.observe import hidden
from rca_core.analysis.read.facts import read
from rca_core.analysis.read.signals import match
from tests.unit.analysis.builders import failed, report_of, run_of

# The package's own output, its reader of phrases, and texts that it made itself.
MAY_USE_RE = {"plain", "phrases", "fingerprint", "jira", "numbers", "recurrence"}
ROWS = [
    "no ",
    " ",
    "{",
    "[",
    "<title",
    '{"a": "',
    "error: ",
    "x.y.",
    "timed out ",
    "sorry, ",
    "\t",
    "'x' ",
    "<?xml",
    "(no ",
    "limit ",
]


def test_nothing_that_reads_foreign_text_backtracks() -> None:
    package = Path(rca_core.analysis.__file__).parent
    users = {
        path.stem
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import) and any(alias.name == "re" for alias in node.names)
    }

    assert users <= MAY_USE_RE


@pytest.mark.timeout(60)
@pytest.mark.parametrize("row", ROWS)
def test_padded_results_are_read(row: str) -> None:
    # With an engine that goes back in a text, 57 KB of these took half a minute.
    for end in ("", "x", "\n", "}", "</title>"):
        text = row * (57_000 // len(row)) + end
        hidden.observe("search", text)
        match(read("Error", text, text, None, scope="tool"), default_rules())


def test_an_error_behind_a_notice_is_read() -> None:
    told = "HTTP 503 Service Unavailable\n[Tool loop warning: the same call was blocked, repeated_exact_failure]"

    first, *_ = match(read(None, told, None, None, scope="tool"), default_rules())
    assert first.category == "upstream_error"
    assert read(None, "[Note: only this]", None, None, scope="tool").text == "[note: only this]"


@pytest.mark.parametrize(
    "text",
    ['{"error": {"\\ud800": "x"}}', "{'error': '\\udc00'}", "\\ud800", '{"detail": [{"loc": ["\\ud83d\\ude00"]}]}'],
)
def test_halves_of_characters_that_a_text_spells_out_are_read(text: str) -> None:
    report = report_of(run_of(failed(1, "book", text, args_json=text)))

    assert report.model_dump_json().encode()
