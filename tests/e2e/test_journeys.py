"""The README's commands do what it says when they are pasted into a shell, with curl and python3 and nothing else."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from local.demo.fleet import main as post_fleet
from tests.e2e.client import StackClient
from tests.support.template import ROOT

README = (ROOT / "README.md").read_text("utf-8")
SHELLS = [shell for shell in ("sh", "bash", "zsh") if shutil.which(shell)]

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="the README says that curl is needed")


def blocks(section: str) -> list[str]:
    """Return the shell blocks of a section."""
    text = README.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return re.findall(r"^```sh\n(.+?)^```", text, re.DOTALL | re.MULTILINE)


def paste(lines: Sequence[str], shell: str, api_url: str, folder: Path) -> str:
    """Give lines to a fresh shell as a terminal would; return what it prints. No variable is set beforehand."""
    (folder / "python3").symlink_to(sys.executable)
    script = "".join(lines).replace("http://127.0.0.1:8000", api_url)
    result = subprocess.run(
        [shell],
        input=script,
        cwd=ROOT,
        env={"PATH": f"{folder}:/usr/local/bin:/usr/bin:/bin"},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert not re.search("not found|error:", result.stderr), result.stderr
    return result.stdout


def last_json(printed: str) -> Any:
    """Return the document that the last command printed."""
    return json.loads(printed[printed.rindex("\n{\n") if "\n{\n" in printed else printed.rindex('{"rca_run_id"') :])


@pytest.mark.parametrize("shell", SHELLS)
def test_its_first_journey_leads_from_a_run_to_its_cause(client: StackClient, shell: str, tmp_path: Path) -> None:
    printed = paste(blocks("From a failed run to its cause"), shell, client.stack.api_url, tmp_path)

    records = [json.loads(line) for line in re.findall(r"^data: (.+)$", printed, re.MULTILINE)]
    assert records[-1]["status"] == "done"
    assert last_json(printed)["report"]["category"] == "tool_schema_mismatch"


def test_its_questions_about_a_fleet_lead_to_a_report(client: StackClient, tmp_path: Path) -> None:
    assert post_fleet(["--api-url", client.stack.api_url, "--runs", "40"]) == 0
    commands = [block for block in blocks("What fails, and since when") if "curl" in block]

    printed = paste(commands, "sh", client.stack.api_url, tmp_path)

    assert last_json(printed)["report"]["category"]
