"""What a step, a call or a run says of its failure, in the fields made for it or in its attributes."""

from rca_core.analysis.observe.attributes import texts_in
from rca_core.analysis.read import generic
from rca_core.telemetry import AgentRun, Step, ToolCall


def message_of(entry: Step | ToolCall | AgentRun) -> str | None:
    """Return the error message of an entry, or what its attributes tell where it has none that says anything."""
    if not entry.attributes or not generic.says_nothing(entry.error_message):
        return entry.error_message
    return "\n".join(texts_in(entry.attributes)) or entry.error_message


def says_why(step: Step) -> bool:
    """Return whether a step itself says anything of why it failed."""
    if not generic.names_nothing(step.error_type) or (step.status_code or 0) >= 400:
        return True
    return not (generic.says_nothing(message_of(step)) and generic.says_nothing(step.output_summary))
