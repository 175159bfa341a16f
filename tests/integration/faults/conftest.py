"""Stores and functions whose requests can be made to fail, over bodies that take many chunks though they are small."""

from typing import Any

import pytest

from rca_core.storage import aws, batches, bodies, runs
from tests.conftest import Cloud
from tests.integration.functions.product import Product
from tests.support.wire import Tapped


class _Aws:
    """DynamoDB and SQS behind one tap, so that their requests are counted together."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def __getattr__(self, operation: str) -> Any:
        client = self._cloud.sqs if hasattr(self._cloud.sqs, operation) else self._cloud.dynamodb
        return getattr(client, operation)


@pytest.fixture
def tapped(cloud: Cloud) -> Tapped:
    """Tap all that the stores and functions under test ask of AWS."""
    return Tapped(_Aws(cloud))


@pytest.fixture
def tapped_product(cloud: Cloud, tapped: Tapped, monkeypatch: pytest.MonkeyPatch) -> Product:
    """Return the functions of a stack that is open, which speak to AWS through the tap."""
    monkeypatch.setattr(aws, "dynamodb", lambda: tapped)
    monkeypatch.setattr(aws, "sqs", lambda: tapped)
    return Product(cloud, monkeypatch)


@pytest.fixture
def automatic_tapped(cloud: Cloud, tapped: Tapped, monkeypatch: pytest.MonkeyPatch) -> Product:
    """Return the functions of such a stack whose failed runs start their own analysis."""
    monkeypatch.setattr(aws, "dynamodb", lambda: tapped)
    monkeypatch.setattr(aws, "sqs", lambda: tapped)
    return Product(cloud, monkeypatch, AUTO_RCA="true")


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a body of a kilobyte take several chunks and batches: what happens between them is what matters."""
    monkeypatch.setattr(runs, "INLINE_BYTES", 700)
    monkeypatch.setattr(runs, "_GUESS_BYTES", 700, raising=False)
    monkeypatch.setattr(bodies, "CHUNK_BYTES", 250)
    monkeypatch.setattr(batches, "_BATCH", 3)
