"""The explanation of an analysis, and the command that prints it."""

from pathlib import Path

import pytest

from rca_core.analysis.__main__ import main
from rca_core.analysis.explain import explain
from tests.unit.analysis.builders import call, failed, run_of


def test_each_observation_is_shown_with_the_rules_that_matched_it() -> None:
    run = run_of(
        failed(1, "fetch_page", "Read timed out"),
        call(2, "fetch_page", result="text"),
        failed(3, "crm_export", "Forbidden", status_code=403),
    )

    text = "\n".join(explain(run))

    assert "ev_tool_call-1  Failed tool call: fetch_page  (failure, recovered later)" in text
    assert "-> tool_permission." in text
    assert "1. tool_permission/" in text
    assert "the earliest failure that nothing recovered" in text


def test_the_command_prints_the_explanation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "run.json"
    path.write_text(run_of(failed(1, "weld", "flux"), error_message="Task failed").model_dump_json())

    assert main(["explain", str(path)]) == 0
    assert "no rule matched" in capsys.readouterr().out


def test_a_file_that_is_no_run_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "run.json"
    path.write_text("{}")

    assert main(["explain", str(path)]) == 2
    assert "run.json" in capsys.readouterr().err
