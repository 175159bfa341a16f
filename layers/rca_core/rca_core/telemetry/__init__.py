"""What agents send and what is kept of it. Pure: no I/O, no clock, no AWS."""

from rca_core.telemetry.model import AgentRun, Cost, GuardrailEvent, Step, ToolCall
from rca_core.telemetry.profile import RunProfile

__all__ = ["AgentRun", "Cost", "GuardrailEvent", "RunProfile", "Step", "ToolCall"]
