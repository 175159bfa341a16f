"""How progress is framed and followed: CONTRACT.md "Progress and SSE"; I7, FAULTS.md 11, 24-27."""

import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ReadTimeoutError

from rca_core.errors import NotFound, Unavailable
from rca_core.storage.progress import ProgressRecord, Stage
from rca_core.storage.rca_reader import RcaReader
from rca_core.storage.rca_runs import Claim, RcaStore
from rca_core.storage.runs import RunStore
from rca_core.web.sse import HEADERS, Following, event
from tests.conftest import Cloud
from tests.support.runs import parsed
from tests.support.wire import ANY, Tapped

NOW = datetime.now(UTC)
LEASE = timedelta(seconds=30)
STAGES = [5, 30, 55, 85, 100]


class Record(NamedTuple):
    """One event as a client reads it."""

    id: str
    data: dict[str, Any]


class Job:
    """An analysis and its worker."""

    def __init__(self, cloud: Cloud) -> None:
        runs = RunStore(cloud.dynamodb, cloud.table, retention_days=30)
        runs.put(parsed(), now=NOW)
        self.cloud = cloud
        self.store = RcaStore(cloud.dynamodb, cloud.table, retention_days=30)
        self.id = self.store.create(runs.header("run-1", now=NOW), force=False, now=NOW)[0].rca_run_id
        self.claim: Claim | None = None

    def start(self) -> None:
        claim = self.store.claim(self.id, lease=LEASE, now=NOW + LEASE * (self.claim.attempt if self.claim else 0))
        assert isinstance(claim, Claim)
        self.claim = claim

    def reach(self, stage: Stage) -> None:
        assert self.claim
        self.store.progress(self.claim, stage, now=NOW)

    def finish(self) -> None:
        assert self.claim
        self.store.finish(self.claim, b"{}", category="timeout", now=NOW)

    def steps(self) -> list[Callable[[], None]]:
        """Return what a worker does, one record after another."""
        middle = [lambda stage=stage: self.reach(stage) for stage in list(Stage)[1:4]]
        return [self.start, *middle, self.finish]

    def delete(self) -> None:
        key = {"PK": {"S": f"RCA#{self.id}"}, "SK": {"S": "RCA"}}
        self.cloud.dynamodb.delete_item(TableName=self.cloud.table, Key=key)


@pytest.fixture
def job(cloud: Cloud) -> Job:
    """Return a queued analysis."""
    return Job(cloud)


@pytest.fixture
def tapped(cloud: Cloud) -> Tapped:
    """Tap what followers read."""
    return Tapped(cloud.dynamodb)


@pytest.fixture
def reader(cloud: Cloud, tapped: Tapped) -> RcaReader:
    """Return what followers read through."""
    return RcaReader(tapped, cloud.table)  # type: ignore[arg-type]


class Clock:
    """Time that passes only while a stream waits; after each wait something may happen."""

    def __init__(self, happens: Iterable[Callable[[], object]] = ()) -> None:
        self.now = 1_000.0
        self.waits: list[float] = []
        self._happens = iter(happens)

    def read(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds
        next(self._happens, lambda: None)()


def stream(following: Following, clock: Clock | None = None, *, seconds: float = 60) -> Iterator[bytes]:
    clock = clock or Clock()
    return following.events(seconds=seconds, wait=clock.wait, clock=clock.read)


def records(pieces: Iterable[bytes]) -> list[Record]:
    """Return the events of a stream, as the HTML standard has a client read it."""
    found: list[Record] = []
    last_id, data = "", list[str]()
    for line in b"".join(pieces).decode().split("\n"):
        name, _, value = line.partition(": ")
        if line == "" and data:
            found.append(Record(last_id, json.loads("\n".join(data))))
            data = []
        elif name == "id":
            last_id = value
        elif name == "data":
            data.append(value)
        else:
            assert name in ("", "retry"), line
    assert not data, "an event was cut off"
    return found


def percents(found: list[Record]) -> list[int]:
    return [record.data["pct"] for record in found]


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


def test_an_unknown_analysis_is_not_found_before_anything_is_sent(reader: RcaReader) -> None:
    with pytest.raises(NotFound):
        Following(reader, "rca-unknown", None)


# ---------------------------------------------------------------- time
def test_a_stream_ends_at_its_cap_with_the_advice_to_come_back(job: Job, reader: RcaReader) -> None:
    job.start()
    clock = Clock()

    pieces = list(stream(Following(reader, job.id, None), clock, seconds=60))

    assert clock.now - 1_000 <= 60
    assert pieces[-1].startswith(b"retry: ")
    assert [record.data["status"] for record in records(pieces)] == ["running"]
    assert "0001#0001" not in [record.id for record in records(stream(Following(reader, job.id, "0001#0001")))]


def test_a_stream_with_no_time_left_still_says_what_there_is(job: Job, reader: RcaReader) -> None:
    job.start()
    clock = Clock()

    pieces = list(stream(Following(reader, job.id, None), clock, seconds=-4))

    assert percents(records(pieces)) == [5]
    assert clock.waits == []


def test_reconnects_are_spread(job: Job, reader: RcaReader) -> None:
    advice = [b"".join(stream(Following(reader, job.id, None), seconds=0)) for _ in range(40)]

    pauses = {int(match[1]) for text in advice if (match := re.search(rb"^retry: (\d+)$", text, re.MULTILINE))}
    assert len(pauses) > 10
    assert min(pauses) >= 500
    assert max(pauses) <= 2_000


def test_silence_is_broken_every_fifteen_seconds(job: Job, reader: RcaReader) -> None:
    clock = Clock()
    heard: list[float] = []
    for piece in stream(Following(reader, job.id, None), clock, seconds=100):
        if piece.startswith(b":"):
            heard.append(clock.now)
            assert piece.endswith(b"\n")

    gaps = [later - sooner for sooner, later in itertools.pairwise([1_000.0, *heard])]
    assert len(heard) == 6
    assert all(15 <= gap < 16.1 for gap in gaps)


def test_an_event_counts_as_a_sign_of_life(job: Job, reader: RcaReader) -> None:
    def nothing() -> None:
        return

    # A record after some ten seconds of silence; fifteen more pass before the heartbeat.
    clock = Clock([nothing] * 14 + [job.start])
    pieces = stream(Following(reader, job.id, "0000#0000"), clock, seconds=28)
    at = [(piece[:1], clock.now) for piece in pieces if piece.startswith(b":") or b"data:" in piece]

    (_, spoken), (sign, heard) = at
    assert sign == b":"
    assert 15 <= heard - spoken < 16.1


def test_polling_slows_down_in_silence_and_speeds_up_with_news(job: Job, reader: RcaReader) -> None:
    def nothing() -> None:
        return

    clock = Clock([nothing] * 20 + [job.start])
    list(stream(Following(reader, job.id, None), clock, seconds=40))

    assert clock.waits[0] <= 0.1
    assert max(clock.waits) == 1.0
    assert clock.waits[19] == 1.0
    assert clock.waits[21] <= 0.1


def test_a_stream_reads_once_a_poll(job: Job, reader: RcaReader, tapped: Tapped) -> None:
    following, clock = Following(reader, job.id, None), Clock(job.steps())

    list(stream(following, clock))

    # The state repeats the last record: live, the records themselves need not be read.
    assert [operation for operation, _ in tapped.requests] == ["get_item"] * (len(clock.waits) + 1)


# ---------------------------------------------------------------- what goes wrong under way
def broken() -> None:
    raise ReadTimeoutError(endpoint_url="-")


def test_a_storage_that_fails_at_first_is_unavailable(job: Job, reader: RcaReader, tapped: Tapped) -> None:
    tapped.before(ANY, broken)

    with pytest.raises(Unavailable):
        Following(reader, job.id, None)


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_storage_that_fails_under_way_ends_the_stream_and_the_client_comes_back(
    job: Job, reader: RcaReader, tapped: Tapped, nth: int
) -> None:
    start, *rest = job.steps()

    def several() -> None:
        for step in rest[:2]:
            step()

    following = Following(reader, job.id, None)
    tapped.before(ANY, broken, nth=nth)
    # A poll, a poll, and, after several records at once, a poll that also reads the records.
    happens = iter([start, several, *rest[2:]])
    before = list(stream(following, Clock(happens)))

    assert before[-1].startswith(b"retry: ")
    seen = records(before)
    after = records(stream(Following(reader, job.id, seen[-1].id), Clock(happens)))
    assert percents([*seen, *after]) == [0, *STAGES]


def test_an_analysis_that_is_deleted_under_way_ends_with_an_error(job: Job, reader: RcaReader) -> None:
    found = records(stream(Following(reader, job.id, None), Clock([job.start, job.delete])))

    assert [record.data["status"] for record in found] == ["queued", "running", "error"]
    assert found[-1].data["pct"] == 5
    assert [record.id for record in found] == sorted({record.id for record in found})
