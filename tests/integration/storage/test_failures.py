"""Recurring failures: listed a page at a time, shown, resolved."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rca_core.errors import InvalidInput, NotFound
from rca_core.storage.failure import Sighting
from rca_core.storage.failures import FailureFilter, FailureIndex, FailurePage, Sort
from tests.conftest import Cloud
from tests.integration.storage.items import NOW, read
from tests.support.failures import SEEN, hash_of, write_failure, write_symptom
from tests.support.wire import Tapped

EVERYTHING = FailureFilter()
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def failures(cloud: Cloud, tapped: Tapped) -> FailureIndex:
    """Return the failures under test."""
    return FailureIndex(tapped, cloud.table)  # type: ignore[arg-type]


def numbers(page: FailurePage) -> list[int]:
    return [int(failure.fingerprint, 16) for failure in page.items]


def listed(
    failures: FailureIndex, wanted: FailureFilter = EVERYTHING, *, sort: Sort = "recent", limit: int = 3
) -> list[int]:
    """Return every failure that a list shows, page by page."""
    found: list[int] = []
    cursor = None
    while True:
        page = failures.page(wanted, sort=sort, limit=limit, cursor=cursor, now=NOW)
        assert len(page.items) <= limit
        found += numbers(page)
        if page.next_cursor is None:
            return found
        cursor = page.next_cursor


# ---------------------------------------------------------------- one failure
def test_a_failure_shows_what_was_counted_and_the_runs_that_showed_it(cloud: Cloud, failures: FailureIndex) -> None:
    fingerprint = write_failure(cloud, 7, count=14, tool=None, agents=["a", "b"])

    failure = failures.get(fingerprint, NOW)

    seen = SEEN + timedelta(seconds=7)
    assert failure.model_dump(exclude={"last_runs", "versions", "hours"}) == {
        "fingerprint": fingerprint,
        "category": "timeout",
        "cause": "read_timeout",
        "tool": None,
        "message": "no answer within <n> s",
        "count": 14,
        "also_seen": 0,
        "first_seen": seen - timedelta(hours=1),
        "last_seen": seen,
        "first_agent": "agent",
        "first_version": "1",
        "last_version": "2",
        "agents": ["a", "b"],
        "status": "open",
        "resolved_at": None,
        "reopened_at": None,
        "reopened_version": None,
    }
    assert [(each.agent_name, each.agent_version) for each in failure.versions] == [("agent", "2")]
    assert [(each.hour, each.count) for each in failure.hours] == [(SEEN, 1)]
    assert failure.last_runs == [Sighting(run_id="run-7", seen_at=seen, rca_run_id="rca-7")]


@pytest.mark.parametrize("fingerprint", ["", "unknown", hash_of(8), "x" * 3_000, "\x00"])
def test_an_unknown_failure_is_not_found(cloud: Cloud, failures: FailureIndex, fingerprint: str) -> None:
    write_failure(cloud, 7)

    assert failures.find(fingerprint, NOW) is None
    with pytest.raises(NotFound):
        failures.get(fingerprint, NOW)
    with pytest.raises(NotFound):
        failures.set_status(fingerprint, "resolved", NOW)
    assert read(cloud, "FINGERPRINT", f"FINGERPRINT#{fingerprint[:99]}").keys() == set()


def test_runs_with_its_symptoms_that_were_not_analysed_are_told_beside_it(cloud: Cloud, failures: FailureIndex) -> None:
    first, second = write_symptom(cloud, 1, 5), write_symptom(cloud, 2, 7)
    expired = write_symptom(cloud, 3, 100, expires_at=int(NOW.timestamp()))
    write_failure(cloud, 1, symptoms=[first, second, expired, hash_of(4)])
    write_failure(cloud, 2, symptoms=[second])
    write_failure(cloud, 3)

    page = failures.page(EVERYTHING, sort="recent", limit=10, cursor=None, now=NOW)

    assert [failure.also_seen for failure in page.items] == [0, 7, 12]
    assert failures.get(hash_of(1), NOW).also_seen == 12


def test_what_expired_is_neither_listed_nor_shown_nor_changed(cloud: Cloud, failures: FailureIndex) -> None:
    now = int(NOW.timestamp())
    write_failure(cloud, 1, expires_at=now)
    write_failure(cloud, 2, expires_at=now + 1)

    assert listed(failures) == listed(failures, sort="count") == [2]
    assert failures.find(hash_of(1), NOW) is None
    with pytest.raises(NotFound):
        failures.set_status(hash_of(1), "resolved", NOW)
    assert read(cloud, "FINGERPRINT", f"FINGERPRINT#{hash_of(1)}")["status"] == {"S": "open"}


# ---------------------------------------------------------------- its status
def test_a_failure_is_resolved_and_opened_and_nothing_else_of_it_changes(cloud: Cloud, failures: FailureIndex) -> None:
    fingerprint = write_failure(cloud, 7, symptoms=[write_symptom(cloud, 1, 5)])
    before = failures.get(fingerprint, NOW)

    resolved = failures.set_status(fingerprint, "resolved", NOW)

    assert resolved == before.model_copy(update={"status": "resolved", "resolved_at": NOW})
    assert failures.get(fingerprint, NOW) == resolved
    assert failures.set_status(fingerprint, "open", LATER) == before
    assert failures.get(fingerprint, NOW) == before


def test_resolving_again_moves_the_time_on(cloud: Cloud, failures: FailureIndex) -> None:
    fingerprint = write_failure(cloud, 7, status="reopened", resolved_at="2026-01-01T00:00:00.000000Z")

    assert failures.set_status(fingerprint, "resolved", NOW).resolved_at == NOW
    assert failures.set_status(fingerprint, "resolved", LATER).resolved_at == LATER


def test_whoever_counts_a_failure_meanwhile_is_told(cloud: Cloud, failures: FailureIndex) -> None:
    fingerprint = write_failure(cloud, 7, lock=41)

    failures.set_status(fingerprint, "resolved", NOW)
    assert read(cloud, "FINGERPRINT", f"FINGERPRINT#{fingerprint}")["lock"] == {"N": "42"}
    failures.set_status(fingerprint, "open", NOW)
    assert read(cloud, "FINGERPRINT", f"FINGERPRINT#{fingerprint}")["lock"] == {"N": "43"}


# ---------------------------------------------------------------- lists
@pytest.mark.parametrize("sort", ["recent", "count"])
def test_no_failures_are_one_empty_page(failures: FailureIndex, sort: Sort) -> None:
    assert failures.page(EVERYTHING, sort=sort, limit=10, cursor=None, now=NOW) == FailurePage([], None)


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 7, 100])
def test_pages_hold_every_failure_once_in_the_order_asked_for(cloud: Cloud, failures: FailureIndex, limit: int) -> None:
    counts = {1: 5, 2: 9, 3: 5, 4: 100, 5: 9, 6: 1, 7: 9}
    for number, count in counts.items():
        write_failure(cloud, number, count=count)

    assert listed(failures, limit=limit) == [7, 6, 5, 4, 3, 2, 1]
    assert listed(failures, sort="count", limit=limit) == [4, 7, 5, 2, 3, 1, 6]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 100])
def test_a_storm_of_which_few_were_analysed_ranks_by_all_of_it(
    cloud: Cloud, failures: FailureIndex, limit: int
) -> None:
    storm, few = write_symptom(cloud, 1, 10_000), write_symptom(cloud, 2, 5)
    expired = write_symptom(cloud, 3, 70_000, expires_at=int(NOW.timestamp()))
    write_failure(cloud, 1, count=20, symptoms=[storm])
    write_failure(cloud, 2, count=25)
    write_failure(cloud, 3, count=21, symptoms=[few, expired])
    write_failure(cloud, 4, count=19, symptoms=[few, storm])

    assert listed(failures, sort="count", limit=limit) == [4, 1, 3, 2]


@pytest.mark.parametrize("sort", ["recent", "count"])
@pytest.mark.parametrize("limit", [1, 3, 7])
def test_failures_seen_in_one_instant_are_all_listed(
    cloud: Cloud, failures: FailureIndex, sort: Sort, limit: int
) -> None:
    for number in range(7):
        write_failure(cloud, number, seen=SEEN)

    assert sorted(listed(failures, sort=sort, limit=limit)) == list(range(7))


def test_a_page_that_ends_at_the_last_failure_is_the_last(cloud: Cloud, failures: FailureIndex) -> None:
    write_failure(cloud, 1)
    write_failure(cloud, 2)

    for sort in ("recent", "count"):
        assert failures.page(EVERYTHING, sort=sort, limit=2, cursor=None, now=NOW).next_cursor is None


@pytest.mark.parametrize("sort", ["recent", "count"])
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (FailureFilter(status="open"), [3, 1]),
        (FailureFilter(status="resolved"), [2]),
        (FailureFilter(status="reopened"), [4]),
        (FailureFilter(category="timeout"), [4, 3]),
        (FailureFilter(category="none"), []),
        (FailureFilter(agent_name="a"), [2, 1]),
        (FailureFilter(agent_name="agent"), [4, 3]),
        (FailureFilter(agent_name="agen"), []),
        (FailureFilter(since=SEEN + timedelta(seconds=3)), [4, 3]),
        (FailureFilter(since=datetime(1, 1, 1, tzinfo=UTC)), [4, 3, 2, 1]),
        (FailureFilter(since=datetime(9999, 12, 31, tzinfo=UTC)), []),
        (FailureFilter("open", "rate_limited", "a", SEEN), [1]),
        (FailureFilter("open", "rate_limited", "b", SEEN), []),
    ],
)
def test_filters(cloud: Cloud, failures: FailureIndex, sort: Sort, wanted: FailureFilter, found: list[int]) -> None:
    write_failure(cloud, 1, category="rate_limited", agents=["b2", "a"])
    write_failure(cloud, 2, category="rate_limited", agents=["a", "b"], status="resolved")
    write_failure(cloud, 3)
    write_failure(cloud, 4, status="reopened")

    assert listed(failures, wanted, sort=sort, limit=2) == found


def test_what_is_seen_while_paging_repeats_nothing(cloud: Cloud, failures: FailureIndex) -> None:
    for number in range(1, 6):
        write_failure(cloud, number)
    first = failures.page(EVERYTHING, sort="recent", limit=2, cursor=None, now=NOW)

    write_failure(cloud, 4, seen=SEEN + timedelta(minutes=1))
    write_failure(cloud, 9)
    second = failures.page(EVERYTHING, sort="recent", limit=2, cursor=first.next_cursor, now=NOW)

    assert numbers(first) + numbers(second) == [5, 4, 3, 2]


# ---------------------------------------------------------------- cursors
def encoded(**place: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


BEHIND = {"last_seen": "2026-01-20T11:00:02Z", "fingerprint": hash_of(2)}


@pytest.mark.parametrize(
    ("sort", "cursor"),
    [
        *(("recent", cursor) for cursor in ("garbage", "é", "\ud800", "====", "bnVsbA", encoded(), encoded(count=1))),
        ("recent", encoded(**BEHIND, count=1)),
        ("recent", encoded(**BEHIND, other="x")),
        ("recent", encoded(**BEHIND | {"fingerprint": "x"})),
        ("recent", encoded(**BEHIND | {"fingerprint": hash_of(2) + "\n"})),
        ("recent", encoded(**BEHIND | {"last_seen": "~"})),
        ("recent", encoded(**BEHIND | {"last_seen": "0999-01-01T00:00:00Z"})),
        ("recent", encoded(**BEHIND | {"last_seen": "0001-01-01T00:00:00+10:00"})),
        ("count", encoded(**BEHIND)),
        ("count", encoded(**BEHIND, count=-1)),
        ("count", encoded(**BEHIND, count="many")),
        ("count", encoded(day="2026-01-01")),
    ],
)
def test_what_is_no_cursor_of_the_list_is_refused(
    cloud: Cloud, failures: FailureIndex, sort: Sort, cursor: str
) -> None:
    write_failure(cloud, 1)

    with pytest.raises(InvalidInput) as caught:
        failures.page(EVERYTHING, sort=sort, limit=1, cursor=cursor, now=NOW)
    assert caught.value.errors[0]["loc"] == ["query", "cursor"]


@pytest.mark.parametrize("sort", ["recent", "count"])
def test_a_cursor_from_before_the_time_asked_for_is_refused(cloud: Cloud, failures: FailureIndex, sort: Sort) -> None:
    for number in range(3):
        write_failure(cloud, number)
    cursor = failures.page(EVERYTHING, sort=sort, limit=1, cursor=None, now=NOW).next_cursor

    with pytest.raises(InvalidInput):
        failures.page(FailureFilter(since=NOW), sort=sort, limit=1, cursor=cursor, now=NOW)


@pytest.mark.parametrize("sort", ["recent", "count"])
def test_a_cursor_to_a_failure_that_moved_on_still_goes_on_behind_its_place(
    cloud: Cloud, failures: FailureIndex, sort: Sort
) -> None:
    for number in range(1, 4):
        write_failure(cloud, number)
    cursor = failures.page(EVERYTHING, sort=sort, limit=1, cursor=None, now=NOW).next_cursor
    write_failure(cloud, 3, seen=NOW, count=8)

    assert numbers(failures.page(EVERYTHING, sort=sort, limit=5, cursor=cursor, now=NOW)) == [2, 1]


# ---------------------------------------------------------------- what a request may cost
def evaluated(tapped: Tapped) -> int:
    """Return how many entries the queries so far may have looked at."""
    return sum(params["Limit"] for params in tapped.made("query"))


@pytest.fixture
def many(cloud: Cloud) -> None:
    """Write 1,050 failures; the rarest filter finds the two that were seen first, which are the most frequent."""
    for number in range(1_050):
        rare: dict[str, Any] = {"status": "resolved", "count": 100} if number < 2 else {}
        write_failure(cloud, number, **rare)


@pytest.mark.deep
@pytest.mark.usefixtures("many")
def test_one_request_looks_at_a_thousand_failures_at_most(failures: FailureIndex, tapped: Tapped) -> None:
    rare = FailureFilter(status="resolved")

    page = failures.page(rare, sort="recent", limit=5, cursor=None, now=NOW)
    assert (page.items, evaluated(tapped)) == ([], 1_000)
    assert len(tapped.made("query")) == 11
    assert numbers(failures.page(rare, sort="recent", limit=5, cursor=page.next_cursor, now=NOW)) == [1, 0]

    tapped.requests.clear()
    ranked = failures.page(EVERYTHING, sort="count", limit=5, cursor=None, now=NOW)
    assert (numbers(ranked), ranked.newest_only) == ([1_049, 1_048, 1_047, 1_046, 1_045], 1_000)
    assert evaluated(tapped) - 1_000 in range(1_000)  # an answer ends at 1 MB, and the next one takes up from there
    tapped.requests.clear()
    assert numbers(failures.page(EVERYTHING, sort="recent", limit=5, cursor=None, now=NOW))[0] == 1_049
    assert evaluated(tapped) == 6


def test_a_rank_among_all_failures_says_so(cloud: Cloud, failures: FailureIndex) -> None:
    write_failure(cloud, 1)

    assert failures.page(EVERYTHING, sort="count", limit=5, cursor=None, now=NOW).newest_only is None


def test_symptoms_of_a_page_are_read_once_each_a_hundred_at_once(
    cloud: Cloud, failures: FailureIndex, tapped: Tapped
) -> None:
    symptoms = [hash_of(number) for number in range(150)]
    for number in range(15):
        write_failure(cloud, number, symptoms=symptoms[number * 10 : number * 10 + 10])
    write_failure(cloud, 15, symptoms=symptoms[:10])

    failures.page(EVERYTHING, sort="recent", limit=100, cursor=None, now=NOW)

    [first, second] = tapped.made("batch_get_item")
    assert [len(params["RequestItems"][cloud.table]["Keys"]) for params in (first, second)] == [100, 50]
    assert first["RequestItems"][cloud.table]["ConsistentRead"] is False


def test_failures_without_symptoms_cost_no_second_read(cloud: Cloud, failures: FailureIndex, tapped: Tapped) -> None:
    write_failure(cloud, 1)

    failures.page(EVERYTHING, sort="recent", limit=100, cursor=None, now=NOW)

    assert [name for name, _ in tapped.requests] == ["query"]
