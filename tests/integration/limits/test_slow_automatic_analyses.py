"""The analysis that a failed run starts by itself, while AWS does not answer: its ingest does not wait for it long."""

import pytest

from rca_core.storage.symptom_limit import SymptomLimit
from tests.conftest import Cloud
from tests.integration.functions.product import Product
from tests.integration.limits.outage import Outage
from tests.support.runs import run_body


@pytest.fixture
def product(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Product:
    """Return the functions of a stack whose failed runs start their analyses."""
    return Product(cloud, monkeypatch, AUTO_RCA="true")


@pytest.mark.fault(6, 16)
@pytest.mark.parametrize("how", ["hangs", "throttles"])
def test_an_ingest_whose_run_is_stored_is_answered_soon_though_its_analysis_cannot_be_started(
    product: Product, outage: Outage, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    real = SymptomLimit.admits

    def begin(*args: object, **more: object) -> bool:
        getattr(outage, how)()
        return real(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(SymptomLimit, "admits", begin)

    answer = product.post("/agent-runs", run_body(agent_name="unlucky"))

    outage.ends()
    assert (answer.status, answer.json()["rca_run_id"]) == (200, None)
    # A try that gets no answer lasts 7 s; the pauses between tries are counted, too.
    assert outage.clock.now < 15
    assert product.get("/agent-runs/run-1").status == 200
    monkeypatch.setattr(SymptomLimit, "admits", real)
    assert product.post("/agent-runs", run_body(agent_name="unlucky")).json()["rca_run_id"]
