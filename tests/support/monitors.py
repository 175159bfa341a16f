"""What the template's alarms and dashboard look at, with the template's own names in place of AWS's."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from local.intrinsics import Resolver
from tests.support.template import REGION, properties, template

STACK: Final = "stack"

_SEARCH: Final = re.compile(r"SEARCH\('\{(?P<schema>[^}]+)\} (?P<terms>[^']+)', '\w+', \d+\)")
_TERM: Final = re.compile(r'(\w+)="([^"]+)"')


class Watched(NamedTuple):
    """A metric as CloudWatch names it. A dimension whose value is None stands for any value."""

    namespace: str
    name: str
    dimensions: dict[str, str | None]


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    """Return the template's resources of a type, as they are written, by logical id."""
    return {name: found for name, found in template()["Resources"].items() if found["Type"] == kind}


def resolver(**parameters: str) -> Resolver:
    """Return what resolves the template: every resource is named after itself."""
    defaults = {name: str(declared.get("Default", "")) for name, declared in template()["Parameters"].items()}
    pseudo = {"AWS::Region": REGION, "AWS::StackName": STACK, "AWS::Partition": "aws"}
    names = {name: {"Ref": name, "QueueName": name} for name in template()["Resources"]}
    return Resolver({**pseudo, **defaults, **parameters}, names, template()["Conditions"])


def alarms() -> dict[str, dict[str, Any]]:
    """Return the properties of each alarm, resolved."""
    found = of_kind("AWS::CloudWatch::Alarm")
    return {name: resolver().resolve(alarm["Properties"]) for name, alarm in found.items()}


def watched_by(alarm: dict[str, Any]) -> Watched:
    """Return the metric of an alarm."""
    dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
    return Watched(alarm["Namespace"], alarm["MetricName"], dimensions)


def dashboard() -> dict[str, Any]:
    """Return the dashboard's body."""
    body: dict[str, Any] = json.loads(resolver().resolve(properties("Dashboard"))["DashboardBody"])
    return body


def shown() -> Iterator[Watched]:
    """Yield each metric of the dashboard."""
    for widget in dashboard()["widgets"]:
        for entry in widget["properties"]["metrics"]:
            if isinstance(entry[0], dict):
                yield from _searched(entry[0]["expression"])
            else:
                namespace, name, *pairs = [each for each in entry if isinstance(each, str)]
                yield Watched(namespace, name, dict(zip(pairs[::2], pairs[1::2], strict=True)))


def _searched(expression: str) -> Iterator[Watched]:
    searches = list(_SEARCH.finditer(expression))
    assert searches, expression
    for search in searches:
        namespace, *dimensions = search["schema"].split(",")
        terms: dict[str, str] = dict(_TERM.findall(search["terms"]))
        name = terms.pop("MetricName")
        assert set(terms) <= set(dimensions), expression
        yield Watched(namespace, name, {each: terms.get(each) for each in dimensions})
