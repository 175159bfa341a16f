"""How progress is framed and followed: docs/api.md; I7, faults 11, 25, 26."""

import itertools
import json

import pytest

from rca_core.errors import NotFound
from rca_core.storage.progress import ProgressRecord, Stage
from rca_core.storage.rca_reader import RcaReader
from rca_core.web.sse import HEADERS, Following, event
from tests.unit.web.following import NOW, STAGES, Clock, Job, percents, records, stream


# ---------------------------------------------------------------- framing
def test_a_record_is_one_line_of_data_with_an_id() -> None:
    record = ProgressRecord(
        id="0001#0002", status="running", step="Collecting evidence", pct=30, message="a\nb\r\n\x1b", updated_at=NOW
    )

    framed = event(record)

    assert framed.startswith(b"id: 0001#0002\ndata: {")
    assert framed.endswith(b"}\n\n")
    assert framed.count(b"\n") == 3
    assert b"\r" not in framed
    data = json.loads(framed.split(b"data: ")[1])
    assert list(data) == ["status", "step", "pct", "message", "updated_at"]
    assert data["message"] == "a\nb\r\n\x1b"
    assert data["updated_at"].endswith("Z")


def test_nothing_between_keeps_or_changes_the_stream() -> None:
    assert HEADERS["Cache-Control"] == "no-store, no-transform"
    assert HEADERS["X-Accel-Buffering"] == "no"
    assert HEADERS["Content-Type"].startswith("text/event-stream")


# ---------------------------------------------------------------- following
def test_a_queued_analysis_shows_that_it_is_queued_before_any_wait(job: Job, reader: RcaReader) -> None:
    clock = Clock()
    following = stream(Following(reader, job.id, None), clock)

    [record] = records([next(following)])

    assert (record.data["status"], record.data["pct"]) == ("queued", 0)
    assert clock.waits == []


def test_a_finished_analysis_is_replayed_and_ends(job: Job, reader: RcaReader) -> None:
    for step in job.steps():
        step()

    found = records(stream(Following(reader, job.id, None)))

    assert percents(found) == STAGES
    assert [record.data["status"] for record in found] == ["running"] * 4 + ["done"]
    assert [record.data["step"] for record in found] == [stage.step for stage in Stage]


def test_a_live_analysis_is_followed_to_its_end(job: Job, reader: RcaReader) -> None:
    found = records(stream(Following(reader, job.id, None), Clock(job.steps())))

    assert percents(found) == [0, *STAGES]
    assert [record.id for record in found] == sorted({record.id for record in found})


def test_records_that_came_between_two_polls_are_all_shown(job: Job, reader: RcaReader) -> None:
    start, *rest = job.steps()

    def several() -> None:
        for step in rest[:3]:
            step()

    found = records(stream(Following(reader, job.id, None), Clock([start, several, rest[3]])))

    assert percents(found) == [0, *STAGES]


@pytest.mark.fault(25)
@pytest.mark.parametrize("seen", range(7))
def test_a_client_that_drops_after_any_event_and_resumes_misses_and_repeats_nothing(
    job: Job, reader: RcaReader, seen: int
) -> None:
    happens = iter(job.steps())
    first = Clock(happens)
    pieces = (piece for piece in stream(Following(reader, job.id, None), first) if b"data:" in piece)
    before = records(itertools.islice(pieces, seen))

    cursor = before[-1].id if before else None
    resumed = Following(reader, job.id, cursor)

    assert resumed.at_end == (seen == 6)
    if resumed.at_end:
        return
    after = records(stream(resumed, Clock(happens)))
    assert percents(before) + percents(after) == [0, *STAGES]


def test_a_second_attempt_goes_on_behind_the_first(job: Job, reader: RcaReader) -> None:
    first, second = job.steps()[:3], job.steps()

    found = records(stream(Following(reader, job.id, None), Clock([*first, *second])))

    assert percents(found) == [0, 5, 30, 55, *STAGES]
    assert [record.id for record in found] == sorted({record.id for record in found})
    assert records(stream(Following(reader, job.id, found[2].id))) == found[3:]


def test_a_failed_analysis_ends_with_an_error_that_says_why(job: Job, reader: RcaReader) -> None:
    job.start()

    happens = [lambda: job.store.fail(job.id, "out of luck", now=NOW)]
    found = records(stream(Following(reader, job.id, None), Clock(happens)))

    assert (found[-1].data["status"], found[-1].data["message"]) == ("error", "out of luck")


def test_an_analysis_that_fails_before_it_was_claimed_ends(job: Job, reader: RcaReader) -> None:
    job.store.fail(job.id, "never started", now=NOW)

    assert [record.data["status"] for record in records(stream(Following(reader, job.id, None)))] == ["error"]


@pytest.mark.fault(26)
@pytest.mark.parametrize(
    "last_event_id",
    [
        "",
        "garbage",
        "0",
        "0001",
        "0000$",
        "0001#",
        "0001#0002x",
        "\n",
        "é",
        "\u0660\u0660\u0660\u0661#\u0660\u0660\u0660\u0661",
        "9999#9999",
        "0002#0001",
        "x" * 9999,
    ],
)
def test_an_id_that_was_never_given_out_starts_over(job: Job, reader: RcaReader, last_event_id: str) -> None:
    for step in job.steps():
        step()

    following = Following(reader, job.id, last_event_id)

    assert not following.at_end
    assert percents(records(stream(following))) == STAGES


def test_a_client_that_saw_the_end_is_at_the_end(job: Job, reader: RcaReader) -> None:
    for step in job.steps():
        step()
    last = records(stream(Following(reader, job.id, None)))[-1].id

    assert Following(reader, job.id, last).at_end


def test_a_client_that_saw_all_there_is_so_far_is_not_at_the_end(job: Job, reader: RcaReader) -> None:
    job.start()

    assert not Following(reader, job.id, "0001#0001").at_end


@pytest.mark.fault(26)
def test_an_unknown_analysis_is_not_found_before_anything_is_sent(reader: RcaReader) -> None:
    with pytest.raises(NotFound):
        Following(reader, "rca-unknown", None)
