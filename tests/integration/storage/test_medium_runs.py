"""Runs that fit into one item, but cost too much to write on a guess."""

from rca_core.storage.runs import RunStore
from rca_core.telemetry.ingest import ParsedRun
from tests.integration.storage.items import NOW
from tests.support.runs import Told, incompressible, parsed, step, told
from tests.support.wire import Tapped


def medium_run(**fields: str) -> ParsedRun:
    """Return a run of about 40 KB compressed."""
    return parsed(steps=[step(f"s{n}", output_summary=incompressible(n, 2_000)) for n in range(40)], **fields)


def test_the_same_medium_run_again_is_read_and_not_written(runs: RunStore, tapped: Tapped) -> None:
    runs.put(medium_run(), now=NOW)
    tapped.requests.clear()

    assert told(runs.put(medium_run(), now=NOW)) == Told(1, created=False, changed=False)

    assert [operation for operation, _ in tapped.requests] == ["get_item"]


def test_a_changed_medium_run_is_written_once(runs: RunStore, tapped: Tapped) -> None:
    runs.put(medium_run(), now=NOW)
    tapped.requests.clear()

    assert told(runs.put(medium_run(model="other"), now=NOW)) == Told(2, created=False, changed=True)

    assert [operation for operation, _ in tapped.requests] == ["get_item", "put_item"]
