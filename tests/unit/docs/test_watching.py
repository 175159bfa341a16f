"""The guide names every metric, and what watching costs."""

from typing import get_args

from rca_core.analysis.model import CATEGORIES
from rca_core.emf import Metric
from rca_core.errors import SmartSreError
from rca_core.telemetry.statuses import RunStatus
from rca_core.web.openmetrics import exposition
from tests.support.docs import page
from tests.support.monitors import alarms
from tests.support.openmetrics import families
from tests.support.overviews import busy

GUIDE = page("docs/watching.md")
ERRORS: list[type[SmartSreError]] = [SmartSreError, *SmartSreError.__subclasses__()]
# How many values each dimension of ours has.
VALUES = {
    None: 1,
    "status": len(get_args(RunStatus)),
    "decision": 3,
    "category": len(CATEGORIES),
    "code": len({error.code for error in ERRORS if error.status >= 500}),
}


def test_every_metric_is_in_the_guide() -> None:
    names = [metric.title for metric in Metric] + list(families(exposition([busy()])))

    assert [name for name in names if f"`{name}`" not in GUIDE] == []


def test_the_guide_counts_what_is_paid_for() -> None:
    series = sum(VALUES[metric.dimension] for metric in Metric)

    assert f"${len(alarms()) * 0.10:.2f} for these" in GUIDE
    assert f"${series * 0.30:.2f} if all {series} had values" in GUIDE
