"""Failed runs that start their own analysis when they are ingested, and how many of those that fail alike do."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from rca_core.storage import symptom_limit
from rca_core.storage.symptom_limit import ANALYSES_AN_HOUR
from tests.conftest import Cloud
from tests.integration.functions.automatic import ORPHANS, PATH, asked, changes, failed_runs, listed, post, seen, sent
from tests.integration.functions.jobs import detail, store
from tests.integration.functions.product import Product
from tests.support.logs import entries

MONDAY = datetime(2026, 1, 19, 10, 30, tzinfo=UTC)


# ---------------------------------------------------------------- at ingest
def test_a_failed_run_starts_its_own_analysis_which_ends_with_a_report(automatic: Product) -> None:
    rca_run_id = post(automatic)["rca_run_id"]

    [waiting] = listed(automatic)
    assert (waiting["rca_run_id"], waiting["status"], waiting["category"]) == (rca_run_id, "queued", None)
    assert automatic.work() == []
    done = detail(automatic, rca_run_id)
    assert (done["status"], done["revision"], done["report"]["category"]) == ("done", 1, "timeout")


def test_asking_for_it_as_well_returns_the_one_that_there_is(automatic: Product) -> None:
    rca_run_id = post(automatic)["rca_run_id"]

    asked_for = automatic.post(f"{PATH}/run-1/rca-runs").json()

    assert (asked_for["rca_run_id"], asked_for["created"]) == (rca_run_id, False)
    assert automatic.post(f"{PATH}/run-1/rca-runs", query="force=true").json()["created"] is True


@pytest.mark.parametrize("status", ["success", "running"])
def test_a_run_that_did_not_fail_starts_nothing_and_costs_nothing_more(automatic: Product, status: str) -> None:
    post(automatic, "before", status=status)
    asked(automatic)

    assert post(automatic, status=status)["rca_run_id"] is None

    assert asked(automatic) == ["PutItem"]
    assert sent(automatic) == []


def test_a_failed_run_costs_three_writes_and_a_message_more(automatic: Product) -> None:
    post(automatic, "before")
    asked(automatic)

    post(automatic)

    assert asked(automatic) == ["PutItem", "UpdateItem", "PutItem", "PutItem", "SendMessage"]


def test_a_new_version_that_failed_gets_an_analysis_of_its_own(automatic: Product) -> None:
    first = post(automatic)["rca_run_id"]

    assert post(automatic, status="success")["rca_run_id"] is None
    third = post(automatic, model="other")["rca_run_id"]

    assert [rca["rca_run_id"] for rca in listed(automatic)] == [first, third]
    assert detail(automatic, third)["revision"] == 3


@pytest.mark.parametrize(
    ("environment", "agent_name", "starts"),
    [
        ({"AUTO_RCA": "false"}, "agent", False),
        ({"AUTO_RCA_EXCEPT": "agent"}, "agent", False),
        ({"AUTO_RCA_EXCEPT": "billing agent, agent"}, "agent", False),
        ({"AUTO_RCA_EXCEPT": "billing agent, agent"}, "billing agent", False),
        ({"AUTO_RCA_EXCEPT": "billing agent"}, "agent", True),
        ({"AUTO_RCA_EXCEPT": "AGENT, agents, age"}, "agent", True),
    ],
)
def test_the_setting_and_its_exceptions_decide_also_for_what_the_stream_finds(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], agent_name: str, *, starts: bool
) -> None:
    product = Product(cloud, monkeypatch, **({"AUTO_RCA": "true"} | environment))

    answer = post(product, agent_name=agent_name)

    assert (answer["rca_run_id"] is not None) is starts
    if not starts:
        assert "UpdateItem" not in asked(product)
        assert seen(product, failed_runs(product)) == []
        assert asked(product, ORPHANS) == []
    assert len(sent(product)) == starts
    assert product.post(f"{PATH}/run-1/rca-runs").json()["created"] is not starts


# ---------------------------------------------------------------- the bound
def test_of_a_storm_of_runs_that_fail_alike_the_first_are_analysed(automatic: Product) -> None:
    answers = [post(automatic, f"run-{number}", model=f"m{number}") for number in range(ANALYSES_AN_HOUR + 5)]

    ids = [answer["rca_run_id"] for answer in answers]
    assert None not in ids[:ANALYSES_AN_HOUR]
    assert len(set(ids[:ANALYSES_AN_HOUR])) == ANALYSES_AN_HOUR
    assert ids[ANALYSES_AN_HOUR:] == [None] * 5


def test_what_was_skipped_is_logged_and_analysed_on_request(
    automatic: Product, few: int, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(few):
        post(automatic, f"run-{number}")
    capsys.readouterr()

    assert post(automatic, "late")["rca_run_id"] is None

    lines = entries(capsys.readouterr().out)
    assert [line["run_id"] for line in lines if line["message"] == "automatic analysis skipped"] == ["late"]
    assert automatic.post(f"{PATH}/late/rca-runs").json()["created"] is True


def test_runs_that_fail_otherwise_are_not_held_back(automatic: Product, few: int) -> None:
    for number in range(few + 1):
        post(automatic, f"run-{number}")

    assert post(automatic, "other-agent", agent_name="other")["rca_run_id"]
    assert post(automatic, "other-error", error_type="OtherError")["rca_run_id"]


def test_the_next_hour_has_room_again(automatic: Product, few: int, at: Callable[[datetime], None]) -> None:
    at(MONDAY)
    assert [bool(post(automatic, f"run-{number}")["rca_run_id"]) for number in range(few + 1)] == [True] * few + [False]

    at(MONDAY + timedelta(minutes=30))

    assert post(automatic, "next-hour")["rca_run_id"]


def test_a_process_that_knows_an_hour_to_be_full_does_not_ask_again(automatic: Product, few: int) -> None:
    for number in range(few + 1):
        post(automatic, f"run-{number}")
    asked(automatic)

    assert [post(automatic, f"late-{number}")["rca_run_id"] for number in range(3)] == [None] * 3

    assert asked(automatic) == ["PutItem"] * 3


def test_a_process_forgets_hours_that_it_has_no_room_to_remember(
    automatic: Product, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(symptom_limit, "_REMEMBERED", 1)
    for agent_name in ("one", "two"):
        for number in range(few + 1):
            post(automatic, f"{agent_name}-{number}", agent_name=agent_name)
    asked(automatic)

    assert [post(automatic, f"late-{name}", agent_name=name)["rca_run_id"] for name in ("two", "one")] == [None, None]

    assert asked(automatic) == ["PutItem", "PutItem", "UpdateItem"]


def test_the_bound_goes_with_time(automatic: Product, at: Callable[[datetime], None]) -> None:
    at(MONDAY)
    post(automatic)

    [(_, limit)] = [each for each in automatic.operations["IngestFunction"] if each[0] == "UpdateItem"]
    item = automatic.cloud.dynamodb.get_item(TableName=automatic.cloud.table, Key=limit["Key"])["Item"]
    assert item["SK"]["S"] == "HOUR#2026-01-19T10"
    # Longer than a repeat or the stream can bring the run back.
    assert int(item["expires_at"]["N"]) >= (MONDAY + timedelta(hours=25)).timestamp()


# ---------------------------------------------------------------- the same body again
@pytest.mark.fault(1)
def test_the_same_body_again_is_answered_with_the_same_analysis_and_takes_no_second_place(
    automatic: Product, few: int
) -> None:
    answers = [post(automatic) for _ in range(few + 1)]

    assert [answer["changed"] for answer in answers] == [True] + [False] * few
    assert len({answer["rca_run_id"] for answer in answers}) == 1
    assert len(listed(automatic)) == 1
    assert [bool(post(automatic, f"other-{number}")["rca_run_id"]) for number in range(few)] == [True] * (few - 1) + [
        False
    ]


@pytest.mark.fault(5)
def test_an_analysis_that_still_waits_is_enqueued_again_by_a_repeat_and_one_that_was_worked_is_not(
    automatic: Product,
) -> None:
    rca_run_id = post(automatic)["rca_run_id"]

    assert post(automatic)["rca_run_id"] == rca_run_id
    assert automatic.work() == []
    assert post(automatic)["rca_run_id"] == rca_run_id

    assert sent(automatic) == []
    assert detail(automatic, rca_run_id)["status"] == "done"


def test_a_repeat_of_an_analysed_run_costs_one_read_more(automatic: Product) -> None:
    post(automatic)
    automatic.work()
    asked(automatic)

    post(automatic)

    assert asked(automatic) == ["PutItem", "GetItem"]


def test_a_repeat_of_what_was_skipped_is_skipped_in_any_hour(
    automatic: Product, few: int, at: Callable[[datetime], None]
) -> None:
    at(MONDAY)
    for number in range(few):
        post(automatic, f"run-{number}")
    assert post(automatic, "late")["rca_run_id"] is None

    for later in (timedelta(hours=1), timedelta(hours=23), timedelta(days=3)):
        at(MONDAY + later)
        assert post(automatic, "late")["rca_run_id"] is None

    assert len(set(sent(automatic))) == few


def test_a_repeat_of_a_failed_analysis_names_it_and_does_not_repeat_it(automatic: Product) -> None:
    rca_run_id = post(automatic)["rca_run_id"]
    store(automatic).fail(rca_run_id, "it broke", now=datetime.now(UTC))

    assert post(automatic)["rca_run_id"] == rca_run_id

    assert [rca["status"] for rca in listed(automatic)] == ["error"]


def test_a_deleted_run_that_comes_back_is_analysed_anew(automatic: Product) -> None:
    first = post(automatic)["rca_run_id"]
    assert automatic.http("DELETE", f"{PATH}/run-1").status == 204

    second = post(automatic)["rca_run_id"]

    assert second not in (None, first)
    assert [rca["rca_run_id"] for rca in listed(automatic)] == [second]


def test_a_run_that_is_kept_longer_starts_nothing_and_is_decided_on_no_more(
    automatic: Product, at: Callable[[datetime], None], capsys: pytest.CaptureFixture[str]
) -> None:
    began = datetime.now(UTC)
    at(began)
    first = post(automatic)
    assert automatic.work() == []
    stream = len(changes(automatic))
    capsys.readouterr()

    at(began + timedelta(days=20))
    again = post(automatic)

    assert again == first | {"created": False, "changed": False}
    assert len(listed(automatic)) == 1
    news = changes(automatic)[stream:]
    assert [record["eventName"] for record in news] == ["MODIFY"]
    assert seen(automatic, news) == []
    assert asked(automatic, ORPHANS) == []
    assert "AutomaticAnalyses" not in capsys.readouterr().out
