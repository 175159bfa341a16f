"""Check what a report says of a failure's recurrence: that it is this failure, and that words and counts agree."""

import re
from collections.abc import Iterator

from rca_core.analysis.model import RcaReport
from rca_core.analysis.report.fingerprint import fingerprint_of
from rca_core.telemetry import AgentRun

_NOT_TOLD = re.compile(r"&#\d{2};|[\W_]+")


def wrong_recurrence(report: RcaReport, run: AgentRun) -> Iterator[str]:
    """Yield what is wrong with the fingerprint of a report and with what it says of other runs."""
    known_by = fingerprint_of(report, run)
    if report.fingerprint != (known_by.fingerprint if known_by else None):
        yield "the fingerprint is not that of the failure"
    told = report.recurrence
    if told is None:
        # A sentence about other runs would have numbers that are nowhere in the telemetry.
        return
    if report.fingerprint is None:
        yield "a run that did not fail is said to have failed like others"
    if told.first_seen > told.last_seen:
        yield "the failure was last seen before it was first seen"
    since = told.first_seen.strftime("%Y-%m-%d")
    runs = f"one other run, on {since}" if told.seen == 1 else f"{told.seen} other runs since {since}"
    words = f"Seen in at least {runs}"
    if told.first_version is not None:
        words += f", {'first ' if told.seen > 1 else ''}in version {told.first_version}"
    if not report.summary.endswith(f" {words}."):
        yield "the summary does not say how often the failure was seen"
    # In the ticket what could be markup is escaped.
    if _bare(words) not in _bare(report.jira_fields.jira_description_md):
        yield "the ticket does not say how often the failure was seen"


def _bare(text: str) -> str:
    return _NOT_TOLD.sub("", text)
