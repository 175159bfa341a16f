"""The functions, open and guarded."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from rca_core.storage import symptom_limit
from tests.conftest import Cloud
from tests.integration.functions.product import Product
from tests.support.runs import run_body, step
from tests.support.template import ROOT


@pytest.fixture
def product(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Product:
    """Return the functions of a stack that is open."""
    return Product(cloud, monkeypatch)


@pytest.fixture
def automatic(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Product:
    """Return the functions of a stack whose failed runs start their analyses, as it is by default."""
    return Product(cloud, monkeypatch, AUTO_RCA="true")


@pytest.fixture
def at(automatic: Product, monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Have the functions be called at a time."""

    def move(time: datetime) -> None:
        class Clock:
            @staticmethod
            def now(_zone: object) -> datetime:
                return time

        for function in ("IngestFunction", "ApiFunction", "OrphanFunction"):
            monkeypatch.setattr(automatic.module(function), "datetime", Clock)

    return move


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Have three failed runs that are alike be analysed by themselves in an hour; return how many that is."""
    monkeypatch.setattr(symptom_limit, "ANALYSES_AN_HOUR", 3)
    return 3


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
