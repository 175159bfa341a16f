"""What the guide says of the fleet's story is what the story asks, and what there is to see in its runs."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from local.demo.fleet_runs import FAULTY_AGENT, FAULTY_VERSION, fleet_runs
from local.demo.fleet_story import FAILURES, OVERVIEW, TRENDS
from rca_core.metrics.names import version_name
from rca_core.metrics.release import regressions
from tests.support.docs import page

Json = dict[str, Any]

GUIDE = " ".join(page("docs/fleet.md").split())
RUNS = fleet_runs(500, until=datetime(2026, 1, 15, 12, tzinfo=UTC))
OF_AGENT = [run for run in RUNS if run["agent_name"] == FAULTY_AGENT]


@pytest.mark.parametrize("path", [OVERVIEW, TRENDS, FAILURES])
def test_its_commands_are_those_of_the_story(path: str) -> None:
    assert f"curl 'http://127.0.0.1:8000{path}'" in GUIDE


def test_its_numbers_are_those_of_the_runs() -> None:
    new = [run for run in OF_AGENT if run["agent_version"] == FAULTY_VERSION]
    old = [run for run in OF_AGENT if run["agent_version"] != FAULTY_VERSION]

    assert "post 500 runs of twelve agents" in GUIDE
    assert len({run["agent_name"] for run in RUNS}) == 12
    assert f"`success_rate` is {100 - 100 * _failures(RUNS) / len(RUNS)}, " in GUIDE
    assert f"`order_lookup`: {_failures(OF_AGENT)} of {len(OF_AGENT)} calls" in GUIDE
    assert f"of which {_failures(new)} of {len(new)} runs failed; of 2.0.0, {_failures(old)} of {len(old)}." in GUIDE

    counts = {"2.0.0": (len(old), _failures(old)), FAULTY_VERSION: (len(new), _failures(new))}
    [(name, found)] = regressions([{version_name(FAULTY_AGENT, each): counts[each] for each in counts}]).items()
    assert name == version_name(FAULTY_AGENT, FAULTY_VERSION)
    assert f"(`p_value` {found.p_value:.1g})" in GUIDE


def _failures(runs: Sequence[Json]) -> int:
    return sum(run["status"] == "failure" for run in runs)
