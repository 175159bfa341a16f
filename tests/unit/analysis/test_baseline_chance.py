"""How often history is blamed without a change, and how often found with one. Drawn from a fixed seed."""

import pytest

from bench.regression import CHANGED, STATIONARY, detections, false_alarms
from rca_core.analysis.history import LEVEL
from tests.support.spread import spread

HISTORIES = 100


@pytest.mark.parametrize("kind", spread(STATIONARY, quick=2))
def test_even_histories_alarm_at_most_five_times_in_a_hundred(kind: str) -> None:
    assert false_alarms(kind, HISTORIES)["any"] <= LEVEL * HISTORIES


@pytest.mark.parametrize(
    ("change", "claim"),
    [
        ("half of the runs fail", "regression"),
        ("a tool fails in 6 of 10 runs, half fail", "regression"),
        ("prose for JSON, 8 of 10 fail", "output_regression"),
        ("prose for JSON in 4 of 10 runs, which fail", "output_regression"),
        ("a key lost, half fail", "output_regression"),
        ("three times as long, half fail", "output_regression"),
    ],
)
def test_a_real_change_is_found_within_twenty_runs(change: str, claim: str) -> None:
    assert detections(change, after=20, count=20)[claim] >= 16


def test_a_small_change_that_breaks_nothing_is_not_taken_for_one() -> None:
    assert "a tenth longer, failures as before" in CHANGED
    assert detections("a tenth longer, failures as before", after=20, count=40)["any"] <= 2
