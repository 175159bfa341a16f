"""Runs by day and by agent, a page at a time."""

from datetime import UTC, datetime, timedelta

import pytest

from rca_core.errors import Unavailable
from rca_core.storage.listing import RunIndex, RunPage
from rca_core.storage.run_filter import RunFilter
from rca_core.storage.runs import RunStore
from rca_core.telemetry.outputs import describe
from rca_core.telemetry.profile import StepProfile
from tests.conftest import Cloud
from tests.integration.storage.conftest import RETENTION_DAYS
from tests.integration.storage.items import NOW, read, write
from tests.integration.storage.listed import EVERYTHING, all_pages, every_id, ids, store
from tests.support.runs import parsed, step, tool_call
from tests.support.wire import Tapped


def test_an_empty_table_is_one_empty_page(index: RunIndex) -> None:
    assert index.page(EVERYTHING, limit=10, cursor=None, now=NOW) == RunPage([], None)
    assert index.page(RunFilter(agent_name="agent"), limit=10, cursor=None, now=NOW) == RunPage([], None)


def test_the_newest_runs_come_first_across_days(runs: RunStore, index: RunIndex) -> None:
    store(runs, "d1-01", "d3-02", "d3-01", "d2-01")

    page = index.page(EVERYTHING, limit=10, cursor=None, now=NOW)

    assert page == RunPage(page.items, None)
    assert ids(page) == ["d3-02", "d3-01", "d2-01", "d1-01"]


def test_a_listed_run_shows_the_header_that_reading_it_shows(runs: RunStore, index: RunIndex) -> None:
    store(runs, "d1-01", model="m", error_message="e", correlation_ids=["c"], cost={"total_cost_usd": 0.5})

    for wanted in (EVERYTHING, RunFilter(agent_name="agent")):
        [listed] = index.page(wanted, limit=1, cursor=None, now=NOW).items
        assert listed == runs.header("d1-01", now=NOW)


@pytest.mark.parametrize("wanted", [EVERYTHING, RunFilter(agent_name="agent"), RunFilter(environment="prod")])
@pytest.mark.parametrize("limit", [1, 2, 3, 4, 7, 100])
def test_pages_hold_every_run_once_and_in_order(runs: RunStore, index: RunIndex, wanted: RunFilter, limit: int) -> None:
    names = [f"d{day}-{second:02d}" for day in (5, 3, 2) for second in (3, 2, 1)]
    store(runs, *names, environment="prod")
    store(runs, "d3-09", "d2-09", agent_name="other", environment="test")

    pages = all_pages(index, wanted, limit=limit)

    found = [name for page in pages for name in page]
    assert [name for name in found if not name.endswith("09")] == names
    assert len(found) == (11 if wanted == EVERYTHING else 9)


def test_runs_that_start_at_one_instant_are_all_listed(runs: RunStore, index: RunIndex) -> None:
    names = {f"d1-01-{number}" for number in range(7)}
    store(runs, *names)

    assert sorted(every_id(index)) == sorted(names)


def test_a_page_that_ends_at_the_last_run_is_the_last(runs: RunStore, index: RunIndex) -> None:
    store(runs, "d1-01", "d1-02")

    assert index.page(EVERYTHING, limit=2, cursor=None, now=NOW).next_cursor is None
    assert index.page(RunFilter(agent_name="agent"), limit=2, cursor=None, now=NOW).next_cursor is None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (RunFilter(status="failure"), ["d2-01", "d1-01"]),
        (RunFilter(status="success"), ["d1-02"]),
        (RunFilter(environment="prod"), ["d2-01", "d1-02"]),
        (RunFilter(status="failure", environment="prod"), ["d2-01"]),
        (RunFilter(agent_name="a"), ["d1-02", "d1-01"]),
        (RunFilter(agent_name="a", status="failure"), ["d1-01"]),
        (RunFilter(agent_name="none"), []),
        (RunFilter(environment="none"), []),
    ],
)
def test_filters(runs: RunStore, index: RunIndex, wanted: RunFilter, found: list[str]) -> None:
    store(runs, "d1-01", agent_name="a", environment="test")
    store(runs, "d1-02", agent_name="a", environment="prod", status="ok")
    store(runs, "d2-01", agent_name="b", environment="prod")

    assert every_id(index, wanted) == found


@pytest.mark.parametrize("agent", [None, "agent"])
def test_since_is_included_and_until_is_not(runs: RunStore, index: RunIndex, agent: str | None) -> None:
    store(runs, "d1-01", "d2-01", "d2-02", "d2-03", "d3-01")
    second = datetime(2026, 1, 2, 12, 0, 2, tzinfo=UTC)

    def listed(since: datetime | None, until: datetime | None) -> list[str]:
        return every_id(index, RunFilter(agent_name=agent, since=since, until=until))

    assert listed(second, None) == ["d3-01", "d2-03", "d2-02"]
    assert listed(None, second) == ["d2-01", "d1-01"]
    assert listed(second, second + timedelta(seconds=1)) == ["d2-02"]


@pytest.mark.parametrize("agent", [None, "agent"])
@pytest.mark.parametrize(
    ("since", "until"),
    [
        (datetime(2026, 1, 2, 12, tzinfo=UTC), datetime(2026, 1, 2, 12, tzinfo=UTC)),
        (datetime(2026, 1, 2, 12, tzinfo=UTC), datetime(2026, 1, 2, 11, tzinfo=UTC)),
        (datetime(2026, 1, 3, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
        (datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), None),
        (None, datetime(1, 1, 1, tzinfo=UTC)),
        (None, datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_time_without_room_for_a_run_lists_none(
    runs: RunStore, index: RunIndex, agent: str | None, since: datetime | None, until: datetime | None
) -> None:
    store(runs, "d1-01", "d2-01", "d3-01")

    assert every_id(index, RunFilter(agent_name=agent, since=since, until=until)) == []


@pytest.mark.parametrize("agent", [None, "agent"])
def test_bounds_far_out_leave_nothing_out(runs: RunStore, index: RunIndex, agent: str | None) -> None:
    runs.put(parsed(run_id="first", started_at="1970-01-01T00:00:00Z"), now=NOW)
    runs.put(parsed(run_id="last", started_at="2100-12-31T23:59:59.999999Z"), now=NOW)
    ever = RunFilter(agent_name=agent, since=datetime(1, 1, 1, tzinfo=UTC), until=datetime(9999, 12, 31, tzinfo=UTC))

    assert every_id(index, ever) == ["last", "first"]
    assert every_id(index, RunFilter(agent_name=agent)) == ["last", "first"]


def test_expired_runs_are_hidden(runs: RunStore, index: RunIndex) -> None:
    store(runs, "d1-01", "d1-02", "d1-03")
    expired = NOW + timedelta(days=RETENTION_DAYS)
    runs.put(parsed(run_id="d1-02", started_at="2026-01-01T12:00:02Z", model="new"), now=expired)

    for wanted in (EVERYTHING, RunFilter(agent_name="agent")):
        assert ids(index.page(wanted, limit=10, cursor=None, now=expired)) == ["d1-02"]


def test_a_run_that_moves_to_another_day_and_agent_is_listed_once(runs: RunStore, index: RunIndex) -> None:
    store(runs, "d1-01")
    runs.put(parsed(run_id="d1-01", started_at="2026-01-05T12:00:00Z", agent_name="other"), now=NOW)

    assert every_id(index) == ["d1-01"]
    assert every_id(index, RunFilter(agent_name="agent")) == []


def test_runs_that_arrive_while_paging_repeat_nothing(runs: RunStore, index: RunIndex) -> None:
    store(runs, "d3-01", "d3-02", "d2-01", "d2-02")
    first = index.page(EVERYTHING, limit=2, cursor=None, now=NOW)

    store(runs, "d4-01", "d3-09")
    second = index.page(EVERYTHING, limit=2, cursor=first.next_cursor, now=NOW)

    assert ids(first) + ids(second) == ["d3-02", "d3-01", "d2-02", "d2-01"]


# ---------------------------------------------------------------- what a page may cost
@pytest.mark.parametrize("wanted", [RunFilter(status="success"), RunFilter(agent_name="agent", status="success")])
def test_a_page_ends_after_so_many_reads_and_says_where_to_go_on(
    runs: RunStore, index: RunIndex, tapped: Tapped, wanted: RunFilter
) -> None:
    days = [datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=number) for number in range(90)]
    for number, day in enumerate(days):
        status = "success" if number == 0 else "failure"
        runs.put(parsed(run_id=f"run-{number}", started_at=day.isoformat(), status=status), now=NOW)
    tapped.requests.clear()

    pages: list[list[str]] = []
    cursor = None
    while True:
        page = index.page(wanted, limit=1, cursor=cursor, now=NOW)
        pages.append(ids(page))
        # One more may read the calendar.
        assert len(tapped.made("query")) <= 41
        tapped.requests.clear()
        cursor = page.next_cursor
        if cursor is None:
            break

    assert len(pages) in (2, 3)
    assert [name for page in pages for name in page] == ["run-0"]


def test_days_without_runs_cost_nothing(runs: RunStore, index: RunIndex, tapped: Tapped) -> None:
    runs.put(parsed(run_id="old", started_at="1971-01-01T00:00:00Z"), now=NOW)
    runs.put(parsed(run_id="new", started_at="2026-01-01T00:00:00Z"), now=NOW)
    tapped.requests.clear()

    assert ids(index.page(EVERYTHING, limit=10, cursor=None, now=NOW)) == ["new", "old"]
    assert len(tapped.made("query")) == 3


def test_a_day_is_noted_once_by_a_process(runs: RunStore, tapped: Tapped) -> None:
    for number in range(3):
        runs.put(parsed(run_id=f"run-{number}"), now=NOW)

    notes = [params for params in tapped.made("put_item") if params["Item"]["PK"]["S"] == "CALENDAR"]
    assert [note["Item"]["SK"]["S"] for note in notes] == ["DAY#2026-01-15"]


def test_a_day_whose_note_failed_is_noted_by_the_next_run(runs: RunStore, index: RunIndex, tapped: Tapped) -> None:
    def refuse() -> None:
        raise Unavailable("-")

    tapped.before("put_item", refuse)
    with pytest.raises(Unavailable):
        runs.put(parsed(), now=NOW)

    runs.put(parsed(), now=NOW)
    assert every_id(index) == ["run-1"]


# ---------------------------------------------------------------- baselines
def test_a_baseline_reads_an_agents_earlier_runs_newest_first(runs: RunStore, index: RunIndex) -> None:
    plan = step(name="plan", output_summary='{"next": "search"}')
    store(runs, "d1-01", agent_version="1", model="m", status="ok", steps=[plan])
    store(runs, "d1-02", "d1-03", tool_calls=[tool_call(status="failed"), tool_call("call-2")])
    store(runs, "d1-04", agent_name="other")
    before = datetime(2026, 1, 1, 12, 0, 3, tzinfo=UTC)

    profiles = index.profiles("agent", None, before=before, limit=5, now=NOW)

    assert [profile.run_id for profile in profiles] == ["d1-02", "d1-01"]
    assert (profiles[0].tools, profiles[0].status) == ({"search": (2, 1)}, "failure")
    assert profiles[1].steps == {"plan": StepProfile(1, 0, *describe('{"next": "search"}'))}
    assert (profiles[1].agent_version, profiles[1].model) == ("1", "m")
    assert profiles[1].started_at == datetime(2026, 1, 1, 12, 0, 1, tzinfo=UTC)
    assert [profile.run_id for profile in index.profiles("agent", None, before=before, limit=1, now=NOW)] == ["d1-02"]


def test_a_baseline_is_of_one_environment(runs: RunStore, index: RunIndex) -> None:
    store(runs, "d1-01", "d1-05", environment="staging")
    store(runs, "d1-02", "d1-06", environment="prod")
    store(runs, "d1-03", "d1-07")

    def listed(environment: str | None, limit: int) -> list[str]:
        found = index.profiles("agent", environment, before=NOW, limit=limit, now=NOW)
        assert {profile.environment for profile in found} == {environment}
        return [profile.run_id for profile in found]

    assert listed("staging", 6) == ["d1-05", "d1-01"]
    assert listed("prod", 6) == ["d1-06", "d1-02"]
    assert listed(None, 6) == ["d1-07", "d1-03"]
    # Behind runs of other environments, as far as five reads go.
    assert listed("staging", 1) == ["d1-05"]
    assert listed("staging", 2) == ["d1-05", "d1-01"]


def test_runs_stored_before_outputs_were_kept_are_read_without_them(
    cloud: Cloud, runs: RunStore, index: RunIndex
) -> None:
    store(runs, "d1-01", steps=[step(name="plan", output_summary="done")])
    old = read(cloud, "RUN", "RUN#d1-01")
    write(cloud, old | {"profile": {"S": '{"steps":{"plan":[2,1]},"tools":{"search":[1,0]}}'}})

    [profile] = index.profiles("agent", None, before=NOW, limit=5, now=NOW)

    assert profile.steps["plan"][:2] == (2, 1)
    assert profile.steps["plan"].output is None


def test_a_baseline_leaves_expired_runs_out(runs: RunStore, index: RunIndex) -> None:
    store(runs, "d1-01")

    expired = NOW + timedelta(days=RETENTION_DAYS)
    assert index.profiles("agent", None, before=expired, limit=5, now=expired) == []
