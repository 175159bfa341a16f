"""How often stationary histories are marked, and how soon rises are: the histories of the bench, fewer of them."""

import pytest

from bench.hourly_histories import STATIONARY, Shift
from bench.trends import detections, false_alarms
from rca_core.metrics.change import LEVEL
from tests.support.spread import spread

HISTORIES = 2_000


@pytest.mark.parametrize("kind", spread([name for name in STATIONARY if "100,000" not in name], quick=1))
def test_stationary_histories_are_marked_less_often_than_the_level(kind: str) -> None:
    alarms = false_alarms(kind, HISTORIES)

    assert alarms.of_one <= LEVEL * HISTORIES
    # Of 40 queries. Where one in a hundred gives an alarm, as many as 3 do in one case of 120.
    assert alarms.of_many <= 2


@pytest.mark.parametrize(
    ("shift", "hours"),
    spread([(Shift(20, 0.02, 0.30), 3), (Shift(200, 0.05, 0.10), 6), (Shift(200, 0.05, 0.20, 1.0), 12)], quick=1),
)
def test_rises_are_found_in_hours(shift: Shift, hours: int) -> None:
    found = detections(shift, 100)

    assert sum(delay <= hours for delay in found.delays) >= 80
    assert sorted(found.off)[len(found.off) // 2] <= 1
