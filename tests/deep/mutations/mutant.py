"""A protection that is disabled, in a copy of the product, and what its tests say to that."""

import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.support.template import ROOT

_COPIED: Final = ("layers", "functions", "local", "tests", "events", "bench", "template.yaml", "pyproject.toml")
_SECONDS: Final = 600

QUICK: Final = "not deep"
DEEP: Final = "deep"

ALWAYS: Final = "attribute_exists(PK) OR attribute_not_exists(PK)"
"""A condition that refuses nothing."""


class Mutant(NamedTuple):
    """A protection, where it stands, and how it reads when it is disabled; tests that should notice."""

    protection: str
    path: str
    changes: Sequence[tuple[str, str]]
    tests: Sequence[str]


class Outcome(NamedTuple):
    """How many tests ran, and how many of them failed."""

    ran: int
    failed: int


class Outdated(Exception):
    """The protection does not read as the mutant says: one of the two has to follow the other."""


def copy_product(to: Path) -> None:
    """Copy what the tests need, so that no mutant ever stands in the working tree."""
    for name in _COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copy(source, to / name)


def outcome_of(mutant: Mutant, product: Path, marked: str) -> Outcome:
    """Return what the tests with these marks say while the protection is disabled. Raises `Outdated`."""
    path = product / mutant.path
    intact = path.read_text(encoding="utf-8")
    changed = intact
    for before, after in mutant.changes:
        if changed.count(before) != 1:
            raise Outdated(f"{mutant.path} has {changed.count(before)} times {before!r}")
        changed = changed.replace(before, after)
    path.write_text(changed, encoding="utf-8")
    try:
        return run_tests(mutant.tests, product, marked)
    finally:
        path.write_text(intact, encoding="utf-8")


def run_tests(tests: Sequence[str], product: Path, marked: str) -> Outcome:
    """Run tests with these marks in a copy of the product. A test that hangs has failed after a minute."""
    result = product / "result.xml"
    result.unlink(missing_ok=True)
    options = ["-q", "-p", "no:cacheprovider", "-o", "timeout=60", f"--junit-xml={result}", "-m", marked]
    command = [sys.executable, "-B", "-m", "pytest", *options, *tests]
    done = subprocess.run(command, cwd=product, capture_output=True, text=True, timeout=_SECONDS, check=False)
    if done.returncode not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise RuntimeError(f"the tests could not run\n{done.stdout[-3_000:]}{done.stderr[-3_000:]}")
    suite = next(ET.parse(result).iter("testsuite"))  # noqa: S314  pytest's own
    ran, failures, errors, skipped = (int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped"))
    return Outcome(ran - skipped, failures + errors)
