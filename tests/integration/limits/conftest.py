"""The functions of an open stack, and AWS's bad days."""

from collections.abc import Iterator

import pytest

from tests.conftest import Cloud
from tests.integration.functions.product import Product
from tests.integration.limits.outage import Outage


@pytest.fixture
def product(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Product:
    """Return the functions of a stack that is open."""
    return Product(cloud, monkeypatch)


@pytest.fixture
def outage(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outage]:  # noqa: ARG001  made first, taken down last
    """Return what AWS can suffer from; over by the time that the table is taken down."""
    with monkeypatch.context() as patch:
        yield Outage(patch)
