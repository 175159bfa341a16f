"""Every route, error, parameter and target of make is in the guides, and the guides name no others."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from rca_core.errors import SmartSreError
from rca_core.web.docs import DOCUMENT
from tests.support.docs import guides, names, page, rows, section
from tests.support.template import ROOT, template

API = page("docs/api.md")
DEPLOYING = page("docs/deploy.md")
PATHS: dict[str, dict[str, Any]] = json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"]
OPERATIONS = {f"{method.upper()} {path}": PATHS[path][method] for path in PATHS for method in PATHS[path]}
ROWS = {name: " ".join(row) for row in rows(section(API, "Routes")) for name in names(row[0])}
PARAMETERS: dict[str, dict[str, Any]] = template()["Parameters"]
TARGETS = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def subclasses(kind: type[SmartSreError]) -> set[type[SmartSreError]]:
    return {kind}.union(*map(subclasses, kind.__subclasses__()))


def test_every_route_is_listed_and_no_other() -> None:
    assert set(ROWS) == set(OPERATIONS)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_query_parameter_of_a_route_is_named_beside_it(operation: str) -> None:
    taken = [each["name"] for each in OPERATIONS[operation].get("parameters", []) if each["in"] == "query"]

    assert [name for name in taken if not re.search(rf"`\??{name}\b", ROWS[operation])] == []


def test_every_error_is_listed_with_its_status() -> None:
    listed = {(int(status), *names(code)) for status, code, _ in rows(section(API, "Errors"))}

    assert listed == {(error.status, error.code) for error in subclasses(SmartSreError)}


def test_every_parameter_of_the_template_is_listed_with_its_default() -> None:
    listed = {name: default for cell, default, _ in rows(section(DEPLOYING, "Parameters")) for name in names(cell)}

    assert set(listed) == set(PARAMETERS)
    for name, default in listed.items():
        declared = str(PARAMETERS[name]["Default"])
        assert default == "none" if not declared else names(default)[0] in declared.split(","), name


def test_every_target_of_make_is_told_and_no_other() -> None:
    told = set(re.findall(r"(?:^|[`;] ?)make ([a-z][\w-]*)", guides(), re.MULTILINE))

    assert told == TARGETS


def test_every_module_that_is_run_is_there() -> None:
    named = set(re.findall(r"python -m ([\w.]+\w)", guides()))

    assert {"local", "local.demo.fleet", "rca_core.analysis"} <= named
    assert [name for name in named if not is_runnable(name)] == []


def is_runnable(module: str) -> bool:
    """Tell whether there is a module, or a package that can be run."""
    path = Path(*module.split("."))
    roots = (ROOT, ROOT / "layers" / "rca_core")
    return any((root / path / "__main__.py").exists() or (root / path).with_suffix(".py").exists() for root in roots)
