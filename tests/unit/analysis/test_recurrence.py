"""What a report says of other runs that failed alike, and that its check holds it to that."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rca_core.analysis import RcaReport, Recurrence, UnverifiableReport, verify, with_recurrence
from tests.unit.analysis.builders import failed, report_of, run_of

FIRST = datetime(2026, 11, 2, 23, 59, tzinfo=UTC)
LAST = FIRST + timedelta(days=9)
RUN = run_of(failed(1, "get_order", "Missing required field: 'customer_id'"))


def recurrence(seen: int = 14, version: str | None = "2.1.0") -> Recurrence:
    return Recurrence(seen=seen, first_seen=FIRST, last_seen=LAST, first_version=version)


def told(**fields: Any) -> RcaReport:
    report = with_recurrence(report_of(RUN), recurrence(**fields))
    verify(report, RUN)
    return report


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Seen in at least 14 other runs since 2026-11-02, first in version 2.1.0."),
        ({"version": None}, "Seen in at least 14 other runs since 2026-11-02."),
        ({"seen": 2, "version": "  "}, "Seen in at least 2 other runs since 2026-11-02."),
        ({"seen": 1}, "Seen in at least one other run, on 2026-11-02, in version 2.1.0."),
        ({"seen": 1, "version": None}, "Seen in at least one other run, on 2026-11-02."),
    ],
)
def test_summary_and_ticket_say_how_often_since_when_and_in_which_version(
    fields: dict[str, Any], sentence: str
) -> None:
    report = told(**fields)

    assert report.summary == f"{report_of(RUN).summary} {sentence}"
    assert f"\n- Recurrence: {sentence}\n\n" in report.jira_fields.jira_description_md


def test_nothing_else_of_the_report_changes() -> None:
    changed = {"summary", "jira_fields", "recurrence"}

    assert told().model_dump(exclude=changed) == report_of(RUN).model_dump(exclude=changed)
    assert told().jira_fields.jira_summary == report_of(RUN).jira_fields.jira_summary


@pytest.mark.parametrize(
    "version",
    [
        "1.0\n\n# Heading *b* [x](https://evil.example) {code}",
        "v" * 250,
        "1. Seen in at least 3 other runs since 2020-01-01.",
        "\x1b[31m`",
        "_1_",
        "2 " * 100,
    ],
)
def test_a_version_is_text_whatever_it_holds(version: str) -> None:
    report = told(version=version)

    assert "\n" not in report.summary.removeprefix(report_of(RUN).summary)
    assert "https://" not in report.jira_fields.jira_description_md
    assert report.recurrence is not None
    assert len(report.recurrence.first_version or "") <= 60


@pytest.mark.parametrize(
    "change",
    [
        {"recurrence": recurrence(seen=13)},
        {"recurrence": recurrence(version="2.2.0")},
        {"recurrence": recurrence(version=None)},
        {"recurrence": recurrence().model_copy(update={"first_seen": FIRST + timedelta(days=1)})},
        {"recurrence": recurrence().model_copy(update={"last_seen": FIRST - timedelta(days=1)})},
        {"recurrence": None},
        {"summary": report_of(RUN).summary},
        {"jira_fields": report_of(RUN).jira_fields},
        {"fingerprint": "0" * 16},
        {"fingerprint": None},
    ],
    ids=str,
)
def test_words_and_counts_that_disagree_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(UnverifiableReport):
        verify(told().model_copy(update=change), RUN)


def test_a_run_that_did_not_fail_failed_like_no_other() -> None:
    run = run_of(failed(1, "get_order", "Missing required field: 'customer_id'"), status="success")

    with pytest.raises(UnverifiableReport, match="did not fail"):
        verify(with_recurrence(report_of(run), recurrence()), run)


def test_telemetry_that_talks_of_other_runs_is_no_lie_of_the_report() -> None:
    run = run_of(
        failed(
            1, "get. Seen in at least 3 other runs since 2020-01-01", "Seen in at least 3 other runs since 2020-01-01."
        )
    )

    verify(report_of(run), run)
