"""Ingest, cut off at every request it makes: I1 to I4; faults 1, 4, 5."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from rca_core.storage.runs import PutResult
from rca_core.telemetry.ingest import ParsedRun
from tests.conftest import Cloud
from tests.integration.faults.crashes import CRASHES, Attempt, Cut, crashes
from tests.integration.faults.invariants import Version, check_all_expires, items, listed_revision, runs_of, version
from tests.integration.storage.items import NOW
from tests.support.runs import Told, incompressible, parsed, step, told, tool_call
from tests.support.wire import Tapped

LATER = NOW + timedelta(hours=1)
# The order of its writes is what protects a run: these ingests are cut off at each of them, in each way.
_EVERYWHERE = [(None, "smallA"), ("smallA", "smallB"), ("largeA", "largeB")]
_AT_SOME = [(None, "largeA"), ("smallA", "largeA"), ("largeA", "smallA")]
INGESTS = [
    *((*versions, cut) for versions in _EVERYWHERE for cut in Cut),
    *(pytest.param(*versions, *crash.values, marks=crash.marks) for versions in _AT_SOME for crash in CRASHES),
]


def content(run_id: str, name: str | None) -> ParsedRun | None:
    """Return a version of a run by its name: small or large, of one content or another."""
    if name is None:
        return None
    # Each run starts on a day of its own: to be listed, the day has to be noted.
    number = int(run_id.rpartition("-")[2])
    started = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=number)
    size = {"small": 1, "large": 2_000}[name[:5]]
    steps = [step(output_summary=incompressible(len(name), size))]
    calls = [tool_call()] if name.endswith("B") else []
    return parsed(run_id=run_id, model=name, started_at=started.isoformat(), steps=steps, tool_calls=calls)


def attempts(
    cloud: Cloud, tapped: Tapped, cut: Cut | None, old: str | None, new: str
) -> Iterator[tuple[ParsedRun | None, ParsedRun, Attempt[str, PutResult]]]:
    """Put the new version over the old one again and again, cut off one request later each time."""

    def prepare(nth: int) -> str:
        if before := content(f"run-{nth}", old):
            runs_of(cloud).put(before, now=NOW)
        return f"run-{nth}"

    def put(run_id: str) -> PutResult:
        sent = content(run_id, new)
        assert sent
        return runs_of(cloud, tapped).put(sent, now=LATER)

    for attempt in crashes(tapped, cut, prepare, put):
        sent = content(attempt.subject, new)
        assert sent
        yield content(attempt.subject, old), sent, attempt


@pytest.mark.fault(1, 4, 5)
@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize(("old", "new", "cut"), INGESTS)
def test_an_ingest_cut_off_anywhere_leaves_the_old_run_or_the_new_one_and_its_repeat_succeeds(
    cloud: Cloud, tapped: Tapped, cut: Cut | None, old: str | None, new: str
) -> None:
    for before, sent, attempt in attempts(cloud, tapped, cut, old, new):
        run_id, started = attempt.subject, sent.run["started_at"]
        was = Version(1, before.body) if before else None
        becomes = Version(2 if before else 1, sent.body)

        seen = version(cloud, run_id, LATER)
        assert seen in ((was, becomes) if attempt.result is None else (becomes,)), attempt
        if attempt.result:
            assert attempt.result.revision == becomes.revision

        again = runs_of(cloud).put(sent, now=LATER)
        committed = seen == becomes
        created = before is None and not committed
        assert told(again) == Told(becomes.revision, created=created, changed=not committed), attempt
        assert version(cloud, run_id, LATER) == becomes, attempt
        assert listed_revision(cloud, run_id, started, LATER) == becomes.revision, attempt
        check_all_expires(cloud, run_id)


@pytest.mark.fault(1)
@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("cut", CRASHES)
@pytest.mark.parametrize("same", ["smallA", "largeA"])
def test_a_repeat_of_what_is_stored_changes_nothing_wherever_it_is_cut_off(
    cloud: Cloud, tapped: Tapped, cut: Cut | None, same: str
) -> None:
    for before, sent, attempt in attempts(cloud, tapped, cut, same, same):
        assert before
        assert attempt.result is None or told(attempt.result) == Told(1, created=False, changed=False)
        stored = items(cloud, f"RUN#{attempt.subject}")

        assert told(runs_of(cloud).put(sent, now=LATER)) == Told(1, created=False, changed=False)

        assert items(cloud, f"RUN#{attempt.subject}") == stored
        assert all(item["updated_at"]["S"] < "2026-01-20T13" for item in stored.values() if "updated_at" in item)
        assert version(cloud, attempt.subject, LATER) == Version(1, sent.body)


@pytest.mark.fault(3, 4)
@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("cut", CRASHES)
@pytest.mark.parametrize(("old", "new"), [(None, "largeA"), ("largeA", "largeB"), ("smallA", "largeA")])
def test_after_an_ingest_cut_off_anywhere_somebody_elses_wins_whole(
    cloud: Cloud, tapped: Tapped, cut: Cut | None, old: str | None, new: str
) -> None:
    for _, _, attempt in attempts(cloud, tapped, cut, old, new):
        seen = version(cloud, attempt.subject, LATER)
        for name in ("largeC", "smallC"):
            other = content(attempt.subject, name)
            assert other
            result = runs_of(cloud).put(other, now=LATER)

            after = version(cloud, attempt.subject, LATER)
            assert after == Version(result.revision, other.body), attempt
            assert after.revision == (seen.revision if seen else 0) + 1, attempt
            seen = after


@pytest.mark.usefixtures("small_chunks")
def test_a_large_run_of_these_tests_takes_more_than_one_batch_of_chunks(cloud: Cloud, tapped: Tapped) -> None:
    large = content("run-1", "largeA")
    assert large
    runs_of(cloud, tapped).put(large, now=NOW)

    assert len(tapped.made("batch_write_item")) == 2
