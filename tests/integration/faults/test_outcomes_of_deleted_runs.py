"""A run that is deleted while its analysis ends, at any point: nothing of what was found is left; fault 15."""

import contextlib
from datetime import UTC, datetime
from functools import partial
from itertools import count

import pytest

from rca_core.storage.outcomes import Outcome
from rca_core.storage.rca_runs import Claim, LeaseLost
from tests.conftest import Cloud
from tests.integration.faults.invariants import analyses_of, items, runs_of
from tests.integration.functions.product import Product
from tests.integration.storage.asked import LEASE
from tests.support.runs import run_body, tool_call
from tests.support.wire import ANY, Tapped

RUN = run_body(tool_calls=[tool_call(status="failed", status_code=504, error_message="timed out")])


def left(cloud: Cloud, run_id: str, rca_run_id: str) -> list[str]:
    """Return what is left of a run and of what was found of it; progress records hold no telemetry."""
    found = [*items(cloud, f"RUN#{run_id}", "PK"), *items(cloud, f"RCA#{rca_run_id}", "PK")]
    return [sk for sk in found if not sk.startswith("PROGRESS#")]


def queue(product: Product, run_id: str) -> str:
    """Store a run and ask for its analysis; return its id."""
    product.post("/agent-runs", RUN | {"run_id": run_id})
    return str(product.post(f"/agent-runs/{run_id}/rca-runs").json()["rca_run_id"])


def end(cloud: Cloud, claim: Claim, now: datetime) -> None:
    """End an analysis, as a worker does that knows nothing of a deletion."""
    found = {"run_created_at": now, "revision": 1, "ordinal": 0, "rca_run_id": claim.rca_run_id}
    what = {"category": "timeout", "cause": "gateway", "fingerprint": "0123456789abcdef"}
    with contextlib.suppress(LeaseLost):
        analyses_of(cloud).finish(
            claim, b"{}", category="timeout", outcome=Outcome.model_validate(found | what), now=now
        )


@pytest.mark.fault(15)
def test_a_run_deleted_at_any_point_of_its_analysis_leaves_nothing(
    cloud: Cloud, tapped: Tapped, tapped_product: Product
) -> None:
    product = tapped_product

    for nth in count(1):
        run_id = f"run-{nth}"
        rca_run_id = queue(product, run_id)
        jobs = product.receive()

        def delete(run_id: str = run_id) -> None:
            runs_of(cloud).delete(run_id, now=datetime.now(UTC))
            analyses_of(cloud).delete_of(run_id)

        tapped.before(ANY, delete, nth=nth)
        # A worker that finds itself too late before it began has its message come again.
        if product.deliver("AnalyzerFunction", jobs):
            assert product.deliver("AnalyzerFunction", jobs) == []

        if tapped.waiting:
            assert nth > 10
            return
        assert left(cloud, run_id, rca_run_id) == [], nth


@pytest.mark.fault(15)
def test_an_analysis_that_ends_at_any_point_of_the_deletion_leaves_nothing(
    cloud: Cloud, tapped: Tapped, tapped_product: Product
) -> None:
    product = tapped_product

    for nth in count(1):
        run_id, now = f"run-{nth}", datetime.now(UTC)
        rca_run_id = queue(product, run_id)
        product.receive()
        claim = analyses_of(cloud).claim(rca_run_id, lease=LEASE, now=now)
        assert isinstance(claim, Claim)

        tapped.before(ANY, partial(end, cloud, claim, now), nth=nth)
        assert product.http("DELETE", f"/agent-runs/{run_id}").status == 204

        if tapped.waiting:
            assert nth > 4
            return
        assert left(cloud, run_id, rca_run_id) == [], nth
