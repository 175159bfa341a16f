"""Made-up histories of an agent: runs that differ by chance alone, and runs that changed with a version."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from rca_core.telemetry import AgentRun, RunProfile
from rca_core.telemetry.fields import MAX_SUMMARY
from rca_core.telemetry.outputs import describe
from rca_core.telemetry.profile import StepProfile

Form = Callable[[random.Random], str]
"""Draws an output."""

_NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Drawn(NamedTuple):
    """One run as it happened: whether it failed, each step's output (None: the step failed) and which tools failed."""

    failed: bool
    outputs: dict[str, str | None]
    tools: dict[str, bool]


@dataclass(frozen=True)
class Agent:
    """How an agent behaves with one configuration; rates are shares of its runs."""

    fails: float
    steps: Mapping[str, tuple[tuple[float, Form], ...]]
    """Step name -> (weight, form) of its outputs, the usual form first."""
    unusual_fails: float = 0.0
    """Of the runs in which a step's output has another than its first form."""
    step_fails: float = 0.0
    """Of each step, which then has no output; whether or not the run fails with it."""
    tools: Mapping[str, float] = field(default_factory=dict)
    """Tool -> how often it fails, whether or not the run does."""

    def draw(self, rng: random.Random) -> Drawn:
        """Draw a run."""
        outputs: dict[str, str | None] = {}
        unusual = False
        for name, forms in self.steps.items():
            chosen = rng.choices(range(len(forms)), [weight for weight, _ in forms])[0]
            outputs[name] = None if rng.random() < self.step_fails else forms[chosen][1](rng)
            unusual |= chosen > 0
        failed = rng.random() < self.fails or (unusual and rng.random() < self.unusual_fails)
        return Drawn(failed, outputs, {name: rng.random() < rate for name, rate in self.tools.items()})

    def draw_failed(self, rng: random.Random) -> Drawn:
        """Draw runs until one has failed."""
        while not (drawn := self.draw(rng)).failed:
            pass
        return drawn


def prose(median: float, spread: float = 0.3) -> Form:
    """Return a form of plain text whose length is log-normal, cut where ingest cuts it."""
    return lambda rng: "x" * max(1, min(MAX_SUMMARY, round(rng.lognormvariate(0, spread) * median)))


def answer(*keys: str, median: float = 200, spread: float = 0.3) -> Form:
    """Return a form of JSON objects with these keys."""
    text = prose(median, spread)
    return lambda rng: "{" + ", ".join(f'"{key}": "{text(rng) if key == keys[0] else ""}"' for key in keys) + "}"


def nothing(_: random.Random) -> str:
    """Draw no output to speak of."""
    return ""


def history(before: Sequence[Drawn], after: Sequence[Drawn], failed: Drawn) -> tuple[AgentRun, list[RunProfile]]:
    """Return a failed run of version 2.0, and what is kept of the runs before it, of version 1.0 and then of 2.0."""
    runs = [("1.0", each) for each in before] + [("2.0", each) for each in after]
    return _run(failed), [_profile(place, version, drawn) for place, (version, drawn) in enumerate(runs)]


def _run(drawn: Drawn) -> AgentRun:
    steps: list[dict[str, Any]] = [
        {
            "step_id": f"step-{number}",
            "name": name,
            "status": "failure" if text is None else "success",
            "output_summary": text,
        }
        for number, (name, text) in enumerate(drawn.outputs.items())
    ]
    calls: list[dict[str, Any]] = [
        {"call_id": f"call-{name}", "tool_name": name, "status": "failure" if failed else "success"}
        for name, failed in drawn.tools.items()
    ]
    return AgentRun.model_validate(
        {
            "run_id": "run",
            "agent_name": "agent",
            "agent_version": "2.0",
            "started_at": _NOW,
            "status": "failure",
            "error_message": "Task failed",
            "steps": steps,
            "tool_calls": calls,
        }
    )


def _profile(place: int, version: str, drawn: Drawn) -> RunProfile:
    return RunProfile(
        run_id=f"old-{place}",
        agent_version=version,
        model=None,
        started_at=_NOW - timedelta(days=30) + timedelta(minutes=place),
        status="failure" if drawn.failed else "success",
        steps={
            name: StepProfile(1, 1) if text is None else StepProfile(1, 0, *describe(text))
            for name, text in drawn.outputs.items()
        },
        tools={name: (1, int(failed)) for name, failed in drawn.tools.items()},
    )
