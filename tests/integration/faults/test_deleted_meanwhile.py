"""A run that is deleted while its analysis is asked for: no part of the analysis is left to be seen; fault 15."""

from datetime import UTC, datetime, timedelta

import pytest

from rca_core.storage.rca_creator import rca_run_id_of
from tests.conftest import Cloud
from tests.integration.faults.invariants import analyses_of, check_ended, check_resumed, items, runs_of
from tests.integration.functions.jobs import RUN, new_analysis
from tests.integration.functions.product import Product
from tests.support.wire import ANY, Killed, Tapped, killed

RUN_ID, ASK = str(RUN["run_id"]), f"/agent-runs/{RUN['run_id']}/rca-runs"
REQUESTS = 4
"""Of asking: read the run, write the analysis, list it, send its job."""


def delete(cloud: Cloud) -> None:
    """Delete the run, as another process does."""
    runs_of(cloud).delete(RUN_ID, now=datetime.now(UTC))
    analyses_of(cloud).delete_of(RUN_ID)


def ask(product: Product, tapped: Tapped, *, dies: bool) -> None:
    """Ask for the analysis, to the end or until the process dies."""
    before = len(tapped.requests)
    try:
        assert product.post(ASK).status == 200
        assert len(tapped.requests) - before == REQUESTS
    except Killed:
        assert dies
    assert not tapped.waiting


@pytest.mark.fault(15)
@pytest.mark.parametrize("dies_after", [*range(2, REQUESTS + 1), None])
@pytest.mark.parametrize("deleted_before", range(2, REQUESTS + 1))
def test_a_run_that_is_deleted_while_its_analysis_is_asked_for_leaves_nothing_of_it_to_be_seen(
    cloud: Cloud, tapped: Tapped, tapped_product: Product, deleted_before: int, dies_after: int | None
) -> None:
    product = tapped_product
    product.post("/agent-runs", RUN)
    rca_run_id = rca_run_id_of(runs_of(cloud).header(RUN_ID, now=datetime.now(UTC)), 0)
    if dies_after is None or dies_after >= deleted_before:
        tapped.before(ANY, lambda: delete(cloud), nth=deleted_before)
    if dies_after:
        tapped.after(ANY, killed, nth=dies_after)
    ask(product, tapped, dies=dies_after is not None)
    if dies_after and dies_after < deleted_before:
        delete(cloud)

    # Whoever asked may be dead; the table's stream tells of what was written.
    now = datetime.now(UTC)
    written = analyses_of(cloud).find(rca_run_id, now=now)
    product.invoke("OrphanFunction", {"Records": [new_analysis(rca_run_id)]})
    if jobs := product.receive():
        assert product.deliver("AnalyzerFunction", jobs) == []

    if written:
        # For those who follow it.
        check_ended(cloud, rca_run_id, RUN_ID, datetime.now(UTC), reports=[])
        check_resumed(product, rca_run_id, [])
        expires = int(items(cloud, f"RCA#{rca_run_id}", "expires_at")["RCA"]["expires_at"]["N"])
        assert expires < (now + timedelta(days=2)).timestamp()
    product.post("/agent-runs", RUN)
    assert product.get(f"/agent-runs/{RUN_ID}").json()["rca_runs"] == []
