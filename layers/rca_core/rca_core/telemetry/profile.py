"""What is kept of a run beside its body, small enough for a list row: outcomes per step name and tool."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict

from rca_core.telemetry.fields import RunStatus

MAX_NAMES: Final = 40
OTHER: Final = "__other__"

Tally = dict[str, tuple[int, int]]
"""Name -> (how many ended, how many of them failed)."""


class RunProfile(BaseModel):
    """One earlier run of an agent, as far as a baseline needs it."""

    model_config = ConfigDict(frozen=True)

    run_id: str
    agent_version: str | None
    model: str | None
    started_at: datetime
    status: RunStatus
    steps: Tally
    tools: Tally


def tally(outcomes: Iterable[tuple[str, str]]) -> Tally:
    """Count (name, status) pairs per name; names past the 40th are counted together as `__other__`."""
    tallies: Tally = {}
    for (name, status), count in Counter(outcomes).items():
        if status not in ("success", "failure"):
            continue
        key = name if name in tallies or len(tallies) < MAX_NAMES else OTHER
        total, failed = tallies.get(key, (0, 0))
        tallies[key] = total + count, failed + count * (status == "failure")
    return tallies
