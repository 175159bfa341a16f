"""Rules of a user, wherever they are: taken when they are good, and never in the way when they are not."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from rca_core.storage.rule_source import MAX_TOLD, REFRESH_AFTER
from tests.unit.storage.rule_places import BUILT_IN, File, Object, Parameter, Place, Watched, rules


@pytest.fixture(autouse=True)
def cloud() -> Iterator[None]:
    with mock_aws():
        yield


@pytest.fixture(params=["s3", "ssm", "file"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "file":
        return File(tmp_path)
    return Object() if request.param == "s3" else Parameter()


def test_without_a_source_the_table_is_the_built_in_one() -> None:
    watched = Watched("")

    assert watched.version() == BUILT_IN
    assert watched.logged() == watched.logged("INFO") == []


def test_rules_of_a_source_are_in_the_table(place: Place) -> None:
    place.put(rules("acme.one"))
    watched = Watched(place.source)

    assert watched.rules() == {"acme.one"}
    assert watched.version() != BUILT_IN
    [line] = watched.logged("INFO")
    assert (line["rules_source"], line["rules_version"]) == (place.source, watched.version())
    assert watched.logged() == []


def test_a_source_that_changes_is_followed(place: Place) -> None:
    place.put(rules("acme.one"))
    watched = Watched(place.source)
    watched.version()

    place.put(rules("acme.two"))

    assert watched.rules(after=REFRESH_AFTER) == {"acme.two"}


def test_a_source_that_is_missing_leaves_the_built_in_rules_and_is_told_once(place: Place) -> None:
    watched = Watched(place.source)

    assert watched.version() == watched.version(after=REFRESH_AFTER) == BUILT_IN
    [line] = watched.logged()
    assert line["rules_version"] == BUILT_IN
    assert line["problems"][0].startswith(f"{place.source}: cannot be read: ")

    place.put(rules("acme.one"))
    assert watched.rules(after=REFRESH_AFTER) == {"acme.one"}


@pytest.mark.parametrize(
    ("field", "wrong"), [("strength", {"strength": 101}), ("patterns.0", {"patterns": ["("]})], ids=["shape", "pattern"]
)
def test_rules_that_are_wrong_leave_the_built_in_ones_and_every_problem_is_told(
    place: Place, field: str, wrong: dict[str, Any]
) -> None:
    place.put(rules("acme.one", "acme.two", **wrong))
    watched = Watched(place.source)

    assert watched.version() == BUILT_IN
    one, two = watched.problems()
    assert one.startswith(f"{place.source}: rule 'acme.one': {field}: ")
    assert two.startswith(f"{place.source}: rule 'acme.two': {field}: ")


def test_rules_that_become_wrong_leave_the_last_good_ones_until_they_are_right_again(place: Place) -> None:
    place.put(rules("acme.one"))
    watched = Watched(place.source)
    good = watched.version()

    place.put(b"rules: [")
    for _ in range(3):
        assert watched.version(after=REFRESH_AFTER) == good
    [line] = watched.logged()
    assert line["rules_version"] == good

    place.put(rules("acme.three"))
    assert watched.rules(after=REFRESH_AFTER) == {"acme.three"}
    assert watched.logged("INFO")[-1]["message"] == "rules can be used again"

    place.put(b"rules: [")
    assert watched.rules(after=REFRESH_AFTER) == {"acme.three"}
    assert len(watched.logged()) == 2


def test_rules_that_are_gone_leave_the_last_good_ones_and_may_come_back_as_they_were(place: Place) -> None:
    place.put(rules("acme.one"))
    watched = Watched(place.source)
    good = watched.version()

    place.remove()
    assert watched.version(after=REFRESH_AFTER) == good
    assert len(watched.logged()) == 1

    place.put(rules("acme.one"))
    assert watched.version(after=REFRESH_AFTER) == good
    assert watched.logged("INFO")[-1]["message"] == "rules can be used again"


def test_rules_that_are_wrong_are_told_again_once_they_can_be_read_again(place: Place) -> None:
    place.put(b"rules: [")
    watched = Watched(place.source)
    watched.version()
    wrong = watched.problems()

    place.remove()
    watched.version(after=REFRESH_AFTER)
    unreadable = watched.problems()
    place.put(b"rules: [")
    watched.version(after=REFRESH_AFTER)

    assert unreadable != wrong == watched.problems()
    assert len(watched.logged()) == 3


def test_a_wish_that_names_no_rule_costs_no_other_and_is_told_once(place: Place) -> None:
    place.put(json.dumps({**json.loads(rules("acme.one")), "disable": ["dropped.since"]}).encode())
    watched = Watched(place.source)

    assert watched.rules() == watched.rules(after=REFRESH_AFTER) == {"acme.one"}

    assert watched.logged() == []
    [line] = watched.logged("WARNING")
    assert (line["rules_source"], line["rules_version"]) == (place.source, watched.version())
    assert line["problems"] == [f"{place.source}: disable: 'dropped.since' is no rule of the table, and is passed over"]


def test_more_problems_than_a_log_event_should_hold_are_counted() -> None:
    place = Object()
    place.put(rules(*(f"acme.{number}" for number in range(MAX_TOLD + 10)), strength=101))
    watched = Watched(place.source)

    watched.version()

    assert len(watched.problems()) == MAX_TOLD + 1
    assert watched.problems()[-1] == "and 10 more"


@pytest.mark.parametrize("content", ["hunter2", "{'hunter2", "!hunter2", '{"rules": [{"id": 5, "pass": "hunter2"}]}'])
def test_a_parameter_that_holds_something_else_is_not_logged(content: str) -> None:
    place = Parameter()
    place.put(content.encode())
    watched = Watched(place.source)

    assert watched.version() == BUILT_IN
    assert watched.problems()
    assert "hunter2" not in json.dumps(watched.logged())
