"""What the pages show is what their commands print."""

import json
import shlex
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from local.stack import Settings
from local.welcome import welcome
from rca_core.analysis.__main__ import main
from rca_core.analysis.pipeline import run_analysis
from rca_core.telemetry import AgentRun
from rca_core.telemetry.ingest import parse_agent_run
from tests.support.docs import ELLIPSIS, blocks, page, section, shows
from tests.support.template import ROOT

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PROMPT = "$ python -m rca_core.analysis "
EXPLAINED = [block.removeprefix(PROMPT).split("\n", 1) for block in blocks(page("docs/reports.md"), "console")]
REPORTS = [*zip(("tool_schema_mismatch", "insufficient_evidence"), blocks(page("README.md"), "json"), strict=True)]
SERVING = {"api_origin": "http://127.0.0.1:8000", "stream_origin": "http://127.0.0.1:8001", "own_emulator": True}


@pytest.mark.parametrize(("command", "output"), EXPLAINED, ids=[command for command, _ in EXPLAINED])
def test_the_guide_shows_what_explain_prints(
    command: str, output: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)

    assert main(shlex.split(command)) == 0
    printed = capsys.readouterr().out
    assert shows(output, printed), printed


def test_both_sample_runs_are_explained() -> None:
    assert {command for command, _ in EXPLAINED} >= {
        "explain events/tool_schema_mismatch.json",
        "explain events/insufficient_evidence.json",
    }


@pytest.mark.parametrize(("name", "shown"), REPORTS)
def test_the_readme_shows_the_reports_of_the_sample_runs(name: str, shown: str) -> None:
    body = (ROOT / "events" / f"{name}.json").read_bytes()
    run = AgentRun.from_body(parse_agent_run(body, new_run_id=lambda: "run", now=NOW).body)

    assert differences(json.loads(shown), run_analysis(run, now=NOW).report.model_dump(mode="json")) == []


def differences(shown: Any, whole: Any, where: str = "") -> list[str]:
    """Return where JSON is no part of other JSON: without some fields, or cut where an ellipsis says so."""
    if isinstance(shown, dict) and isinstance(whole, dict):
        return [each for name in shown for each in differences(shown[name], whole.get(name), f"{where}/{name}")]
    if isinstance(shown, list) and isinstance(whole, list):
        cut = shown[-1:] == [ELLIPSIS]
        listed = shown[:-1] if cut else shown
        if not (len(listed) < len(whole) if cut else len(listed) == len(whole)):
            return [f"{where}: {len(whole)} of them"]
        pairs = enumerate(zip(listed, whole, strict=False))
        return [each for index, (one, other) in pairs for each in differences(one, other, f"{where}/{index}")]
    same = shows(shown, whole) if isinstance(shown, str) and isinstance(whole, str) else shown == whole
    return [] if same else [f"{where}: {whole!r}"]


def test_differences_are_told() -> None:
    whole = {"a": [1, 2], "b": {"c": "one two"}}

    assert differences({"a": [1, "…"], "b": {"c": "one …"}}, whole) == []
    assert differences({"a": [1]}, whole) == differences({"a": [1, 2, "…"]}, whole) == ["/a: 2 of them"]
    assert differences({"a": [2, "…"]}, whole) == ["/a/0: 1"]
    assert differences({"b": {"c": "one"}, "d": 1}, whole) == ["/b/c: 'one two'", "/d: None"]


def test_what_is_left_out_is_told() -> None:
    assert shows("a\n…\nd\n", "a\nb\nc\nd\n")
    assert shows("a 1…\n", "a 12\n")
    assert not shows("a\n…\nd\n", "a\nb\n")
    assert not shows("a 1…\n", "a 1\nb\n")


def test_the_guide_shows_what_make_run_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    settings = cast(Settings, SimpleNamespace(**SERVING))
    told = welcome(settings, folder=Path(), keep=None, log=Path(".local") / "api-8000.log")
    serving = section(page("docs/local.md"), "Start it")

    assert blocks(serving, "")[0] == f"ready api=http://127.0.0.1:8000 stream=http://127.0.0.1:8001\n{told.rstrip()}\n"
