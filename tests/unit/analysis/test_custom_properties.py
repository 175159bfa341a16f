"""What holds for every run under any rules of a user: a report that its own check accepts, from the table it names."""

from typing import Any

import pytest
from hypothesis import given

from rca_core.analysis import analyze, default_rules, verify
from rca_core.analysis.rules.custom import CUSTOM_CATEGORIES, with_custom_rules
from rca_core.telemetry import AgentRun, RunProfile
from tests.unit.analysis.builders import NOW
from tests.unit.analysis.strategies import histories, runs

BUILT_IN = default_rules()
BROAD: list[dict[str, Any]] = [
    {"id": "acme.any", "cause": "acme_7", "strength": 40, "patterns": ["."]},
    {"id": "acme.some", "cause": "throttled", "strength": 90, "patterns": ["error|missing|9"], "unless": ["html"]},
    {"id": "acme.status", "cause": "forbidden", "strength": 100, "statuses": [403, 404, 500]},
    {"id": "acme.name", "cause": "x", "strength": 1, "names": ["ValidationError", "Strange 9"]},
]


@pytest.mark.parametrize("category", CUSTOM_CATEGORIES)
def test_any_rules_give_a_report_that_its_check_accepts(category: str) -> None:
    disabled = [rule.id for rule in BUILT_IN.rules if rule.category != category][::3]
    data = {"rules": [rule | {"category": category} for rule in BROAD], "disable": disabled}
    table = with_custom_rules(data, source="rules.yaml").table

    @given(run=runs(), history=histories())
    def holds(run: AgentRun, history: list[RunProfile]) -> None:
        report = analyze(run, now=NOW, baseline=history, rules=table)

        verify(report, run)
        assert report.engine.rules_version == table.version != BUILT_IN.version

    holds()
