"""docs/telemetry.md says what is mended, as it is."""

from rca_core.telemetry import AgentRun, Step, ToolCall
from rca_core.telemetry.changes import MESSAGES
from tests.support.docs import names, page, rows, section


def first_cells(heading: str) -> set[str]:
    """Return the names in the first column of the table under a heading."""
    return {name for cell, *_ in rows(section(page("docs/telemetry.md"), heading)) for name in names(cell)}


def test_every_kind_of_mending_is_listed() -> None:
    assert first_cells("Out of form") == MESSAGES.keys() | {"redacted"}


def test_the_fields_that_help_are_fields() -> None:
    known = {*AgentRun.model_fields, *Step.model_fields, *ToolCall.model_fields}

    assert first_cells("What helps an analysis most") <= known
