"""What the shape of a run says by itself, whatever its words: cut outputs, empty answers, searches that get nowhere."""

from typing import Final

from rca_core.analysis.model import Category, Evidence
from rca_core.analysis.rules.model import CLEAR, LIKELY, STRONG

_SAYS: Final[dict[str, tuple[Category, str, int]]] = {
    "cut_output": ("context_overflow", "output_truncated", CLEAR),
    "cut_arguments": ("context_overflow", "output_truncated", CLEAR),
    "broken_arguments": ("tool_schema_mismatch", "invalid_json_arguments", STRONG),
    "empty_output": ("output_parse_error", "empty_output", LIKELY),
    "no_progress": ("planner_loop", "no_progress", CLEAR),
}


def read_structure(evidence: Evidence) -> tuple[Category, str, int, str] | None:
    """Return category, cause, strength and an id of what an observation says by its shape; None if it needs reading."""
    observation = str(evidence.attributes.get("shape") or evidence.attributes["observation"])
    if observation not in _SAYS:
        return None
    return *_SAYS[observation], f"structure.{observation}"
