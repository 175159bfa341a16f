"""Record what an LLM agent does, and read why it failed.

    import smart_sre as sre

    with sre.run("order-agent") as run:
        with run.tool("order_lookup", args={"order": 7}) as call:
            call.result(look_up(7))

Runs go to `SMART_SRE_URL`; without it nothing is recorded. Nothing here raises into the program or makes it wait.
"""

from smart_sre.adapters import instrument
from smart_sre.client import configure, flush, losses
from smart_sre.spans import (
    ModelCall,
    Run,
    Step,
    Tool,
    carry,
    current_run,
    guardrail,
    model_call,
    run,
    step,
    tool,
)

__version__ = "0.1.0"
__all__ = [
    "ModelCall",
    "Run",
    "Step",
    "Tool",
    "carry",
    "configure",
    "current_run",
    "flush",
    "guardrail",
    "instrument",
    "losses",
    "model_call",
    "run",
    "step",
    "tool",
]
