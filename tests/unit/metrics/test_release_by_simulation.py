"""How often versions as good as those before them are told of, and how soon worse ones: the answers of the bench."""

import pytest

from bench.releases import BROKEN, KNOWABLE, detections, false_alarms
from bench.rollouts import ROLLOUTS
from rca_core.metrics.change import LEVEL
from tests.support.spread import spread

ANSWERS = 200


@pytest.mark.parametrize("kind", spread(KNOWABLE, quick=2))
def test_versions_as_good_are_told_of_less_often_than_the_level(kind: str) -> None:
    alarms = false_alarms(kind, ANSWERS)

    assert sum(alarms.values()) <= LEVEL * ANSWERS * len(ROLLOUTS)
    # Where one in a hundred gives an alarm, as many as 7 of 200 do in one case of 200.
    assert max(alarms.values()) < 7


@pytest.mark.parametrize(
    ("before", "after", "runs", "at_least"),
    spread(
        [
            ("a week, 20 an hour", 0.3, 60, 90),
            ("a week, 20 an hour", 0.7, 20, 99),
            ("a week, 10 a day", 0.7, 20, 90),
            ("half a day, 20 an hour", 0.7, 30, 95),
        ],
        quick=1,
    ),
)
def test_worse_versions_are_found_among_twenty_within_tens_of_runs(
    before: str, after: float, runs: int, at_least: int
) -> None:
    [broken] = [each for each in BROKEN if (each.name, each.after) == (before, after)]

    assert detections(broken, runs, 100) >= at_least
