"""A run sent again whose retention is being prolonged: processes that die at it, and others that are faster."""

from datetime import timedelta

import pytest

from rca_core.errors import NotFound
from rca_core.storage.codec import from_item
from tests.conftest import Cloud
from tests.integration.faults.crashes import CRASHES, Cut, crashes
from tests.integration.faults.invariants import RETENTION_DAYS, analyses_of, check_all_expires, runs_of
from tests.integration.storage.items import NOW, chunks, read
from tests.support.runs import incompressible, parsed, step
from tests.support.wire import Tapped

LAST_BUT_ONE = NOW + timedelta(days=RETENTION_DAYS - 1)
OVER = NOW + timedelta(days=RETENTION_DAYS + 1)
RUN, CHANGED = (parsed(steps=[step(output_summary=incompressible(seed, 2_000))]) for seed in (1, 2))


@pytest.mark.fault(4)
@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("cut", CRASHES)
def test_wherever_prolonging_stops_the_run_is_whole_and_the_next_repeat_prolongs_it(
    cloud: Cloud, tapped: Tapped, cut: Cut | None
) -> None:
    others, analyses = runs_of(cloud), analyses_of(cloud)

    def prepare(_nth: int) -> str:
        others.delete("run-1", now=NOW)
        analyses.delete_of("run-1")
        others.put(RUN, now=NOW)
        return analyses.create(others.header("run-1", now=NOW), force=False, now=NOW)[0].rca_run_id

    for attempt in crashes(tapped, cut, prepare, lambda _id: runs_of(cloud, tapped).put(RUN, now=LAST_BUT_ONE)):
        stored = others.get("run-1", now=LAST_BUT_ONE)
        assert (stored.body, stored.header.revision, stored.header.updated_at) == (RUN.body, 1, NOW)

        assert not others.put(RUN, now=LAST_BUT_ONE).changed

        assert others.get("run-1", now=OVER) == stored
        assert [each.rca_run_id for each in analyses.listed("run-1", now=OVER)] == [attempt.subject]
        check_all_expires(cloud, "run-1")


@pytest.mark.fault(3)
@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("operation", ["get_item", "query", "update_item", "batch_write_item"])
@pytest.mark.parametrize("other", ["the same", "another", "gone"])
def test_a_writer_in_between_is_not_undone_by_halves(cloud: Cloud, tapped: Tapped, operation: str, other: str) -> None:
    runs, others = runs_of(cloud, tapped), runs_of(cloud)
    runs.put(RUN, now=NOW)
    happening = {
        "the same": lambda: others.put(RUN, now=LAST_BUT_ONE),
        "another": lambda: others.put(CHANGED, now=LAST_BUT_ONE),
        "gone": lambda: others.delete("run-1", now=LAST_BUT_ONE),
    }
    tapped.after(operation, happening[other])

    result = runs.put(RUN, now=LAST_BUT_ONE)

    # Ours came last: over another version it is the next one, where the run is gone it is new.
    stored = others.get("run-1", now=OVER)
    assert stored.body == RUN.body
    assert (result.created, result.changed) == (other == "gone", other != "the same")
    assert stored.header.revision == result.revision == {"the same": 1, "another": 3, "gone": 1}[other]
    # Nobody's chunks are left but the ones that the header names.
    named = f"BODY#{stored.header.revision:08d}.{from_item(read(cloud, 'RUN'))['body_id']}#"
    assert all(sk.startswith(named) for sk in chunks(cloud))


@pytest.mark.fault(3)
@pytest.mark.usefixtures("small_chunks")
def test_a_run_deleted_right_after_it_was_prolonged_is_gone(cloud: Cloud, tapped: Tapped) -> None:
    runs, others = runs_of(cloud, tapped), runs_of(cloud)
    runs.put(RUN, now=NOW)
    tapped.after("put_item", lambda: others.delete("run-1", now=LAST_BUT_ONE), nth=2)

    runs.put(RUN, now=LAST_BUT_ONE)

    with pytest.raises(NotFound):
        others.get("run-1", now=LAST_BUT_ONE)
