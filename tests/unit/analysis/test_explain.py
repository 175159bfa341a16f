"""The explanation of an analysis, and the command that prints it."""

from pathlib import Path

import pytest

from rca_core.analysis import default_rules
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
    assert "-> tool_permission/" in text
    assert "1. tool_permission/" in text
    assert "the earliest failure that nothing recovered" in text


def test_the_command_prints_the_explanation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "run.json"
    path.write_text(run_of(failed(1, "weld", "flux"), error_message="Task failed").model_dump_json())

    assert main(["explain", str(path)]) == 0
    assert "rules: none matched" in capsys.readouterr().out


def test_a_file_that_is_no_run_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "run.json"
    path.write_text("{}")

    assert main(["explain", str(path)]) == 2
    problem = capsys.readouterr().err
    assert "run.json: " in problem
    assert "agent_name: " in problem


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(tmp_path / "gone.json")]) == 2
    assert "gone.json: No such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "address", ["http://[bad/agent-runs/x", "http://127.0.0.1:1/agent runs/x", "HTTP://127.0.0.1:1/x"]
)
def test_an_address_that_cannot_be_asked_is_named(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", address]) == 2
    assert address.rstrip("/") in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"first half\nsecond half", "sch\u00fcssel".encode("latin-1"), b"a\x00b"])
def test_a_file_that_holds_no_secret_is_named_and_not_repeated(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "secret"
    path.write_bytes(content)

    assert main(["explain", "http://127.0.0.1:1/x", "--secret-file", str(path)]) == 2
    said = capsys.readouterr()
    assert said.err.strip().endswith(f"{path}: holds no access secret, which is one line of ASCII")
    assert "half" not in said.out + said.err


def test_a_run_is_read_as_a_post_of_it_would_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "posted.json"
    path.write_text(
        '{"agent_name": "helper", "started_at": "2026-03-02T09:00:00", "status": "error",'
        ' "error_message": "429 Too Many Requests", "team": "ours"}'
    )

    assert main(["explain", str(path)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("run posted of helper: failure")
    assert "1. rate_limited/throttled" in said


def test_every_rule_is_listed_with_what_it_matches(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines if not line.startswith(" ")] == [
        rule.id for rule in default_rules().rules
    ]
    assert "    statuses 429" in lines
