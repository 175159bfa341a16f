"""The ticket: complete, and nothing in the telemetry can become markup."""

import re

from rca_core.analysis.jira import escape, fence
from tests.unit.analysis.builders import failed, report_of, run_of


def test_telemetry_cannot_mark_up_link_or_mention() -> None:
    escaped = escape("**b** [l](http://evil.test) <img src=x> @all `c` www.evil.test")

    assert re.findall(r"(?<!\\)[*<>\[\]@`]", escaped) == []
    assert "http:" not in escaped
    assert "www." not in escaped


def test_a_name_with_underscores_stays_readable() -> None:
    assert escape("order_lookup_api") == "order_lookup_api"


def test_a_fence_is_longer_than_any_in_the_text() -> None:
    assert fence("x\n```\n# heading").startswith("````text\n")


def test_the_ticket_holds_cause_evidence_and_actions() -> None:
    run = run_of(failed(1, "crm_export", "# Forbidden\n```\n| a |", status_code=403))

    ticket = report_of(run).jira_fields

    assert ticket.jira_summary.startswith("[RCA] helper: crm_export")
    assert "\n" not in ticket.jira_summary
    parts = ("### crm_export refused access", "ev_tool_call-1", "To verify:", "### Evidence", "### Actions")
    for part in parts:
        assert part in ticket.jira_description_md
    assert "\n# Forbidden\n" in ticket.jira_description_md  # inside its fence
    assert "````text\n# Forbidden" in ticket.jira_description_md
