"""What the README shows is what its commands print."""

import re
import shlex
from pathlib import Path

import pytest

from rca_core.analysis.__main__ import main

README = Path(__file__).parents[2] / "README.md"
SHOWN = re.findall(
    r"```console\n\$ python -m rca_core\.analysis ([^\n]+)\n(.+?)\n```", README.read_text(encoding="utf-8"), re.DOTALL
)


@pytest.mark.parametrize(("command", "output"), SHOWN, ids=[command for command, _ in SHOWN])
def test_the_readme_shows_what_its_command_prints(
    command: str, output: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(README.parent)

    assert main(shlex.split(command)) == 0
    assert capsys.readouterr().out.rstrip("\n") == output


def test_both_sample_runs_are_explained() -> None:
    assert {command for command, _ in SHOWN} >= {
        "explain events/tool_schema_mismatch.json",
        "explain events/insufficient_evidence.json",
    }
