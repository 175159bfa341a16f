"""Outcomes per name, bounded however many names a run has."""

from rca_core.telemetry.profile import OTHER, tally


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
