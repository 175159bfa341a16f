"""DELETE, cut off at every request it makes: no part of a run is ever shown, and a repeat ends it; faults 15, 32."""

from datetime import UTC, datetime

import pytest

from rca_core.storage.outcomes import Outcome
from tests.conftest import Cloud
from tests.integration.faults.crashes import CRASHES, Cut, crashes
from tests.integration.faults.invariants import analyses_of, check_all_expires, items, outcomes_of, version
from tests.integration.functions.product import Answer, Product, is_problem
from tests.integration.storage.asked import work
from tests.integration.storage.items import NOW
from tests.support.runs import incompressible, run_body, step
from tests.support.wire import Tapped

OUTCOME = Outcome(
    run_created_at=NOW,
    revision=1,
    ordinal=0,
    rca_run_id="rca-1",
    category="timeout",
    cause="gateway",
    fingerprint="0123456789abcdef",
)
STEPS = {"small": [step()], "large": [step(output_summary=incompressible(1, 2_000))]}


def stored_run(cloud: Cloud, product: Product, run_id: str, size: str) -> list[str]:
    """Store a run with an analysis that is done and one that is queued; return their ids."""
    product.post("/agent-runs", run_body(run_id=run_id, steps=STEPS[size]))
    first = product.post(f"/agent-runs/{run_id}/rca-runs").json()["rca_run_id"]
    work(analyses_of(cloud), first)
    outcomes_of(cloud).note(run_id, OUTCOME, datetime.now(UTC))
    second = product.post(f"/agent-runs/{run_id}/rca-runs", query="force=true").json()["rca_run_id"]
    return [first, second]


def belongings(cloud: Cloud, run_id: str, analyses: list[str]) -> list[str]:
    """Return what is left of a run, but chunks that nothing names, which expire."""
    check_all_expires(cloud, run_id)
    left = [f"RUN {sk}" for sk in items(cloud, f"RUN#{run_id}", "PK") if not sk.startswith("BODY#")]
    return left + [f"{each} {sk}" for each in analyses for sk in items(cloud, f"RCA#{each}", "PK")]


@pytest.mark.fault(15, 32)
@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("size", STEPS)
@pytest.mark.parametrize("follows", ["delete", "ingest"])
@pytest.mark.parametrize("cut", CRASHES)
def test_a_deletion_cut_off_anywhere_shows_the_whole_run_or_none_whatever_follows(
    cloud: Cloud, tapped: Tapped, tapped_product: Product, cut: Cut | None, size: str, follows: str
) -> None:
    product = tapped_product
    made: dict[str, list[str]] = {}

    def prepare(nth: int) -> str:
        made[f"run-{nth}"] = stored_run(cloud, product, f"run-{nth}", size)
        return f"run-{nth}"

    def delete(run_id: str) -> Answer:
        return product.http("DELETE", f"/agent-runs/{run_id}")

    for attempt in crashes(tapped, cut, prepare, delete):
        run_id, answer, now = attempt.subject, attempt.result, datetime.now(UTC)
        shown = version(cloud, run_id, now)
        if answer and answer.status == 204:
            assert shown is None
            assert belongings(cloud, run_id, made[run_id]) == []
        elif answer:
            is_problem(answer, 503, "unavailable")
        # The queued analysis may be gone, or the run that it is of: neither keeps its job from ending.
        assert product.work() == [], attempt

        if follows == "ingest":
            again = product.post("/agent-runs", run_body(run_id=run_id, steps=STEPS[size])).json()
            assert again["created"] is (shown is None), attempt
            after = version(cloud, run_id, now)
            assert after, attempt
            assert after.revision == 1, attempt
            check_all_expires(cloud, run_id)
        last = delete(run_id)

        assert last.status in ((204,) if follows == "ingest" else (204, 404)), attempt
        assert belongings(cloud, run_id, made[run_id]) == [], attempt
        is_problem(delete(run_id), 404, "not-found")
