"""The commands of the README and the guides do what these say when they are pasted into a shell."""

import json
import os
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
from tests.support.docs import blocks, page, section, shows
from tests.support.template import ROOT

SHELLS = [shell for shell in ("sh", "bash", "zsh") if shutil.which(shell)]
FIRST_JOURNEY = blocks(section(page("README.md"), "From a failed run to its cause"), "sh")

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="the guides' commands need curl")


def of_guide(name: str, heading: str) -> list[str]:
    """Return the shell blocks of a section of a guide."""
    return blocks(section(page(f"docs/{name}.md"), heading), "sh")


def paste(lines: Sequence[str], shell: str, api_url: str, folder: Path, *, activated: bool = False) -> str:
    """Give lines to a fresh shell as a terminal would; return what it prints. No variable is set beforehand.

    There are curl and python3 and nothing else of ours, unless the project's environment is activated.
    """
    (folder / "python3").symlink_to(sys.executable)
    (folder / "events").symlink_to(ROOT / "events")
    own = f"{Path(sys.executable).parent}{os.pathsep}" if activated else ""
    result = subprocess.run(
        [shell],
        input="".join(lines).replace("http://127.0.0.1:8000", api_url),
        cwd=folder,
        env={"PATH": f"{own}{folder}:/usr/local/bin:/usr/bin:/bin"},
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


def records_of(printed: str) -> list[Any]:
    """Return the progress records that a stream printed."""
    return [json.loads(line) for line in re.findall(r"^data: (.+)$", printed, re.MULTILINE)]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_first_journey_leads_from_a_run_to_its_cause(client: StackClient, shell: str, tmp_path: Path) -> None:
    printed = paste(FIRST_JOURNEY, shell, client.stack.api_url, tmp_path)

    assert records_of(printed)[-1]["status"] == "done"
    assert last_json(printed)["report"]["category"] == "tool_schema_mismatch"


def test_a_stream_goes_on_where_its_client_left_off(client: StackClient, tmp_path: Path) -> None:
    [resuming] = of_guide("api", "Streams")

    printed = paste([*FIRST_JOURNEY, "echo resumed\n", resuming], "sh", client.stack.api_url, tmp_path)

    assert [record["pct"] for record in records_of(printed.partition("resumed\n")[2])] == [85, 100]


def test_the_questions_about_a_fleet_lead_to_a_report(client: StackClient, tmp_path: Path) -> None:
    assert post_fleet(["--api-url", client.stack.api_url, "--runs", "40"]) == 0
    [commands] = [block for block in blocks(page("docs/fleet.md"), "sh") if "curl" in block]

    printed = paste([commands], "sh", client.stack.api_url, tmp_path)

    assert last_json(printed)["report"]["category"]


def test_a_report_is_explained_and_made_again(client: StackClient, tmp_path: Path) -> None:
    commands = [*of_guide("reports", "Why that cause"), *of_guide("reports", "Make a report again")]

    printed = paste([*FIRST_JOURNEY, *commands], "sh", client.stack.api_url, tmp_path, activated=True)

    assert printed.splitlines()[-1] == "the same report, byte for byte"


def test_five_lines_connect_an_agent(client: StackClient, tmp_path: Path) -> None:
    connecting = section(page("README.md"), "Connect your agent")

    printed = paste(blocks(connecting, "sh"), "sh", client.stack.api_url, tmp_path, activated=True)

    [shown] = blocks(connecting, "")
    told, _, report = shown.partition("\n")
    assert shows(report, printed), printed
    assert "order-7 failed" in told


def test_a_run_is_taken_elsewhere(client: StackClient, tmp_path: Path) -> None:
    commands = [FIRST_JOURNEY[0], *of_guide("telemetry", "Taking a run elsewhere")]

    printed = paste(commands, "sh", client.stack.api_url, tmp_path, activated=True)

    assert '"changed":false' in printed
    assert "run run-tool-schema-mismatch of customer-support-agent" in printed
