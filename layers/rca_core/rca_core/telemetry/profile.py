"""What is kept of a run beside its body, small enough for a list row: outcomes and outputs by name."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict

from rca_core.telemetry.accepted import Accepted
from rca_core.telemetry.outputs import Output, describe, usual
from rca_core.telemetry.statuses import RunStatus
from rca_core.telemetry.wire import Body

MAX_NAMES: Final = 40
OTHER: Final = "__other__"

Tally = dict[str, tuple[int, int]]
"""Name -> (how many ended, how many of them failed)."""

KeptStep = tuple[int, int] | tuple[int, int, int, str] | tuple[int, int, int, str, str]
"""`StepProfile` without what is not known, as it is stored."""


class StepProfile(NamedTuple):
    """The steps of one name in a run: how many ended and failed, and the usual output of those that succeeded."""

    ended: int
    failed: int
    characters: int | None = None
    shape: str = ""
    keys: str = ""

    @property
    def output(self) -> Output | None:
        """Return the usual output; None where none was recorded, as in every run stored before outputs were kept."""
        return None if self.characters is None else Output(self.characters, self.shape, self.keys)


class RunProfile(BaseModel):
    """One earlier run of an agent, as far as a baseline needs it."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    run_id: str
    agent_version: str | None
    model: str | None
    environment: str | None = None
    started_at: datetime
    status: RunStatus
    steps: dict[str, StepProfile]
    tools: Tally
    accepted: dict[str, Accepted] = {}
    """By tool; empty in a run that was stored before this was kept."""


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


def step_profiles(steps: Sequence[Body]) -> dict[str, KeptStep]:
    """Return what is kept of steps, by name.

    Outputs of failed steps are left out: they are error texts, and the failure is counted. Steps without a name, and
    the names past the 40th, have none: their outputs have nothing in common.
    """
    tallies = tally((step.get("name") or "", step["status"]) for step in steps)
    texts: dict[str, list[str]] = {name: [] for name in tallies if name not in ("", OTHER)}
    for step in steps:
        text = step.get("output_summary")
        if text is not None and step["status"] == "success" and (name := step.get("name")) in texts:
            texts[name].append(text)
    return {name: _kept(counts, texts.get(name)) for name, counts in tallies.items()}


def _kept(counts: tuple[int, int], texts: Sequence[str] | None) -> KeptStep:
    if not texts:
        return counts
    characters, shape, keys = describe(usual(texts))
    return (*counts, characters, shape, keys) if keys else (*counts, characters, shape)
