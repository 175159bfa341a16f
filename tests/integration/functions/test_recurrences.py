"""An analysis leaves what it found for the counters, and its report says how often that was seen."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from rca_core.storage.codec import timestamp
from rca_core.storage.outcomes import Outcome, OutcomeStore
from tests.integration.functions.jobs import ANALYZER, RUN, detail, queued
from tests.integration.functions.product import Product
from tests.support.failures import write_failure

NOW = datetime.now(UTC)
OTHER = RUN | {"run_id": "run-2", "agent_name": "another", "agent_version": "9"}


def outcome(product: Product, run_id: str) -> Outcome | None:
    store = OutcomeStore(product.cloud.dynamodb, product.cloud.table, retention_days=30)
    return store.find(run_id, now=datetime.now(UTC))


def report(product: Product, run: dict[str, Any] = RUN, *, query: str = "") -> dict[str, Any]:
    """Have a run analysed; return its report."""
    rca_run_id = queued(product, run=run, query=query)
    assert product.work() == []
    found: dict[str, Any] = detail(product, rca_run_id)["report"]
    return found


def count(product: Product, fingerprint: str, runs: list[str], **fields: Any) -> None:
    """Write that a failure was seen in these runs, a day ago."""
    seen = NOW - timedelta(days=1)
    listed = [{"run_id": run_id, "seen_at": timestamp(seen)} for run_id in runs]
    values = {"count": len(runs), "last_runs": listed, "first_seen": timestamp(seen), "first_version": "2.1.0"}
    write_failure(product.cloud, int(fingerprint, 16), seen=seen, **values | fields)


def test_the_counters_learn_what_an_analysis_found(product: Product) -> None:
    told = report(product)

    found = outcome(product, "run-1")
    assert found is not None
    assert (found.category, found.cause, found.tool) == ("timeout", "gateway", "search")
    assert (found.message, found.fingerprint) == ("timed out", told["fingerprint"])
    assert (found.rca_run_id, found.revision, found.ordinal) == (told["rca_run_id"], 1, 0)
    header = product.get("/agent-runs/run-1").json()
    assert found.run_created_at == datetime.fromisoformat(header["created_at"])


def test_they_learn_nothing_of_a_run_that_did_not_fail(product: Product) -> None:
    assert report(product, RUN | {"status": "success"})["fingerprint"] is None
    assert outcome(product, "run-1") is None


def test_a_failure_is_the_same_for_another_agent_and_its_first_report_speaks_of_no_other(product: Product) -> None:
    first, second = report(product), report(product, OTHER)

    assert first["fingerprint"] == second["fingerprint"]
    assert (first["recurrence"], second["recurrence"]) == (None, None)
    assert "Seen" not in first["summary"]


def test_a_report_says_how_often_its_failure_was_seen(product: Product) -> None:
    fingerprint = report(product)["fingerprint"]
    count(product, fingerprint, ["run-1", "run-7"])

    told = report(product, OTHER)

    day = (NOW - timedelta(days=1)).date().isoformat()
    sentence = f"Seen in at least 2 other runs since {day}, first in version 2.1.0."
    assert told["recurrence"]["seen"] == 2
    assert told["summary"].endswith(f" {sentence}")
    assert f"- Recurrence: {sentence}" in told["jira_fields"]["jira_description_md"]


def test_a_run_that_is_analysed_again_is_no_recurrence_of_itself(product: Product) -> None:
    fingerprint = report(product)["fingerprint"]
    count(product, fingerprint, ["run-1"])

    assert report(product, query="force=true")["recurrence"] is None


def test_a_run_that_is_analysed_again_is_known_among_more_than_are_listed(product: Product) -> None:
    fingerprint = report(product)["fingerprint"]
    count(product, fingerprint, ["run-7"], count=20)

    assert report(product, query="force=true")["recurrence"]["seen"] == 19
    assert report(product, OTHER)["recurrence"]["seen"] == 20


def test_a_counter_that_cannot_be_read_stops_no_analysis(
    product: Product, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fingerprint = report(product)["fingerprint"]
    count(product, fingerprint, ["run-7"])
    real = product.cloud.dynamodb.get_item

    def unreachable(**params: Any) -> Any:
        if params["Key"]["PK"]["S"].startswith("FINGERPRINT#"):
            raise ReadTimeoutError(endpoint_url="-")
        return real(**params)

    rca_run_id = queued(product, run=OTHER)
    with monkeypatch.context() as broken:
        broken.setattr(product.cloud.dynamodb, "get_item", unreachable)
        assert product.work() == []

    told = detail(product, rca_run_id)["report"]
    assert (told["fingerprint"], told["recurrence"]) == (fingerprint, None)
    assert outcome(product, "run-2") is not None
    assert "recurrence of the failure not known" in capsys.readouterr().out


def test_a_counter_that_says_nothing_sensible_stops_none_either(product: Product) -> None:
    fingerprint = report(product)["fingerprint"]
    count(product, fingerprint, ["run-7"], count="many")

    assert report(product, OTHER)["recurrence"] is None


@pytest.mark.fault(9)
def test_what_was_found_is_of_the_version_that_was_read(product: Product) -> None:
    queued(product)
    product.post("/agent-runs", RUN | {"model": "newer"})

    assert product.deliver(ANALYZER, product.receive()) == []

    found = outcome(product, "run-1")
    assert found is not None
    assert found.revision == 2
