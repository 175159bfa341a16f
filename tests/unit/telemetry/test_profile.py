"""Outcomes and outputs per name, bounded however many names a run has."""

from rca_core.telemetry.outputs import describe
from rca_core.telemetry.profile import OTHER, StepProfile, step_profiles, tally
from rca_core.telemetry.wire import Body as StepBody


def test_outcomes_are_counted_by_name() -> None:
    outcomes = [("search", "success"), ("search", "failure"), ("fetch", "failure"), ("search", "success")]

    assert tally(outcomes) == {"search": (3, 1), "fetch": (1, 1)}


def test_what_has_not_ended_is_not_counted() -> None:
    assert tally([("search", "running"), ("search", "skipped")]) == {}


def test_names_past_the_cap_are_counted_together() -> None:
    outcomes = [(f"tool-{number}", "failure") for number in range(1_000)] + [("tool-0", "success")]

    counted = tally(outcomes)

    assert len(counted) == 41
    assert counted["tool-0"] == (2, 1)
    assert counted["tool-39"] == (1, 1)
    assert counted[OTHER] == (960, 960)


def test_a_tool_that_is_named_like_the_rest_is_counted_with_it() -> None:
    outcomes = [(OTHER, "success"), *((f"tool-{number}", "failure") for number in range(40))]

    assert tally(outcomes)[OTHER] == (2, 1)


def steps(*outputs: str | None, name: str | None = "Draft", status: str = "success") -> list[StepBody]:
    return [
        {"step_id": f"step-{number}", "name": name, "status": status, "output_summary": output}
        for number, output in enumerate(outputs)
    ]


def test_the_usual_output_of_a_step_name_is_kept_beside_its_outcomes() -> None:
    kept = step_profiles(
        [*steps('{"answer": 1}', "a longer text than that", "short"), *steps("oops", status="failure")]
    )

    assert {name: StepProfile(*each) for name, each in kept.items()} == {
        "Draft": StepProfile(4, 1, *describe('{"answer": 1}'))
    }


def test_a_step_without_an_output_that_can_be_compared_keeps_its_outcomes_only() -> None:
    assert step_profiles(steps(None)) == {"Draft": (1, 0)}
    assert step_profiles(steps("Traceback", status="failure")) == {"Draft": (1, 1)}
    assert step_profiles(steps("half an ans", status="running")) == {}
    assert step_profiles(steps("text", name=None)) == {"": (1, 0)}
    assert StepProfile(1, 0).output is None


def test_an_empty_output_is_an_output() -> None:
    assert StepProfile(*step_profiles(steps(""))["Draft"]).output == describe("")


def test_names_past_the_cap_keep_no_output() -> None:
    many = [each for number in range(60) for each in steps("text", name=f"step {number}")]

    kept = step_profiles(many)

    assert (len(kept), kept["step 39"], kept[OTHER]) == (41, (1, 0, 4, "t"), (20, 0))
