"""What agents send and what is kept of it. Pure: no I/O, no clock, no AWS."""

from rca_core.telemetry.profile import RunProfile
from rca_core.telemetry.run import AgentRun, Cost, GuardrailEvent, Step, ToolCall

__all__ = ["AgentRun", "Cost", "GuardrailEvent", "RunProfile", "Step", "ToolCall"]
