"""Which earlier runs are compared: those since the last change of version or model, and those just before it."""

from collections.abc import Sequence, Sized
from typing import Final, NamedTuple

from rca_core.telemetry import AgentRun, RunProfile

MIN_BEFORE: Final = 10
MIN_AFTER: Final = 5
MAX_RUNS: Final = 40
"""Runs on either side that are compared, those nearest to the change."""


class History(NamedTuple):
    """The runs of an agent with the configuration before its last change, and with this run's; oldest first."""

    before: list[RunProfile]
    after: list[RunProfile]


def history_of(run: AgentRun, baseline: Sequence[RunProfile]) -> History | None:
    """Return the two sides of the last change before a run; None if none is known or a side has too few runs.

    Only runs of the same environment are compared: a test's failures say nothing of production. Runs that name none are
    compared with each other.
    The run itself is on neither side: it was chosen because it failed, which would bias every comparison.
    """
    earlier = sorted(
        (
            each
            for each in baseline
            if each.run_id != run.run_id
            and each.environment == run.environment
            and each.started_at <= run.started_at
            and each.status != "running"
        ),
        key=lambda each: (each.started_at, each.run_id),
    )
    now = (run.agent_version, run.model)
    other = next((each for each in reversed(earlier) if (each.agent_version, each.model) != now), None)
    if other is None:
        return None
    was = (other.agent_version, other.model)
    before = [each for each in earlier if (each.agent_version, each.model) == was]
    # Only runs after the change: an old run of this version from before a roll-back is another matter.
    after = [
        each for each in earlier if (each.agent_version, each.model) == now and each.started_at >= other.started_at
    ]
    if not _both_known(was, now) or not enough(before, after):
        return None
    return History(before[-MAX_RUNS:], after[:MAX_RUNS])


def enough(before: Sized, after: Sized) -> bool:
    """Return whether there are as many on both sides as a comparison needs."""
    return len(before) >= MIN_BEFORE and len(after) >= MIN_AFTER


def _both_known(was: tuple[str | None, str | None], now: tuple[str | None, str | None]) -> bool:
    """Return whether something changed from one known value to another: a missing value is no record of a change."""
    return any(old and new and old != new for old, new in zip(was, now, strict=True))
