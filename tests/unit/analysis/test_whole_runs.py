"""Whole runs, as tables: what is named as the cause, where it starts, what led from there to the end."""

import random
from typing import Any

import pytest

from rca_core.analysis import CATEGORIES
from tests.unit.analysis.builders import call, failed, report_of, run_of
from tests.unit.analysis.scenario import Scenario
from tests.unit.analysis.scenarios_errors import ERRORS
from tests.unit.analysis.scenarios_patterns import PATTERNS
from tests.unit.analysis.scenarios_quiet import QUIET

ALL = (*ERRORS, *PATTERNS, *QUIET)
ALPHABET = "abcdefghijklmnopqrst"
CHILDREN = ("steps", "tool_calls", "guardrail_events")


def _shuffled(items: tuple[Any, ...], rng: random.Random) -> tuple[Any, ...]:
    return tuple(rng.sample(items, len(items)))


def _named(scenario: Scenario) -> str:
    return scenario.name.replace(" ", "-")


@pytest.mark.parametrize("scenario", ALL, ids=_named)
def test_the_answer_is_that_of_a_careful_engineer(scenario: Scenario) -> None:
    report = report_of(scenario.run, list(scenario.baseline))

    assert (report.category, report.root_evidence_id) == (scenario.category, scenario.root)
    assert report.insufficient_evidence == scenario.insufficient
    assert bool(report.hypotheses) == (scenario.root is not None)
    if scenario.chain:
        assert report.causal_chain == scenario.chain


@pytest.mark.parametrize("scenario", ALL, ids=_named)
def test_the_order_of_the_payload_changes_nothing(scenario: Scenario) -> None:
    expected = report_of(scenario.run, list(scenario.baseline))

    for seed in range(12):
        rng = random.Random(seed)  # noqa: S311 - the same orders each time, nothing secret
        shuffled = {name: _shuffled(getattr(scenario.run, name), rng) for name in CHILDREN}
        again = report_of(scenario.run.model_copy(update=shuffled), list(_shuffled(scenario.baseline, rng)))
        assert again == expected


def test_the_table_covers_every_category_and_names_no_scenario_twice() -> None:
    categories = {scenario.category for scenario in ALL}

    assert len({scenario.name for scenario in ALL}) == len(ALL) >= 40
    assert len(categories) == len(CATEGORIES)


def test_a_fatal_failure_is_read_however_many_were_made_good_before_it() -> None:
    letters = [first + second for first in ALPHABET for second in ALPHABET]
    made_good = [
        each
        for number, name in enumerate(letters)
        for each in (
            failed(2 * number, f"look_{name}", f"The {name} shelf of the warehouse said: {name * 60}"),
            call(2 * number + 1, f"look_{name}", result="3 boxes"),
        )
    ]
    last = len(made_good)

    report = report_of(run_of(*made_good, failed(last, "pay_invoice", "429 Too Many Requests")))

    assert (report.category, report.root_evidence_id) == ("rate_limited", f"ev_tool_call-{last}")


def test_a_failure_is_read_however_much_the_guardrails_say() -> None:
    letters = [first + second for first in ALPHABET for second in ALPHABET]
    events = [
        {"event_id": f"g-{name}", "type": "other", "message": f"Seen in the {name} shelf: " + name * 150}
        for name in letters
    ]

    report = report_of(run_of(failed(1, "pay_invoice", "429 Too Many Requests"), guardrail_events=events))

    assert (report.category, report.root_evidence_id) == ("rate_limited", "ev_tool_call-1")
