"""Writers and readers of one run at once: faults 1-5, 17. Who acts when is fixed, not left to chance."""

import itertools
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from botocore.exceptions import ReadTimeoutError

from rca_core.errors import Conflict, CorruptBody, Unavailable
from rca_core.storage.runs import RunStore
from rca_core.telemetry.ingest import ParsedRun
from tests.conftest import Cloud
from tests.integration.storage.conftest import RETENTION_DAYS
from tests.integration.storage.items import NOW, chunks, read, remove
from tests.support.runs import Told, large_run, parsed, told
from tests.support.wire import Tapped

LATER = NOW + timedelta(minutes=1)

ours, theirs, first = parsed(model="ours"), parsed(model="theirs"), parsed(model="first")
our_large, their_large = large_run(seed=1), large_run(seed=2)


def putting(store: RunStore, run: ParsedRun) -> Callable[[], object]:
    return lambda: store.put(run, now=LATER)


def day_is_noted(runs: RunStore, run: ParsedRun) -> None:
    """Leave the run's header as the only put that the store makes next."""
    runs._known_days[run.run["started_at"].date()] = NOW


@pytest.mark.fault(3)
@pytest.mark.parametrize("before", [[], [first]])
@pytest.mark.parametrize("our", [ours, our_large])
@pytest.mark.parametrize("their", [theirs, their_large])
def test_another_writer_between_our_read_and_write_is_replaced_whole(
    runs: RunStore,
    other_runs: RunStore,
    tapped: Tapped,
    cloud: Cloud,
    before: list[ParsedRun],
    our: ParsedRun,
    their: ParsedRun,
) -> None:
    for run in before:
        other_runs.put(run, now=NOW)
    day_is_noted(runs, our)
    tapped.before("put_item", putting(other_runs, their))

    result = runs.put(our, now=LATER)

    # Both wrote: theirs is one revision, ours the next.
    assert told(result) == Told(revision=len(before) + 2, created=False, changed=True)
    stored = other_runs.get("run-1", now=LATER)
    assert (stored.header.revision, stored.body) == (result.revision, our.body)
    other_runs.put(first, now=LATER)
    left = [sk for sk in chunks(cloud) if not sk.startswith(f"BODY#{len(before) + 1:08d}")]
    assert left == []


@pytest.mark.fault(2)
@pytest.mark.parametrize("same", [ours, our_large])
def test_another_writer_of_the_same_content_makes_one_revision(
    runs: RunStore, other_runs: RunStore, tapped: Tapped, cloud: Cloud, same: ParsedRun
) -> None:
    day_is_noted(runs, same)
    tapped.before("put_item", putting(other_runs, same))

    assert told(runs.put(same, now=LATER)) == Told(revision=1, created=False, changed=False)
    assert other_runs.get("run-1", now=LATER).body == same.body
    # Nothing is left of the write that came too late.
    assert len(chunks(cloud)) == int(read(cloud, "RUN").get("chunks", {"N": "0"})["N"])


@pytest.mark.fault(3)
@pytest.mark.parametrize("when", ["before", "after"])
def test_two_writers_of_one_large_revision_never_mix(
    runs: RunStore, other_runs: RunStore, tapped: Tapped, when: str
) -> None:
    # Both read no run and write a revision 1; the header names theirs while our chunks come, or are there.
    day_is_noted(runs, our_large)
    getattr(tapped, when)("batch_write_item", putting(other_runs, their_large))
    read_between = []
    tapped.before("put_item", lambda: read_between.append(other_runs.get("run-1", now=LATER).body))

    runs.put(our_large, now=LATER)

    assert read_between == [their_large.body]
    assert other_runs.get("run-1", now=LATER).body == our_large.body


def test_a_run_that_expires_away_between_our_read_and_write_is_new(
    runs: RunStore, other_runs: RunStore, tapped: Tapped, cloud: Cloud
) -> None:
    other_runs.put(their_large, now=NOW)
    day_is_noted(runs, our_large)
    tapped.before("put_item", lambda: remove(cloud, "RUN"))

    assert told(runs.put(our_large, now=LATER)) == Told(revision=1, created=True, changed=True)
    assert other_runs.get("run-1", now=LATER).body == our_large.body


@pytest.mark.fault(17)
def test_one_who_keeps_losing_says_so(runs: RunStore, other_runs: RunStore, tapped: Tapped) -> None:
    day_is_noted(runs, ours)
    for nth in range(1, 20):
        tapped.before("put_item", putting(other_runs, parsed(model=f"theirs-{nth}")), nth=nth)

    with pytest.raises(Conflict):
        runs.put(ours, now=LATER)

    assert len(tapped.made("put_item")) < 19
    assert other_runs.header("run-1", now=LATER).model == f"theirs-{len(tapped.made('put_item'))}"


@pytest.mark.fault(1, 5)
@pytest.mark.parametrize("run", [ours, our_large])
def test_a_write_whose_answer_was_lost_is_found_done_by_the_retry(
    runs: RunStore, tapped: Tapped, run: ParsedRun
) -> None:
    def lost() -> None:
        raise ReadTimeoutError(endpoint_url="-")

    day_is_noted(runs, run)
    tapped.after("put_item", lost)
    with pytest.raises(Unavailable):
        runs.put(run, now=NOW)

    assert told(runs.put(run, now=LATER)) == Told(revision=1, created=False, changed=False)
    assert runs.get("run-1", now=LATER).body == run.body


@pytest.mark.fault(33)
def test_revisions_only_go_up_whoever_writes(runs: RunStore, other_runs: RunStore) -> None:
    contents = [parsed(model="a"), parsed(model="b"), large_run(seed=3, steps=400), large_run(seed=4, steps=400)]
    revisions = []
    for number, content in enumerate(itertools.islice(itertools.cycle(contents), 12)):
        # The writers' clocks run ten minutes apart, and one of them backwards.
        store, now = ((runs, NOW), (other_runs, NOW - timedelta(minutes=10 + number)))[number % 2]
        revisions.append(store.put(content, now=now).revision)
        assert store.get("run-1", now=now).body == content.body

    assert revisions == list(range(1, 13))


# ---------------------------------------------------------------- readers
@pytest.mark.fault(3)
def test_a_run_that_is_replaced_while_it_is_read_is_read_again(
    runs: RunStore, other_runs: RunStore, tapped: Tapped
) -> None:
    other_runs.put(our_large, now=NOW)
    tapped.after("get_item", putting(other_runs, their_large))

    stored = runs.get("run-1", now=LATER)

    assert (stored.header.revision, stored.body) == (2, their_large.body)


def test_a_run_that_is_replaced_whenever_it_is_read_is_busy_and_not_damaged(
    runs: RunStore, other_runs: RunStore, tapped: Tapped
) -> None:
    other_runs.put(our_large, now=NOW)
    for nth in range(1, 10):
        tapped.after("get_item", putting(other_runs, their_large if nth % 2 else our_large), nth=nth)

    with pytest.raises(Unavailable):
        runs.get("run-1", now=LATER)


@pytest.mark.fault(31)
def test_a_damaged_run_is_read_twice_and_no_more(runs: RunStore, tapped: Tapped, cloud: Cloud) -> None:
    runs.put(our_large, now=NOW)
    remove(cloud, chunks(cloud)[0])
    tapped.requests.clear()

    with pytest.raises(CorruptBody):
        runs.get("run-1", now=NOW)

    assert len(tapped.made("get_item")) == 2


@pytest.mark.fault(3)
def test_a_reader_sees_one_whole_version_between_any_two_requests_of_a_writer(
    cloud: Cloud, other_runs: RunStore
) -> None:
    versions = [our_large, theirs, their_large, ours, our_large]
    bodies = {run.body for run in versions}
    seen: list[bytes] = []

    class ReadBetween(Tapped):
        def __getattr__(self, operation: str) -> Callable[..., object]:
            call = super().__getattr__(operation)

            def watched(**params: object) -> object:
                seen.append(other_runs.get("run-1", now=LATER).body)
                answer = call(**params)
                seen.append(other_runs.get("run-1", now=LATER).body)
                return answer

            return watched

    other_runs.put(versions[0], now=NOW)
    writer = RunStore(ReadBetween(cloud.dynamodb), cloud.table, retention_days=RETENTION_DAYS)  # type: ignore[arg-type]
    for run in versions[1:]:
        writer.put(run, now=LATER)

    assert set(seen) <= bodies
    assert list(_without_repeats(seen)) == [run.body for run in versions]


def _without_repeats(seen: list[bytes]) -> Iterator[bytes]:
    return (body for body, _ in itertools.groupby(seen))
