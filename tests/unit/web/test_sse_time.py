"""How long a stream lasts, how often it looks, and what goes wrong under way: faults 24, 27, 28."""

import itertools
import re

import pytest
from botocore.exceptions import ReadTimeoutError

from rca_core.errors import Unavailable
from rca_core.storage.rca_reader import RcaReader
from rca_core.web.sse import Following
from tests.support.wire import ANY, Tapped
from tests.unit.web.following import STAGES, Clock, Job, percents, records, stream


@pytest.mark.fault(27)
def test_a_stream_ends_at_its_cap_with_the_advice_to_come_back(job: Job, reader: RcaReader) -> None:
    job.start()
    clock = Clock()

    pieces = list(stream(Following(reader, job.id, None), clock, seconds=60))

    assert clock.now - 1_000 <= 60
    assert pieces[-1].startswith(b"retry: ")
    assert [record.data["status"] for record in records(pieces)] == ["running"]
    assert "0001#0001" not in [record.id for record in records(stream(Following(reader, job.id, "0001#0001")))]


@pytest.mark.fault(27)
def test_a_stream_with_no_time_left_still_says_what_there_is(job: Job, reader: RcaReader) -> None:
    job.start()
    clock = Clock()

    pieces = list(stream(Following(reader, job.id, None), clock, seconds=-4))

    assert percents(records(pieces)) == [5]
    assert clock.waits == []


@pytest.mark.fault(28)
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
