"""The functions, open and guarded."""

import json
from typing import Any

import pytest

from tests.conftest import Cloud
from tests.integration.functions.product import Product
from tests.support.runs import run_body, step
from tests.support.template import ROOT


@pytest.fixture
def product(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Product:
    """Return the functions of a stack that is open."""
    return Product(cloud, monkeypatch)


@pytest.fixture
def guarded(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Product:
    """Return the functions of a stack with a secret on each side."""
    secrets = {"INGEST_SECRET": "s3cret-in", "ACCESS_SECRET": "s3cret-out"}
    return Product(cloud, monkeypatch, OPEN_ACCESS="false", **secrets)


@pytest.fixture
def closed(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Product:
    """Return the functions of a stack that was deployed without secrets."""
    return Product(cloud, monkeypatch, OPEN_ACCESS="false")


@pytest.fixture(scope="session")
def failed_run() -> dict[str, Any]:
    """Return the sample run whose tool refused its arguments."""
    run: dict[str, Any] = json.loads((ROOT / "events" / "tool_schema_mismatch.json").read_text(encoding="utf-8"))
    return run


@pytest.fixture
def stored(product: Product) -> Product:
    """Return the product with run-1 stored."""
    assert product.post("/agent-runs", run_body(steps=[step()])).status == 200
    return product
