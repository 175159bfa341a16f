"""What a whole run is expected to be told about: the form of the tables beside this file."""

from dataclasses import dataclass

from rca_core.telemetry import AgentRun, RunProfile


@dataclass(frozen=True, slots=True)
class Scenario:
    """One run with the answer a careful engineer gives."""

    name: str
    run: AgentRun
    category: str
    root: str | None = None
    """The evidence id where it started; None where no cause may be claimed."""
    chain: tuple[str, ...] = ()
    """The way from the root to the end, where it matters."""
    insufficient: bool = False
    baseline: tuple[RunProfile, ...] = ()
