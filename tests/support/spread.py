"""Long lists of cases, of which `make test` takes some."""

from collections.abc import Iterable
from typing import Any

import pytest


def spread(cases: Iterable[Any], *, quick: int) -> list[Any]:
    """Return all cases for `parametrize`; all but so many of them, spread evenly, are deep."""
    listed = list(cases)
    chosen = {number * len(listed) // quick for number in range(quick)}
    return [case if number in chosen else _deep(case) for number, case in enumerate(listed)]


def _deep(case: Any) -> Any:
    values = case if type(case) is tuple else (case,)
    return pytest.param(*values, marks=pytest.mark.deep)
