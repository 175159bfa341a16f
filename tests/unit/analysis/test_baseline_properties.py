"""What holds for every run whose history changed with its version."""

import random
from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from rca_core.analysis import analyze, verify
from rca_core.telemetry import AgentRun, RunProfile
from rca_core.telemetry.outputs import describe
from rca_core.telemetry.profile import StepProfile
from tests.unit.analysis.builders import NOW, START
from tests.unit.analysis.strategies import REAL_TEXTS, runs

OTHERS = st.sampled_from(["", "[1]", '{"a": 1}', "```\nx\n```", "{ and no end", "x" * 1_500, *REAL_TEXTS[:5]])


@st.composite
def changed(draw: st.DrawFn) -> tuple[AgentRun, list[RunProfile]]:
    """Draw a failed run and a history in which some of its outputs are new, and failures too."""
    run = draw(runs()).model_copy(update={"status": "failure", "agent_version": "2.0", "model": "m-1"})
    mine = {step.name: step.output_summary for step in run.steps if step.output_summary is not None}
    theirs = {name: draw(OTHERS) for name in mine}
    former, failing = draw(st.sampled_from(["1.0", "1.9 {x}"])), draw(st.integers(0, 12))
    sides = ((former, theirs, 0, draw(st.integers(9, 14))), ("2.0", mine, failing, draw(st.integers(4, 12))))
    profiles = [
        RunProfile(
            run_id=f"old-{number}-{version[:3]}",
            agent_version=version,
            model=draw(st.sampled_from(["m-1", "m-1", None])) if number == 0 else "m-1",
            started_at=START - timedelta(days=20 if version == former else 10) + timedelta(hours=number),
            status="failure" if number < fails else "success",
            steps={name: StepProfile(2, number % 2, *describe(text)) for name, text in outputs.items()},
            tools={"get_order": (2, int(number < fails))},
        )
        for version, outputs, fails, count in sides
        for number in range(count)
    ]
    return run, profiles


@given(case=changed())
def test_every_claim_from_history_passes_its_check(case: tuple[AgentRun, list[RunProfile]]) -> None:
    run, history = case
    report = analyze(run, now=NOW, baseline=history)
    assume(any(each.kind == "baseline" for each in report.evidence_index))

    verify(report, run)
    assert all(each.confidence != "high" for each in report.hypotheses if each.category == "prompt_regression")


@given(case=changed(), seed=st.integers(0, 99))
def test_the_order_of_history_and_of_steps_changes_nothing(case: tuple[AgentRun, list[RunProfile]], seed: int) -> None:
    run, history = case
    rng = random.Random(seed)  # noqa: S311 - the same orders each time, nothing secret
    other = run.model_copy(update={"steps": tuple(rng.sample(run.steps, len(run.steps)))})

    expected = analyze(run, now=NOW, baseline=history)

    assert analyze(other, now=NOW, baseline=rng.sample(history, len(history))) == expected
