"""docs/telemetry.md says what is mended, as it is."""

import re
from pathlib import Path

from rca_core.telemetry import AgentRun, Step, ToolCall
from rca_core.telemetry.changes import MESSAGES

_PAGE = (Path(__file__).parents[2] / "docs" / "telemetry.md").read_text(encoding="utf-8")


def first_cells(heading: str) -> set[str]:
    """Return the names in the first column of the table under a heading."""
    section = _PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")]
    return {name for row in rows[1:] for name in re.findall(r"`(\w+)`", row.split("|")[1])}


def test_every_kind_of_mending_is_listed() -> None:
    assert first_cells("Out of form") == MESSAGES.keys() | {"redacted"}


def test_the_fields_that_help_are_fields() -> None:
    known = {*AgentRun.model_fields, *Step.model_fields, *ToolCall.model_fields}

    assert first_cells("What helps an analysis most") <= known
